"""The pages of a license's standing and files, and the licensor's view of who holds what."""

import re
from datetime import timedelta

import pytest

from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.queries import license_of
from app.licensing.standing.overview import Shown, holdings_page
from app.licensing.states import LicenseAction
from tests.factories.changes import FREE, hand_on
from tests.factories.closing import change, make_deliveries
from tests.factories.deliveries import have_delivered
from tests.factories.dues import make_license_in_parts
from tests.factories.identity import caller_for
from tests.factories.licensing import DURING, ENDS_AT, Licensed, make_license, make_licensing_sides
from tests.factories.negotiation import Sides, make_production
from tests.factories.parties import make_actor
from tests.factories.standing import AT_ONCE, TOLLING, make_breach, suspend_for
from tests.support.clock import FrozenClock
from tests.support.statements import noted_statements
from tests.web.conftest import Visiting
from tests.web.person import Person, forms_of

WIND_DOWN = {"days": 30, "steps": []}
WOUND_DOWN_AT = ENDS_AT + timedelta(days=30)


@pytest.fixture
def licensed(database: Database, services: Services, clock: FrozenClock) -> Licensed:
    clock.move_to(DURING)
    with database.write() as session:
        return make_license(session, services.store, fee=FREE, tolling=TOLLING, wind_down=WIND_DOWN)


@pytest.fixture
def endable(database: Database, services: Services, clock: FrozenClock) -> Licensed:
    """A license whose deal gives no time to cure."""
    clock.move_to(DURING)
    with database.write() as session:
        return make_license(session, services.store, fee=FREE, breach=AT_ONCE)


def test_a_breach_is_told_answered_and_taken_for_cured_on_the_page(visiting: Visiting, licensed: Licensed) -> None:
    estate, studio = visiting(licensed.licensor), visiting(licensed.licensee)
    page = f"/licenses/{licensed.id}/standing"
    said = {"clause": "Disclosure label", "reason": "It is missing.", "suspends": "1"}
    assert estate.send(estate.get(page), "/breaches", **said, cure_until="2026-09-02").status_code == 409
    assert estate.done(estate.get(page), "/breaches", **said, cure_until="2026-10-31") == page
    assert "to be cured before" in studio.read(page)
    assert "Suspend the license until it is cured" not in studio.read(page)
    found = re.search(r'action="[^"]+(/breaches/brc_\w+)"', studio.read(page))
    assert found is not None
    assert studio.done(studio.get(page), found[1], text="It is there.", action="answer") == page
    assert estate.done(estate.get(page), found[1], text="So it is.", action="accept") == page
    shown = studio.read(page)
    assert "Taken for cured" in shown
    assert "Lifted: So it is." in shown


def offered(person: Person, page: str) -> list[str]:
    """The forms about a license's standing that a page has, by the ends of their addresses."""
    return [
        form.action[form.action.index("standing") :] for form in forms_of(person.get(page)) if page in form.action
    ]


def test_only_what_can_be_done_now_is_offered(
    visiting: Visiting, database: Database, licensed: Licensed, clock: FrozenClock
) -> None:
    estate, studio = visiting(licensed.licensor), visiting(licensed.licensee)
    page = f"/licenses/{licensed.id}/standing"
    assert offered(estate, page) == ["standing/breaches", "standing"]
    assert ">Suspend the license<" in estate.read(page)
    assert offered(studio, page) == []
    estate.done(estate.get(page), "/standing", reason="Unpaid patch.", action="suspend")
    assert ">Suspend the license<" not in estate.read(page)
    assert ">Lift the suspension<" in estate.read(page)
    estate.done(estate.get(page), "/standing", reason="Paid.", action="reinstate")
    clock.move_to(ENDS_AT)
    assert ">Suspend the license<" in estate.read(page)
    with database.write() as session:
        breach = make_breach(session, licensed.licensor, licensed.id, at=ENDS_AT - timedelta(days=1))
    assert "standing/termination" not in offered(estate, page)
    assert "to cure the breach it was told of" in estate.read(page)
    clock.move_to(breach.cure_until)
    assert "standing/termination" in offered(estate, page)
    clock.move_to(WOUND_DOWN_AT)
    assert [form for form in offered(estate, page) if "brc_" not in form] == ["standing/breaches"]
    assert "Suspend" not in estate.read(page).partition("Tell of a breach")[2]
    assert "End it for good" not in estate.read(page)


def test_a_license_is_ended_for_good_by_who_says_that_it_is_meant(visiting: Visiting, endable: Licensed) -> None:
    estate, page = visiting(endable.licensor), f"/licenses/{endable.id}/standing"
    assert offered(estate, page) == ["standing/breaches", "standing", "standing/termination"]
    unsure = estate.send(estate.get(page), "/termination", reason="The label stays away.")
    assert unsure.status_code == 422
    assert "cannot be taken back" in unsure.text
    sure = {"reason": "The label stays away.", "confirmed": "yes"}
    assert estate.done(estate.get(page), "/termination", **sure) == page
    assert "terminated" in estate.read(page)
    assert offered(estate, page) == []


def test_who_told_of_no_breach_reads_so_before_trying_to_end_a_license(
    visiting: Visiting, database: Database, licensed: Licensed, administrator: Actor, clock: FrozenClock
) -> None:
    estate, page = visiting(licensed.licensor), f"/licenses/{licensed.id}/standing"
    assert "standing/termination" in offered(visiting(administrator), page)
    shown = estate.read(page)
    assert "This deal gives the licensee 30 days to cure a breach before an end for it" in shown
    assert 'href="#tell"' in shown
    assert 'id="tell"' in shown
    with database.write() as session:
        breach = make_breach(session, licensed.licensor, licensed.id)
    assert 'href="#tell"' not in estate.read(page)
    clock.move_to(breach.cure_until)
    assert "standing/termination" in offered(estate, page)


def test_what_an_administrator_imposed_is_said_and_is_not_the_licensor_s_to_lift(
    visiting: Visiting, licensed: Licensed, administrator: Actor
) -> None:
    estate, office = visiting(licensed.licensor), visiting(administrator)
    page = f"/licenses/{licensed.id}/standing"
    estate.done(estate.get(page), "/standing", reason="No credit.", action="suspend", kind="other")
    assert office.done(office.get(page), "/standing", reason="A claim.", action="suspend", kind="dispute") == page
    shown = estate.read(page)
    assert "imposed by an administrator" in shown
    assert "Lift your suspension" in shown
    assert "stays suspended" in shown
    estate.done(estate.get(page), "/standing", reason="Credited.", action="reinstate")
    shown = estate.read(page)
    assert "suspended" in shown
    assert "only an administrator lifts" in shown
    assert offered(estate, page) == ["standing/breaches"]
    assert "imposed by an administrator" in visiting(licensed.licensee).read(page)
    office.done(office.get(page), "/standing", reason="The claim is settled.", action="reinstate")
    assert offered(estate, page) == ["standing/breaches", "standing"]
    assert ">Suspend the license<" in estate.read(page)


def test_days_of_suspension_are_proposed_on_the_page_and_signed_among_the_negotiations(
    visiting: Visiting, database: Database, licensed: Licensed, clock: FrozenClock
) -> None:
    with database.write() as session:
        suspend_for(session, licensed.licensor, licensed.id)
    clock.move_to(DURING + timedelta(days=5))
    estate, studio = visiting(licensed.licensor), visiting(licensed.licensee)
    page = f"/licenses/{licensed.id}/standing"
    assert "Propose to add 3 days" in studio.read(page)
    assert studio.done(studio.get(page), "/tollings") == page
    offer = re.search(r'href="(/negotiations/[^"]+)">Look at the offer', estate.read(page))
    assert offer is not None
    assert "Days of suspension, to be added to the term" in estate.read(offer[1])
    estate.done(estate.get(offer[1]), "/accept")
    assert "agreed" in studio.read(page)
    with database.write() as session:
        suspend_for(session, licensed.licensor, licensed.id, at=DURING + timedelta(days=6))
    clock.move_to(ENDS_AT + timedelta(days=3))
    assert "Propose to add" not in studio.read(page)
    assert "days can no longer be added" in studio.read(page)
    assert "Suspended days added" in studio.read(f"/licenses/{licensed.id}")


def test_files_show_what_went_to_whom_and_what_is_outstanding(
    visiting: Visiting, database: Database, licensed: Licensed
) -> None:
    estate, studio = visiting(licensed.licensor), visiting(licensed.licensee)
    page = f"/licenses/{licensed.id}/files"
    assert "Nothing was delivered yet" in estate.read(page)
    with database.write() as session:
        caller = caller_for(session, studio.client, licensed.licensee)
    made = have_delivered(caller, licensed.id)
    for person in (estate, studio):
        shown = person.read(f"{page}?outstanding=1")
        assert made["sha256"][:12] in shown
        assert "outstanding" in shown


def holdings_of(estate: Person, **asked: str) -> list[str]:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return re.findall(r'<a href="/licenses/(lic_\w+)">', estate.read(f"/my/licenses?{query}"))


def test_who_holds_what_next_end_first(
    visiting: Visiting, database: Database, services: Services, clock: FrozenClock
) -> None:
    with database.write() as session:
        sides = make_licensing_sides(session, services.store)
        late = make_license_in_parts(session, services.store, sides=sides)
        other = make_actor(session, name="Harbor Interactive")
        theirs = Sides(sides.estate, sides.package, other, make_production(session, other))
        days = {"first_day": "2026-06-15", "last_day": "2026-10-31", "zone": "UTC"}
        sooner = make_license(session, services.store, sides=theirs, fee=FREE, term=days)
        stopped = make_license(session, services.store, sides=theirs, fee=FREE)
        suspend_for(session, stopped.licensor, stopped.id, lasts=None)
        bounded = make_license(session, services.store, sides=theirs, fee=FREE)
        license_of(session, bounded.id, lock=True).license.authority_ends_at = DURING + timedelta(days=1)
    clock.move_to(DURING)
    estate = visiting(sides.licensor)
    assert holdings_of(estate)[:2] == [bounded.id, sooner.id]
    assert set(holdings_of(estate)) == {late.id, sooner.id, stopped.id, bounded.id}
    assert holdings_of(estate, shown="suspended") == [stopped.id]
    assert holdings_of(estate, shown="overdue") == [late.id]
    assert "payments overdue" in estate.read("/my/licenses?shown=overdue")
    assert set(holdings_of(estate, licensee=other.party_id)) == {sooner.id, stopped.id, bounded.id}
    assert holdings_of(estate, shown="nonsense") == holdings_of(estate)
    clock.move_to(DURING + timedelta(days=1))
    assert holdings_of(estate, shown="ended") == [bounded.id]
    clock.move_to(ENDS_AT)
    assert holdings_of(estate) == []
    assert estate.get("/my/licenses?cursor=nonsense").status_code == 422
    assert visiting(other).get("/my/licenses").status_code == 404


def test_a_breach_that_was_not_cured_in_time_is_overdue(
    visiting: Visiting, database: Database, licensed: Licensed, clock: FrozenClock
) -> None:
    with database.write() as session:
        breach = make_breach(session, licensed.licensor, licensed.id)
    estate = visiting(licensed.licensor)
    clock.move_to(breach.cure_until - timedelta(microseconds=1))
    assert holdings_of(estate, shown="overdue") == []
    clock.move_to(breach.cure_until)
    assert holdings_of(estate, shown="overdue") == [licensed.id]
    assert "breach not cured in time" in estate.read("/my/licenses?shown=overdue")


def test_a_breach_for_which_the_license_was_ended_is_overdue_no_longer(
    visiting: Visiting, database: Database, licensed: Licensed, clock: FrozenClock
) -> None:
    with database.write() as session:
        breach = make_breach(session, licensed.licensor, licensed.id)
    with database.write() as session:
        change(session, licensed, LicenseAction.TERMINATE, at=breach.cure_until)
    clock.move_to(breach.cure_until)
    assert holdings_of(visiting(licensed.licensor), shown="overdue") == []


def test_a_destruction_is_overdue_only_where_something_is_left_to_destroy(
    database: Database, services: Services
) -> None:
    terms = {"deletion": {"within_days": 30}, "assignment": "with_consent", "fee": FREE}
    with database.write() as session:
        sides = make_licensing_sides(session, services.store)
        made = [make_license(session, services.store, sides=sides, **terms) for _ in range(4)]
        make_deliveries(session, made[1])
        deal_id = license_of(session, made[3].id).latest.deal_id
        buyer = hand_on(session, sides.studio, sides.licensor, deal_id, at=DURING)
        make_deliveries(session, made[3], actor=buyer)
    at, found, cursor = ENDS_AT + timedelta(days=30), [], None
    with database.read() as session:
        for _ in range(2):
            page = holdings_page(session, sides.licensor, at=at, shown=Shown.OVERDUE, cursor=cursor, limit=1)
            found += [(holding.view.license.id, holding.overdue.duties) for holding in page.items]
            cursor = page.next_cursor
        ended = holdings_page(session, sides.licensor, at=at, shown=Shown.ENDED)
    assert (found, cursor) == ([(made[1].id, 1), (made[3].id, 1)], None)
    assert [holding.overdue.whole for holding in ended.items] == [1, 0, 1, 0]


def test_pages_follow_each_other_and_cost_the_same_for_one_license_and_for_many(
    database: Database, services: Services
) -> None:
    with database.write() as session:
        sides = make_licensing_sides(session, services.store)
        made = [make_license(session, services.store, sides=sides, fee=FREE).id for _ in range(5)]
    costs, found, cursor = [], [], None
    for limit in (1, 4):
        with database.read() as session, noted_statements(session) as sent:
            page = holdings_page(
                session, sides.licensor, at=DURING, shown=Shown.RUNNING, cursor=cursor, limit=limit
            )
            costs.append(len(sent))
        found += [holding.view.license.id for holding in page.items]
        cursor = page.next_cursor
    assert (found, cursor) == (made, None)
    assert costs == [6, 6]
