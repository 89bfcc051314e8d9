"""A transfer kept back stays where it is, whatever happens around it, and goes once when asked for again."""

import pytest

from app.payments import service
from app.payments.errors import ChargeOverdrawn
from app.payments.models import ConnectedAccount
from app.payments.states import AccountStatus, TransferStatus
from app.values.money import Money
from tests.factories.parties import make_actor
from tests.factories.payments import Payments, active_account, make_transfer, paid_charge
from tests.support.clock import START

REFERENCE = "share/shr_1"
INTENT = f"{REFERENCE}/transfer"
WHY = "The authority is in doubt."


def keep_back(payments: Payments) -> list[str]:
    with payments.database.write() as session:
        return service.hold_transfers(session=session, at=START, references=[REFERENCE, "share/none"], reason=WHY)


def request(payments: Payments, party_id: str) -> None:
    with payments.database.write() as session:
        make_transfer(session, party_id=party_id)


def activate(payments: Payments, party_id: str) -> ConnectedAccount:
    account_id = str(payments.account(party_id).stripe_account_id)
    payments.provider.accounts[account_id] = True
    payments.tell("v2.core.account[requirements].updated", account_id, event_id="evt_active")
    payments.work()
    return payments.account(party_id)


@pytest.fixture
def waiting(payments: Payments) -> str:
    """A party whose account is not ready, with a transfer that waits for it."""
    with payments.database.write() as session:
        actor = make_actor(session)
        service.open_connected_account(session=session, actor=actor, at=START, party_id=actor.party_id)
    payments.work()
    paid_charge(payments)
    request(payments, actor.party_id)
    return actor.party_id


def test_what_is_kept_back_does_not_go_when_everything_is_ready(payments: Payments, waiting: str) -> None:
    assert keep_back(payments) == [REFERENCE]
    assert (payments.transfer().status, payments.transfer().problem) == (TransferStatus.HELD, WHY)
    assert activate(payments, waiting).status is AccountStatus.ACTIVE
    payments.reconcile()
    payments.work()
    assert payments.transfer().status is TransferStatus.HELD
    assert payments.provider.made.get(INTENT) is None


def test_asked_for_again_it_goes_once(payments: Payments, waiting: str) -> None:
    keep_back(payments)
    activate(payments, waiting)
    for _ in range(2):
        request(payments, waiting)
        payments.work()
    assert (payments.transfer().status, payments.transfer().problem) == (TransferStatus.SENT, "")
    assert len(payments.provider.made[INTENT]) == 1


def test_asked_for_again_it_still_waits_for_the_account(payments: Payments, waiting: str) -> None:
    keep_back(payments)
    request(payments, waiting)
    assert payments.transfer().status is TransferStatus.REQUESTED
    activate(payments, waiting)
    assert payments.transfer().status is TransferStatus.SENT


@pytest.mark.usefixtures("waiting")
def test_kept_back_once_is_kept_back(payments: Payments) -> None:
    assert keep_back(payments) == [REFERENCE]
    assert keep_back(payments) == []


def test_what_is_on_its_way_or_sent_is_not_kept_back(payments: Payments) -> None:
    paid_charge(payments)
    account = active_account(payments)
    request(payments, account.party_id)
    assert keep_back(payments) == [], "Stripe may have been asked already."
    payments.work()
    assert keep_back(payments) == []
    assert payments.transfer().status is TransferStatus.SENT


def test_what_stripe_refused_for_the_account_can_be_kept_back(payments: Payments) -> None:
    paid_charge(payments)
    account = active_account(payments)
    payments.provider.reject("insufficient_capabilities_for_transfer", "The account needs to be active.")
    request(payments, account.party_id)
    payments.work()
    assert payments.transfer().status is TransferStatus.REQUESTED
    assert keep_back(payments) == [REFERENCE]
    payments.reconcile()
    payments.work()
    assert payments.account(account.party_id).status is AccountStatus.ACTIVE
    assert payments.transfer().status is TransferStatus.HELD
    request(payments, account.party_id)
    payments.work()
    assert payments.transfer().status is TransferStatus.SENT
    assert len(payments.provider.made[INTENT]) == 1


def test_money_kept_back_is_not_given_to_another(payments: Payments, waiting: str) -> None:
    keep_back(payments)
    with payments.database.write() as session, pytest.raises(ChargeOverdrawn):
        make_transfer(session, party_id=waiting, reference="share/shr_2", money=Money(400_01, "USD"))
