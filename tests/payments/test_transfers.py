"""Money goes out once, out of a charge that is paid, to an account that can receive it."""

import pytest

from app.identity.actor import Actor
from app.ledger import accounts
from app.ledger import queries as ledger
from app.payments import service
from app.payments.errors import AmountNotPayable, ChargeOverdrawn, ReferenceTaken
from app.payments.events import PaymentCaptured, TransferRejected, TransferSent
from app.payments.models import ConnectedAccount
from app.payments.states import AccountStatus, TransferStatus
from app.values.errors import NotFound
from app.values.money import Money
from tests.factories.parties import make_actor
from tests.factories.payments import Payments, active_account, make_charge, make_transfer, paid_charge
from tests.support.clock import START

INTENT = "share/shr_1/transfer"


def request(payments: Payments, party_id: str, **changes: object) -> None:
    with payments.database.write() as session:
        make_transfer(session, party_id=party_id, **changes)  # type: ignore[arg-type]
    payments.work()


def test_a_transfer_goes_out_of_its_charge(payments: Payments, events: list[object]) -> None:
    charge, account = paid_charge(payments), active_account(payments)
    request(payments, account.party_id)
    transfer = payments.transfer()
    assert (transfer.status, transfer.sent_at) == (TransferStatus.SENT, START)
    assert events[-1] == TransferSent("share/shr_1", transfer.id, Money(600_00, "USD"))
    body = payments.intent(INTENT).body
    assert f'"source_transaction":"{charge.stripe_charge_id}"' in body
    assert f'"transfer_group":"{charge.id}"' in body
    assert f'"destination":"{account.stripe_account_id}"' in body
    with payments.database.read() as session:
        assert ledger.balance(session, accounts.stripe_balance(), "USD").amount_minor == 1000_00 - 30 - 600_00
        owed = ledger.balance(session, accounts.beneficiary_payable(account.party_id), "USD")
    assert owed == Money(600_00, "USD"), "Royalties books what is owed; this is the payment of it."


@pytest.mark.parametrize("last", ["charge", "account", "onboarding"])
def test_a_transfer_waits_for_both(payments: Payments, events: list[object], last: str) -> None:
    with payments.database.write() as session:
        actor = make_actor(session)
        make_charge(session)
        if last == "charge":
            service.open_connected_account(session=session, actor=actor, at=START, party_id=actor.party_id)
    payments.work()
    if last == "charge":
        _activate(payments, actor)
    else:
        _pay(payments)
    request(payments, actor.party_id)
    assert payments.transfer().status is TransferStatus.REQUESTED
    if last == "charge":
        _pay(payments)
    else:
        with payments.database.write() as session:
            service.open_connected_account(session=session, actor=actor, at=START, party_id=actor.party_id)
        payments.work()
        assert payments.transfer().status is TransferStatus.REQUESTED
        _activate(payments, actor, is_told=last == "account")
    assert payments.transfer().status is TransferStatus.SENT
    assert [type(event) for event in events] == [PaymentCaptured, TransferSent]


def _pay(payments: Payments) -> None:
    session_id = str(payments.charge().stripe_session_id)
    payments.provider.pay(session_id)
    payments.tell("checkout.session.completed", session_id, event_id="evt_paid")
    payments.work()


def _activate(payments: Payments, actor: Actor, *, is_told: bool = True) -> None:
    account_id = str(payments.account(actor.party_id).stripe_account_id)
    payments.provider.accounts[account_id] = True
    if is_told:
        payments.tell("v2.core.account[requirements].updated", account_id, event_id="evt_active")
    else:
        payments.reconcile()
    payments.work()


def test_a_restricted_account_keeps_its_transfers_waiting(payments: Payments, events: list[object]) -> None:
    paid_charge(payments)
    account = active_account(payments)
    payments.provider.reject("insufficient_capabilities_for_transfer", "The account needs to be active.")
    request(payments, account.party_id)
    assert payments.transfer().status is TransferStatus.REQUESTED
    assert payments.transfer().problem == "The account needs to be active."
    assert payments.account(account.party_id).status is AccountStatus.RESTRICTED
    payments.reconcile()
    payments.work()
    assert payments.transfer().status is TransferStatus.SENT
    assert payments.intent(INTENT).generation == 2
    assert len(payments.provider.made[INTENT]) == 1
    assert [type(event) for event in events] == [PaymentCaptured, TransferSent]


def test_an_account_that_is_restricted_meanwhile_is_noticed(payments: Payments) -> None:
    paid_charge(payments)
    account = active_account(payments)
    account_id = str(account.stripe_account_id)
    payments.provider.accounts[account_id] = False
    payments.tell("v2.core.account[requirements].updated", account_id, event_id="evt_restricted")
    payments.work()
    request(payments, account.party_id)
    assert payments.account(account.party_id).status is AccountStatus.RESTRICTED
    assert payments.transfer().status is TransferStatus.REQUESTED
    assert payments.provider.made.get(INTENT) is None


def test_a_transfer_refused_for_good_is_reported(payments: Payments, events: list[object]) -> None:
    paid_charge(payments)
    account = active_account(payments)
    payments.provider.reject("transfer_source_balance_insufficient", "Nothing is left.")
    request(payments, account.party_id)
    transfer = payments.transfer()
    assert transfer.status is TransferStatus.REJECTED
    assert events[-1] == TransferRejected("share/shr_1", transfer.id, "Nothing is left.")
    payments.reconcile()
    payments.work()
    assert payments.provider.made.get(INTENT) is None
    with payments.database.read() as session:
        assert ledger.balance(session, accounts.beneficiary_payable(account.party_id), "USD").amount_minor == 0


def test_transfers_never_exceed_their_charge(payments: Payments) -> None:
    paid_charge(payments)
    account = active_account(payments)
    request(payments, account.party_id)
    with payments.database.write() as session:
        with pytest.raises(ChargeOverdrawn, match=r"400\.00"):
            make_transfer(session, party_id=account.party_id, reference="share/shr_2", money=Money(400_01, "USD"))
        with pytest.raises(ChargeOverdrawn, match="USD"):
            make_transfer(session, party_id=account.party_id, reference="share/shr_2", money=Money(1, "EUR"))
        make_transfer(session, party_id=account.party_id, reference="share/shr_2", money=Money(400_00, "USD"))
        session.rollback()


def test_the_same_request_is_one_transfer(payments: Payments) -> None:
    paid_charge(payments)
    account = active_account(payments)
    request(payments, account.party_id)
    request(payments, account.party_id)
    assert len(payments.provider.made[INTENT]) == 1
    with payments.database.write() as session:
        with pytest.raises(ReferenceTaken):
            make_transfer(session, party_id=account.party_id, money=Money(1, "USD"))
        with pytest.raises(NotFound):
            make_transfer(session, party_id=account.party_id, charge_reference="license/none/fee")
        with pytest.raises(AmountNotPayable):
            make_transfer(session, party_id=account.party_id, money=Money(0, "USD"))
        session.rollback()


def test_a_stranger_opens_no_account_for_a_party(payments: Payments) -> None:
    with payments.database.write() as session:
        actor, stranger = make_actor(session), make_actor(session)
        with pytest.raises(NotFound):
            service.open_connected_account(session=session, actor=stranger, at=START, party_id=actor.party_id)
        session.rollback()


def test_asking_again_gives_a_fresh_link_until_the_account_is_active(payments: Payments) -> None:
    with payments.database.write() as session:
        actor = make_actor(session)

    def ask() -> ConnectedAccount:
        with payments.database.write() as session:
            service.open_connected_account(session=session, actor=actor, at=START, party_id=actor.party_id)
        payments.work()
        return payments.account(actor.party_id)

    first, second = ask(), ask()
    assert first.status is AccountStatus.ONBOARDING
    assert first.onboarding_url
    assert second.onboarding_url != first.onboarding_url
    _activate(payments, actor)
    assert ask().onboarding_url is None
    assert len(payments.provider.accounts) == 1


def test_an_account_refused_can_be_asked_for_again(payments: Payments) -> None:
    payments.provider.reject("country_unsupported", "No accounts there.")
    with payments.database.write() as session:
        actor = make_actor(session)
        service.open_connected_account(session=session, actor=actor, at=START, party_id=actor.party_id)
    payments.work()
    refused = payments.account(actor.party_id)
    assert (refused.status, refused.problem) == (AccountStatus.REFUSED, "No accounts there.")
    with payments.database.write() as session:
        service.open_connected_account(session=session, actor=actor, at=START, party_id=actor.party_id)
    payments.work()
    assert payments.account(actor.party_id).status is AccountStatus.ONBOARDING
    assert len(payments.provider.accounts) == 1
