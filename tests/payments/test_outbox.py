"""Whatever goes wrong around a call, and wherever the process dies: one object, one booking, one event."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from app.infrastructure.jobs.worker import Postponed, drain
from app.ledger import queries as ledger
from app.payments import outbox
from app.payments.events import TransferSent
from app.payments.gateway import Call, Made, Outcome
from app.payments.intents import key_of
from app.payments.service import transfers
from app.payments.states import AccountStatus, ChargeStatus, IntentStatus, TransferStatus
from tests.factories.payments import Payments, active_account, make_charge, make_transfer, paid_charge
from tests.simulators.provider import Crash, Provider

INTENT = "share/shr_1/transfer"


@pytest.fixture
def ready(payments: Payments) -> Payments:
    """A transfer that only has to be carried out."""
    paid_charge(payments)
    account = active_account(payments)
    with payments.database.write() as session:
        make_transfer(session, party_id=account.party_id)
    return payments


def try_once(payments: Payments) -> None:
    outbox.call_stripe(services=payments.services, gateway=payments.provider, intent_id=payments.intent(INTENT).id)


def assert_sent_once(payments: Payments, events: list[object]) -> None:
    assert payments.transfer().status is TransferStatus.SENT
    assert payments.intent(INTENT).status is IntentStatus.DONE
    assert len(payments.provider.made[INTENT]) == 1
    assert [type(event) for event in events].count(TransferSent) == 1
    with payments.database.read() as session:
        assert len(ledger.entries_of(session, f"transfer/{payments.transfer().id}/")) == 1


@pytest.mark.parametrize("crash", [Provider.crash_before, Provider.crash_after])
def test_a_crash_around_the_call(ready: Payments, events: list[object], crash: Callable[[Provider], None]) -> None:
    crash(ready.provider)
    with pytest.raises(Crash):
        try_once(ready)
    ready.work()
    assert_sent_once(ready, events)
    assert len(set(ready.provider.calls[-2:])) == 1, "The same key, before and after the crash."


def test_a_crash_while_storing_the_answer(
    ready: Payments, events: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = transfers.note_sent

    def die_at_the_end(**arguments: Any) -> None:
        real(**arguments)
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(transfers, "note_sent", die_at_the_end)
        with pytest.raises(Crash):
            try_once(ready)
    events.clear()  # heard in the transaction that was rolled back
    assert ready.transfer().status is TransferStatus.REQUESTED
    ready.work()
    assert_sent_once(ready, events)


def test_two_workers_at_once(ready: Payments, events: list[object]) -> None:
    both_have_begun = threading.Barrier(2, timeout=20)

    class Slow(Provider):
        def make(self, call: Call) -> Outcome[Made]:
            both_have_begun.wait()
            return ready.provider.make(call)

    slow, intent_id = Slow(), ready.intent(INTENT).id
    with ThreadPoolExecutor(2) as pool:
        for attempt in [
            pool.submit(outbox.call_stripe, services=ready.services, gateway=slow, intent_id=intent_id)
            for _ in range(2)
        ]:
            attempt.result()
    assert_sent_once(ready, events)


@pytest.mark.parametrize("trouble", [Provider.lose_answer, Provider.lose_call, Provider.be_busy])
def test_without_a_final_answer_the_same_key_is_used(
    ready: Payments, events: list[object], trouble: Callable[[Provider], None]
) -> None:
    for _ in range(3):
        trouble(ready.provider)
        with pytest.raises(Postponed):
            try_once(ready)
    assert ready.transfer().status is TransferStatus.REQUESTED
    ready.work()
    assert_sent_once(ready, events)
    intent = ready.intent(INTENT)
    assert set(ready.provider.calls[-4:]) == {intent.idempotency_key}
    assert ready.provider.looked_up == []


def test_pauses_grow(ready: Payments) -> None:
    pauses = []
    for _ in range(12):
        ready.provider.be_busy()
        with pytest.raises(Postponed) as waiting:
            try_once(ready)
        pauses.append(waiting.value.pause.total_seconds())
    assert pauses[:3] == [2, 4, 8]
    assert pauses[-1] == 600


@pytest.mark.parametrize("is_done", [True, False])
def test_a_remembered_failure_is_looked_into(ready: Payments, events: list[object], is_done: bool) -> None:
    ready.provider.remember_failure(is_done=is_done)
    ready.work()
    assert_sent_once(ready, events)
    assert ready.provider.looked_up == [INTENT]
    assert ready.intent(INTENT).generation == (1 if is_done else 2)


@pytest.mark.parametrize("is_done", [True, False])
def test_a_key_is_not_trusted_for_longer_than_stripe_keeps_it(
    ready: Payments, events: list[object], is_done: bool
) -> None:
    (Provider.lose_answer if is_done else Provider.lose_call)(ready.provider)
    with pytest.raises(Postponed):
        try_once(ready)
    ready.provider.forget_keys()
    ready.age(INTENT, by=timedelta(hours=23, seconds=1))
    ready.work()
    assert_sent_once(ready, events)
    assert ready.provider.looked_up == [INTENT]


def test_before_that_it_is(ready: Payments, events: list[object]) -> None:
    ready.provider.lose_answer()
    with pytest.raises(Postponed):
        try_once(ready)
    ready.age(INTENT, by=timedelta(hours=22, minutes=59))
    ready.work()
    assert_sent_once(ready, events)
    assert ready.provider.looked_up == []


def test_an_intent_whose_job_is_gone_is_taken_up_again(ready: Payments, events: list[object]) -> None:
    drain(services=ready.services, handlers={"payments.call_stripe": lambda **_: None})
    ready.reconcile(after=timedelta(minutes=30))
    ready.work()
    assert ready.transfer().status is TransferStatus.REQUESTED, "Its job may still be pausing."
    ready.provider.be_busy()
    with pytest.raises(Postponed):
        try_once(ready)
    ready.reconcile(after=timedelta(hours=2))
    ready.work()
    assert_sent_once(ready, events)


def test_what_is_done_is_not_done_again(ready: Payments, events: list[object]) -> None:
    try_once(ready)
    calls = len(ready.provider.calls)
    try_once(ready)
    assert len(ready.provider.calls) == calls
    assert_sent_once(ready, events)


def test_pages_and_accounts_survive_the_same(payments: Payments) -> None:
    with payments.database.write() as session:
        make_charge(session)
    payments.provider.remember_failure(is_done=True)
    payments.work()
    assert payments.charge().status is ChargeStatus.OPEN
    assert len(payments.provider.pages) == 1
    payments.provider.remember_failure(is_done=False)
    account = active_account(payments)
    assert account.status is AccountStatus.ACTIVE
    assert len(payments.provider.accounts) == 1


def test_nothing_else_is_sent_under_a_key() -> None:
    key = key_of("a/transfer", '{"amount":1}', 1)
    others = [
        key_of("b/transfer", '{"amount":1}', 1),
        key_of("a/transfer", '{"amount":2}', 1),
        key_of("a/transfer", '{"amount":1}', 2),
    ]
    assert key == key_of("a/transfer", '{"amount":1}', 1)
    assert len({key, *others}) == 4
