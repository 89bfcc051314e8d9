"""The whole way: our routes, jobs and database, the real SDK, and the sandbox process with its signed webhooks."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.serving import make_server

from app.factory import create_app
from app.infrastructure.http.context import Services
from app.infrastructure.jobs.worker import Postponed
from app.ledger import accounts
from app.ledger import queries as ledger
from app.payments import outbox, service
from app.payments.events import PaymentCaptured, TransferSent
from app.payments.models import ConnectedAccount
from app.payments.states import AccountStatus, ChargeStatus, TransferStatus
from app.payments.stripe_gateway import StripeGateway
from app.values.money import Money
from tests.factories.parties import make_actor
from tests.factories.payments import SHARE, Payments, Publisher, make_charge, make_transfer
from tests.simulators.provider import Provider
from tests.simulators.sandbox import SandboxProcess
from tests.support.clock import START

SECRET = "whsec_the_tests_own"
REFERENCE = "deal/1/fee"
TROUBLES = ["lost", "timeout", "error", "error_done", "unavailable", "rate_limit", "conflict"]
TRIES_OF_THE_SDK = 3


@pytest.fixture
def sandbox() -> Iterator[SandboxProcess]:
    with SandboxProcess() as process:
        yield process


class OnSandbox(Payments):
    """Payments with the sandbox at the other end."""

    def __init__(self, services: Services, sandbox: SandboxProcess) -> None:
        super().__init__(services, Provider())
        self.sandbox = sandbox
        self.gateway = StripeGateway(key="sk_test_x", url=sandbox.url, public_url="https://likeness.example")

    def work(self) -> None:  # type: ignore[override]
        """Do all jobs; then again, with whatever the sandbox has told us meanwhile."""
        super().work(gateway=self.gateway)
        self.sandbox.wait_for_deliveries()
        super().work(gateway=self.gateway)

    def misbehave(self, answer: str, path: str, *, times: int = TRIES_OF_THE_SDK) -> None:
        self.sandbox.control("misbehave", {"answer": answer, "next": times, "method": "POST", "path": path})

    def count(self, kind: str) -> int:
        """How many objects of a kind the sandbox holds."""
        client = self.gateway._stripe
        lists = {
            "transfers": client.v1.transfers.list,
            "pages": client.v1.checkout.sessions.list,
            "accounts": client.v2.core.accounts.list,
        }
        return len(list(lists[kind]({"limit": 100}).auto_paging_iter()))  # type: ignore[operator]

    def ask_for_page(self, reference: str = REFERENCE) -> str:
        with self.database.write() as session:
            make_charge(session, reference=reference)
        self.work()
        return str(self.charge(reference).checkout_url)

    def pay(self, reference: str = REFERENCE) -> None:
        self.sandbox.pay(self.ask_for_page(reference))
        self.work()

    def open_account(self) -> ConnectedAccount:
        with self.database.write() as session:
            actor = make_actor(session)
            service.open_connected_account(session=session, actor=actor, at=START, party_id=actor.party_id)
        self.work()
        return self.account(actor.party_id)

    def onboard(self) -> ConnectedAccount:
        account = self.open_account()
        self.sandbox.onboard(str(account.onboarding_url))
        self.work()
        return self.account(account.party_id)

    def ask_for_transfer(
        self, account: ConnectedAccount, *, reference: str = "share/shr_1", money: Money = SHARE
    ) -> None:
        with self.database.write() as session:
            make_transfer(
                session, party_id=account.party_id, reference=reference, charge_reference=REFERENCE, money=money
            )


@pytest.fixture
def payments(heard_services: tuple[Services, Publisher], sandbox: SandboxProcess) -> Iterator[OnSandbox]:
    """In the end the ledger must balance and agree with what the sandbox holds for the platform."""
    services, _ = heard_services
    configured = replace(
        services.settings,
        stripe_key="sk_test_x",
        stripe_url=sandbox.url,
        stripe_webhook_secrets=("whsec_before", SECRET),
    )
    found = OnSandbox(replace(services, settings=configured), sandbox)
    with served(create_app(services=found.services)) as url:
        for thin in (False, True):
            target = {"url": f"{url}/webhooks/stripe", "secret": SECRET, "thin": thin}
            sandbox.control("webhooks/target", target)
        yield found
        sandbox.wait_for_deliveries()
    with found.database.read() as session:
        assert not any(ledger.trial_balance(session).values())
        ours = ledger.balance(session, accounts.stripe_balance(), "USD").amount_minor
    books = sandbox.control("books")["currencies"].get("usd", {"held": {}})
    theirs = books["held"].get("platform", {"available": 0, "pending": 0})
    assert ours == theirs["available"] + theirs["pending"]


class served:  # noqa: N801 - reads as a word of the with statement
    """The app on loopback, in a thread."""

    def __init__(self, app: Flask) -> None:
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def test_money_comes_in_and_goes_out(payments: OnSandbox, events: list[object]) -> None:
    payments.pay()
    charge = payments.charge(REFERENCE)
    assert charge.status is ChargeStatus.PAID
    account = payments.onboard()
    assert account.status is AccountStatus.ACTIVE
    payments.ask_for_transfer(account)
    payments.work()
    transfer = payments.transfer()
    fee = Money(int(charge.processor_fee_minor or 0), "USD")
    assert fee.amount_minor > 0
    assert events == [
        PaymentCaptured(REFERENCE, charge.id, charge.payer_party_id, Money(1000_00, "USD"), fee),
        TransferSent("share/shr_1", transfer.id, Money(600_00, "USD")),
    ]
    held = payments.sandbox.control("books")["currencies"]["usd"]["held"]
    assert sum(held[account.stripe_account_id].values()) == 600_00


def test_the_heirs_open_their_account_after_the_money_came(payments: OnSandbox, events: list[object]) -> None:
    payments.pay()
    account = payments.open_account()
    payments.ask_for_transfer(account)
    payments.work()
    assert payments.transfer().status is TransferStatus.REQUESTED
    payments.sandbox.onboard(str(account.onboarding_url))
    payments.work()
    assert payments.transfer().status is TransferStatus.SENT
    assert len(events) == 2


def test_webhooks_may_come_as_they_please(payments: OnSandbox, events: list[object]) -> None:
    for answer in ["delayed", "doubled", "reordered", "lost"]:
        events.clear()
        reference = f"deal/{answer}/fee"
        page = payments.ask_for_page(reference)
        payments.sandbox.control("webhooks/misbehave", {"answer": answer, "next": 10, "ms": 200})
        payments.sandbox.pay(page)
        payments.work()
        if answer == "lost":
            assert payments.charge(reference).status is ChargeStatus.OPEN
            payments.reconcile()
            payments.work()
        payments.sandbox.control("misbehave", method="DELETE")
        payments.sandbox.control("webhooks/resend", {})
        payments.work()
        assert payments.charge(reference).status is ChargeStatus.PAID
        assert [type(event) for event in events] == [PaymentCaptured], answer


def test_a_transfer_goes_out_once_whatever_the_call_meets(payments: OnSandbox, events: list[object]) -> None:
    payments.pay()
    account = payments.onboard()
    events.clear()
    for answer in TROUBLES:
        payments.misbehave(answer, "/v1/transfers")
        payments.ask_for_transfer(account, reference=f"share/{answer}", money=Money(10_00, "USD"))
        payments.work()
        assert payments.transfer(f"share/{answer}").status is TransferStatus.SENT
    assert payments.count("transfers") == len(TROUBLES)
    assert [type(event) for event in events] == [TransferSent] * len(TROUBLES)


def test_there_is_one_page_whatever_the_call_meets(payments: OnSandbox) -> None:
    troubles = ["lost", "error", "error_done"]
    for answer in troubles:
        payments.misbehave(answer, "/v1/checkout/sessions")
        payments.pay(f"deal/{answer}/fee")
        assert payments.charge(f"deal/{answer}/fee").status is ChargeStatus.PAID
    assert payments.count("pages") == len(troubles)


def test_there_is_one_account_whatever_the_call_meets(payments: OnSandbox) -> None:
    troubles = ["lost", "timeout", "error"]
    for answer in troubles:
        payments.misbehave(answer, "/v2/core/accounts")
        assert payments.onboard().status is AccountStatus.ACTIVE
    assert payments.count("accounts") == len(troubles)


def test_a_provider_that_was_down_is_asked_again(payments: OnSandbox, events: list[object]) -> None:
    payments.pay()
    account = payments.onboard()
    payments.ask_for_transfer(account)
    payments.sandbox.kill()
    with pytest.raises(Postponed):
        outbox.call_stripe(
            services=payments.services,
            gateway=payments.gateway,
            intent_id=payments.intent("share/shr_1/transfer").id,
        )
    assert payments.transfer().status is TransferStatus.REQUESTED
    payments.sandbox.start()
    payments.work()
    assert payments.transfer().status is TransferStatus.SENT
    assert payments.count("transfers") == 1
    assert len(events) == 2
