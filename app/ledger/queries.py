"""Read the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.ledger.models import Entry, LedgerAccount, Posting
from app.values.errors import NotFound
from app.values.money import Money


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """What one account holds in one currency: came in (debit) less went out (credit)."""

    account: str
    money: Money


def entry(session: Session, reference: str) -> Entry:
    """Raises: NotFound."""
    found = session.exec(select(Entry).where(col(Entry.reference) == reference)).first()
    if found is None:
        raise NotFound(f"The ledger has no entry {reference}.")
    return found


def entries_of(session: Session, reference_prefix: str) -> Sequence[Entry]:
    """Return the entries whose reference begins like this, oldest first."""
    return session.exec(
        select(Entry)
        .where(col(Entry.reference).startswith(reference_prefix, autoescape=True))
        .order_by(col(Entry.id))
    ).all()


def postings_of(session: Session, entry_id: str) -> Sequence[Posting]:
    """Return an entry's postings in their order."""
    return session.exec(
        select(Posting).where(col(Posting.entry_id) == entry_id).order_by(col(Posting.position))
    ).all()


def balance(session: Session, account: str, currency: str) -> Money:
    """Return what an account holds: negative for what the platform owes. Nothing, if it was never used."""
    account_id = f"{account}/{currency}"
    came_in = _sum(session, col(Posting.to_account_id) == account_id)
    went_out = _sum(session, col(Posting.from_account_id) == account_id)
    return Money(came_in - went_out, currency)


def balances(session: Session) -> list[AccountBalance]:
    """Return what every account holds, in the order of their names."""
    sides = sa.union_all(
        sa.select(col(Posting.to_account_id).label("account_id"), col(Posting.amount_minor).label("amount")),
        sa.select(col(Posting.from_account_id), -col(Posting.amount_minor)),
    ).subquery()
    rows = session.execute(
        sa.select(col(LedgerAccount.name), col(LedgerAccount.currency), sa.func.sum(sides.c.amount))
        .join(sides, sides.c.account_id == col(LedgerAccount.id))
        .group_by(col(LedgerAccount.name), col(LedgerAccount.currency))
        .order_by(col(LedgerAccount.name), col(LedgerAccount.currency))
    )
    return [AccountBalance(name, Money(int(held), currency)) for name, currency, held in rows]


def trial_balance(session: Session) -> dict[str, int]:
    """Return, per currency, what all accounts hold together. Unless it is zero, money was made or lost."""
    totals: dict[str, int] = {}
    for held in balances(session):
        totals[held.money.currency] = totals.get(held.money.currency, 0) + held.money.amount_minor
    return totals


def incomplete_entries(session: Session) -> list[str]:
    """Return the references of entries that have fewer postings than they say: there must be none."""
    rows = session.execute(
        sa.select(col(Entry.reference))
        .outerjoin(Posting, col(Posting.entry_id) == col(Entry.id))
        .group_by(col(Entry.reference), col(Entry.posting_count))
        .having(sa.func.count(col(Posting.id)) != col(Entry.posting_count))
    )
    return list(rows.scalars())


def _sum(session: Session, condition: sa.ColumnElement[bool]) -> int:
    total = session.execute(sa.select(sa.func.coalesce(sa.func.sum(col(Posting.amount_minor)), 0)).where(condition))
    return int(total.scalar_one())
