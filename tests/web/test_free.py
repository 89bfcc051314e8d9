"""The question to the whole catalog, on a page."""

import pytest

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.web.storefront import free as free_page
from tests.factories.catalog import make_listed_package
from tests.factories.negotiation import Sides
from tests.factories.rights import exclusive_block, grant
from tests.web.conftest import Visiting
from tests.web.person import Person
from tests.web.test_book import QUESTION


def test_it_finds_what_is_free_and_shows_when(visiting: Visiting, database: Database, sides: Sides) -> None:
    studio = visiting(sides.studio)
    assert "1 of 1 looked at is free" in studio.get("/avails", query_string=QUESTION).text
    with database.write() as session:
        grant(session, sides.studio, sides.package.id, exclusive_block(territory=frozenset({"DE"})))
    page = studio.get("/avails", query_string=QUESTION).text
    assert "Nothing is free as asked" in page
    page = studio.get("/avails", query_string=QUESTION | {"territory": "+FR"}).text
    assert "1 Jan 2027 to 31 Dec 2027" in page
    assert f"/packages/{sides.package.id}?" in page


def test_a_long_answer_goes_on(
    visiting: Visiting, database: Database, services: Services, sides: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(free_page, "PAGE_SIZE", 2)
    with database.write() as session:
        for number in range(2):
            make_listed_package(session, services.store, sides.estate, title=f"Another {number}")
    studio = visiting(sides.studio)
    first = studio.get("/avails", query_string=QUESTION).text
    assert "2 of 2 looked at are free" in first
    address = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert sides.package.title in studio.read(address)
    assert sides.package.title not in first


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"territory": "+"}, "Territory"),
        ({"territory": "+WORLD -WORLD"}, "Territory"),
        ({"last_day": "2026-12-31"}, "Last day"),
        ({"minimum_days": "0"}, "Minimum days"),
        ({"components": "soul"}, "Components"),
        ({"zone": "Atlantis/Center"}, "Zone"),
        ({"first_day": "2020-01-01", "last_day": "2020-12-31"}, "This term is over"),
    ],
)
def test_what_cannot_be_read_is_named(
    visiting: Visiting, sides: Sides, changed: dict[str, str], complaint: str
) -> None:
    page = visiting(sides.studio).get("/avails", query_string=QUESTION | changed)
    assert (page.status_code, complaint in page.text.split('class="notice bad"')[1]) == (200, True)


def test_one_signs_in_first(guest: Person) -> None:
    assert guest.get("/avails").status_code in {302, 303, 401}
