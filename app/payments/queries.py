"""Read payments. Those that take an actor are scoped to the asker; the others are for features above."""

from typing import Any

from sqlmodel import Session, col, select

from app.identity.access import only_theirs
from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.parties.queries import own_party
from app.payments.models import Charge, ConnectedAccount, Transfer
from app.values.errors import NotFound


def locked(statement: Any) -> Any:
    """Return the select with row locks, and with the rows as they are once the lock is held."""
    return statement.with_for_update().execution_options(populate_existing=True)


def charge_by_reference(session: Session, reference: str, *, lock: bool = False) -> Charge | None:
    statement = select(Charge).where(col(Charge.reference) == reference)
    found: Charge | None = session.exec(locked(statement) if lock else statement).first()
    return found


def transfer_by_reference(session: Session, reference: str) -> Transfer | None:
    return session.exec(select(Transfer).where(col(Transfer.reference) == reference)).first()


def connected_account_of(session: Session, party_id: str, *, lock: bool = False) -> ConnectedAccount | None:
    statement = select(ConnectedAccount).where(col(ConnectedAccount.party_id) == party_id)
    found: ConnectedAccount | None = session.exec(locked(statement) if lock else statement).first()
    return found


def own_charge(session: Session, actor: Actor, charge_id: str, *, lock: bool = False) -> Charge:
    """Raises: NotFound, also for a charge that another party has to pay."""
    statement = select(Charge).where(col(Charge.id) == charge_id, only_theirs(actor, col(Charge.payer_party_id)))
    found: Charge | None = session.exec(locked(statement) if lock else statement).first()
    if found is None:
        raise NotFound("There is no such charge.")
    return found


def charges_page(session: Session, actor: Actor, *, cursor: str | None, limit: int) -> Page[Charge]:
    """Return what the asker has to pay or has paid, newest first."""
    statement = select(Charge).where(only_theirs(actor, col(Charge.payer_party_id)))
    return paginate(session, statement, id_column=col(Charge.id), cursor=cursor, limit=limit)


def own_connected_account(session: Session, actor: Actor, party_id: str) -> ConnectedAccount:
    """Raises: NotFound, also for a party that is not the actor's."""
    found = connected_account_of(session, own_party(session, actor, party_id).id)
    if found is None:
        raise NotFound("No account is open yet. Open one with POST.")
    return found
