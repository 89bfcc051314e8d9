"""The page on which a side asks what the latest offer, and a change of it, would come to."""

import pytest

from app.infrastructure.db.database import Database
from app.negotiation.models import Negotiation
from tests.factories.negotiation import Sides, every_term, make_request
from tests.web.conftest import Visiting


@pytest.fixture
def page(database: Database, sides: Sides) -> str:
    with database.write() as session:
        talks: Negotiation = make_request(
            session, sides, term={"first_day": "2027-01-01", "last_day": "2027-12-31", "zone": "UTC"}
        )
        return f"/negotiations/{talks.id}"


def test_both_sides_find_the_question_on_the_page_of_the_talks(visiting: Visiting, sides: Sides, page: str) -> None:
    for actor in (sides.studio, sides.licensor):
        told = visiting(actor).read(page)
        assert "What it would come to" in told
        assert "Units sold in a quarter" in told


def test_the_offer_alone_is_shown_as_it_stands(visiting: Visiting, sides: Sides, page: str) -> None:
    told = visiting(sides.studio).read(f"{page}/projection?units=100&price=10")
    assert "offer 1 as it stands" in told
    assert "$12,600.00" in told  # the fee, and 2.5 % of four times 1,000.00
    assert told.count("<rect") == 4


def test_a_change_is_shown_beside_it(visiting: Visiting, sides: Sides, page: str) -> None:
    told = visiting(sides.licensor).read(
        f"{page}/projection?units=100&price=10&growth=10&fee=10000&royalty=5&advance=100&guarantee=500"
    )
    assert "The licensor receives" in told
    assert "less over the term" in told
    assert "Topped up" in told
    assert '<rect class="after"' in told
    assert "style=" not in told


def test_everything_that_can_be_agreed_is_shown(visiting: Visiting, sides: Sides, database: Database) -> None:
    with database.write() as session:
        given = {name: value for name, value in every_term().items() if name != "grants"}
        talks = make_request(session, sides, **given)
    told = visiting(sides.studio).read(f"/negotiations/{talks.id}/projection?units=90000")
    assert "Escalation" in told
    assert "Held against returns" in told


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [("units=many", "Units are a whole number"), ("price=1.234", "decimals"), ("growth=101", "from -100 to 100"),
     ("royalty=-1", "from 0 to 100"), ("fee=ten", "is not an amount"), ("guarantee=9999999999999", "out of range")],
)  # fmt: skip
def test_what_cannot_be_meant_is_told(
    visiting: Visiting, sides: Sides, page: str, typed: str, complaint: str
) -> None:
    answer = visiting(sides.studio).get(f"{page}/projection?{typed}")
    assert answer.status_code == 422
    assert complaint in answer.get_data(as_text=True)
