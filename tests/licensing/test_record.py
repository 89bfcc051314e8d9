"""The public record: what both sides agreed to show, how the license stands at this instant, and nothing else."""

import re
from datetime import timedelta
from typing import Any

import pytest
import zxingcpp
from flask.testing import FlaskClient

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.infrastructure.ids import new_id
from app.licensing.queries import license_of
from app.licensing.record import codes
from app.licensing.record.rules import public_standing
from app.licensing.record.states import PublicStanding
from app.licensing.rules.codes import Code
from app.licensing.service import lifecycle
from app.licensing.states import LicenseAction
from app.negotiation.terms.vocabulary import PublicFact
from tests.factories.licensing import (
    DURING,
    ENDS_AT,
    STARTS_AT,
    TICK,
    Licensed,
    make_license,
    make_licensing_sides,
    make_unpaid_license,
)
from tests.support.clock import FrozenClock
from tests.support.databases import on_sqlite

FACTS = [fact.value for fact in PublicFact]


def make_showing(database: Database, services: Services, *facts: str) -> Licensed:
    with database.write() as session:
        sides = make_licensing_sides(session, services.store, authority={"name": "Holders of a Likeness"})
        return make_license(session, services.store, sides=sides, public_record=list(facts))


def record(client: FlaskClient, license_id: str) -> dict[str, Any]:
    answer = client.get(f"/v1/license-records/{license_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def facts_of(database: Database, licensed: Licensed) -> dict[str, Any]:
    """What the record would tell if everything were public, from the terms themselves."""
    with database.read() as session:
        terms = license_of(session, licensed.id).latest.terms.document
    [grant] = terms["grants"]
    return {
        "performer": terms["performer"]["name"],
        "production": terms["production"]["title"],
        "licensee": terms["licensee"]["name"],
        "licensor": terms["licensor"]["name"],
        "term": {name: terms["term"][name] for name in ("first_day", "last_day", "zone", "starts_at", "ends_at")},
        "scope": [
            {
                "component": "voice",
                "media": ["game.scripted_performance"],
                "territory": {name: grant["territory"][name] for name in ("expression", "codes")},
            }
        ],
    }


def words_of(client: FlaskClient, license_id: str) -> dict[str, str]:
    """All that anybody can read: the answer with its headers, and the page without its frame."""
    answer = client.get(f"/v1/license-records/{license_id}")
    page = client.get(f"/verify/{license_id}", headers={"Accept": "text/html"})
    assert (answer.status_code, page.status_code) == (200, 200)
    main = page.text.split("<main", 1)[1].split("</main>", 1)[0]
    return {"JSON": f"{answer.headers}{answer.text}", "page": f"{page.headers}{main}"}


def texts_of(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(texts_of, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(texts_of, value)) if value else set()
    return {value} if isinstance(value, str) and len(value) > 3 else set()


@pytest.mark.parametrize("fact", FACTS)
def test_each_fact_is_shown_when_it_was_agreed(
    database: Database, services: Services, client: FlaskClient, clock: FrozenClock, fact: str
) -> None:
    licensed = make_showing(database, services, fact)
    clock.move_to(DURING)
    found = record(client, licensed.id)
    assert set(found) == {"license_id", "standing", "as_of", fact}
    expected = facts_of(database, licensed)
    assert found[fact] == expected[fact]
    page = words_of(client, licensed.id)["page"]
    shown = {"term": "31 Dec 2026", "scope": "Voice"}.get(fact) or expected[fact]
    assert shown in page


@pytest.mark.parametrize("fact", FACTS)
def test_each_fact_is_absent_when_it_was_not(
    database: Database, services: Services, client: FlaskClient, clock: FrozenClock, fact: str
) -> None:
    """All others are shown, so that nothing hides the one that is not."""
    others = [other for other in FACTS if other != fact]
    licensed = make_showing(database, services, *others)
    clock.move_to(DURING)
    told = facts_of(database, licensed)
    allowed = texts_of({name: told[name] for name in others})
    secret = {text for text in texts_of(told[fact]) if not any(text in other for other in allowed)}
    assert secret
    for where, words in words_of(client, licensed.id).items():
        found = [text for text in secret if text in words]
        assert not found, f"{where} tells the {fact}: {found}"
    assert fact not in record(client, licensed.id)


def test_of_a_license_without_public_facts_only_the_standing_is_told(
    database: Database, services: Services, client: FlaskClient, clock: FrozenClock
) -> None:
    licensed = make_showing(database, services)
    clock.move_to(DURING)
    assert record(client, licensed.id) == {
        "license_id": licensed.id,
        "standing": "valid",
        "as_of": "2026-09-01T12:00:00Z",
    }
    secret = texts_of(facts_of(database, licensed))
    assert len(secret) > 10
    for where, words in words_of(client, licensed.id).items():
        found = [text for text in secret if text in words]
        assert not found, f"{where} tells {found}"


def test_the_standing_follows_the_clock_to_the_instant(
    database: Database, services: Services, client: FlaskClient, clock: FrozenClock
) -> None:
    licensed = make_showing(database, services)
    for at, word, seconds in (
        (STARTS_AT - timedelta(seconds=20), "not_yet", 20),
        (STARTS_AT, "valid", 60),
        (ENDS_AT - timedelta(seconds=9), "valid", 9),
        (ENDS_AT - TICK, "valid", 0),
        (ENDS_AT, "ended", 60),
        (ENDS_AT + timedelta(days=4000), "ended", 60),
    ):
        clock.move_to(at)
        answer = client.get(f"/v1/license-records/{licensed.id}")
        assert answer.get_json()["standing"] == word, at
        assert answer.headers["Cache-Control"] == f"public, max-age={seconds}", at
        page = client.get(f"/verify/{licensed.id}")
        assert PublicStanding(word).sentence in page.text
        assert page.headers["Cache-Control"] == "private, no-cache"


def test_a_suspension_is_seen_at_once_and_does_not_outlive_the_term(
    database: Database, services: Services, client: FlaskClient, clock: FrozenClock
) -> None:
    licensed = make_showing(database, services)

    def change(action: LicenseAction) -> None:
        with database.write() as session:
            lifecycle.change_standing(
                session=session,
                actor=licensed.licensor,
                at=clock.now(),
                license_id=licensed.id,
                action=action,
                reason="The credit line is missing.",
            )

    clock.move_to(DURING)
    change(LicenseAction.SUSPEND)
    assert record(client, licensed.id)["standing"] == "suspended"
    assert "credit line" not in "".join(words_of(client, licensed.id).values())
    clock.move_to(ENDS_AT)
    assert record(client, licensed.id)["standing"] == "ended"
    clock.move_to(DURING)
    change(LicenseAction.REINSTATE)
    assert record(client, licensed.id)["standing"] == "valid"
    change(LicenseAction.TERMINATE)
    assert record(client, licensed.id)["standing"] == "ended"


def test_an_unpaid_license_is_not_in_force_and_never_becomes_so_after_its_end(
    database: Database, services: Services, client: FlaskClient, clock: FrozenClock
) -> None:
    with database.write() as session:
        licensed = make_unpaid_license(session, services.store, public_record=[])
    clock.move_to(DURING)
    assert record(client, licensed.id)["standing"] == "not_yet"
    clock.move_to(ENDS_AT)
    assert record(client, licensed.id)["standing"] == "ended"


def test_whatever_stops_a_license_it_never_reads_as_valid() -> None:
    for code in Code:
        assert (public_standing(code, is_over=False) is PublicStanding.VALID) is (code is Code.ALLOWED)
        assert public_standing(code, is_over=True) is PublicStanding.ENDED


@on_sqlite
def test_what_is_not_there_looks_the_same_whatever_was_asked_for(
    database: Database, services: Services, client: FlaskClient
) -> None:
    licensed = make_showing(database, services, *FACTS)
    with database.read() as session:
        deal_id = license_of(session, licensed.id).license.deal_id
    unknown = [new_id("lic"), deal_id, licensed.id.lower(), licensed.id[:-1], "lic_", "1", "%27", "lic_" + "0" * 26]
    answers = set()
    for asked in unknown:
        for path in (f"/v1/license-records/{asked}", f"/verify/{asked}"):
            answer = client.get(path, headers={"Accept": "application/json"})
            assert answer.status_code == 404, path
            problem = answer.get_json(silent=True)
            if problem is not None:
                answers.add((problem["code"], problem["detail"]))
        for ending in ("svg", "png"):
            assert client.get(f"/verify/{asked}/qr.{ending}").status_code == 404
    assert len(answers) == 1


@pytest.mark.parametrize(
    "public_url", ["https://licenses.example", "https://a-rather-long-name.of.a.marketplace.example"]
)
def test_the_codes_are_read_by_an_independent_reader(public_url: str) -> None:
    url = codes.record_url(public_url, "lic_01K8ZQ4T9M3N5V7X2B6C8D0F1G")
    [read] = zxingcpp.read_barcodes(pixels_of_svg(codes.as_svg(url).decode()))
    assert (read.text, read.format) == (url, zxingcpp.BarcodeFormat.QRCode)


def pixels_of_svg(drawing: str, *, module: int = 6) -> memoryview:
    """Draw the path of a code, as the SVG says it, on a canvas of bytes: light is 255."""
    assert "style" not in drawing
    side = int(re.search(r"h(\d+)v\1h-\1z", drawing)[1])  # type: ignore[index]
    rows = [[255] * side for _ in range(side)]
    strokes = re.search(r'stroke="#000"[^>]* d="([^"]+)"|d="([^"]+)"[^>]*stroke="#000"', drawing)
    assert strokes is not None
    x, y = 0.0, 0.0
    for command, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", strokes[1] or strokes[2]):
        if command == "h":
            for step in range(int(float(first))):
                rows[int(y)][int(x) + step] = 0
            x += float(first)
        else:
            x, y = (float(first), float(second)) if command == "M" else (x + float(first), y + float(second))
    wide = [bytes(value for value in row for _ in range(module)) for row in rows]
    return memoryview(b"".join(row for row in wide for _ in range(module))).cast(
        "B", (side * module, side * module)
    )


def test_the_code_of_a_license_leads_to_its_public_page(
    database: Database, services: Services, client: FlaskClient
) -> None:
    licensed = make_showing(database, services)
    drawing = client.get(f"/verify/{licensed.id}/qr.svg")
    assert drawing.content_type == "image/svg+xml"
    [read] = zxingcpp.read_barcodes(pixels_of_svg(drawing.text))
    assert read.text == f"{services.settings.public_url}/verify/{licensed.id}"
    assert client.get(read.text.removeprefix(services.settings.public_url)).status_code == 200
    picture = client.get(f"/verify/{licensed.id}/qr.png")
    assert (picture.content_type, picture.data[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
    assert (
        client.get(f"/verify/{licensed.id}/qr.png", headers={"If-None-Match": picture.headers["ETag"]}).status_code
        == 304
    )
