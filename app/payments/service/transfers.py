"""Send money out of a charge to a party, as soon as the charge is paid and the party can be paid."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import SYSTEM
from app.infrastructure import events
from app.ledger import accounts
from app.ledger import service as ledger
from app.payments import bodies
from app.payments.amounts import to_stripe
from app.payments.errors import ChargeOverdrawn, ReferenceTaken
from app.payments.events import TransferRejected, TransferSent
from app.payments.intents import begin_generation, find_intent, write_intent
from app.payments.models import Charge, ConnectedAccount, StripeIntent, Transfer
from app.payments.queries import charge_by_reference, connected_account_of, locked
from app.payments.states import AccountStatus, ChargeStatus, IntentKind, IntentStatus, TransferStatus
from app.values.errors import NotFound
from app.values.money import Money

ACCOUNT_CANNOT_RECEIVE = frozenset({"insufficient_capabilities_for_transfer", "transfers_not_allowed"})
"""Stripe's codes for a refusal that ends when the receiving account is active again."""


def request_transfer(
    *, session: Session, at: datetime, reference: str, party_id: str, charge_reference: str, money: Money
) -> Transfer:
    """Send `money` of the charge to the party, now or as soon as both are ready. Asked again, it returns the first.

    One that was held goes on.

    Raises: NotFound without such a charge; ChargeOverdrawn when its transfers would exceed it; ReferenceTaken;
    AmountNotPayable.
    """
    to_stripe(money)
    charge = charge_by_reference(session, charge_reference, lock=True)
    if charge is None:
        raise NotFound(f"There is no charge {charge_reference} to transfer from.")
    found: Transfer | None = session.exec(
        locked(select(Transfer).where(col(Transfer.reference) == reference))
    ).first()
    if found is not None:
        if (found.party_id, found.charge_id, _money(found)) != (party_id, charge.id, money):
            raise ReferenceTaken(f"Another transfer was requested as {reference}.")
        _let_go(session=session, at=at, transfer=found)
        return found
    _refuse_overdraft(session, charge, money)
    transfer = Transfer(
        reference=reference,
        party_id=party_id,
        charge_id=charge.id,
        amount_minor=money.amount_minor,
        currency=money.currency,
        requested_at=at,
    )
    session.add(transfer)
    session.flush()
    audit.record(
        session=session,
        actor=SYSTEM,
        at=at,
        action="transfer.requested",
        subject_id=transfer.id,
        reference=reference,
        to_party_id=party_id,
        amount_minor=money.amount_minor,
        currency=money.currency,
    )
    _release_when_ready(session=session, at=at, transfer=transfer)
    return transfer


def hold_transfers(*, session: Session, at: datetime, references: Iterable[str], reason: str) -> list[str]:
    """Keep back those of these transfers that are not on their way yet, and return their references."""
    waiting = select(Transfer).where(
        col(Transfer.reference).in_(set(references)), Transfer.status == TransferStatus.REQUESTED
    )
    transfers: Sequence[Transfer] = session.exec(locked(waiting.order_by(col(Transfer.id)))).all()
    on_their_way = _on_their_way(session, transfers)
    kept = [transfer for transfer in transfers if transfer.reference not in on_their_way]
    for transfer in kept:
        transfer.status = TransferStatus.HELD
        transfer.problem = reason
        session.add(transfer)
        audit.record(
            session=session, actor=SYSTEM, at=at, action="transfer.held", subject_id=transfer.id, reason=reason
        )
    session.flush()
    return [transfer.reference for transfer in kept]


def _on_their_way(session: Session, transfers: Sequence[Transfer]) -> set[str]:
    """Return those for which Stripe is being asked, or has answered other than with a refusal."""
    by_name = {_intent_name(transfer): transfer.reference for transfer in transfers}
    asked = session.exec(
        select(StripeIntent.name).where(
            col(StripeIntent.name).in_(by_name), StripeIntent.status != IntentStatus.REJECTED
        )
    )
    return {by_name[name] for name in asked}


def _let_go(*, session: Session, at: datetime, transfer: Transfer) -> None:
    if transfer.status is not TransferStatus.HELD:
        return
    transfer.status = TransferStatus.REQUESTED
    transfer.problem = ""
    session.add(transfer)
    audit.record(session=session, actor=SYSTEM, at=at, action="transfer.let_go", subject_id=transfer.id)
    _release_when_ready(session=session, at=at, transfer=transfer)


def _release_when_ready(*, session: Session, at: datetime, transfer: Transfer) -> None:
    """Send it if it can go. Whoever is activating the account meanwhile sees this transfer, or we see them."""
    connected_account_of(session, transfer.party_id, lock=True)
    release_transfers(session=session, at=at, charge_id=transfer.charge_id)


def release_transfers(
    *, session: Session, at: datetime, charge_id: str | None = None, party_id: str | None = None
) -> None:
    """Ask Stripe for the waiting transfers, of a charge or to a party, whose charge and account are ready."""
    waiting = (
        sa.select(Transfer, Charge, ConnectedAccount)
        .join(Charge, col(Charge.id) == col(Transfer.charge_id))
        .join(ConnectedAccount, col(ConnectedAccount.party_id) == col(Transfer.party_id))
        .where(col(Transfer.status) == TransferStatus.REQUESTED)
        .where(col(Charge.status) == ChargeStatus.PAID, col(ConnectedAccount.status) == AccountStatus.ACTIVE)
        .order_by(col(Transfer.id))
        .with_for_update(of=Transfer)
    )
    if charge_id is not None:
        waiting = waiting.where(col(Transfer.charge_id) == charge_id)
    if party_id is not None:
        waiting = waiting.where(col(Transfer.party_id) == party_id)
    session.flush()
    for transfer, charge, account in session.execute(waiting).all():
        _ask(session=session, at=at, transfer=transfer, charge=charge, account=account)


def _ask(*, session: Session, at: datetime, transfer: Transfer, charge: Charge, account: ConnectedAccount) -> None:
    name = _intent_name(transfer)
    body = bodies.transfer(
        name=name,
        transfer=transfer,
        source=str(charge.stripe_charge_id),
        destination=str(account.stripe_account_id),
    )
    intent = find_intent(session, name)
    if intent is None:
        write_intent(session=session, at=at, name=name, kind=IntentKind.TRANSFER, subject_id=transfer.id, body=body)
    elif intent.status is IntentStatus.REJECTED:
        begin_generation(session=session, intent=intent, body=body)


def note_sent(*, session: Session, at: datetime, transfer_id: str, stripe_transfer_id: str) -> None:
    """The money is on its way: book it and say so."""
    transfer = session.get_one(Transfer, transfer_id, with_for_update=True)
    transfer.status = TransferStatus.SENT
    transfer.stripe_transfer_id = stripe_transfer_id
    transfer.sent_at = at
    transfer.problem = ""
    session.add(transfer)
    ledger.book(
        session=session,
        at=at,
        reference=f"transfer/{transfer.id}/sent",
        description=f"Sent to a beneficiary: {transfer.reference}",
        postings=[
            ledger.Move(
                accounts.stripe_balance(), accounts.beneficiary_payable(transfer.party_id), _money(transfer)
            )
        ],
    )
    audit.record(session=session, actor=SYSTEM, at=at, action="transfer.sent", subject_id=transfer.id)
    sent = TransferSent(reference=transfer.reference, transfer_id=transfer.id, money=_money(transfer))
    events.publish(session=session, event=sent, at=at)


def note_refused(*, session: Session, at: datetime, transfer_id: str, code: str, sentence: str) -> None:
    """Nothing was sent: wait for the account if that is the reason, else give up and say so."""
    transfer = session.get_one(Transfer, transfer_id)
    if code in ACCOUNT_CANNOT_RECEIVE:
        _restrict_account(session, transfer.party_id)
    session.refresh(transfer, with_for_update=True)
    transfer.problem = sentence
    session.add(transfer)
    if code in ACCOUNT_CANNOT_RECEIVE:
        return
    transfer.status = TransferStatus.REJECTED
    audit.record(
        session=session, actor=SYSTEM, at=at, action="transfer.rejected", subject_id=transfer.id, reason=sentence
    )
    rejected = TransferRejected(reference=transfer.reference, transfer_id=transfer.id, reason=sentence)
    events.publish(session=session, event=rejected, at=at)


def _restrict_account(session: Session, party_id: str) -> None:
    account = connected_account_of(session, party_id, lock=True)
    if account is not None:
        account.status = AccountStatus.RESTRICTED
        session.add(account)


def _refuse_overdraft(session: Session, charge: Charge, money: Money) -> None:
    if money.currency != charge.currency:
        raise ChargeOverdrawn(f"The charge {charge.reference} is in {charge.currency}, not in {money.currency}.")
    taken = session.execute(
        sa.select(sa.func.coalesce(sa.func.sum(col(Transfer.amount_minor)), 0)).where(
            col(Transfer.charge_id) == charge.id, col(Transfer.status) != TransferStatus.REJECTED
        )
    ).scalar_one()
    left = Money(charge.amount_minor - int(taken), charge.currency)
    if money > left:
        raise ChargeOverdrawn(
            f"{money.to_decimal_text()} {money.currency} is more than the {left.to_decimal_text()} that is left of "
            f"the charge {charge.reference}."
        )


def _intent_name(transfer: Transfer) -> str:
    return f"{transfer.reference}/transfer"


def _money(transfer: Transfer) -> Money:
    return Money(transfer.amount_minor, transfer.currency)
