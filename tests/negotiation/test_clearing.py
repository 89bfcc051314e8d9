"""What must hold besides the will of the two sides: asked when terms are sent, and again when they are signed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from app.infrastructure.http.context import Services
from app.law.errors import ClearanceBlocked
from app.licensing.models import LicenseAuthority
from app.licensing.queries import license_of
from app.negotiation import queries, service, views
from app.negotiation.errors import DirectiveViolated, IntendedUseNotSpecific, MoveRefused, NoAuthority
from app.negotiation.models import DealFinding, Negotiation
from app.negotiation.rules.intended_use import RULE
from app.negotiation.states import NegotiationStatus
from app.negotiation.terms.declarations import NOTHING_DECLARED, Declarations
from app.parties import service as parties
from app.parties.models import Representation
from app.parties.states import Capacity, PartyKind
from app.rights.queries import blocks_of
from app.values.law.tables import law_tables
from app.values.law.vocabulary import Enforcement
from app.values.media import expand
from app.values.territory import Territory
from tests.factories.catalog import make_listed_package
from tests.factories.directives import WORDING, make_directive
from tests.factories.identity import make_member
from tests.factories.law import make_override
from tests.factories.negotiation import (
    INTENDED_USE,
    Sides,
    accept_latest,
    grant,
    make_counter,
    make_deal,
    make_production,
    make_request,
    make_sides,
    proposed,
)
from tests.factories.parties import Estate, make_actor, make_administrator, make_party, make_representation
from tests.support.clock import START

LATER = START + timedelta(days=1)
TOBACCO = [grant(media=["brand_ambassador.social_post"], categories=["tobacco"])]
BOILERPLATE = "Any and all media, now known or hereafter devised, throughout the universe, in perpetuity."


@pytest.fixture
def sides(session: Session, services: Services) -> Sides:
    return make_sides(session, services.store)


def representation_of(session: Session, sides: Sides) -> Representation:
    mine = Representation.holder_party_id == sides.licensor.party_id
    return session.exec(select(Representation).where(mine)).one()


def fail(session: Session, sides: Sides) -> None:
    parties.fail_representation(
        session=session,
        actor=make_administrator(session),
        at=LATER,
        representation_id=representation_of(session, sides).id,
        as_of=START,
        reason="The court revoked the letters.",
    )


def test_what_the_performer_directed_is_neither_asked_for_nor_countered(session: Session, sides: Sides) -> None:
    directive = make_directive(session, sides.estate)
    negotiation = make_request(session, sides)
    moves: list[Callable[[], Any]] = [
        lambda: make_request(session, sides, grants=TOBACCO),
        lambda: make_counter(session, sides.licensor, negotiation, grants=[grant(), *TOBACCO]),
    ]
    for move in moves:
        with pytest.raises(DirectiveViolated, match=directive.id) as refused:
            move()
        assert WORDING in refused.value.detail
        assert refused.value.extra["directives"] == [{"id": directive.id, "wording": WORDING, "until_at": None}]
    assert len(queries.negotiation_views(session, START, [negotiation])[0].offers) == 1


def test_a_wish_recorded_during_the_talks_binds_whoever_signs(session: Session, sides: Sides) -> None:
    negotiation = make_request(session, sides)
    make_directive(session, sides.estate, categories=[], media=expand(["game"]), wording="No games.")
    with pytest.raises(DirectiveViolated, match="No games"):
        accept_latest(session, sides.licensor, negotiation)
    assert negotiation.status is NegotiationStatus.OPEN


@pytest.mark.parametrize(
    ("until", "is_free"), [("2026-06-15T04:00:00+00:00", True), ("2026-06-15T04:00:01+00:00", False)]
)
def test_a_wish_that_ends_before_the_term_is_no_obstacle(
    session: Session, sides: Sides, until: str, is_free: bool
) -> None:
    until_at = datetime.fromisoformat(until)
    make_directive(session, sides.estate, categories=[], until_at=until_at, wording="Not before then.")
    if is_free:
        assert make_deal(session, sides).offer_number == 1
    else:
        with pytest.raises(DirectiveViolated, match="until 2026-06-15T04:00:01Z"):
            make_request(session, sides)


def test_a_failed_authority_freezes_requests_and_signatures(session: Session, sides: Sides) -> None:
    negotiation = make_request(session, sides)
    fail(session, sides)
    moves: list[tuple[Callable[[], Any], bool]] = [
        (lambda: make_request(session, sides, at=LATER), False),
        (lambda: make_counter(session, sides.licensor, negotiation, at=LATER), True),
        (lambda: accept_latest(session, sides.licensor, negotiation, at=LATER), True),
    ]
    for move, is_licensor in moves:
        with pytest.raises(NoAuthority) as refused:
            move()
        (gap,) = refused.value.extra["gaps"]
        assert refused.value.code == "no_authority"
        assert (gap["component"], gap["media"]) == ("voice", ["game.scripted_performance"])
        assert "CN" not in gap["territory"]
        assert ("sentence" in gap) is is_licensor, "what the holders lack is for the licensor's eyes"
    assert "failed" in refused.value.detail


def test_what_a_licensor_lacks_is_told_to_itself_alone(session: Session, services: Services, sides: Sides) -> None:
    """Half of the voice is nobody's but in Japan, where a trust holds it and can still sign."""
    negotiation = make_request(session, sides)
    trust = make_actor(session, kind=PartyKind.TRUST, name="Harbor Trust")
    half: dict[str, Any] = {"capacity": Capacity.ASSIGNEE, "share_bps": 5000, "territory": Territory.parse("+JP")}
    own = representation_of(session, sides)
    own.share_bps = 5000
    session.add(own)
    session.flush()
    theirs = make_representation(session, services.store, trust, sides.estate.performer, **half)
    with pytest.raises(NoAuthority) as refused:
        make_counter(session, sides.licensor, negotiation)
    (gap,) = refused.value.extra["gaps"]
    assert (gap["code"], gap["missing_share_bps"], gap["party_ids"]) == ("QUORUM_NOT_MET", 5000, [])
    assert "JP" not in gap["territory"]
    assert "FR" in gap["territory"]
    with pytest.raises(NoAuthority) as refused:
        make_request(session, sides)
    assert trust.party_id not in str(refused.value.extra)
    assert "missing" not in str(refused.value.extra)
    assert theirs.id


def test_both_dates_of_the_authority_count(session: Session, services: Services) -> None:
    until = {"signs_until_at": LATER, "licenses_until_at": START + timedelta(days=30)}
    sides = make_sides(session, services.store, **until)
    with pytest.raises(MoveRefused) as too_long:
        make_request(session, sides)
    assert too_long.value.code == "authority_ends_earlier"
    negotiation = make_request(
        session, sides, term={"first_day": "2026-06-15", "last_day": "2026-06-20", "zone": "UTC"}
    )
    with pytest.raises(NoAuthority) as too_late:
        accept_latest(session, sides.licensor, negotiation, at=LATER)
    assert too_late.value.code == "signing_authority_ended"
    deal = accept_latest(session, sides.licensor, negotiation, at=LATER - timedelta(microseconds=1))
    assert license_of(session, deal.license_id).license.authority_ends_at == until["licenses_until_at"]


def test_an_agents_deal_rests_on_its_principal_too(session: Session, services: Services, sides: Sides) -> None:
    """It ends with whichever of the two ends first."""
    agent = make_actor(session, kind=PartyKind.AGENT, name="Kestrel Row")
    principal = representation_of(session, sides)
    ends_at = START + timedelta(days=400)
    agency = make_representation(
        session,
        services.store,
        agent,
        sides.estate.performer,
        capacity=Capacity.AGENT,
        principal_id=principal.id,
        licenses_until_at=ends_at,
    )
    estate = replace(sides.estate, actor=agent)
    package = make_listed_package(session, services.store, estate)
    deal = make_deal(session, replace(sides, estate=estate, package=package))
    license = license_of(session, deal.license_id)
    assert license.license.authority_ends_at == ends_at
    assert {row.representation_id for row in authority_rows(session, deal.license_id)} == {principal.id, agency.id}


def authority_rows(session: Session, license_id: str) -> list[Any]:
    return list(session.exec(select(LicenseAuthority).where(LicenseAuthority.license_id == license_id)))


def test_a_release_in_the_eu_needs_a_label(session: Session, sides: Sides) -> None:
    """Cyprus is in the EU, though not in Europe; an override lets it through and keeps its reason."""
    with pytest.raises(ClearanceBlocked, match="European Union") as refused:
        make_request(session, sides, disclosure_label="", grants=[grant(territory="+US +CY")])
    assert "EU-50-4" in {finding["rule_id"] for finding in refused.value.extra["findings"]}
    assert make_request(session, sides, disclosure_label="", grants=[grant(territory="+WORLD -EU")]).id
    reason = "Counsel confirmed that end credits are enough."
    make_override(session, make_administrator(session), row_key="EU-50-4", reason=reason)
    negotiation = make_request(session, sides, disclosure_label="", grants=[grant(territory="+US +CY")])
    shown = {f.rule_id: f for f in views.opened_negotiation(session, START, negotiation).findings}
    assert shown["EU-50-4"].override_reason == reason


def test_what_is_known_of_the_law_is_shown_and_kept_with_the_deal(session: Session, sides: Sides) -> None:
    negotiation = make_request(session, sides)
    shown = views.opened_negotiation(session, START, negotiation).findings
    assert {finding.enforcement for finding in shown} <= {Enforcement.WARN, Enforcement.RECORD}
    assert "CA-33441-REGISTER" in {finding.rule_id for finding in shown}
    deal = accept_latest(session, sides.licensor, negotiation)
    kept = views.opened_deal(session, sides.studio, deal.id).findings
    assert kept == list(shown)
    assert views.opened_negotiation(session, LATER, negotiation).findings == kept
    versions = session.exec(select(DealFinding.tables_version).where(DealFinding.deal_id == deal.id)).all()
    assert set(versions) == {law_tables().version}


def test_what_the_law_blocks_is_not_sent_and_an_override_is_shown_with_its_reason(
    session: Session, sides: Sides
) -> None:
    administrator = make_administrator(session)
    make_override(session, administrator, row_key="CA-33441-REGISTER", enforcement=Enforcement.BLOCK)
    with pytest.raises(ClearanceBlocked) as refused:
        make_request(session, sides)
    assert [finding["rule_id"] for finding in refused.value.extra["findings"]] == ["CA-33441-REGISTER"]


def test_a_rule_that_begins_to_block_during_the_talks_stops_the_signature(session: Session, sides: Sides) -> None:
    negotiation = make_request(session, sides)
    administrator = make_administrator(session)
    make_override(
        session,
        administrator,
        at=LATER,
        row_key="CA-33441-REGISTER",
        enforcement=Enforcement.BLOCK,
        reason="Policy.",
    )
    with pytest.raises(ClearanceBlocked), session.begin_nested():
        accept_latest(session, sides.licensor, negotiation, at=LATER)
    assert blocks_of(session, negotiation.id) == []
    (first, *_) = views.opened_negotiation(session, LATER, negotiation).findings
    assert (first.blocks, first.override_reason) == (True, "Policy.")


def test_boilerplate_is_refused_with_the_rule_unless_it_was_overridden(session: Session, sides: Sides) -> None:
    with pytest.raises(IntendedUseNotSpecific, match="boilerplate"):
        make_request(session, sides, intended_use=BOILERPLATE)
    reason = "An archive project whose uses the heirs approve one by one."
    administrator = make_administrator(session)
    make_override(session, administrator, row_key=RULE, enforcement=Enforcement.WARN, reason=reason)
    negotiation = make_request(session, sides, intended_use=BOILERPLATE)
    deal = accept_latest(session, sides.licensor, negotiation)
    kept = {finding.rule_id: finding for finding in views.opened_deal(session, sides.studio, deal.id).findings}
    assert (kept[RULE].enforcement, kept[RULE].override_reason) == (Enforcement.WARN, reason)


def test_declarations_stand_until_an_offer_declares_otherwise(session: Session, sides: Sides) -> None:
    said = Declarations(replaces_own_work=False, has_counsel=None, has_union_cover=True)
    negotiation = request(session, sides, said)
    make_counter(session, sides.licensor, negotiation)
    assert queries.declarations_of(session, negotiation.id, 2) == said
    latest = queries.latest_offer(session, negotiation.id)
    assert queries.declared_with(session, latest) == (said, sides.studio.party_id)
    corrected = Declarations(has_counsel=True)
    service.counter(
        session=session,
        actor=sides.studio,
        at=START,
        negotiation_id=negotiation.id,
        terms=proposed(),
        declarations=corrected,
    )
    assert queries.declarations_of(session, negotiation.id, 3) == corrected
    assert queries.declarations_of(session, make_request(session, sides).id, 1) == NOTHING_DECLARED


def request(
    session: Session, sides: Sides, declarations: Declarations, *, intended_use: str = INTENDED_USE
) -> Negotiation:
    return service.open_negotiation(
        session=session,
        actor=sides.studio,
        at=START,
        package_id=sides.package.id,
        production_id=sides.production.id,
        intended_use=intended_use,
        terms=proposed(),
        declarations=declarations,
        platform_fee_bps=1000,
    )


def living_sides(session: Session, services: Services) -> Sides:
    """A performer who is alive, and licenses the likeness in person."""
    party = make_party(session, kind=PartyKind.PERFORMER, name="Juniper Castellane")
    actor = make_member(session, party_id=party.id)
    performer = parties.create_performer(
        session=session, actor=actor, at=START, name="Juniper Castellane", is_living=True, domicile="US-CA",
        born_on=date(1988, 3, 14),
    )  # fmt: skip
    make_representation(session, services.store, actor, performer, capacity=Capacity.PERFORMER)
    estate = Estate(party, actor, performer)
    studio = make_actor(session)
    package = make_listed_package(session, services.store, estate)
    return Sides(estate, package, studio, make_production(session, studio))


def test_the_three_part_test_blocks_only_when_all_three_fail(session: Session, services: Services) -> None:
    """Boilerplate is let through for once, so that what remains is the test of the statutes."""
    sides = living_sides(session, services)
    make_override(session, make_administrator(session), row_key=RULE, enforcement=Enforcement.WARN)
    fails = Declarations(replaces_own_work=True, has_counsel=False, has_union_cover=False)
    with pytest.raises(ClearanceBlocked) as refused:
        request(session, sides, fails, intended_use=BOILERPLATE)
    assert "CA-927" in {finding["rule_id"] for finding in refused.value.extra["findings"]}
    for part in ({"replaces_own_work": False}, {"has_counsel": True}, {"has_union_cover": True}):
        assert request(session, sides, replace(fails, **part), intended_use=BOILERPLATE).id
    assert request(session, sides, fails).id
