"""From a request to a signed deal, on a database: what is written, who is told, what is refused."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.audit.models import AuditRecord
from app.catalog.service import withdraw_package
from app.identity.actor import SYSTEM
from app.infrastructure.http.context import Services
from app.negotiation import queries, service
from app.negotiation.errors import (
    ComponentNotOffered,
    HostedOnly,
    MoveRefused,
    OwnPackage,
)
from app.negotiation.events import DealSigned, NegotiationEnded, OfferSent
from app.negotiation.models import Negotiation, Signature
from app.negotiation.rules.moves import OFFER_LASTS
from app.negotiation.states import NegotiationStatus, OfferState
from app.parties.models import Representation
from app.rights.errors import RightsNotAvailable
from app.rights.queries import blocks_of
from app.values.canonical import sha256_hex
from app.values.components import DeliveryMode
from app.values.errors import Forbidden, NotFound
from tests.factories.catalog import make_listed_package, make_package
from tests.factories.negotiation import (
    Sides,
    accept_latest,
    deal_terms,
    grant,
    make_counter,
    make_deal,
    make_production,
    make_request,
    make_sides,
    proposed,
)
from tests.factories.parties import make_actor, make_administrator
from tests.support.clock import START

TICK = timedelta(microseconds=1)


@pytest.fixture
def sides(session: Session, services: Services) -> Sides:
    return make_sides(session, services.store)


@pytest.fixture
def heard(session: Session) -> list[Any]:
    """Everything negotiation publishes, in order, besides what the app's own subscribers do."""
    told: list[Any] = []

    def listen(*, session: Session, event: Any, at: Any) -> None:  # noqa: ARG001
        told.append(event)

    existing = session.info["subscribers"]
    ours = {kind: [*existing.get(kind, ()), listen] for kind in (OfferSent, NegotiationEnded, DealSigned)}
    session.info["subscribers"] = {**existing, **ours}
    return told


def representation_of(session: Session, sides: Sides) -> str:
    """The only representation there is of the licensor's performer."""
    rows = select(Representation.id).where(Representation.performer_id == sides.estate.performer.id)
    return session.exec(rows).one()


def view(session: Session, negotiation: Negotiation, *, at: Any = START) -> queries.NegotiationView:
    return queries.negotiation_views(session, at, [negotiation])[0]


def test_a_request_is_the_first_offer(session: Session, sides: Sides, heard: list[Any]) -> None:
    negotiation = make_request(session, sides)
    (offer,) = view(session, negotiation).offers
    assert (offer.number, offer.by_party_id) == (1, sides.studio.party_id)
    assert offer.state is OfferState.STANDING
    assert offer.expires_at == START + OFFER_LASTS
    assert view(session, negotiation).awaited_party_id == sides.licensor.party_id
    assert heard == [OfferSent(negotiation.id, 1, sides.studio.party_id, sides.licensor.party_id, offer.expires_at)]


def test_the_service_completes_what_it_knows(session: Session, sides: Sides) -> None:
    negotiation = make_request(session, sides)
    latest = queries.latest_offer(session, negotiation.id)
    terms = json.loads(latest.terms_json)
    assert sha256_hex(terms) == latest.terms_sha256
    assert terms["licensor"] == {"id": sides.licensor.party_id, "name": "Estate of Adaeze Łuna"}
    assert terms["licensee"] == {"id": sides.studio.party_id, "name": "Northlight Games"}
    assert terms["performer"] == {"id": sides.estate.performer.id, "name": "Adaeze Łuna"}
    assert terms["package"] == {"id": sides.package.id, "title": sides.package.title}
    assert terms["production"]["title"] == "Harbor Lights"
    assert terms["production"]["intended_use"] == negotiation.intended_use
    assert terms["platform_fee_bps"] == 1000


def test_an_estate_counters_and_the_studio_accepts(session: Session, sides: Sides, heard: list[Any]) -> None:
    negotiation = make_request(session, sides)
    royalty = {"rate_bps": 400, "currency": "EUR"}
    offer = make_counter(session, sides.licensor, negotiation, at=START + timedelta(days=2), royalty=royalty)
    signed_at = START + timedelta(days=3)
    deal = accept_latest(session, sides.studio, negotiation, at=signed_at)

    assert (deal.offer_number, deal.terms_json, deal.terms_sha256) == (2, offer.terms_json, offer.terms_sha256)
    assert negotiation.status is NegotiationStatus.SIGNED
    shown = view(session, negotiation)
    assert [offer.state for offer in shown.offers] == [OfferState.SUPERSEDED, OfferState.ACCEPTED]
    assert (shown.awaited_party_id, shown.deal_id) == (None, deal.id)
    event = heard[-1]
    assert event == DealSigned(
        deal_id=deal.id,
        negotiation_id=negotiation.id,
        package_id=sides.package.id,
        licensor_party_id=sides.licensor.party_id,
        licensee_party_id=sides.studio.party_id,
        terms=json.loads(offer.terms_json),
        terms_sha256=offer.terms_sha256,
        signed_at=signed_at,
        reference=deal.license_id,
        representation_ids=(representation_of(session, sides),),
        authority_ends_at=None,
    )


def test_both_sides_sign_each_when_it_spoke(session: Session, sides: Sides) -> None:
    negotiation = make_request(session, sides)
    signed_at = START + timedelta(days=1)
    deal = accept_latest(session, sides.licensor, negotiation, at=signed_at)
    signatures = session.exec(select(Signature).where(Signature.deal_id == deal.id)).all()
    assert {(s.party_id, s.user_id, s.signer_name, s.signed_at) for s in signatures} == {
        (sides.studio.party_id, sides.studio.user_id, "Robin Example", START),
        (sides.licensor.party_id, sides.licensor.user_id, "Robin Example", signed_at),
    }


def test_signing_books_the_rights_under_the_license(session: Session, sides: Sides) -> None:
    grants = [grant(exclusivity="exclusive", exclusive_until="2026-09-30")]
    deal = make_deal(session, sides, grants=grants)
    rows = blocks_of(session, deal.license_id)
    assert deal.license_id.startswith("lic_")
    assert [(row.exclusivity.value, row.kind.value) for row in rows] == [
        ("exclusive", "grant"),
        ("non_exclusive", "grant"),
    ]


def test_the_loser_of_a_right_learns_why_and_keeps_the_offer(session: Session, sides: Sides) -> None:
    make_deal(session, sides, grants=[grant(exclusivity="exclusive")])
    other = make_request(session, sides)
    with pytest.raises(RightsNotAvailable) as refused, session.begin_nested():
        accept_latest(session, sides.licensor, other)
    assert [reason["code"] for reason in refused.value.extra["reasons"]] == ["EXCLUSIVELY_GRANTED"]
    assert view(session, other).latest_offer.state is OfferState.STANDING
    assert view(session, other).deal_id is None


def test_acceptance_of_anything_but_the_standing_offer_is_refused(session: Session, sides: Sides) -> None:
    negotiation = make_request(session, sides)
    first = queries.latest_offer(session, negotiation.id)
    make_counter(session, sides.licensor, negotiation, fee={"amount_minor": 2_000_000, "currency": "USD"})
    with pytest.raises(MoveRefused) as refused:
        service.accept(
            session=session,
            actor=sides.studio,
            at=START,
            negotiation_id=negotiation.id,
            offer_number=2,
            terms_sha256=first.terms_sha256,
        )
    assert refused.value.code == "terms_differ"


def test_an_offer_can_be_accepted_until_the_instant_before_it_lapses(session: Session, sides: Sides) -> None:
    lapses = START + timedelta(hours=36)
    late = make_request(session, sides, lasts=timedelta(hours=36))
    with pytest.raises(MoveRefused) as refused:
        accept_latest(session, sides.licensor, late, at=lapses)
    assert refused.value.code == "offer_lapsed"
    assert view(session, late, at=lapses).latest_offer.state is OfferState.LAPSED
    assert accept_latest(session, sides.licensor, late, at=lapses - TICK).offer_number == 1


def test_a_lapsed_offer_can_be_renewed_by_the_side_that_made_it(session: Session, sides: Sides) -> None:
    negotiation = make_request(session, sides)
    with pytest.raises(MoveRefused, match="is your own"):
        make_counter(session, sides.studio, negotiation, at=START + OFFER_LASTS - TICK)
    renewed = make_counter(session, sides.studio, negotiation, at=START + OFFER_LASTS)
    assert (renewed.number, renewed.expires_at) == (2, START + 2 * OFFER_LASTS)


def test_a_term_that_is_over_is_neither_offered_nor_signed(session: Session, sides: Sides) -> None:
    short = {"first_day": "2026-05-01", "last_day": "2026-06-02", "zone": "UTC"}
    negotiation = make_request(session, sides, term=short)
    over = START.replace(day=3, hour=0)
    for move in (
        lambda: accept_latest(session, sides.licensor, negotiation, at=over),
        lambda: make_request(session, sides, at=over, term=short),
    ):
        with pytest.raises(MoveRefused) as refused:
            move()
        assert refused.value.code == "term_over"


def test_a_package_taken_from_the_catalog_is_not_licensed_any_more(session: Session, sides: Sides) -> None:
    negotiation = make_request(session, sides)
    withdraw_package(
        session=session, actor=sides.licensor, at=START, package_id=sides.package.id, reason="Family wish."
    )
    with pytest.raises(RightsNotAvailable):
        accept_latest(session, sides.licensor, negotiation)
    with pytest.raises(NotFound):
        make_request(session, sides)


def test_the_platform_fee_of_the_first_day_stays(session: Session, sides: Sides) -> None:
    negotiation = make_request(session, sides)
    offer = make_counter(session, sides.licensor, negotiation)
    assert json.loads(offer.terms_json)["platform_fee_bps"] == negotiation.platform_fee_bps == 1000


def test_nothing_is_licensed_to_oneself(session: Session, sides: Sides) -> None:
    production = make_production(session, sides.licensor)
    with pytest.raises(OwnPackage):
        make_request(session, replace(sides, studio=sides.licensor, production=production))


def test_a_request_needs_a_listed_package_and_a_production_of_ones_own(
    session: Session, services: Services, sides: Sides
) -> None:
    draft = make_package(session, services.store, sides.estate)
    with pytest.raises(NotFound, match="package"):
        make_request(session, replace(sides, package=draft))
    with pytest.raises(NotFound, match="production"):
        make_request(session, replace(sides, studio=make_actor(session)))


def test_components_that_the_package_does_not_hold_are_named(session: Session, sides: Sides) -> None:
    with pytest.raises(ComponentNotOffered) as refused:
        make_request(session, sides, grants=[grant(), grant(component="face")])
    assert [problem.pointer for problem in refused.value.problems] == ["/terms/grants/1/component"]


def test_what_never_leaves_the_house_is_not_offered_for_delivery(session: Session, services: Services) -> None:
    sides = make_sides(session, services.store)
    package = make_listed_package(session, services.store, sides.estate, delivery=DeliveryMode.HOSTED_ONLY)
    hosted = replace(sides, package=package)
    with pytest.raises(HostedOnly, match="voice") as refused:
        make_request(session, hosted)
    assert refused.value.problems[0].pointer == "/terms/delivery"
    assert make_request(session, hosted, delivery="hosted_only").status is NegotiationStatus.OPEN


def test_only_a_person_binds_a_party(session: Session, sides: Sides) -> None:
    negotiation = make_request(session, sides)
    nobody = replace(SYSTEM, party_id=sides.licensor.party_id)
    with pytest.raises(Forbidden):
        make_counter(session, nobody, negotiation)
    with pytest.raises(Forbidden):
        accept_latest(session, nobody, negotiation)


def test_declining_ends_the_talks_and_tells_the_other_side(
    session: Session, sides: Sides, heard: list[Any]
) -> None:
    negotiation = make_request(session, sides)
    service.decline(
        session=session,
        actor=sides.licensor,
        at=START + timedelta(days=1),
        negotiation_id=negotiation.id,
        reason="No games, please.",
    )
    assert (negotiation.status, negotiation.closing_reason) == (NegotiationStatus.DECLINED, "No games, please.")
    assert negotiation.closed_at == START + timedelta(days=1)
    assert view(session, negotiation).latest_offer.state is OfferState.CLOSED
    assert heard[-1] == NegotiationEnded(
        negotiation.id,
        NegotiationStatus.DECLINED,
        sides.licensor.party_id,
        sides.studio.party_id,
        "No games, please.",
    )
    with pytest.raises(MoveRefused) as refused:
        accept_latest(session, sides.licensor, negotiation)
    assert refused.value.code == "negotiation_closed"


def test_an_offer_can_be_taken_back_by_its_side_only(session: Session, sides: Sides) -> None:
    negotiation = make_request(session, sides)
    with pytest.raises(MoveRefused) as refused:
        service.withdraw(session=session, actor=sides.licensor, at=START, negotiation_id=negotiation.id)
    assert refused.value.code == "not_your_offer"
    service.withdraw(session=session, actor=sides.studio, at=START, negotiation_id=negotiation.id)
    assert negotiation.status is NegotiationStatus.WITHDRAWN


def test_only_the_two_sides_see_anything(session: Session, sides: Sides) -> None:
    deal = make_deal(session, sides)
    negotiation = session.get_one(Negotiation, deal.negotiation_id)
    for outsider in (make_actor(session, name="Rival Games"), make_administrator(session)):
        for read in (
            lambda actor: queries.own_negotiation(session, actor, negotiation.id),
            lambda actor: queries.offer_view(session, actor, START, negotiation.id, 1),
            lambda actor: queries.offer_difference(session, actor, negotiation.id, 1, 1),
            lambda actor: queries.deal_view(session, actor, deal.id),
            lambda actor: queries.own_production(session, actor, sides.production.id),
            lambda actor: make_counter(session, actor, negotiation),
            lambda actor: accept_latest(session, actor, negotiation),
        ):
            with pytest.raises(NotFound):
                read(outsider)
        assert queries.negotiations_page(session, outsider, cursor=None, limit=10).items == []
        assert queries.productions_page(session, outsider, cursor=None, limit=10).items == []
    for side in (sides.studio, sides.licensor):
        assert queries.deal_view(session, side, deal.id).deal is deal
        assert queries.negotiations_page(session, side, cursor=None, limit=10).items == [negotiation]


def test_every_move_is_in_the_audit_trail(session: Session, sides: Sides) -> None:
    negotiation = make_request(session, sides)
    make_counter(session, sides.licensor, negotiation)
    deal = accept_latest(session, sides.studio, negotiation)
    withdrawn = make_request(session, sides)
    service.withdraw(session=session, actor=sides.studio, at=START, negotiation_id=withdrawn.id)
    session.commit()
    subjects = [negotiation.id, withdrawn.id, deal.id, sides.production.id]
    trail = select(AuditRecord.action, AuditRecord.subject_id).where(col(AuditRecord.subject_id).in_(subjects))
    assert session.exec(trail.order_by(col(AuditRecord.position))).all() == [
        ("production.created", sides.production.id),
        ("offer.sent", negotiation.id),
        ("offer.sent", negotiation.id),
        ("deal.signed", deal.id),
        ("offer.sent", withdrawn.id),
        ("negotiation.withdrawn", withdrawn.id),
    ]


def test_a_page_of_negotiations_takes_few_queries(session: Session, sides: Sides) -> None:
    rows = [make_request(session, sides) for _ in range(5)]
    session.flush()
    count = 0

    def note(*_: Any) -> None:
        nonlocal count
        count += 1

    engine = session.get_bind()
    sa.event.listen(engine, "after_cursor_execute", note)
    views = queries.negotiation_views(session, START, rows)
    sa.event.remove(engine, "after_cursor_execute", note)
    assert [v.negotiation.id for v in views] == [row.id for row in rows]
    assert count == 5


def test_deal_terms_of_the_factory_are_what_a_client_sends() -> None:
    assert proposed(fee={"amount_minor": 5, "currency": "EUR"}).clauses["fee"]["currency"] == "EUR"
    assert json.loads(json.dumps(deal_terms())) == deal_terms()
