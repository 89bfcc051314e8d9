"""Stamped media on pages: the licensee stamps, anybody checks."""

import io
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.marks import routes
from tests.factories.licensing import DURING, ENDS_AT, Licensed, make_license
from tests.factories.media import media
from tests.support.clock import FrozenClock
from tests.web.conftest import Visiting
from tests.web.person import Person, form_to


@pytest.fixture
def licensed(database: Database, services: Services, clock: FrozenClock) -> Licensed:
    with database.write() as session:
        made = make_license(session, services.store, public_record=["performer"])
    clock.move_to(DURING)
    return made


def stamp(person: Person, license_id: str, *, content: bytes, name: str = "still.png", **fields: Any) -> Any:
    path = f"/licenses/{license_id}/marks"
    values = form_to(person.get(path), path).values
    file = {"file": (io.BytesIO(content), name)} if content else {}
    data = {**values, **file, **fields}
    return person.client.post(path, data=data, content_type="multipart/form-data", headers={"Accept": "text/html"})


def check(person: Person, content: bytes, name: str = "still.png") -> Any:
    values = form_to(person.get("/check-media"), "/check-media#answer").values
    file = {"file": (io.BytesIO(content), name)} if content else {}
    return person.client.post("/check-media", data={**values, **file}, content_type="multipart/form-data")


def stamped(person: Person, license_id: str) -> bytes:
    answer = stamp(person, license_id, content=media("still.png"))
    assert answer.status_code == 303, answer.text
    page = person.read(answer.headers["Location"])
    assert "still.png" in page
    assert ">new<" in page
    path = page.split('href="/marks/')[1].split('"')[0]
    with person.get(f"/marks/{path}") as file:
        assert file.status_code == 200
        return bytes(file.data)


def test_the_licensee_stamps_and_anybody_checks(
    visiting: Visiting, guest: Person, licensed: Licensed, clock: FrozenClock
) -> None:
    studio = visiting(licensed.licensee)
    assert f'href="/licenses/{licensed.id}/marks"' in studio.read(f"/licenses/{licensed.id}")
    content = stamped(studio, licensed.id)
    for person in (guest, studio):
        answer = check(person, content).text
        assert ">Trusted<" in answer
        assert licensed.id in answer
        assert f"/verify/{licensed.id}" in answer
    altered = content[:-30] + bytes([content[-30] ^ 1]) + content[-29:]
    assert ">Changed since it was stamped<" in check(guest, altered).text
    answer = check(guest, media("still.png")).text
    assert ">Unknown<" in answer
    assert "encodes a file anew" in answer
    clock.move_to(ENDS_AT)
    assert ">Genuine, but the license does not stand<" in check(guest, content).text
    ended = studio.read(f"/licenses/{licensed.id}/marks")
    assert "Not while the license does not stand" in ended
    assert "not now" in ended


def test_the_other_side_sees_what_was_stamped(visiting: Visiting, licensed: Licensed) -> None:
    stamped(visiting(licensed.licensee), licensed.id)
    page = visiting(licensed.licensor).read(f"/licenses/{licensed.id}/marks")
    assert "still.png" in page
    assert "Stamp a file" not in page
    assert 'href="/marks/' not in page


def test_a_refusal_is_shown_beside_the_form_as_it_was_filled_in(visiting: Visiting, licensed: Licensed) -> None:
    studio = visiting(licensed.licensee)
    refused = stamp(studio, licensed.id, content=media("still.png"), territory="CN")
    assert refused.status_code == 409
    assert "does not include the territory CN" in refused.text
    assert 'value="CN"' in refused.text
    assert stamp(studio, licensed.id, content=b"<b>words</b>", name="<b>.png").status_code == 422
    assert "Choose a file" in stamp(studio, licensed.id, content=b"").text
    assert stamp(studio, licensed.id, content=b"x", digital_source_type="magic").status_code == 422


def test_what_cannot_be_checked_is_told(guest: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Choose a file" in check(guest, b"").text
    strange = check(guest, b"<script>alert(1)</script>", "<script>x</script>.png")
    assert strange.status_code == 200
    assert "<script>x" not in strange.text
    monkeypatch.setattr(routes, "FORM_BYTES", -(192 << 20) + 2000)
    assert check(guest, media("film.mp4") * 3, "film.mp4").status_code == 413


@pytest.mark.browser
def test_a_browser_checks_a_file_and_shows_it_on_a_narrow_screen(
    base_url: str, page: Page, visiting: Visiting, licensed: Licensed
) -> None:
    content = stamped(visiting(licensed.licensee), licensed.id)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{base_url}/check-media")
    page.get_by_label("The file").set_input_files({"name": "still.png", "mimeType": "image/png", "buffer": content})
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("Trusted", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
