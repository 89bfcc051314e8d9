"""Days of the calendar are announced in steps, each exactly once, however long nobody was there to do it."""

import threading
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from app import registry
from app.audit.models import AuditRecord
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.closing.events import DutyNoticeDue
from app.licensing.closing.models import DutyNotice
from app.licensing.closing.service import announcing, planning
from app.licensing.closing.states import DutyKind, DutyStep
from app.licensing.queries import license_of
from app.licensing.states import LicenseAction, NoticeKind
from app.negotiation.models import Deal
from app.notifications.models import Message
from tests.factories.changes import agree, amend
from tests.factories.closing import (
    CLOSING,
    STEP_DUE_AT,
    WOUND_DOWN_AT,
    announced_steps,
    change,
    duty,
    make_closing_license,
    make_deliveries,
    run_announcements,
    step_duty,
)
from tests.factories.licensing import ENDS_AT, TICK, Licensed, make_license, make_licensing_sides
from tests.factories.payments import Publisher
from tests.support.clock import START, FrozenClock

DAY = timedelta(days=1)
LATE = [DutyStep.OVERDUE, DutyStep.OVERDUE_7_DAYS, DutyStep.OVERDUE_30_DAYS]
STEP = "Take the voice pack out of the shop"


@pytest.fixture
def closing(database: Database, services: Services) -> Licensed:
    with database.write() as session:
        made = make_closing_license(session, services.store)
        make_deliveries(session, made)
        return made


def steps_of(database: Database, duty_id: str) -> list[DutyStep]:
    with database.read() as session:
        return announced_steps(session, duty_id)


def step_id(database: Database, licensed: Licensed) -> str:
    with database.read() as session:
        return step_duty(session, licensed.id).id


def mails(database: Database, licensed: Licensed, words: str = STEP) -> Counter[str]:
    with database.read() as session:
        about = select(Message.party_id, Message.subject).where(
            Message.about == licensed.id, col(Message.subject).contains(words)
        )
        return Counter(f"{party_id} {subject}" for party_id, subject in session.exec(about))


def test_each_step_is_announced_at_its_instant_and_not_before(
    database: Database, services: Services, closing: Licensed, clock: FrozenClock
) -> None:
    duty_id = step_id(database, closing)
    expected: list[DutyStep] = []
    for step, days in ((DutyStep.SOON, -7), *zip(LATE, (0, 7, 30), strict=True)):
        clock.move_to(STEP_DUE_AT + days * DAY - TICK)
        run_announcements(services)
        assert steps_of(database, duty_id) == expected
        clock.advance(TICK)
        run_announcements(services)
        run_announcements(services)
        expected.append(step)
        assert steps_of(database, duty_id) == expected
    told = mails(database, closing)
    assert len(told) == 8
    assert set(told.values()) == {1}
    for party in (closing.licensee.party_id, closing.licensor.party_id):
        for start in ("In 7 days", "Overdue since today", "Overdue for 7 days", "Overdue for 30 days"):
            assert any(mail.startswith(f"{party} {start}: {STEP}") for mail in told), start


def test_after_years_of_sleep_each_step_goes_out_once_and_says_what_is_true_then(
    database: Database, services: Services, closing: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(ENDS_AT + 4000 * DAY)
    for _ in range(3):
        run_announcements(services)
    assert steps_of(database, step_id(database, closing)) == [DutyStep.SOON, *LATE]
    told = mails(database, closing)
    assert sum(told.values()) == 8
    assert not any("In 7 days" in mail for mail in told)
    with database.read() as session:
        assert session.exec(select(DutyNotice).where(col(DutyNotice.announced_at).is_(None))).all() == []


def test_a_change_signed_by_a_clock_that_was_moved_back_announces_nothing_twice(
    database: Database, services: Services, closing: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(ENDS_AT - 20 * DAY)
    run_announcements(services)
    clock.move_to(ENDS_AT - 40 * DAY)
    with database.write() as session:
        deal = session.get_one(Deal, license_of(session, closing.id).latest.deal_id)
        fee = {"amount_minor": 1_250_000, "currency": "USD"}
        sooner = CLOSING | {"deletion": {"within_days": 20}}
        talks = amend(session, closing.licensee, deal, at=clock.now(), **sooner, fee=fee)
        agree(session, closing.licensor, talks, at=clock.now())
    clock.move_to(ENDS_AT)
    run_announcements(services)
    with database.read() as session:
        told = select(AuditRecord).where(col(AuditRecord.action).startswith("license.notice."))
        assert Counter(row.action.rpartition(".")[2] for row in session.exec(told)) == dict.fromkeys(NoticeKind, 1)


def test_what_was_done_is_not_announced(
    database: Database, services: Services, closing: Licensed, clock: FrozenClock
) -> None:
    duty_id = step_id(database, closing)
    clock.move_to(STEP_DUE_AT)
    run_announcements(services)
    with database.write() as session:
        planning.mark_done(session, step_duty(session, closing.id), clock.now())
    clock.move_to(STEP_DUE_AT + 400 * DAY)
    run_announcements(services)
    assert steps_of(database, duty_id) == [DutyStep.SOON, DutyStep.OVERDUE]


def test_where_nothing_was_delivered_nobody_is_told_to_destroy_it(
    database: Database, services: Services, clock: FrozenClock
) -> None:
    with database.write() as session:
        made = make_closing_license(session, services.store)
    clock.move_to(WOUND_DOWN_AT + 400 * DAY)
    run_announcements(services)
    assert not mails(database, made, "Destroy")


def test_a_termination_forgets_what_it_leaves_out_and_starts_its_own_days(
    database: Database, services: Services, closing: Licensed, clock: FrozenClock
) -> None:
    at = clock.move_to(ENDS_AT - 20 * DAY)
    run_announcements(services)
    with database.write() as session:
        change(session, closing, LicenseAction.TERMINATE, at=at)
    clock.move_to(ENDS_AT + 400 * DAY)
    run_announcements(services)
    for words in ("time to sell off", "List what is in stock (", "option to extend closes (now"):
        assert not [mail for mail in mails(database, closing, words) if "over (" in mail], words
    assert len(mails(database, closing, "Destroy")) > 0
    assert steps_of(database, step_id(database, closing)) == [DutyStep.SOON, *LATE]
    with database.read() as session:
        due_at = step_duty(session, closing.id).due_at
    assert due_at < ENDS_AT


def test_a_suspended_license_is_told_of_its_days_as_any_other(
    database: Database, services: Services, closing: Licensed, clock: FrozenClock
) -> None:
    with database.write() as session:
        change(session, closing, LicenseAction.SUSPEND, at=ENDS_AT - DAY)
    clock.move_to(STEP_DUE_AT)
    run_announcements(services)
    assert steps_of(database, step_id(database, closing)) == [DutyStep.SOON, DutyStep.OVERDUE]


def test_four_workers_at_once_announce_each_step_once(
    database: Database, services: Services, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcing, "BATCH", 3)
    only_steps = {"wind_down": CLOSING["wind_down"]}
    with database.write() as session:
        sides = make_licensing_sides(session, services.store)
        ids = [make_license(session, services.store, sides=sides, **only_steps).id for _ in range(3)]
    clock.move_to(ENDS_AT + 900 * DAY)
    start, errors = threading.Barrier(4), []

    def work() -> None:
        start.wait()
        try:
            run_announcements(services)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    run_announcements(services)
    with database.read() as session:
        about = select(Message.about).where(col(Message.about).in_(ids), col(Message.subject).contains(STEP))
        counts = Counter(session.exec(about).all())
    assert counts == dict.fromkeys(ids, 8)


def test_a_step_that_cannot_be_told_is_announced_later_and_not_lost(
    services: Services, closing: Licensed, clock: FrozenClock
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("the listener is broken")

    broken = Database(
        services.database.url,
        subscribers={**registry.SUBSCRIBERS, DutyNoticeDue: [fail]},
        secret_key=services.settings.secret_key,
    )
    with pytest.raises(RuntimeError), broken.write() as session:
        announcing.announce_duties(session=session, at=STEP_DUE_AT)
    broken.close()
    duty_id = step_id(services.database, closing)
    assert steps_of(services.database, duty_id) == []
    clock.move_to(STEP_DUE_AT)
    run_announcements(services)
    assert steps_of(services.database, duty_id) == [DutyStep.SOON, DutyStep.OVERDUE]


def test_listeners_hear_who_has_to_act(services: Services, closing: Licensed) -> None:
    publisher = Publisher()
    heard = Database(
        services.database.url,
        subscribers={DutyNoticeDue: [publisher]},
        secret_key=services.settings.secret_key,
    )
    with heard.write() as session:
        announcing.announce_duties(session=session, at=STEP_DUE_AT)
        inventory = duty(session, closing.id, DutyKind.INVENTORY).id
    heard.close()
    events: Sequence[Any] = publisher.heard
    first = next(event for event in events if event.duty_id == inventory)
    assert (first.step, first.party_id, first.licensor_party_id) == (
        DutyStep.SOON,
        closing.licensee.party_id,
        closing.licensor.party_id,
    )


def test_the_job_reads_an_index_of_what_is_open(database: Database, session: Session) -> None:
    explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    plans: list[str] = []

    def look(_: sa.Connection, cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT") and "FROM duty_notice JOIN " in statement:
            cursor.execute(f"{explain} {statement}", values)
            plans.append("\n".join(str(row) for row in cursor.fetchall()))

    if not database.is_sqlite:
        session.execute(sa.text("SET enable_seqscan = off"))
    sa.event.listen(session.connection(), "before_cursor_execute", look)
    announcing.announce_duties(session=session, at=START)
    [plan] = plans
    assert "ix_duty_notice_due" in plan
