"""A request while it is filled in: presets, what is free grant by grant, the indicative price, proposed changes."""

import json
from html import unescape

import pytest
from sqlmodel import select

from app.catalog.models import Package
from app.catalog.presets import PRESETS
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.negotiation.models import Negotiation, Offer
from app.values.components import Component
from tests.factories.catalog import make_listed_package
from tests.factories.negotiation import (
    INTENDED_USE,
    Sides,
    every_term,
    grant,
    make_deal,
    make_production,
    make_request,
)
from tests.factories.parties import make_actor, make_estate
from tests.factories.rights import exclusive_block, make_block
from tests.factories.rights import grant as taken
from tests.web.conftest import Visiting
from tests.web.person import HTML, Form, Person, form_to

GAME = "game_scripted_character"


@pytest.fixture
def two(database: Database, services: Services) -> Sides:
    """A package of a voice and a face; in 2027 the voice is taken in four countries."""
    with database.write() as session:
        estate = make_estate(session, services.store)
        components = [Component.FACE, Component.VOICE]
        package = make_listed_package(session, services.store, estate, components=components)
        studio = make_actor(session)
        taken(session, estate.actor, package.id, exclusive_block())
        return Sides(estate, package, studio, make_production(session, studio))


def address(package: Package, preset: str = GAME) -> str:
    return f"/packages/{package.id}/request?preset={preset}"


def checked(
    studio: Person, package: Package, form: Form | None = None, *, script: bool = True, **changes: object
) -> str:
    """What the panel (or, without a script, the page) says about the form with these changes."""
    form = form or form_to(studio.get(address(package)), "/request")
    assert not changes.keys() - form.names - {"change", "leave_out"}
    headers = HTML | ({"HX-Request": "true"} if script else {})
    data = {**form.values, "first_day": "2027-01-01", "last_day": "2027-12-31", **changes}
    answer = studio.client.post(f"/packages/{package.id}/request/check", data=data, headers=headers)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def test_all_presets_are_there_to_start_from(visiting: Visiting, sides: Sides) -> None:
    page = unescape(visiting(sides.studio).read(f"/packages/{sides.package.id}/request"))
    for preset in PRESETS.values():
        assert preset.label in page
        assert preset.description in page
    assert page.count("No indicative price") == len(PRESETS) - 1
    assert "Build it yourself" in page


def test_a_preset_fills_scope_and_clauses(visiting: Visiting, sides: Sides) -> None:
    studio = visiting(sides.studio)
    for preset in PRESETS.values():
        form = form_to(studio.get(address(sides.package, preset.key)), "/request")
        assert form.values["survival"] == [preset.survival]
        assert ("g0_include" in form.values) is (Component.VOICE in preset.components)
        assert set(form.values["g0_media"]) <= set(preset.media)
        assert form.values["g0_axes"] == [axis.value for axis in preset.axes]
        assert "hate_speech" in form.values["guard_list"]
        assert form.values["approvals.0.stage"][0]
        assert bool(form.values["fee"][0]) is (preset.key == GAME)


def test_a_request_sent_as_it_begins_carries_the_clauses_of_its_preset(
    visiting: Visiting, sides: Sides, database: Database
) -> None:
    studio = visiting(sides.studio)
    fields = {"production_id": sides.production.id, "intended_use": INTENDED_USE}
    studio.done(studio.get(address(sides.package)), "/request", **fields)
    with database.read() as session:
        terms = json.loads(session.exec(select(Offer)).one().terms_json)
    assert [approval["stage"] for approval in terms["approvals"]] == ["final", "script"]
    assert terms["deletion"]["needs_certificate"] is True
    assert (terms["advance"], terms["royalty"]["escalator"], terms["caps"]) == (None, None, [])


def test_the_panel_answers_grant_by_grant(visiting: Visiting, two: Sides) -> None:
    panel = checked(visiting(two.studio), two.package, g0_include="yes", g1_include="yes")
    face, voice = panel.split("<h3>Voice", 1)
    assert "<h3>Face" in face
    assert ">free<" in face
    assert "not free as asked" in voice
    assert "exclusively licensed" in voice
    assert "<html" not in panel


def test_a_proposed_change_is_put_into_the_form(visiting: Visiting, two: Sides) -> None:
    studio = visiting(two.studio)
    panel = checked(studio, two.package)
    drop = next(change for change in map(json.loads, _values_of_changes(panel)) if "g1_territory" in change)
    page = checked(studio, two.package, script=False, change=json.dumps(drop))
    assert f'name="g1_territory" value="{drop["g1_territory"][0]}"' in page
    assert "not free as asked" not in page
    assert 'value="2027-01-01"' in page


def test_every_proposed_change_of_a_grant_makes_it_free(visiting: Visiting, two: Sides) -> None:
    studio = visiting(two.studio)
    panel = checked(studio, two.package, g0_include="yes")
    grants = [change for change in map(json.loads, _values_of_changes(panel)) if "fee" not in change]
    assert len(grants) >= 3
    for change in grants:
        page = checked(studio, two.package, script=False, g0_include="yes", change=json.dumps(change))
        assert "not free as asked" not in page, change


def _values_of_changes(panel: str) -> list[str]:
    """The values of all buttons that propose a change."""
    return [part.split('" formaction=', 1)[0] for part in panel.split('name="change" value="')[1:]]


def test_the_price_follows_the_term_and_can_be_asked_for(visiting: Visiting, sides: Sides) -> None:
    studio = visiting(sides.studio)
    panel = checked(studio, sides.package)
    assert "$12,500.00 for 36 months; for 12 months $4,166.67" in panel
    assert "fewer of them do not lower the price" in panel
    change = _values_of_changes(panel)[-1]
    page = checked(studio, sides.package, script=False, change=change)
    assert 'name="fee" required inputmode="decimal" value="4166.67"' in page
    assert "Ask at this price" not in page
    panel = checked(studio, sides.package, g0_axes="training", g0_exclusivity="exclusive")
    assert "The rate card has no price for this use" in panel


UNREADABLE: list[tuple[dict[str, object], str]] = [
    ({"last_day": "2026-01-01"}, "Last day: The last day lies before the first day"),
    ({"first_day": "soon"}, "First day: A day is text such as"),
    ({"zone": "Mars/Base"}, "not an IANA time zone"),
    ({"g0_territory": "Mars"}, "Voice, territory: "),
    ({"g0_media": []}, "Voice, media: "),
    ({"g0_include": []}, "Choose at least one component"),
    ({"g0_exclusivity": "exclusive", "g0_exclusive_until": "2029-01-01"}, "Exclusivity must end within the term"),
    ({"first_day": "2020-01-01", "last_day": "2020-12-31"}, "This term is over"),
    ({"first_day": "9999-01-01", "last_day": "9999-12-31"}, "between 1900"),
    ({"grants": ["0", "7", "x"], "fee": "lots"}, "Voice"),
    ({"g0_component": "soul"}, "Choose at least one component"),
    ({"g0_media": ["radio", "\0"], "g0_exclusivity": "?", "g0_axes": ["x"]}, "Voice, media: "),
    ({"caps.0.unit": "x", "caps.0.most": "9" * 5000, "leave_out": ["", "fee"], "survival": "?"}, "Voice"),
    ({"currency": "\ufffd", "royalty_currency": "x", "fee": "1e9", "schedule": "?"}, "Voice"),
]


def test_what_cannot_be_read_yet_is_said_gently(visiting: Visiting, sides: Sides) -> None:
    studio = visiting(sides.studio)
    form = form_to(studio.get(address(sides.package)), "/request")
    for typed, sentence in UNREADABLE:
        assert sentence in checked(studio, sides.package, form, **typed), typed
    together = {name: text for typed, _ in UNREADABLE[::-1] for name, text in typed.items()}
    page = checked(studio, sides.package, form, script=False, **together)
    assert 'role="alert"' not in page
    assert "First day: A day is text such as" in page


def test_only_proposed_kinds_of_change_are_put_in(visiting: Visiting, sides: Sides) -> None:
    studio = visiting(sides.studio)
    form = form_to(studio.get(address(sides.package)), "/request")
    path = f"/packages/{sides.package.id}/request/check"
    for change in (
        "", "[]", '{"production_id": ["x"]}', '{"fee": "3"}', "{", "[" * 9_999,
        '{"fee": ["\\ud800"]}', '{"fee": [3]}',
    ):  # fmt: skip
        answer = studio.client.post(path, data={**form.values, "change": change}, headers=HTML)
        assert answer.status_code == 422, change


def test_exclusivity_that_ends_before_others_begin_is_free(
    visiting: Visiting, two: Sides, database: Database
) -> None:
    """In 2027 others share the face: it can be had alone until then, and beside them afterwards."""
    with database.write() as session:
        taken(session, two.licensor, two.package.id, make_block(component=Component.FACE))
    studio = visiting(two.studio)
    face = {"g0_include": "yes", "g1_include": [], "g0_exclusivity": "exclusive"}
    whole = face | {"first_day": "2026-07-01", "last_day": "2027-03-31"}
    assert "not free as asked" in checked(studio, two.package, **whole)
    assert "not free as asked" not in checked(studio, two.package, **whole, g0_exclusive_until="2026-12-31")
    assert "not free as asked" in checked(studio, two.package, **whole, g0_exclusive_until="2027-01-01")


def test_rights_another_licensee_may_extend_into_are_not_called_free(
    visiting: Visiting, sides: Sides, database: Database
) -> None:
    """The deal ends with 2026; the calendar shows 2027 as free, the promise to its licensee does not."""
    with database.write() as session:
        first = Sides(sides.estate, sides.package, other := make_actor(session), make_production(session, other))
        make_deal(session, first, grants=[grant(exclusivity="exclusive")], extension={"months": 3})
    promise, studio = "Another licensee may extend", visiting(sides.studio)
    assert promise in checked(studio, sides.package, last_day="2027-03-31")
    assert promise not in checked(studio, sides.package, first_day="2027-06-01")
    assert promise not in checked(visiting(other), sides.package, last_day="2027-03-31"), "its own promise"


def test_checking_changes_nothing(visiting: Visiting, sides: Sides, database: Database) -> None:
    checked(visiting(sides.studio), sides.package)
    with database.read() as session:
        assert session.exec(select(Negotiation)).all() == []


def test_a_refusal_stands_beside_its_field(visiting: Visiting, sides: Sides) -> None:
    studio = visiting(sides.studio)
    fields = {
        "production_id": sides.production.id, "intended_use": INTENDED_USE, "guarantee.amount_minor": "100",
        "guarantee.schedule.0.test_on": "2027-01-01", "guarantee.schedule.0.amount_minor": "40",
    }  # fmt: skip
    answer = studio.send(studio.get(address(sides.package)), "/request", **fields)
    assert answer.status_code == 422
    clause = answer.text.split("Minimum guarantee", 2)[2].split("</details>", 1)[0]
    assert '<small class="says"' in clause
    assert "The floors add up to 4,000" in clause
    assert '<span class="where">Minimum guarantee</span>' in answer.text
    assert form_to(answer, "/request").values["guarantee.schedule.0.amount_minor"] == ["40"]


def test_a_counteroffer_sent_as_it_begins_offers_the_very_same_terms(
    visiting: Visiting, two: Sides, database: Database
) -> None:
    """The page, not only the form behind it, carries every term there and back."""
    other = {"currency": "EUR", "basis": "gross_receipts", "trigger": "report_date"}
    terms = every_term(
        royalty=every_term()["royalty"] | other,
        reporting={"schedule": "monthly", "due_days": 31},
        term={"first_day": "2026-06-15", "last_day": "2026-12-31", "zone": "Asia/Tokyo"},
        survival={"preset": "film"},
        delivery="hosted_only",
    )
    with database.write() as session:
        talks = make_request(session, two, **terms)
    estate = visiting(two.licensor)
    estate.done(estate.get(f"/negotiations/{talks.id}/counter"), "/counter", message="As you say.")
    with database.read() as session:
        one, other = session.exec(select(Offer).order_by(Offer.number)).all()  # type: ignore[arg-type]
    assert one.terms_sha256 == other.terms_sha256


def test_a_form_that_was_checked_often_is_sent_once(visiting: Visiting, sides: Sides, database: Database) -> None:
    """Asking claims nothing of the form's key: each answer is fresh, and the same form can still be sent."""
    studio = visiting(sides.studio)
    page = studio.get(address(sides.package))
    form = form_to(page, "/request")
    path = f"/packages/{sides.package.id}/request/check"
    script = HTML | {"HX-Request": "true"}
    for last_day, complaint in (("2020-01-01", True), ("2030-01-01", False)):
        answer = studio.client.post(path, data={**form.values, "last_day": last_day}, headers=script)
        assert ("lies before the first day" in answer.text) is complaint
    fields = {"production_id": sides.production.id, "intended_use": INTENDED_USE}
    assert studio.done(page, "/request", **fields) == studio.done(page, "/request", **fields)
    with database.read() as session:
        assert len(session.exec(select(Negotiation)).all()) == 1
