"""Write into the ledger: book an entry, or reverse one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from app.infrastructure.db.insert_once import insert_once
from app.infrastructure.ids import new_id
from app.ledger.errors import AlreadyReversed, ReferenceTaken
from app.ledger.models import Entry, LedgerAccount, Posting
from app.ledger.queries import entry, postings_of
from app.values.canonical import sha256_hex
from app.values.money import LARGEST_AMOUNT_MINOR, Money


@dataclass(frozen=True, slots=True)
class Move:
    """A positive amount from one account (see `app.ledger.accounts`) to another."""

    from_: str
    to: str
    money: Money

    def __post_init__(self) -> None:
        if not 0 < self.money.amount_minor <= LARGEST_AMOUNT_MINOR:
            raise ValueError(f"A posting moves a positive amount, not {self.money}.")
        if self.from_ == self.to:
            raise ValueError(f"A posting from {self.from_} to itself moves nothing.")


def book(*, session: Session, at: datetime, reference: str, description: str, postings: Sequence[Move]) -> Entry:
    """Book an entry and return it; booking the same content under the same reference again returns the first.

    Moves of nothing are an error: leave them out. Raises: ReferenceTaken when the reference stands for other
    postings.
    """
    return _book(session=session, at=at, reference=reference, description=description, postings=postings)


def reverse(*, session: Session, at: datetime, reference: str, reason: str) -> Entry:
    """Undo the entry of this reference by an entry that moves everything back, and return that.

    Asked again, it returns the first reversal. Raises: NotFound; AlreadyReversed for a reversal.
    """
    mistaken = entry(session, reference)
    if mistaken.reversal_of is not None:
        raise AlreadyReversed(f"{reference} is itself a reversal. Book what is right under a reference of its own.")
    back = [
        Move(row.to_account_id.rpartition("/")[0], row.from_account_id.rpartition("/")[0],
             Money(row.amount_minor, row.currency))
        for row in postings_of(session, mistaken.id)
    ]  # fmt: skip
    return _book(
        session=session,
        at=at,
        reference=f"{reference}/reversal",
        description=reason,
        postings=back,
        reversal_of=mistaken.id,
    )


def _book(
    *,
    session: Session,
    at: datetime,
    reference: str,
    description: str,
    postings: Sequence[Move],
    reversal_of: str | None = None,
) -> Entry:
    if not postings:
        raise ValueError(f"The entry {reference} has no postings.")
    fresh = Entry(
        id=new_id("ent"),
        reference=reference,
        description=description,
        booked_at=at,
        posting_count=len(postings),
        content_sha256=_hash_of(postings, reversal_of),
        reversal_of=reversal_of,
    )
    if insert_once(session, fresh):
        _post(session, fresh.id, postings)
    found = session.exec(select(Entry).where(col(Entry.reference) == reference)).one()
    if found.content_sha256 != fresh.content_sha256:
        raise ReferenceTaken(f"The ledger holds another entry for {reference}. Reverse that before booking this.")
    return found


def _post(session: Session, entry_id: str, moves: Sequence[Move]) -> None:
    _open_accounts(session, ((name, move.money.currency) for move in moves for name in (move.from_, move.to)))
    session.add_all(
        Posting(
            entry_id=entry_id,
            position=position,
            posting_count=len(moves),
            from_account_id=_account_id(move.from_, move.money.currency),
            to_account_id=_account_id(move.to, move.money.currency),
            amount_minor=move.money.amount_minor,
            currency=move.money.currency,
        )
        for position, move in enumerate(moves, start=1)
    )
    session.flush()


def _open_accounts(session: Session, wanted: Iterable[tuple[str, str]]) -> None:
    """In one order for everybody, so that two entries never wait for each other's accounts."""
    for name, currency in sorted(set(wanted)):
        account_id = _account_id(name, currency)
        if session.get(LedgerAccount, account_id) is None:
            insert_once(session, LedgerAccount(id=account_id, name=name, currency=currency))


def _account_id(name: str, currency: str) -> str:
    return f"{name}/{currency}"


def _hash_of(moves: Sequence[Move], reversal_of: str | None) -> str:
    return sha256_hex(
        {
            "postings": [[m.from_, m.to, m.money.amount_minor, m.money.currency] for m in moves],
            "reversal_of": reversal_of,
        }
    )
