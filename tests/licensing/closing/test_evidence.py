"""The licensee shows that a duty was done; the licensor accepts or disputes it."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select
from werkzeug.test import TestResponse

from app.audit.models import AuditRecord
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.closing.models import DutyEvidence, DutyNotice
from app.licensing.closing.service.evidence import note_reported
from app.licensing.closing.states import DutyKind, DutyStep
from app.licensing.states import LicenseAction
from app.notifications.models import Message
from tests.factories.closing import announced_steps, change, duty, run_announcements, step_duty
from tests.factories.identity import Caller
from tests.factories.licensing import ENDS_AT, TICK, Callers, Licensed
from tests.factories.royalties import make_earning_license, report_usage, sales, steam_file
from tests.support.clock import FrozenClock

DAY = timedelta(days=1)
STEP = "Take the voice pack out of the shop"
DUE_AT = ENDS_AT + 14 * DAY


def duties(caller: Caller, licensed: Licensed) -> dict[str, Any]:
    answer = caller.get(f"/v1/licenses/{licensed.id}/duties")
    assert answer.status_code == 200, answer.text
    return {item["title"]: item for item in answer.get_json()["items"]}


def path_of(caller: Caller, licensed: Licensed, title: str = STEP) -> str:
    return f"/v1/licenses/{licensed.id}/duties/{duties(caller, licensed)[title]['id']}/evidence"


def refused(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def test_a_duty_stands_as_the_clock_says_until_it_is_shown_to_be_done(
    callers: Callers, closing: Licensed, clock: FrozenClock
) -> None:
    for at, state in (
        (ENDS_AT - TICK, "upcoming"),
        (ENDS_AT, "due"),
        (DUE_AT - TICK, "due"),
        (DUE_AT, "overdue"),
        (DUE_AT + 400 * DAY, "overdue"),
    ):
        clock.move_to(at)
        assert duties(callers.licensor, closing)[STEP]["state"] == state
    filed = callers.licensee.post(path_of(callers.licensee, closing), json={"text": "Removed with patch 1.9."})
    assert filed.status_code == 201
    shown = duties(callers.licensor, closing)[STEP]
    assert (shown["state"], shown["done_at"]) == ("done", "2028-02-19T05:00:00Z")
    assert [(each["text"], each["verdict"]) for each in shown["evidence"]] == [("Removed with patch 1.9.", None)]


def test_a_file_is_kept_with_its_hash_and_both_sides_can_read_it(
    callers: Callers, closing: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(ENDS_AT)
    form = {"file": (io.BytesIO(b"%PDF-1.7 the empty shop"), "shop.pdf")}
    path = path_of(callers.licensee, closing)
    filed = callers.licensee.post(path, data=form, content_type="multipart/form-data").get_json()
    assert filed["filename"] == "shop.pdf"
    for caller in (callers.licensee, callers.licensor):
        answer = caller.get(f"{path}/{filed['id']}/content", buffered=True)
        assert answer.data == b"%PDF-1.7 the empty shop"
        assert answer.headers["ETag"] == f'"{filed["sha256"]}"'
    words = callers.licensee.post(path, json={"text": "As I said."}).get_json()["id"]
    assert refused(callers.licensee.get(f"{path}/{words}/content")) == (404, "not_found")


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "  \n "}])
def test_evidence_shows_something(callers: Callers, closing: Licensed, body: dict[str, Any]) -> None:
    answer = callers.licensee.post(path_of(callers.licensee, closing), json=body)
    assert refused(answer) == (422, "invalid_input")
    assert answer.get_json()["errors"][0]["pointer"] == "/text"


def test_only_who_has_to_act_files_and_only_the_licensor_answers(callers: Callers, closing: Licensed) -> None:
    path = path_of(callers.licensee, closing)
    body = {"text": "Done."}
    assert refused(callers.licensor.post(path, json=body)) == (403, "forbidden")
    assert refused(callers.administrator.post(path, json=body)) == (403, "forbidden")
    assert refused(callers.stranger.post(path, json=body)) == (404, "not_found")
    evidence_id = callers.licensee.post(path, json=body).get_json()["id"]
    accepted = {"verdict": "accepted"}
    assert refused(callers.licensee.post(f"{path}/{evidence_id}/answer", json=accepted)) == (403, "forbidden")
    assert callers.licensor.post(f"{path}/{evidence_id}/answer", json=accepted).status_code == 201
    again = callers.licensor.post(f"{path}/{evidence_id}/answer", json={"verdict": "disputed", "reason": "No."})
    assert refused(again) == (409, "already_answered")


@pytest.mark.parametrize(
    "title",
    [
        "Destroy delivered copies and derived models",
        "Final usage report, for 2027-01-01 to 2027-03-31",
        "The license ends",
    ],
)
def test_what_is_shown_otherwise_takes_no_evidence(callers: Callers, closing: Licensed, title: str) -> None:
    answer = callers.licensee.post(path_of(callers.licensee, closing, title), json={"text": "Done."})
    assert refused(answer) == (409, "nothing_to_file")


def test_what_is_disputed_is_open_again_until_something_else_is_filed(
    database: Database, services: Services, callers: Callers, closing: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(ENDS_AT + DAY)
    path = path_of(callers.licensee, closing)
    first = callers.licensee.post(path, json={"text": "Gone."}).get_json()["id"]
    no_reason = callers.licensor.post(f"{path}/{first}/answer", json={"verdict": "disputed"})
    assert refused(no_reason) == (422, "invalid_input")
    disputed = {"verdict": "disputed", "reason": "It is still sold in one region."}
    assert callers.licensor.post(f"{path}/{first}/answer", json=disputed).status_code == 201
    shown = duties(callers.licensee, closing)[STEP]
    assert (shown["state"], shown["is_disputed"], shown["done_at"]) == ("due", True, None)
    clock.move_to(DUE_AT)
    run_announcements(services)
    with database.read() as session:
        assert announced_steps(session, shown["id"])[-1] is DutyStep.OVERDUE
    assert duties(callers.licensee, closing)[STEP]["state"] == "overdue"
    callers.licensee.post(path, json={"text": "Gone everywhere."})
    shown = duties(callers.licensee, closing)[STEP]
    assert (shown["state"], shown["is_disputed"]) == ("done", False)
    with database.read() as session:
        subjects = session.exec(select(Message.subject).where(Message.about == closing.id)).all()
        assert sum(subject.startswith("Evidence was filed") for subject in subjects) == 2
        assert sum(subject.startswith("Your evidence was disputed") for subject in subjects) == 1
        actions = select(AuditRecord.action).where(col(AuditRecord.action).startswith("license.evidence"))
        assert list(session.exec(actions.order_by(col(AuditRecord.position)))) == [
            "license.evidence_filed",
            "license.evidence_disputed",
            "license.evidence_filed",
        ]


def test_a_dispute_leaves_done_what_later_evidence_shows(callers: Callers, closing: Licensed) -> None:
    path = path_of(callers.licensee, closing)
    first = callers.licensee.post(path, json={"text": "Gone."}).get_json()["id"]
    callers.licensee.post(path, json={"text": "Here is the proof."})
    callers.licensor.post(f"{path}/{first}/answer", json={"verdict": "disputed", "reason": "Only words."})
    assert duties(callers.licensee, closing)[STEP]["state"] == "done"


def test_a_dispute_long_after_the_day_is_told_once(
    database: Database, services: Services, callers: Callers, closing: Licensed, clock: FrozenClock
) -> None:
    path = path_of(callers.licensee, closing)
    first = callers.licensee.post(path, json={"text": "Gone."}).get_json()["id"]
    clock.move_to(DUE_AT + 90 * DAY)
    callers.licensor.post(f"{path}/{first}/answer", json={"verdict": "disputed", "reason": "Found it again."})
    for _ in range(2):
        run_announcements(services)
    with database.read() as session:
        assert announced_steps(session, step_duty(session, closing.id).id) == [DutyStep.OVERDUE_30_DAYS]
        open_steps = select(DutyNotice).where(
            DutyNotice.duty_id == step_duty(session, closing.id).id, col(DutyNotice.announced_at).is_(None)
        )
        assert session.exec(open_steps).all() == []


def test_stock_is_listed_before_the_sell_off(callers: Callers, closing: Licensed, clock: FrozenClock) -> None:
    title = "List what is in stock for the sell-off"
    clock.move_to(ENDS_AT - 30 * DAY)
    assert duties(callers.licensor, closing)[title]["state"] == "overdue"
    listed = {"file": (io.BytesIO(b"item,units\nfigurine,120\n"), "stock.csv")}
    path = path_of(callers.licensee, closing, title)
    assert callers.licensee.post(path, data=listed, content_type="multipart/form-data").status_code == 201
    assert duties(callers.licensor, closing)[title]["state"] == "done"


def test_the_final_report_closes_its_duty(
    database: Database, callers: Callers, closing: Licensed, clock: FrozenClock
) -> None:
    title = "Final usage report, for 2027-01-01 to 2027-03-31"
    clock.move_to(ENDS_AT + 100 * DAY)
    for last_day, state in ((DUE_AT.date(), "due"), ((ENDS_AT + 89 * DAY).date(), "done")):
        with database.write() as session:
            note_reported(session=session, at=clock.now(), license_id=closing.id, last_day=last_day)
        assert duties(callers.licensee, closing)[title]["state"] == state


def test_a_usage_report_of_the_last_days_is_the_final_one(database: Database, services: Services) -> None:
    with database.write() as session:
        made = make_earning_license(session, services.store)
        report_usage(session, made, steam_file(sales(100_00)))
    with database.read() as session:
        assert duty(session, made.id, DutyKind.FINAL_REPORT).done_at is None
    at = ENDS_AT + 10 * DAY
    last = (date(2026, 10, 1), date(2026, 12, 31))
    with database.write() as session:
        report_usage(session, made, steam_file(sales(100_00, Date="2026-11-01")), at=at, days=last)
    with database.read() as session:
        assert duty(session, made.id, DutyKind.FINAL_REPORT).done_at == at


def test_evidence_is_taken_in_every_standing(
    database: Database, callers: Callers, closing: Licensed, clock: FrozenClock
) -> None:
    for days, action in ((1, LicenseAction.SUSPEND), (2, LicenseAction.TERMINATE)):
        clock.move_to(ENDS_AT + days * DAY)
        with database.write() as session:
            change(session, closing, action, at=clock.now())
        path = path_of(callers.licensee, closing)
        assert callers.licensee.post(path, json={"text": f"After {action.value}."}).status_code == 201


def test_what_was_filed_cannot_be_changed(database: Database, callers: Callers, closing: Licensed) -> None:
    callers.licensee.post(path_of(callers.licensee, closing), json={"text": "Gone."})
    for statement in (sa.update(DutyEvidence).values(text="Not quite."), sa.delete(DutyEvidence)):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.write() as session:
            session.execute(statement)
