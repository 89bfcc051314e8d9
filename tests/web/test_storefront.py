"""The catalog, a package, its picture, and whether it is free."""

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from app.catalog import service as catalog
from app.catalog.states import AssetPurpose
from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.values.components import Component
from app.web.storefront import catalog as catalog_page
from tests.factories.catalog import PIXEL, make_listed_package, make_package, upload
from tests.factories.negotiation import Sides
from tests.factories.parties import make_estate
from tests.web.conftest import Visiting
from tests.web.person import Person


def test_the_catalog_finds_and_says_when_it_does_not(guest: Person, sides: Sides) -> None:
    assert sides.package.title in guest.read("/catalog")
    for query in (
        "text=adaeze",
        "component=voice",
        "media=game",
        "territory=%2BDE",
        "preset=game_scripted_character",
    ):
        assert sides.package.title in guest.read(f"/catalog?{query}"), query
    for query in ("text=zzz", "component=face", "media=vr", "territory=%2BCN", "preset=brand_campaign"):
        page = guest.read(f"/catalog?{query}")
        assert sides.package.title not in page, query
        assert "No package fits all of this" in page


def test_an_empty_catalog_says_what_will_come(guest: Person) -> None:
    assert "The catalog is still empty" in guest.read("/catalog")


@pytest.mark.parametrize("query", ["component=soul", "media=radio", "territory=nowhere", "cursor=x", "preset=y"])
def test_a_search_that_cannot_be_read_is_explained(guest: Person, query: str) -> None:
    page = guest.get(f"/catalog?{query}")
    assert page.status_code == 422
    assert "cannot be read" in page.text


def test_more_leads_on_and_ends(
    guest: Person, database: Database, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog_page, "PAGE_SIZE", 2)
    with database.write() as session:
        estate = make_estate(session, services.store)
        for number in range(3):
            make_listed_package(session, services.store, estate, title=f"Package {number}")
    first = guest.read("/catalog?component=voice")
    assert ("Package 2" in first, "Package 1" in first, "Package 0" in first) == (True, True, False)
    address = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert "component=voice" in address
    second = guest.read(address)
    assert ("Package 0" in second, 'rel="next"' in second) == (True, False)


def test_no_query_per_package(guest: Person, database: Database, services: Services, sides: Sides) -> None:
    before = _queries(services.database, guest)
    with database.write() as session:
        for number in range(6):
            make_listed_package(session, services.store, sides.estate, title=f"Another {number}")
    assert _queries(services.database, guest) == before


def _queries(database: Database, guest: Person) -> int:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(database.read_engine, "before_cursor_execute", note)
    guest.read("/catalog")
    event.remove(database.read_engine, "before_cursor_execute", note)
    return sum(statement.startswith("SELECT") for statement in statements)


def test_a_package_page_tells_consents_prices_and_the_person(guest: Person, sides: Sides) -> None:
    page = guest.read(f"/packages/{sides.package.id}")
    for text in ("Adaeze Łuna", "Worldwide, except China", "$12,500.00", "Scripted lines", "Last domicile"):
        assert text in page
    assert page.count('class="yes"') == 2
    assert page.count('class="no"') == 3
    assert f"/sign-in?next=/packages/{sides.package.id}" in page


def test_drafts_are_for_their_licensor_alone(
    guest: Person, visiting: Visiting, stranger: Actor, sides: Sides, database: Database, services: Services
) -> None:
    with database.write() as session:
        draft = make_package(session, services.store, sides.estate, title="Not yet")
    for path in (f"/packages/{draft.id}", f"/packages/{draft.id}/portrait.svg"):
        assert guest.get(path).status_code == 404
        assert visiting(stranger).get(path).status_code == 404
        assert visiting(sides.licensor).get(path).status_code == 200
    assert "Not yet" not in guest.read("/catalog")
    assert "Not yet" in visiting(sides.licensor).read("/my/packages")


def test_the_picture_is_drawn_unless_there_is_a_preview(
    guest: Person, database: Database, services: Services, sides: Sides
) -> None:
    path = f"/packages/{sides.package.id}/portrait.svg"
    drawn = guest.get(path)
    assert drawn.mimetype == "image/svg+xml"
    assert guest.client.get(path, headers={"If-None-Match": drawn.headers["ETag"]}).status_code == 304
    with database.write() as session:
        package = make_package(session, services.store, sides.estate, title="With a picture")
        upload(
            session, services.store, sides.estate, package, Component.VOICE,
            content=PIXEL, filename="still.png", purpose=AssetPurpose.PREVIEW,
        )  # fmt: skip
        catalog.submit_package(session=session, actor=sides.licensor, at=package.created_at, package_id=package.id)
        session.execute(sa.text("UPDATE package SET status = 'listed' WHERE id = :id"), {"id": package.id})
    picture = guest.get(f"/packages/{package.id}/portrait.svg")
    assert (picture.mimetype, picture.data) == ("image/png", PIXEL)


AVAILS = "components=voice&axes=scripted&media=game.trailer&first_day=2026-07-01&last_day=2026-12-31&zone=UTC"


def test_avails_are_answered_with_reasons_and_fixes(visiting: Visiting, sides: Sides) -> None:
    studio = visiting(sides.studio)
    address = f"/packages/{sides.package.id}?{AVAILS}&exclusivity=non_exclusive&territory="
    assert ">Free</p>" in studio.read(address + "%2BDE")
    refused = studio.read(address + "%2BDE+%2BCN")
    assert "Not free as asked" in refused
    assert "TERRITORY_NOT_OFFERED" in refused
    assert "CN is dropped" in refused


@pytest.mark.parametrize(
    "change", ["territory=", "territory=Mars", "territory=%2BDE&axes=magic", "territory=%2BDE&zone=x"]
)
def test_a_question_that_cannot_be_read_is_explained(visiting: Visiting, sides: Sides, change: str) -> None:
    page = visiting(sides.studio).read(f"/packages/{sides.package.id}?{AVAILS.replace('&zone=UTC', '')}&{change}")
    assert 'class="notice bad"' in page


def test_only_whoever_takes_licenses_may_request_one(visiting: Visiting, sides: Sides) -> None:
    link = f"/packages/{sides.package.id}/request"
    assert link in visiting(sides.studio).read(f"/packages/{sides.package.id}")
    assert link not in visiting(sides.licensor).read(f"/packages/{sides.package.id}")
    assert visiting(sides.licensor).get(link).status_code == 404


def test_the_api_page_shows_every_operation(guest: Person) -> None:
    page = guest.read("/docs")
    document = guest.client.get("/openapi.json").get_json()
    operations = sum(
        m in {"get", "post", "put", "patch", "delete"} for item in document["paths"].values() for m in item
    )
    assert page.count('class="operation"') == operations > 30
    assert "terms_sha256" in page
