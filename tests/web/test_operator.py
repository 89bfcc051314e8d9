"""The operator's pages about authority and law."""

import pytest

from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.parties.states import PartyKind
from tests.factories.negotiation import Sides, make_deal, make_request
from tests.factories.parties import make_actor, make_representation
from tests.web.conftest import Visiting
from tests.web.person import Person
from tests.web.test_people import own_representation


@pytest.fixture
def office(visiting: Visiting, administrator: Actor) -> Person:
    return visiting(administrator)


def test_claims_wait_in_a_queue(office: Person, database: Database, services: Services, sides: Sides) -> None:
    assert "Nothing waits for you" in office.read("/authority")
    with database.write() as session:
        heir = make_actor(session, kind=PartyKind.HEIR, name="Ottoline Vey")
        claimed = make_representation(session, services.store, heir, sides.estate.performer, is_verified=False)
    assert f"/representations/{claimed.id}" in office.read("/authority")
    assert "1 claim waits to be verified" in office.read("/")


def test_a_case_shows_how_far_it_reaches(
    visiting: Visiting, office: Person, database: Database, sides: Sides
) -> None:
    with database.write() as session:
        make_deal(session, sides)
        make_request(session, sides)
    own = f"/representations/{own_representation(visiting(sides.licensor), sides)}"
    office.done(office.get(own), "/failure", as_of="2026-01-01", reason="The letters were revoked.")
    listed = office.read("/authority-cases")
    case = "/authority-cases/" + listed.split('href="/authority-cases/')[1].split('"')[0]
    assert case in office.read("/")
    page = office.read(case)
    assert "<strong>1</strong> licenses" in page
    assert "<strong>1</strong> open negotiations" in page
    assert sides.package.title in page
    for name, expected in (
        ("payments", "$12,500.00"),
        ("negotiations", "Northlight Games"),
        ("deliveries", "None."),
    ):
        assert expected in office.read(f"{case}?list={name}").split('id="list"')[1]
    office.done(office.get(own), "/restoration", reason="The appeal succeeded.")
    assert "The appeal succeeded." in office.read(case)
    assert "No case is open" in office.read("/authority-cases")
    assert case in office.read("/authority-cases?state=closed")


@pytest.mark.parametrize(
    ("table", "row", "typed", "shown"),
    [
        ("consent", "EU-50-1", {"enforcement": "record"}, "Reg. (EU) 2024/1689"),
        ("postmortem", "US-CA", {"years": "71"}, "Cal. Civ. Code 3344.1"),
        ("withholding", "AU", {"rate": "12.5"}, "Australia"),
    ],
)
def test_a_row_of_law_is_set_aside_and_counts_again(
    office: Person, table: str, row: str, typed: dict[str, str], shown: str
) -> None:
    page = f"/law?table={table}"
    assert shown in office.read(page)
    refused = office.send(office.get(page), "/overrides", row_key="NOWHERE", reason="A trial.", **typed)
    assert (refused.status_code, "A trial." in refused.text) == (422, True)
    office.done(office.get(page), "/overrides", row_key=row, reason="Counsel advised it.", **typed)
    assert office.read(page).count("Counsel advised it.") == 2
    office.done(office.get(page), "/end", reason="Counsel changed their mind.")
    after = office.read(page)
    assert after.count("Counsel advised it.") == 1
    assert "Counsel changed their mind." in after


def test_the_tables_are_narrowed_to_a_place(office: Person) -> None:
    assert "US-CA" not in office.read("/law?table=postmortem&jurisdiction=DE").split("<tbody>")[1]
    assert "US-TN" in office.read("/law?table=postmortem&jurisdiction=US")
    assert "No row for this place" in office.read("/law?table=postmortem&jurisdiction=ZZ")
