"""The calendar of a license, for both sides: what happens when, evidence, certificates, a text for players."""

import io
import re
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.closing.models import DestructionCertificate
from app.licensing.queries import license_of
from app.negotiation.models import Deal
from tests.factories.changes import hand_on
from tests.factories.closing import (
    DESTRUCTION_DUE_AT,
    WOUND_DOWN_AT,
    make_closing_license,
    make_deliveries,
    step_duty,
)
from tests.factories.licensing import DURING, ENDS_AT, Licensed
from tests.support.clock import FrozenClock
from tests.web.conftest import Visiting

DAY = timedelta(days=1)
OFFICER = {
    "officer_name": "Robin Example",
    "officer_title": "Head of Archives",
    "statement": "I saw it done.",
    "method": "erased",
    "destroyed_on": "2027-04-05",
}


@pytest.fixture
def closing(database: Database, services: Services) -> Licensed:
    with database.write() as session:
        made = make_closing_license(session, services.store)
        make_deliveries(session, made, number=2)
        return made


def ticked(page: str) -> list[str]:
    """What can be ticked as destroyed."""
    return re.findall(r'name="copy" value="([^"]+)"', page)


def step_id(database: Database, licensed: Licensed) -> str:
    with database.read() as session:
        return step_duty(session, licensed.id).id


def test_both_sides_see_what_happens_when(visiting: Visiting, closing: Licensed, clock: FrozenClock) -> None:
    clock.move_to(ENDS_AT + 20 * DAY)
    for actor in (closing.licensee, closing.licensor):
        page = visiting(actor).read(f"/licenses/{closing.id}/calendar")
        assert "Take the voice pack out of the shop" in page
        assert "14 Jan 2027" in page
        assert "overdue" in page
        assert page.count('class="mark') == 11
        assert "style=" not in page
    assert "2 copies are still to be destroyed" in page


def test_evidence_goes_to_and_fro(
    visiting: Visiting, database: Database, closing: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(ENDS_AT + DAY)
    studio, estate = visiting(closing.licensee), visiting(closing.licensor)
    address = f"/licenses/{closing.id}/calendar"
    target = f"{step_id(database, closing)}/evidence"
    empty = studio.send(studio.get(address), target)
    assert empty.status_code == 422
    assert "Say what was done" in empty.text
    proof = (io.BytesIO(b"%PDF-1.7 empty shop"), "shop.pdf")
    studio.done(studio.get(address), target, text="Gone <b>now</b>.", file=proof)
    page = estate.get(address)
    assert "Gone &lt;b&gt;now&lt;/b&gt;." in page.text
    assert estate.send(page, "/answer", verdict="disputed").status_code == 422
    estate.done(page, "/answer", verdict="disputed", reason="One region is left.")
    shown = studio.read(address)
    assert "One region is left." in shown
    assert "disputed" in shown


def test_a_certificate_is_signed_in_parts_and_shown(
    visiting: Visiting, database: Database, closing: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(WOUND_DOWN_AT + 9 * DAY)
    studio, address = visiting(closing.licensee), f"/licenses/{closing.id}/calendar"
    ticks = ticked(studio.read(address))
    assert len(ticks) == 2
    nothing = studio.send(studio.get(address), "/certificates", **OFFICER)
    assert nothing.status_code == 422
    assert "Tick the copies" in nothing.text
    wrong = f"{ticks[0].split()[0]} {'e' * 64}"
    refused = studio.send(studio.get(address), "/certificates", **OFFICER, copy=wrong)
    assert refused.status_code == 409
    assert "This hash was never delivered" in refused.text
    made = studio.done(studio.get(address), "/certificates", **OFFICER, copy=ticks[0])
    shown = visiting(closing.licensor).read(made)
    assert "Robin Example" in shown
    with database.read() as session:
        certificate = session.exec(select(DestructionCertificate)).one()
    assert certificate.sha256 in shown
    assert ticked(studio.read(address)) == ticks[1:]
    assert "1 copy is still to be destroyed" in studio.read(address)
    studio.done(studio.get(address), "/certificates", **OFFICER, copy=ticks[1])
    assert "Nothing is left to be destroyed." in studio.read(address)


def test_a_model_is_declared_on_the_page(visiting: Visiting, closing: Licensed) -> None:
    studio, address = visiting(closing.licensee), f"/licenses/{closing.id}/calendar"
    model = {"name": "voice-tuned", "sha256": "AB" * 32}
    studio.done(studio.get(address), "/models", **model)
    assert "voice-tuned" in studio.read(address)
    assert studio.send(studio.get(address), "/models", **model).status_code == 409


def test_a_text_for_players_is_written_and_says_when_it_cannot_be(visiting: Visiting, closing: Licensed) -> None:
    studio, address = visiting(closing.licensee), f"/licenses/{closing.id}/calendar"
    page = studio.read(f"{address}?language=de&title=Hafenlichter")
    assert "31. Dezember 2026" in page
    assert "Hafenlichter" in page
    assert "Dates cannot be written in this language" in studio.read(f"{address}?language=xx")


def test_all_days_are_on_one_page_and_go_into_a_calendar_file(
    visiting: Visiting, closing: Licensed, stranger: Actor, clock: FrozenClock
) -> None:
    clock.move_to(ENDS_AT)
    studio = visiting(closing.licensee)
    assert 'href="/calendar"' in studio.read("/licenses")
    assert "Take the voice pack out of the shop" in studio.read("/calendar")
    assert "Nothing here" in visiting(stranger).read("/calendar")
    assert studio.read("/calendar.ics").startswith("BEGIN:VCALENDAR")
    late = studio.read("/calendar?late=long")
    assert "List what is in stock" in late
    assert "Take the voice pack out of the shop" not in late


def test_what_is_not_done_stays_on_the_page_however_long_ago_its_day_was(
    visiting: Visiting, closing: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(ENDS_AT + 3000 * DAY)
    page = visiting(closing.licensor).read("/calendar")
    assert "Take the voice pack out of the shop" in page
    assert "The license ends" not in page


def test_administrators_see_what_is_long_overdue(
    visiting: Visiting, closing: Licensed, administrator: Actor, clock: FrozenClock
) -> None:
    clock.move_to(DESTRUCTION_DUE_AT + 30 * DAY)
    page = visiting(administrator).read("/calendar?late=long")
    assert f"/licenses/{closing.id}/calendar" in page
    assert "Destroy delivered copies" in page
    assert "seen by administrators" in page
    assert "Long overdue after the end" in visiting(administrator).read("/")


def test_who_handed_a_license_on_sees_what_it_has_to_destroy_and_no_more(
    visiting: Visiting, database: Database, closing: Licensed, clock: FrozenClock
) -> None:
    with database.write() as session:
        hand_on(session, closing.licensee, closing.licensor, _deal_id(session, closing), at=DURING + DAY)
    clock.move_to(DURING + 40 * DAY)
    page = visiting(closing.licensee).read(f"/licenses/{closing.id}/calendar")
    assert "You handed this license on" in page
    assert "Take the voice pack out of the shop" not in page
    assert "Around the end" not in page
    assert len(ticked(page)) == 2


def _deal_id(session: Session, licensed: Licensed) -> str:
    return session.get_one(Deal, license_of(session, licensed.id).latest.deal_id).id
