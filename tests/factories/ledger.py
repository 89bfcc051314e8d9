"""Entries for tests."""

from datetime import datetime

from sqlmodel import Session

from app.ledger import accounts
from app.ledger.models import Entry
from app.ledger.service import Move, book
from app.values.money import Money
from tests.support.clock import START


def book_fee(
    session: Session, *, reference: str = "charge/chg_1/captured", amount_minor: int = 100_00, at: datetime = START
) -> Entry:
    """Book a licensee's payment, of which the provider keeps a tenth."""
    return book(
        session=session,
        at=at,
        reference=reference,
        description="License fee",
        postings=[
            Move(accounts.licensee_receivable("pty_studio"), accounts.stripe_balance(), Money(amount_minor, "USD")),
            Move(accounts.stripe_balance(), accounts.processor_fees(), Money(amount_minor // 10, "USD")),
        ],
    )
