"""When authority fails, the case knows everything that rests on it, and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.audit.models import AuditRecord
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.queries import license_of
from app.moderation.authority import listings, queries
from app.moderation.models import AuthorityCase, AuthorityCaseLicense
from app.moderation.states import CaseState, Direction
from app.negotiation.service import decline
from app.parties import service as parties
from app.parties.errors import IllegalVerification
from app.parties.states import Capacity, PartyKind
from app.royalties.models import PayoutHold
from app.values.errors import Forbidden, NotFound
from tests.factories.catalog import make_listed_package
from tests.factories.identity import make_member
from tests.factories.licensing import Licensed, make_license, make_licensing_sides, make_unpaid_license
from tests.factories.negotiation import Sides, make_production, make_request
from tests.factories.parties import (
    Estate,
    make_actor,
    make_administrator,
    make_estate,
    make_party,
    make_representation,
)
from tests.moderation.doubt import REASON, fail, listed, money, radius, representation_of, restore
from tests.support.clock import START

TICK = timedelta(microseconds=1)
LATER = START + timedelta(hours=3)
NEXT_TERM = {"first_day": "2027-06-15", "last_day": "2027-12-31", "zone": "UTC"}


@pytest.fixture
def made(session: Session, services: Services) -> Licensed:
    return make_license(session, services.store)


def authority(session: Session, made: Licensed) -> str:
    return representation_of(session, made.licensor)


def test_a_case_says_what_failed_since_when_and_why(session: Session, made: Licensed) -> None:
    case = fail(session, authority(session, made), at=LATER)
    assert (case.as_of_at, case.opened_at, case.reason) == (START, LATER, REASON)
    assert (case.performer_id, case.holder_party_id) == (made.sides.estate.performer.id, made.licensor.party_id)
    view = radius(session, case).view
    assert (view.performer_name, view.holder_name) == ("Adaeze Łuna", "Estate of Adaeze Łuna")


def test_what_was_signed_at_that_instant_is_in_doubt_and_what_was_signed_before_is_not(
    session: Session, made: Licensed
) -> None:
    held = authority(session, made)
    case = fail(session, held, as_of=START + TICK, at=LATER)
    assert listed(session, listings.licenses_page, case) == []
    restore(session, held, at=LATER)
    again = fail(session, held, as_of=START, at=LATER)
    assert listed(session, listings.licenses_page, again) == [made.id]


def test_licenses_of_others_are_not_in_doubt(session: Session, services: Services, made: Licensed) -> None:
    other = make_license(session, services.store)
    case = fail(session, authority(session, made))
    assert listed(session, listings.licenses_page, case) == [made.id]
    assert listed(session, listings.licenses_page, fail(session, authority(session, other))) == [other.id]


def test_running_licenses_go_on(session: Session, made: Licensed) -> None:
    before = license_of(session, made.id).standing(LATER)
    fail(session, authority(session, made), at=LATER)
    assert license_of(session, made.id).standing(LATER) is before


def test_an_agents_licenses_fall_with_its_principal_but_not_the_other_way_round(
    session: Session, services: Services
) -> None:
    own = make_license(session, services.store)
    estate = own.sides.estate
    agency = make_agency(session, services, estate)
    agents = make_license(session, services.store, sides=agency, term=NEXT_TERM)
    talks = make_request(session, agency, term=NEXT_TERM | {"first_day": "2028-01-01", "last_day": "2028-02-01"})
    below = fail(session, representation_of(session, agency.licensor))
    assert listed(session, listings.licenses_page, below) == [agents.id]
    assert listed(session, listings.negotiations_page, below) == [talks.id]
    above = fail(session, representation_of(session, estate.actor))
    assert listed(session, listings.licenses_page, above) == [agents.id, own.id]
    assert listed(session, listings.negotiations_page, above) == [talks.id]


def test_a_license_falls_with_the_consent_of_a_co_holder(session: Session, services: Services) -> None:
    shared = {"capacity": Capacity.HEIR, "share_bps": 5_000}
    estate = make_estate(session, services.store, **shared)
    sister = make_member(session, party_id=make_party(session, kind=PartyKind.HEIR, name="Her sister").id)
    hers = make_representation(session, services.store, sister, estate.performer, **shared)
    parties.give_consent(
        session=session,
        actor=sister,
        at=START,
        representation_id=hers.id,
        licensor_party_id=estate.party.id,
    )
    sides = sides_of(session, services, estate)
    made = make_license(session, services.store, sides=sides)
    talks = make_request(session, sides, term=NEXT_TERM)
    case = fail(session, hers.id)
    assert listed(session, listings.licenses_page, case) == [made.id]
    assert listed(session, listings.negotiations_page, case) == [talks.id]


def test_only_open_talks_about_this_performer_are_frozen(session: Session, services: Services) -> None:
    sides = make_licensing_sides(session, services.store)
    standing, declined = make_request(session, sides), make_request(session, sides)
    decline(session=session, actor=sides.licensor, at=START, negotiation_id=declined.id, reason="No.")
    make_request(session, make_licensing_sides(session, services.store))
    case = fail(session, representation_of(session, sides.licensor))
    assert listed(session, listings.negotiations_page, case) == [standing.id]
    assert radius(session, case).open_negotiations == 1
    [frozen] = listings.frozen_negotiations(session, [standing])
    assert (frozen.offers, frozen.last_offer_at) == (1, START)
    assert frozen.licensor_name == "Estate of Adaeze Łuna"


def test_unpaid_and_paid_fees_are_among_the_payments(session: Session, services: Services, made: Licensed) -> None:
    unpaid = make_unpaid_license(session, services.store, sides=made.sides, term=NEXT_TERM)
    case = fail(session, authority(session, made))
    assert money(session, case) == {
        (Direction.IN, "paid"): (1, 1_250_000),
        (Direction.IN, "requested"): (1, 1_250_000),
    }
    page = listings.payments_page(session, make_administrator(session), case.id, limit=1)
    rest = listings.payments_page(session, make_administrator(session), case.id, limit=1, cursor=page.next_cursor)
    assert [row.license_id for row in (*page.items, *rest.items)] == [unpaid.id, made.id]
    assert rest.next_cursor is None
    [shown] = listings.affected_payments(session, page.items)
    assert (shown.party_name, shown.payment.party_id) == ("Northlight Games", made.licensee.party_id)


def test_a_license_under_two_failed_authorities_is_held_until_both_are_restored(
    session: Session, services: Services
) -> None:
    estate = make_estate(session, services.store)
    agency = make_agency(session, services, estate)
    made = make_license(session, services.store, sides=agency)
    both = [representation_of(session, actor) for actor in (estate.actor, agency.licensor)]
    for held in both:
        fail(session, held)
    for held, left in zip(both, (1, 0), strict=True):
        restore(session, held)
        standing = select(PayoutHold).where(PayoutHold.license_id == made.id, col(PayoutHold.released_at).is_(None))
        assert len(session.exec(standing).all()) == left


def test_a_restored_authority_closes_its_case_and_can_fail_again(session: Session, made: Licensed) -> None:
    held = authority(session, made)
    case = fail(session, held)
    with pytest.raises(IllegalVerification):
        fail(session, held)
    restore(session, held, at=LATER)
    assert (case.closed_at, case.closing_reason) == (LATER, "The appeal succeeded.")
    assert listed(session, listings.licenses_page, case) == [made.id]
    again = fail(session, held, at=LATER)
    assert again.id != case.id
    administrator = make_administrator(session)

    def cases(state: CaseState | None = None) -> list[str]:
        return [row.id for row in queries.cases_page(session, administrator, state=state).items]

    assert cases() == [again.id, case.id]
    assert (cases(CaseState.OPEN), cases(CaseState.CLOSED)) == ([again.id], [case.id])


def test_the_database_holds_one_open_case_for_an_authority(session: Session, made: Licensed) -> None:
    case = fail(session, authority(session, made))
    session.add(AuthorityCase(**case.model_dump(exclude={"id"})))
    with pytest.raises(IntegrityError):
        session.flush()


def test_what_a_case_is_about_is_never_rewritten(database: Database, services: Services) -> None:
    with database.write() as session:
        fail(session, authority(session, make_license(session, services.store)))
    with pytest.raises(sa.exc.DatabaseError), database.write() as session:
        session.delete(session.exec(select(AuthorityCaseLicense)).one())


def test_the_trail_tells_of_a_case_and_its_end(database: Database, services: Services) -> None:
    with database.write() as session:
        held = authority(session, make_license(session, services.store))
        case_id = fail(session, held).id
        restore(session, held)
    with database.read() as session:
        about = select(AuditRecord.action).where(AuditRecord.subject_id == case_id)
        assert session.exec(about.order_by(col(AuditRecord.position))).all() == [
            "authority_case.opened",
            "authority_case.closed",
        ]


def test_cases_are_for_administrators(session: Session, made: Licensed) -> None:
    case = fail(session, authority(session, made))
    pages = (
        listings.licenses_page,
        listings.deliveries_page,
        listings.payments_page,
        listings.negotiations_page,
        queries.blast_radius,
    )
    for actor in (made.licensor, made.licensee):
        with pytest.raises(Forbidden):
            queries.cases_page(session, actor)
        for page in pages:
            with pytest.raises(Forbidden):
                page(session, actor, case.id)
    for page in pages:
        with pytest.raises(NotFound):
            page(session, make_administrator(session), "acs_unknown")


def test_a_long_case_costs_no_more_statements_than_a_short_one(session: Session, services: Services) -> None:
    sides = make_licensing_sides(session, services.store)
    make_license(session, services.store, sides=sides)
    make_request(session, sides, term=NEXT_TERM)
    held = representation_of(session, sides.licensor)
    short = looked_at(session, fail(session, held))
    restore(session, held)
    for _ in range(4):
        make_license(session, services.store, sides=sides)
        make_request(session, sides, term=NEXT_TERM)
    assert looked_at(session, fail(session, held)) == short


def looked_at(session: Session, case: AuthorityCase) -> int:
    """How many statements it takes to look at everything that a case reaches."""
    administrator = make_administrator(session)
    session.flush()
    with counted(session) as statements:
        queries.blast_radius(session, administrator, case.id)
        licenses = listings.licenses_page(session, administrator, case.id).items
        listings.affected_licenses(session, LATER, licenses)
        copies = listings.deliveries_page(session, administrator, case.id).items
        listings.affected_deliveries(session, copies)
        payments = listings.payments_page(session, administrator, case.id).items
        listings.affected_payments(session, payments)
        talks = listings.negotiations_page(session, administrator, case.id).items
        listings.frozen_negotiations(session, talks)
    assert licenses
    assert payments
    assert talks
    return len(statements)


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    engine = session.get_bind().engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def sides_of(session: Session, services: Services, estate: Estate) -> Sides:
    package = make_listed_package(session, services.store, estate)
    studio = make_actor(session)
    return Sides(estate, package, studio, make_production(session, studio))


def make_agency(session: Session, services: Services, estate: Estate) -> Sides:
    """An agent that the estate has appointed, with a package of its own and a studio."""
    party = make_party(session, kind=PartyKind.AGENT, name="Voices & Co")
    agent = make_member(session, party_id=party.id)
    make_representation(
        session,
        services.store,
        agent,
        estate.performer,
        capacity=Capacity.AGENT,
        principal_id=representation_of(session, estate.actor),
    )
    return sides_of(session, services, Estate(party, agent, estate.performer))
