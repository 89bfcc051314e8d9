"""Accounts, entries, postings. What must never happen to money is refused here, by the database itself.

A posting cannot be one-sided, so an entry cannot be unbalanced. Both sides must be accounts of the posting's
currency. An entry says how many postings it has, and each posting has a place among them: nothing can be
added to an entry later. Rows are never changed or deleted.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.append_only import append_only
from app.infrastructure.db.columns import big_integer_field, id_field, ref_field, text_field

ACCOUNT_ID_LENGTH = 100


class LedgerAccount(SQLModel, table=True):
    """One account in one currency; its id is its name and its currency: `platform/platform_fees/USD`."""

    __tablename__ = "ledger_account"
    __table_args__ = (
        sa.UniqueConstraint("id", "currency"),
        sa.CheckConstraint("id = name || '/' || currency", name="id_says_all"),
        sa.CheckConstraint("length(currency) = 3", name="currency_is_iso"),
    )

    id: str = Field(primary_key=True, max_length=ACCOUNT_ID_LENGTH)
    name: str = Field(max_length=ACCOUNT_ID_LENGTH - 4)
    currency: str = Field(max_length=3)


class Entry(SQLModel, table=True):
    """One business fact about money, named by its reference."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        sa.UniqueConstraint("id", "posting_count"),
        sa.CheckConstraint("posting_count >= 1", name="has_postings"),
        sa.CheckConstraint("reversal_of <> id", name="reverses_another"),
    )

    id: str = id_field("ent")
    reference: str = Field(max_length=200, unique=True)
    """The fact in words of the business, such as `charge/chg_.../captured`."""
    description: str = text_field()
    booked_at: datetime
    posting_count: int
    content_sha256: str = Field(max_length=64)
    """Over the postings: the same reference with another content is a mistake of the caller."""
    reversal_of: str | None = ref_field("ledger_entry.id", unique=True, nullable=True)


class Posting(SQLModel, table=True):
    """`amount_minor` leaves `from_account_id` (credit) and arrives at `to_account_id` (debit)."""

    __tablename__ = "ledger_posting"
    __table_args__ = (
        sa.ForeignKeyConstraint(["entry_id", "posting_count"], ["ledger_entry.id", "ledger_entry.posting_count"]),
        sa.ForeignKeyConstraint(["from_account_id", "currency"], ["ledger_account.id", "ledger_account.currency"]),
        sa.ForeignKeyConstraint(["to_account_id", "currency"], ["ledger_account.id", "ledger_account.currency"]),
        sa.UniqueConstraint("entry_id", "position"),
        sa.CheckConstraint("position >= 1 AND position <= posting_count", name="has_its_place"),
        sa.CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        sa.CheckConstraint("from_account_id <> to_account_id", name="moves_somewhere"),
        sa.Index(None, "from_account_id"),
        sa.Index(None, "to_account_id"),
    )

    id: str = id_field("pst")
    entry_id: str = Field(max_length=32)
    position: int
    """1 for the first posting of the entry, then without gaps."""
    posting_count: int
    from_account_id: str = Field(max_length=ACCOUNT_ID_LENGTH)
    to_account_id: str = Field(max_length=ACCOUNT_ID_LENGTH)
    amount_minor: int = big_integer_field()
    currency: str = Field(max_length=3)


append_only(LedgerAccount)
append_only(Entry)
append_only(Posting)
