"""The page of approvals: the licensee asks and shows, the licensor answers, both see how it stands."""

import io
import re
from datetime import timedelta

import pytest
from sqlmodel import select

from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.approvals.models import Approval
from tests.factories.approvals import answer, ask, make_asking_license
from tests.factories.licensing import DURING, ENDS_AT, Licensed, make_license
from tests.support.clock import FrozenClock
from tests.web.conftest import Visiting

WOUND_DOWN_AT = ENDS_AT + timedelta(days=30)


@pytest.fixture
def licensed(database: Database, services: Services, clock: FrozenClock) -> Licensed:
    clock.move_to(DURING)
    with database.write() as session:
        return make_asking_license(session, services.store, wind_down={"days": 30, "steps": []})


def test_a_script_is_shown_changed_and_approved(database: Database, visiting: Visiting, licensed: Licensed) -> None:
    studio, estate = visiting(licensed.licensee), visiting(licensed.licensor)
    address = f"/licenses/{licensed.id}/approvals"
    shown = {"what": "script/", "description": "The second chapter.", "file": (io.BytesIO(b"lines"), "2.txt")}
    assert studio.done(studio.get(address), "/approvals", **shown) == address
    with database.read() as session:
        approval = session.exec(select(Approval)).one()
    page = estate.get(address)
    assert "silence counts as approval" in page.text
    assert estate.get(f"{address}/{approval.id}/file").data == b"lines"
    refusal = estate.send(page, approval.id, answer="want_changes", reason="")
    assert refusal.status_code == 422
    assert "Say why" in refusal.text
    estate.done(refusal, approval.id, answer="want_changes", reason="No war.")
    page = studio.get(address)
    assert "Changes wanted" in page.text
    assert "No war." in page.text
    studio.done(page, "/approvals", what="script/", description="Without the war.", follows_id=approval.id)
    assert "After changes to" not in studio.read(address)
    page = estate.get(address)
    assert "round 2" in page.text
    assert "want_changes" not in page.text


def test_silence_is_shown_when_its_time_has_come(
    database: Database, services: Services, visiting: Visiting, licensed: Licensed, clock: FrozenClock
) -> None:
    with database.write() as session:
        ask(session, services.store, licensed, stage="script")
        refused = ask(session, services.store, licensed, action="patch", phase="expired")
        answer(session, licensed, refused, "refuse", reason="Not like this.")
    address = f"/licenses/{licensed.id}/approvals"
    assert "Approved by silence" not in visiting(licensed.licensor).read(address)
    clock.advance(timedelta(days=6))
    page = visiting(licensed.licensor).read(address)
    assert "Approved by silence" in page
    assert "Not like this." in page


def test_others_see_nothing_and_deals_without_approvals_say_so(
    database: Database, services: Services, visiting: Visiting, licensed: Licensed, stranger: Actor
) -> None:
    assert visiting(stranger).get(f"/licenses/{licensed.id}/approvals").status_code == 404
    with database.write() as session:
        made = make_license(session, services.store, sides=licensed.sides, survival={"preset": "brand"})
    page = visiting(made.licensee).read(f"/licenses/{made.id}/approvals")
    assert "To patch, while winding down" in page
    assert "Nothing was asked yet" in page


def test_what_counts_now_comes_first_and_what_is_past_is_not_offered(
    visiting: Visiting, licensed: Licensed, clock: FrozenClock
) -> None:
    studio, address = visiting(licensed.licensee), f"/licenses/{licensed.id}/approvals"

    def offered() -> list[str]:
        return re.findall(r'<option value="(\w+/\w*)">', studio.read(address))

    assert offered()[0] == "script/"
    assert "patch/expired" in offered()
    clock.move_to(ENDS_AT)
    assert offered() == ["patch/winding_down", "patch/expired", "patch/terminated"]
    clock.move_to(WOUND_DOWN_AT)
    assert offered() == ["patch/expired", "patch/terminated"]
    assert "To patch, while suspended" in studio.read(address)


def test_a_form_that_asks_for_nothing_is_told_so(visiting: Visiting, licensed: Licensed) -> None:
    studio = visiting(licensed.licensee)
    page = studio.get(f"/licenses/{licensed.id}/approvals")
    assert "Choose what is to be approved" in studio.send(page, "/approvals", what="", description="x").text
    for what in ("sample/", "patch/never", "dance/expired", "script/active"):
        assert studio.send(page, "/approvals", what=what, description="Something.").status_code in (409, 422), what
