"""The port keeps its promises: the real SDK against the sandbox process, and the in-memory provider, alike."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from app.infrastructure.clock import machine_now
from app.payments import bodies
from app.payments.gateway import (
    Account,
    AccountLink,
    Busy,
    Call,
    Checkout,
    Done,
    Gateway,
    Made,
    Outcome,
    Rejected,
    SentTransfer,
    Unknown,
)
from app.payments.intents import key_of
from app.payments.models import Charge, ConnectedAccount, Transfer
from app.payments.service.transfers import ACCOUNT_CANNOT_RECEIVE
from app.payments.states import CheckoutPhase, IntentKind
from app.payments.stripe_gateway import StripeGateway
from app.values.money import Money
from tests.simulators.provider import Provider
from tests.simulators.sandbox import SandboxProcess
from tests.support.clock import START

PUBLIC_URL = "https://likeness.example"
_numbers = count(1)


@dataclass
class World:
    """A gateway, and what people do at the other end of it."""

    gateway: Gateway
    pay: Callable[[Checkout], object]
    activate: Callable[[str], object]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with SandboxProcess() as process:
        yield process


@pytest.fixture
def stripe_gateway(sandbox: SandboxProcess) -> Iterator[StripeGateway]:
    yield StripeGateway(key="sk_test_payments", url=sandbox.url, public_url=PUBLIC_URL)
    sandbox.control("misbehave", method="DELETE")


@pytest.fixture(params=["sandbox", "memory"])
def world(request: pytest.FixtureRequest) -> World:
    if request.param == "memory":
        provider = Provider()
        return World(
            provider,
            lambda page: provider.pay(page.session_id),
            lambda account_id: provider.accounts.update({account_id: True}),
        )
    sandbox: SandboxProcess = request.getfixturevalue("sandbox")
    return World(
        request.getfixturevalue("stripe_gateway"),
        lambda page: sandbox.pay(str(page.url)),
        lambda account_id: sandbox.control(f"accounts/{account_id}", {"status": "active"}),
    )


def call_for(kind: IntentKind, subject_id: str, body: dict[str, Any], name: str) -> Call:
    return Call(
        intent_id="pin_1",
        kind=kind,
        name=name,
        subject_id=subject_id,
        body=body,
        idempotency_key=key_of(name, str(body), 1),
        first_sent_at=machine_now(),
        must_look_up=False,
    )


def again(call: Call) -> Call:
    """The same intent under its next key."""
    return replace(call, idempotency_key=f"{call.idempotency_key[:-2]}-2")


def page_call(money: Money = Money(1000_00, "USD")) -> Call:  # noqa: B008 - frozen
    number = next(_numbers)
    charge = Charge(
        id=f"chg_{number}",
        reference=f"license/{number}/fee",
        payer_party_id="pty_1",
        amount_minor=money.amount_minor,
        currency=money.currency,
        description="License fee: Adaeze Łuna",
        success_path="/licenses/lic_1",
        requested_at=START,
        looked_at=START,
    )
    name = f"{charge.reference}/checkout/1"
    return call_for(IntentKind.CHECKOUT, charge.id, bodies.checkout(name=name, charge=charge), name)


def account_call() -> Call:
    number = next(_numbers)
    name = f"party/{number}/account"
    body = bodies.account(
        name=name, subject_id=f"acc_{number}", party_name="Łuna Heirs", email="heirs@example.com", country="US"
    )
    return call_for(IntentKind.ACCOUNT, f"acc_{number}", body, name)


def link_call(account_id: str) -> Call:
    account = ConnectedAccount(
        party_id="pty_1", stripe_account_id=account_id, return_path="/", opened_at=START, looked_at=START
    )
    name = f"{account_id}/account-link/1"
    return call_for(IntentKind.ACCOUNT_LINK, account.id, bodies.account_link(account=account), name)


def transfer_call(*, charge_id: str, source: str, destination: str, amount_minor: int = 600_00) -> Call:
    transfer = Transfer(
        reference=f"share/{next(_numbers)}",
        party_id="pty_1",
        charge_id=charge_id,
        amount_minor=amount_minor,
        currency="USD",
        requested_at=START,
    )
    name = f"{transfer.reference}/transfer"
    body = bodies.transfer(name=name, transfer=transfer, source=source, destination=destination)
    return call_for(IntentKind.TRANSFER, transfer.id, body, name)


def done(outcome: Outcome[Any]) -> Any:
    assert isinstance(outcome, Done), outcome
    return outcome.made


def paid_transfer_call(world: World, *, is_active: bool = True, amount_minor: int = 600_00) -> Call:
    asked = page_call()
    page = done(world.gateway.make(asked))
    world.pay(page)
    payment = done(world.gateway.checkout(page.session_id)).payment
    account = done(world.gateway.make(account_call()))
    if is_active:
        world.activate(account.account_id)
    return transfer_call(
        charge_id=asked.subject_id,
        source=payment.charge_id,
        destination=account.account_id,
        amount_minor=amount_minor,
    )


def test_a_page_can_be_paid_once(world: World) -> None:
    call = page_call()
    page = done(world.gateway.make(call))
    assert (page.phase, page.subject_id, page.amount) == (
        CheckoutPhase.OPEN,
        call.subject_id,
        Money(1000_00, "USD"),
    )
    assert page.url
    assert timedelta(hours=23) < page.expires_at - machine_now() <= timedelta(hours=24)
    world.pay(page)
    paid = done(world.gateway.checkout(page.session_id))
    assert (paid.phase, paid.url) == (CheckoutPhase.PAID, None)
    assert paid.payment.charge_id
    assert paid.payment.fee.currency == "USD"
    assert 0 < paid.payment.fee.amount_minor < 1000_00


def test_the_same_key_makes_one_page(world: World) -> None:
    call = page_call()
    assert done(world.gateway.make(call)).session_id == done(world.gateway.make(call)).session_id
    assert done(world.gateway.make(again(call))).session_id != done(world.gateway.make(call)).session_id


def test_a_closed_page_is_expired(world: World) -> None:
    page = done(world.gateway.make(page_call()))
    assert done(world.gateway.close_checkout(page.session_id)).phase is CheckoutPhase.EXPIRED
    assert done(world.gateway.close_checkout(page.session_id)).phase is CheckoutPhase.EXPIRED


def test_a_paid_page_cannot_be_closed(world: World) -> None:
    page = done(world.gateway.make(page_call()))
    world.pay(page)
    assert done(world.gateway.close_checkout(page.session_id)).phase is CheckoutPhase.PAID


def test_a_transfer_goes_out_once(world: World) -> None:
    call = paid_transfer_call(world)
    sent = done(world.gateway.make(call))
    assert isinstance(sent, SentTransfer)
    assert done(world.gateway.make(call)) == sent


def test_an_account_is_active_when_it_is(world: World) -> None:
    account = done(world.gateway.make(account_call()))
    assert isinstance(account, Account)
    assert not done(world.gateway.account(account.account_id)).is_active
    world.activate(account.account_id)
    assert done(world.gateway.account(account.account_id)).is_active


def test_a_link_leads_in(world: World) -> None:
    account = done(world.gateway.make(account_call()))
    link = done(world.gateway.make(link_call(account.account_id)))
    assert isinstance(link, AccountLink)
    assert link.expires_at > machine_now()


@pytest.mark.parametrize("kind", [IntentKind.CHECKOUT, IntentKind.TRANSFER, IntentKind.ACCOUNT])
def test_what_was_made_is_found_by_its_name(world: World, kind: IntentKind) -> None:
    make: dict[IntentKind, Callable[[], Call]] = {
        IntentKind.CHECKOUT: page_call,
        IntentKind.TRANSFER: lambda: paid_transfer_call(world),
        IntentKind.ACCOUNT: account_call,
    }
    call = make[kind]()
    assert done(world.gateway.look_up(call)) is None
    made = done(world.gateway.make(call))
    assert _id(done(world.gateway.look_up(call))) == _id(made)


def _id(made: Made) -> str:
    match made:
        case Checkout():
            return made.session_id
        case SentTransfer():
            return made.transfer_id
        case Account():
            return made.account_id
    raise AssertionError(made)


# Only what the sandbox can be asked to do


def on_stripe(gateway: StripeGateway, sandbox: SandboxProcess) -> World:
    return World(
        gateway,
        lambda page: sandbox.pay(str(page.url)),
        lambda account_id: sandbox.control(f"accounts/{account_id}", {"status": "active"}),
    )


def test_an_account_that_is_not_active_receives_nothing(
    stripe_gateway: StripeGateway, sandbox: SandboxProcess
) -> None:
    outcome = stripe_gateway.make(paid_transfer_call(on_stripe(stripe_gateway, sandbox), is_active=False))
    assert isinstance(outcome, Rejected)
    assert outcome.code in ACCOUNT_CANNOT_RECEIVE


def test_a_charge_does_not_give_more_than_it_holds(stripe_gateway: StripeGateway, sandbox: SandboxProcess) -> None:
    outcome = stripe_gateway.make(paid_transfer_call(on_stripe(stripe_gateway, sandbox), amount_minor=1000_01))
    assert isinstance(outcome, Rejected)
    assert outcome.code not in ACCOUNT_CANNOT_RECEIVE


def test_payers_come_back_to_this_service(stripe_gateway: StripeGateway, sandbox: SandboxProcess) -> None:
    page = done(stripe_gateway.make(page_call()))
    assert sandbox.pay(page.url) == f"{PUBLIC_URL}/licenses/lic_1"


@pytest.mark.parametrize(
    ("button", "outcome", "phase"),
    [("later", None, CheckoutPhase.PROCESSING), ("later", "failed", CheckoutPhase.FAILED),
     ("later", "succeeded", CheckoutPhase.PAID), ("decline", None, CheckoutPhase.OPEN)],
)  # fmt: skip
def test_pages_are_seen_as_they_stand(
    stripe_gateway: StripeGateway,
    sandbox: SandboxProcess,
    button: str,
    outcome: str | None,
    phase: CheckoutPhase,
) -> None:
    page = done(stripe_gateway.make(page_call()))
    sandbox.pay(page.url, button)
    if outcome is not None:
        intent_id = stripe_gateway._stripe.v1.checkout.sessions.retrieve(page.session_id).payment_intent
        sandbox.control(f"payment_intents/{intent_id}", {"outcome": outcome})
    assert done(stripe_gateway.checkout(page.session_id)).phase is phase


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("lost", Unknown),
        ("timeout", Unknown),
        ("error", Unknown),
        ("error_done", Unknown),
        ("unavailable", Unknown),
        ("rate_limit", Busy),
        ("conflict", Busy),
    ],
)
def test_troubles_are_told_apart(
    stripe_gateway: StripeGateway, sandbox: SandboxProcess, answer: str, expected: type
) -> None:
    sandbox.control("misbehave", {"answer": answer, "next": 3, "method": "POST"})
    call = page_call()
    outcome = stripe_gateway.make(call)
    assert isinstance(outcome, expected), outcome
    sandbox.control("misbehave", method="DELETE")
    repeated = stripe_gateway.make(call)
    if answer in {"error", "error_done"}:
        assert isinstance(repeated, Unknown)
        assert repeated.look_up, "Stripe repeats the failure it remembers."
        found = done(stripe_gateway.look_up(call))
        assert (found is None) == (answer == "error")
    else:
        assert done(repeated).phase is CheckoutPhase.OPEN


def test_another_body_under_a_key_is_looked_into(stripe_gateway: StripeGateway) -> None:
    call = page_call()
    done(stripe_gateway.make(call))
    outcome = stripe_gateway.make(replace(call, body=page_call().body))
    assert isinstance(outcome, Unknown)
    assert outcome.look_up


def test_nobody_at_the_other_end() -> None:
    gateway = StripeGateway(key="sk_test_payments", url="http://127.0.0.1:9", public_url=PUBLIC_URL)
    assert isinstance(gateway.checkout("cs_1"), Unknown)


def test_a_key_that_is_not_accepted_is_our_problem(
    sandbox: SandboxProcess, caplog: pytest.LogCaptureFixture
) -> None:
    gateway = StripeGateway(key="wrong_key", url=sandbox.url, public_url=PUBLIC_URL)
    assert isinstance(gateway.make(page_call()), Busy)
    assert "does not accept our key" in caplog.text
    assert "wrong_key" not in caplog.text


def test_what_does_not_exist_is_rejected(stripe_gateway: StripeGateway) -> None:
    assert isinstance(stripe_gateway.checkout("cs_none"), Rejected)
    assert isinstance(stripe_gateway.account("acct_none"), Rejected)
    assert isinstance(stripe_gateway.dispute("dp_none"), Rejected)


def test_a_dispute_names_its_charge(stripe_gateway: StripeGateway, sandbox: SandboxProcess) -> None:
    page = done(stripe_gateway.make(page_call()))
    sandbox.pay(page.url)
    charge_id = done(stripe_gateway.checkout(page.session_id)).payment.charge_id
    dispute = sandbox.control("disputes", {"charge": charge_id})
    seen = done(stripe_gateway.dispute(dispute["id"]))
    assert (seen.stripe_charge_id, seen.outcome) == (charge_id, None)
    sandbox.control(f"disputes/{dispute['id']}", {"outcome": "won"})
    assert done(stripe_gateway.dispute(dispute["id"])).outcome == "won"
