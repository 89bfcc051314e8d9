"""A charge is asked for once, paid at most once, and every kind of news leads to the same end."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from app.identity.actor import Actor
from app.identity.states import Role
from app.infrastructure.clock import machine_now
from app.infrastructure.jobs.worker import Postponed
from app.ledger import accounts
from app.ledger import queries as ledger
from app.payments import outbox, service
from app.payments.errors import (
    AmountNotPayable,
    ChargeAlreadyPaid,
    IllegalChange,
    ProviderDisagrees,
    ReferenceTaken,
)
from app.payments.events import DisputeClosed, DisputeOpened, PaymentCaptured, PaymentFailed
from app.payments.gateway import Notice
from app.payments.inbox import receive
from app.payments.models import Charge
from app.payments.service.charges import apply_checkout
from app.payments.states import (
    ChargeAction,
    ChargeStatus,
    CheckoutPhase,
    DisputeOutcome,
    IntentStatus,
    next_charge_status,
)
from app.values.errors import NotFound
from app.values.money import Money
from tests.factories.parties import make_actor, make_administrator
from tests.factories.payments import FEE, Payments, make_charge, paid_charge
from tests.support.clock import START

PAGE_1 = "license/lic_1/fee/checkout/1"
PAGE_2 = "license/lic_1/fee/checkout/2"


@pytest.fixture
def payer(payments: Payments) -> Actor:
    """Somebody with a charge whose payment page is open."""
    with payments.database.write() as session:
        actor = make_actor(session)
        make_charge(session, payer_party_id=actor.party_id)
    payments.work()
    return actor


def held(payments: Payments, account: str) -> int:
    with payments.database.read() as session:
        return ledger.balance(session, account, "USD").amount_minor


def renew(payments: Payments, actor: Actor) -> Charge:
    with payments.database.write() as session:
        return service.renew_checkout(session=session, actor=actor, at=START, charge_id=payments.charge().id)


@pytest.mark.usefixtures("payer")
def test_a_charge_gets_a_page_to_pay_on(payments: Payments) -> None:
    charge = payments.charge()
    assert charge.status is ChargeStatus.OPEN
    assert charge.checkout_url == f"https://provider.example/{charge.stripe_session_id}"
    assert payments.provider.pages[str(charge.stripe_session_id)].amount == FEE


def test_paying_books_the_money_and_says_so(payments: Payments, events: list[object]) -> None:
    charge = paid_charge(payments)
    assert (charge.status, charge.paid_at, charge.checkout_url) == (ChargeStatus.PAID, START, None)
    fee = Money(30, "USD")
    assert events == [PaymentCaptured("license/lic_1/fee", charge.id, charge.payer_party_id, FEE, fee)]
    assert held(payments, accounts.stripe_balance()) == 1000_00 - 30
    assert held(payments, accounts.processor_fees()) == 30
    assert held(payments, accounts.licensee_receivable(charge.payer_party_id)) == -1000_00


@pytest.mark.usefixtures("payer")
def test_a_payment_without_a_fee_is_booked_too(payments: Payments, events: list[object]) -> None:
    session_id = str(payments.charge().stripe_session_id)
    payments.provider.pay(session_id, fee_minor=0)
    payments.tell("checkout.session.completed", session_id)
    payments.work()
    assert held(payments, accounts.stripe_balance()) == 1000_00
    assert len(events) == 1


@pytest.mark.parametrize("how", ["twice", "again later", "in wrong order", "never", "before our own answer"])
def test_however_the_news_comes_there_is_one_payment(payments: Payments, events: list[object], how: str) -> None:
    with payments.database.write() as session:
        make_charge(session)
    if how == "before our own answer":
        payments.provider.lose_answer()
        payments.provider.be_busy()
    if how != "before our own answer":
        payments.work()
        session_id = str(payments.charge().stripe_session_id)
        payments.provider.pay(session_id)
    match how:
        case "twice":
            payments.tell("checkout.session.completed", session_id)
            payments.tell("checkout.session.completed", session_id)
        case "again later":
            payments.tell("checkout.session.completed", session_id, event_id="evt_1")
            payments.work()
            payments.tell("checkout.session.completed", session_id, event_id="evt_2")
        case "in wrong order":
            payments.tell("checkout.session.async_payment_succeeded", session_id, event_id="evt_1")
            payments.work()
            payments.tell("checkout.session.completed", session_id, event_id="evt_2")
            payments.tell("checkout.session.expired", session_id, event_id="evt_3")
        case "never":
            payments.reconcile()
        case "before our own answer":
            _pay_before_the_answer_is_stored(payments)
    payments.work()
    charge = payments.charge()
    assert charge.status is ChargeStatus.PAID
    assert [type(event) for event in events] == [PaymentCaptured]
    assert held(payments, accounts.stripe_balance()) == 1000_00 - 30
    assert len(payments.provider.pages) == 1


def _pay_before_the_answer_is_stored(payments: Payments) -> None:
    with pytest.raises(Postponed):
        outbox.call_stripe(
            services=payments.services, gateway=payments.provider, intent_id=payments.intent(PAGE_1).id
        )
    [session_id] = payments.provider.pages
    payments.provider.pay(session_id)
    payments.tell("checkout.session.completed", session_id)


def test_an_event_is_stored_once(session: Session) -> None:
    notice = Notice("evt_1", "checkout.session.completed", "cs_1")
    assert receive(session=session, notice=notice)
    assert not receive(session=session, notice=notice)


@pytest.mark.usefixtures("payer")
def test_events_about_other_things_change_nothing(payments: Payments) -> None:
    payments.tell("customer.created", "cus_1", event_id="evt_1")
    payments.tell("v2.core.account.created", "acct_of_somebody", event_id="evt_2")
    payments.work()
    assert payments.charge().status is ChargeStatus.OPEN


def test_a_payment_on_its_way_is_waited_for(payments: Payments, payer: Actor, events: list[object]) -> None:
    session_id = str(payments.charge().stripe_session_id)
    payments.provider.turn(session_id, CheckoutPhase.PROCESSING)
    payments.tell("checkout.session.completed", session_id)
    payments.work()
    assert (payments.charge().status, payments.charge().checkout_phase) == ("open", CheckoutPhase.PROCESSING)
    assert renew(payments, payer).checkout_number == 1, "No second page while the money may still arrive."
    payments.provider.pay(session_id)
    payments.reconcile()
    payments.work()
    assert payments.charge().status is ChargeStatus.PAID
    assert len(events) == 1


def test_a_payment_that_does_not_arrive_can_be_tried_again(
    payments: Payments, payer: Actor, events: list[object]
) -> None:
    first = str(payments.charge().stripe_session_id)
    payments.provider.turn(first, CheckoutPhase.FAILED)
    for event_id in ("evt_1", "evt_2"):
        payments.tell("checkout.session.async_payment_failed", first, event_id=event_id)
    payments.work()
    assert payments.charge().status is ChargeStatus.FAILED
    assert [type(event) for event in events] == [PaymentFailed]
    renew(payments, payer)
    payments.work()
    second = str(payments.charge().stripe_session_id)
    payments.provider.pay(second)
    payments.tell("checkout.session.completed", second, event_id="evt_3")
    payments.work()
    assert payments.charge().status is ChargeStatus.PAID


def test_an_expired_page_is_replaced(payments: Payments, payer: Actor) -> None:
    first = str(payments.charge().stripe_session_id)
    payments.provider.turn(first, CheckoutPhase.EXPIRED)
    payments.tell("checkout.session.expired", first)
    payments.work()
    assert payments.charge().checkout_url is None
    renew(payments, payer)
    payments.work()
    charge = payments.charge()
    assert charge.status is ChargeStatus.OPEN
    assert charge.stripe_session_id != first
    payments.tell("checkout.session.expired", first, event_id="evt_late")
    payments.work()
    assert payments.charge().checkout_url == charge.checkout_url, "Old news about the page before."


def test_a_page_that_can_be_paid_is_kept(payments: Payments, payer: Actor) -> None:
    before = payments.charge()
    assert renew(payments, payer).stripe_session_id == before.stripe_session_id
    payments.work()
    assert len(payments.provider.pages) == 1


def test_a_page_is_closed_before_another_is_opened(payments: Payments, payer: Actor) -> None:
    """Our clock says expired, Stripe's does not: still nobody can pay on two pages."""
    first = str(payments.charge().stripe_session_id)
    _expire_by_our_clock(payments)
    renew(payments, payer)
    payments.work()
    assert payments.provider.pages[first].phase is CheckoutPhase.EXPIRED
    assert len(payments.provider.pages) == 2


@pytest.mark.parametrize("phase", [CheckoutPhase.PAID, CheckoutPhase.PROCESSING])
def test_no_fresh_page_when_the_old_one_brought_the_money(
    payments: Payments, payer: Actor, events: list[object], phase: CheckoutPhase
) -> None:
    first = str(payments.charge().stripe_session_id)
    _expire_by_our_clock(payments)
    if phase is CheckoutPhase.PAID:
        payments.provider.pay(first)
    else:
        payments.provider.turn(first, phase)
    renew(payments, payer)
    payments.work()
    assert payments.intent(PAGE_2).status is IntentStatus.ABANDONED
    assert len(payments.provider.pages) == 1
    assert payments.charge().checkout_phase is phase
    assert len(events) == (1 if phase is CheckoutPhase.PAID else 0)


def _expire_by_our_clock(payments: Payments) -> None:
    with payments.database.write() as session:
        session.get_one(Charge, payments.charge().id).checkout_expires_at = machine_now() - timedelta(seconds=1)


def test_a_refused_page_fails_the_charge_and_can_be_asked_for_again(
    payments: Payments, events: list[object]
) -> None:
    with payments.database.write() as session:
        actor = make_actor(session)
        make_charge(session, payer_party_id=actor.party_id)
    payments.provider.reject("amount_too_small", "The amount is too small.")
    payments.work()
    charge = payments.charge()
    assert (charge.status, charge.problem) == (ChargeStatus.FAILED, "The amount is too small.")
    assert events == [PaymentFailed("license/lic_1/fee", charge.id, "The amount is too small.")]
    renew(payments, actor)
    payments.work()
    assert payments.charge().status is ChargeStatus.OPEN


def test_what_is_paid_is_not_asked_for_again(payments: Payments) -> None:
    charge = paid_charge(payments)
    payer = Actor(user_id=None, party_id=charge.payer_party_id, role=Role.MEMBER)
    with pytest.raises(ChargeAlreadyPaid):
        renew(payments, payer)


@pytest.mark.usefixtures("payer")
def test_a_stranger_finds_no_charge(payments: Payments) -> None:
    with payments.database.write() as session:
        stranger, administrator = make_actor(session), make_administrator(session)
    with pytest.raises(NotFound):
        renew(payments, stranger)
    assert renew(payments, administrator).id == payments.charge().id


def test_a_dispute_is_reported_once(payments: Payments, events: list[object]) -> None:
    charge = paid_charge(payments)
    payments.provider.disputes |= {"dp_1": str(charge.stripe_charge_id), "dp_2": "ch_of_somebody"}
    for number, dispute_id in enumerate(["dp_1", "dp_1", "dp_2"]):
        payments.tell("charge.dispute.created", dispute_id, event_id=f"evt_dispute_{number}")
    payments.work()
    assert events[1:] == [DisputeOpened(charge.reference, charge.id)]


def test_a_dispute_that_ends_is_reported_once(payments: Payments, events: list[object]) -> None:
    charge = paid_charge(payments)
    payments.provider.disputes["dp_1"] = str(charge.stripe_charge_id)
    payments.tell("charge.dispute.created", "dp_1", event_id="evt_1")
    payments.work()
    payments.provider.dispute_outcomes["dp_1"] = DisputeOutcome.WON
    for number, kind in enumerate(["updated", "closed", "closed", "funds_reinstated"]):
        payments.tell(f"charge.dispute.{kind}", "dp_1", event_id=f"evt_over_{number}")
    payments.work()
    assert events[1:] == [
        DisputeOpened(charge.reference, charge.id),
        DisputeClosed(charge.reference, charge.id, is_won=True),
    ]


@pytest.mark.parametrize("outcome", DisputeOutcome)
def test_of_a_dispute_heard_of_when_it_is_over_only_a_loss_is_news(
    payments: Payments, events: list[object], outcome: DisputeOutcome
) -> None:
    charge = paid_charge(payments)
    payments.provider.disputes["dp_1"] = str(charge.stripe_charge_id)
    payments.provider.dispute_outcomes["dp_1"] = outcome
    for number, kind in enumerate(["closed", "created"]):
        payments.tell(f"charge.dispute.{kind}", "dp_1", event_id=f"evt_{number}")
    payments.work()
    lost = [DisputeOpened(charge.reference, charge.id), DisputeClosed(charge.reference, charge.id, is_won=False)]
    assert events[1:] == (lost if outcome is DisputeOutcome.LOST else [])


def test_the_same_request_is_one_charge(session: Session) -> None:
    payer = make_actor(session).party_id
    first = make_charge(session, payer_party_id=payer)
    assert make_charge(session, payer_party_id=payer).id == first.id
    with pytest.raises(ReferenceTaken):
        make_charge(session, payer_party_id=payer, money=Money(1, "USD"))
    with pytest.raises(ReferenceTaken):
        make_charge(session)


@pytest.mark.parametrize(
    "money", [Money(0, "USD"), Money(-5, "USD"), Money(100_000_000, "USD"), Money(1005, "KWD")]
)
def test_what_cannot_be_paid_is_refused_at_once(session: Session, money: Money) -> None:
    with pytest.raises(AmountNotPayable):
        make_charge(session, money=money)


@pytest.mark.usefixtures("payer")
def test_a_page_for_another_amount_is_not_believed(payments: Payments) -> None:
    session_id = str(payments.charge().stripe_session_id)
    payments.provider.pay(session_id)
    page = payments.provider.pages[session_id]
    with payments.database.write() as session:
        charge = session.get_one(Charge, payments.charge().id)
        charge.amount_minor += 1
        with pytest.raises(ProviderDisagrees):
            apply_checkout(session=session, at=START, charge=charge, page=page)
        session.rollback()


def test_a_second_payment_for_a_charge_is_not_hidden(payments: Payments) -> None:
    charge = paid_charge(payments)
    page = payments.provider.pages[str(charge.stripe_session_id)]
    assert page.payment is not None
    another = replace(page, payment=replace(page.payment, charge_id="ch_another"))
    with payments.database.write() as session:
        with pytest.raises(ProviderDisagrees, match="paid twice"):
            apply_checkout(session=session, at=START, charge=session.get_one(Charge, charge.id), page=another)
        session.rollback()


def test_a_transition_that_makes_no_sense_is_illegal() -> None:
    with pytest.raises(IllegalChange):
        next_charge_status(ChargeStatus.PAID, ChargeAction.RENEW)
