"""Parts of fee and advance are asked for once each, on their day, whoever runs and however late."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.ledger import accounts
from app.ledger import queries as ledger
from app.licensing import queries
from app.licensing.dues import service as dues
from app.licensing.dues.models import LicenseDue
from app.licensing.service import lifecycle
from app.licensing.states import LicenseAction, LicenseStatus
from app.notifications.models import Message
from app.payments.errors import AmountNotPayable
from app.payments.events import PaymentCaptured
from app.payments.models import Charge
from app.payments.queries import charge_by_reference
from app.values.money import Money
from tests.factories.dues import (
    SECOND_ADVANCE_AT,
    SECOND_FEE_AT,
    THIRD_FEE_AT,
    make_license_in_parts,
    run_charge_due,
    standing_of_dues,
)
from tests.factories.licensing import TICK, Licensed, make_licensing_sides
from tests.factories.royalties import pay
from tests.support.clock import START, FrozenClock

DAY = timedelta(days=1)


@pytest.fixture
def in_parts(database: Database, services: Services) -> Licensed:
    with database.write() as session:
        return make_license_in_parts(session, services.store)


def charged(database: Database, license_id: str) -> list[str]:
    with database.read() as session:
        rows = session.exec(select(Charge.reference).where(col(Charge.reference).contains(license_id)))
        return sorted(reference.partition(license_id)[2] for reference in rows)


def mails(database: Database, licensed: Licensed, word: str) -> list[str]:
    with database.read() as session:
        mine = select(Message.subject).where(
            Message.party_id == licensed.licensee.party_id, col(Message.subject).contains(f"is {word}:")
        )
        return sorted(subject.split(" is ")[0] for subject in session.exec(mine))


def terminate(database: Database, licensed: Licensed, clock: FrozenClock) -> None:
    with database.write() as session:
        lifecycle.change_standing(
            session=session,
            actor=licensed.licensor,
            at=clock.now(),
            license_id=licensed.id,
            action=LicenseAction.TERMINATE,
            reason="Breach that was not cured.",
        )


def pay_parts(database: Database, licensed: Licensed, clock: FrozenClock, *parts: str) -> None:
    for part in parts:
        with database.write() as session:
            pay(session, f"license/{licensed.id}/{part}", at=clock.now())


def status(database: Database, license_id: str) -> LicenseStatus:
    with database.read() as session:
        return queries.license_of(session, license_id).license.status


def test_the_license_is_active_when_all_that_is_due_at_signature_is_paid(
    database: Database, services: Services, in_parts: Licensed, clock: FrozenClock
) -> None:
    assert charged(database, in_parts.id) == ["/advance/1", "/fee"]
    pay_parts(database, in_parts, clock, "fee")
    assert status(database, in_parts.id) is LicenseStatus.AWAITING_PAYMENT
    pay_parts(database, in_parts, clock, "advance/1")
    assert status(database, in_parts.id) is LicenseStatus.ACTIVE
    assert standing_of_dues(services, in_parts.id) == {
        "fee 1": "paid", "fee 2": "planned", "fee 3": "planned", "advance 1": "paid", "advance 2": "planned"
    }  # fmt: skip


def test_a_deal_that_asks_for_nothing_at_signature_is_active_at_once(
    database: Database, services: Services
) -> None:
    fee = {"amount_minor": 90, "currency": "USD", "instalments": [{"amount_minor": 90, "due_on": "2026-08-01"}]}
    with database.write() as session:
        made = make_license_in_parts(session, services.store, fee=fee, advance=None)
    assert status(database, made.id) is LicenseStatus.ACTIVE
    assert charged(database, made.id) == []


def test_each_part_is_charged_at_its_instant_and_not_before(
    database: Database, services: Services, in_parts: Licensed, clock: FrozenClock
) -> None:
    expected = ["/advance/1", "/fee"]
    for due_at, part in ((SECOND_FEE_AT, "/fee/2"), (SECOND_ADVANCE_AT, "/advance/2"), (THIRD_FEE_AT, "/fee/3")):
        clock.move_to(due_at - TICK)
        run_charge_due(services)
        assert charged(database, in_parts.id) == expected
        clock.advance(TICK)
        run_charge_due(services)
        run_charge_due(services)
        expected = sorted([*expected, part])
        assert charged(database, in_parts.id) == expected
    with database.read() as session:
        charge = charge_by_reference(session, f"license/{in_parts.id}/fee/3")
        assert charge is not None
        assert (charge.amount_minor, charge.payer_party_id) == (250_001, in_parts.licensee.party_id)
        assert charge.description.startswith("License fee, part 3 of 3: ")


def test_after_a_long_sleep_everything_is_charged_once_and_the_licensee_has_its_time(
    database: Database, services: Services, in_parts: Licensed, clock: FrozenClock
) -> None:
    pay_parts(database, in_parts, clock, "fee", "advance/1")
    woken_at = clock.move_to(THIRD_FEE_AT + 400 * DAY)
    assert standing_of_dues(services, in_parts.id)["fee 2"] == "overdue"
    for _ in range(3):
        run_charge_due(services)
    assert len(charged(database, in_parts.id)) == 5
    assert len(mails(database, in_parts, "due")) == 5
    assert mails(database, in_parts, "overdue") == []
    clock.move_to(woken_at + 31 * DAY)
    for _ in range(3):
        run_charge_due(services)
    assert len(mails(database, in_parts, "overdue")) == 3


def test_what_is_overdue_is_said_once_after_the_days_of_grace_and_stops_nothing(
    database: Database, services: Services, clock: FrozenClock
) -> None:
    with database.write() as session:
        late = {"annual_bps": 800, "grace_days": 10}
        made = make_license_in_parts(session, services.store, late_interest=late)
    pay_parts(database, made, clock, "fee", "advance/1")
    clock.move_to(SECOND_FEE_AT)
    run_charge_due(services)
    clock.move_to(SECOND_FEE_AT + DAY)
    assert standing_of_dues(services, made.id)["fee 2"] == "overdue"
    clock.move_to(SECOND_FEE_AT + 11 * DAY - TICK)
    run_charge_due(services)
    assert mails(database, made, "overdue") == []
    clock.advance(TICK)
    for _ in range(3):
        run_charge_due(services)
        clock.advance(DAY)
    assert mails(database, made, "overdue") == ["License fee, part 2 of 3"]
    assert status(database, made.id) is LicenseStatus.ACTIVE


def test_what_is_paid_in_time_is_never_called_overdue(
    database: Database, services: Services, in_parts: Licensed, clock: FrozenClock
) -> None:
    pay_parts(database, in_parts, clock, "fee", "advance/1")
    clock.move_to(SECOND_FEE_AT)
    run_charge_due(services)
    pay_parts(database, in_parts, clock, "fee/2")
    clock.move_to(SECOND_FEE_AT + 40 * DAY)
    run_charge_due(services)
    assert mails(database, in_parts, "overdue") == []


@pytest.mark.parametrize(
    ("after", "asked"), [(-TICK, False), (timedelta(0), True), (TICK, True)], ids=["before", "at", "after"]
)
@pytest.mark.parametrize("job_runs_first", [False, True])
def test_what_fell_due_before_a_termination_stays_due_and_the_rest_lapses(
    database: Database,
    services: Services,
    in_parts: Licensed,
    clock: FrozenClock,
    after: timedelta,
    asked: bool,
    job_runs_first: bool,
) -> None:
    pay_parts(database, in_parts, clock, "fee", "advance/1")
    clock.move_to(SECOND_FEE_AT + after)
    if job_runs_first:
        run_charge_due(services)
    terminate(database, in_parts, clock)
    clock.move_to(THIRD_FEE_AT + 400 * DAY)
    run_charge_due(services)
    assert ("/fee/2" in charged(database, in_parts.id)) is asked
    assert len(charged(database, in_parts.id)) == 2 + asked
    shown = standing_of_dues(services, in_parts.id)
    assert shown["fee 2"] == ("overdue" if asked else "lapsed")
    assert (shown["fee 3"], shown["advance 2"]) == ("lapsed", "lapsed")


def test_four_workers_at_once_charge_each_part_once(
    database: Database, services: Services, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dues, "BATCH", 2)
    with database.write() as session:
        sides = make_licensing_sides(session, services.store)
        made = [make_license_in_parts(session, services.store, sides=sides) for _ in range(3)]
    clock.move_to(THIRD_FEE_AT)
    start, errors = threading.Barrier(4), []

    def work() -> None:
        start.wait()
        try:
            run_charge_due(services)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    run_charge_due(services)
    for one in made:
        assert len(charged(database, one.id)) == 5
    assert len(mails(database, made[0], "due")) == 15


def test_a_crash_before_the_commit_leaves_nothing_and_the_next_run_charges(
    database: Database, services: Services, in_parts: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(SECOND_FEE_AT)
    with database.write_session() as session:
        assert dues.charge_due(session=session, at=clock.now()) == 1
        session.rollback()
    assert charged(database, in_parts.id) == ["/advance/1", "/fee"]
    run_charge_due(services)
    assert charged(database, in_parts.id) == ["/advance/1", "/fee", "/fee/2"]


def test_a_payment_told_twice_is_booked_once(database: Database, in_parts: Licensed, clock: FrozenClock) -> None:
    reference = f"license/{in_parts.id}/advance/1"
    told = PaymentCaptured(reference, "chg_1", in_parts.licensee.party_id, Money(100_000, "USD"), Money(30, "USD"))
    pay_parts(database, in_parts, clock, "advance/1")
    paid_at = clock.now()
    clock.advance(DAY)
    for _ in range(2):
        with database.write() as session:
            lifecycle.note_payment(session=session, at=clock.now(), payment=told)
    with database.read() as session:
        assert len(ledger.entries_of(session, f"{reference}/earned")) == 1
        estate = accounts.licensor_payable(in_parts.licensor.party_id)
        assert ledger.balance(session, estate, "USD") == Money(-90_000, "USD")
        assert ledger.balance(session, accounts.platform_fees(), "USD") == Money(-10_000, "USD")
        due = session.exec(select(LicenseDue).where(LicenseDue.reference == reference)).one()
        assert due.paid_at == paid_at


@pytest.mark.parametrize("kind", ["fee", "advance"])
def test_a_part_that_no_payment_can_carry_is_refused_at_signature_and_says_which(
    database: Database, services: Services, kind: str
) -> None:
    big = {"amount_minor": 150_000_000, "instalments": [
        {"amount_minor": 50_000_000}, {"amount_minor": 100_000_000, "due_on": "2026-09-01"}
    ]}  # fmt: skip
    terms = {"fee": big | {"currency": "USD"}} if kind == "fee" else {"advance": big}
    with pytest.raises(AmountNotPayable, match=r"part 2 of 2: 1000000\.00 USD .* Split it"), database.write() as s:
        make_license_in_parts(s, services.store, **terms)


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        ({"fee": {"amount_minor": 49, "currency": "USD"}}, r"License fee: 0\.49 USD is less"),
        ({"fee": {"amount_minor": 299, "currency": "SEK"}}, r"2\.99 SEK is less than one payment can carry"),
        (
            {"advance": {"amount_minor": 501, "instalments": [
                {"amount_minor": 500}, {"amount_minor": 1, "due_on": "2026-09-01"}
            ]}},
            r"part 2 of 2: 0\.01 USD is less",
        ),
    ],
)  # fmt: skip
def test_a_part_too_small_for_a_payment_is_refused_at_signature(
    database: Database, services: Services, terms: dict[str, Any], says: str
) -> None:
    with pytest.raises(AmountNotPayable, match=says), database.write() as session:
        make_license_in_parts(session, services.store, **terms)


@pytest.mark.parametrize(("step", "index"), [(dues.charge_due, "to_charge"), (dues.remind_of_overdue, "to_remind")])
def test_the_job_reads_an_index_of_what_is_open(
    database: Database, session: Session, step: Callable[..., int], index: str
) -> None:
    explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    plans: list[str] = []

    def look(_: sa.Connection, cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT") and "FROM license_due JOIN " in statement:
            cursor.execute(f"{explain} {statement}", values)
            plans.append("\n".join(str(row) for row in cursor.fetchall()))

    if not database.is_sqlite:
        session.execute(sa.text("SET enable_seqscan = off"))
    sa.event.listen(session.connection(), "before_cursor_execute", look)
    step(session=session, at=START)
    [plan] = plans
    assert f"ix_license_due_{index}" in plan


def test_what_is_due_at_signature_is_asked_for_at_that_instant(database: Database, in_parts: Licensed) -> None:
    with database.read() as session:
        rows = session.exec(select(LicenseDue).where(LicenseDue.license_id == in_parts.id)).all()
    assert [(due.due_at, due.charged_at) for due in rows if due.is_at_signature] == [(START, START)] * 2
