"""The database itself refuses what must never happen to money, whoever asks, on both engines."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session

from app.infrastructure.ids import new_id
from app.ledger import queries
from app.ledger.models import Entry, LedgerAccount, Posting
from tests.factories.ledger import book_fee
from tests.support.clock import START

STRIPE = "platform/stripe_balance/USD"
FEES = "platform/processor_fees/USD"


@pytest.fixture
def entry(session: Session) -> Entry:
    """An entry that announces two postings and has none so far; the usual accounts exist."""
    book_fee(session)
    announced = Entry(reference="test", description="", booked_at=START, posting_count=2, content_sha256="")
    session.add(announced)
    session.add(LedgerAccount(id="elsewhere/EUR", name="elsewhere", currency="EUR"))
    session.flush()
    return announced


def posting(entry: Entry, **changes: Any) -> dict[str, Any]:
    sound = {
        "id": new_id("pst"),
        "entry_id": entry.id,
        "position": 1,
        "posting_count": 2,
        "from_account_id": STRIPE,
        "to_account_id": FEES,
        "amount_minor": 1,
        "currency": "USD",
    }
    return sound | changes


def test_a_sound_posting_is_taken(session: Session, entry: Entry) -> None:
    session.execute(sa.insert(Posting).values(posting(entry)))
    assert queries.incomplete_entries(session) == ["test"]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"amount_minor": 0}, id="nothing"),
        pytest.param({"amount_minor": -5}, id="negative"),
        pytest.param({"to_account_id": STRIPE}, id="to itself"),
        pytest.param({"to_account_id": None}, id="one-sided"),
        pytest.param({"from_account_id": None}, id="one-sided the other way"),
        pytest.param({"to_account_id": "elsewhere/EUR"}, id="two currencies"),
        pytest.param({"currency": "EUR"}, id="neither account's currency"),
        pytest.param({"to_account_id": "nobody/USD"}, id="to an account that does not exist"),
        pytest.param({"entry_id": new_id("ent")}, id="of no entry"),
        pytest.param({"position": 3}, id="beyond the entry's number"),
        pytest.param({"position": 3, "posting_count": 3}, id="of a number the entry does not have"),
        pytest.param({"position": 0}, id="before the first"),
    ],
)
def test_an_unsound_posting_is_refused(session: Session, entry: Entry, changes: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        session.execute(sa.insert(Posting).values(posting(entry, **changes)))


def test_nothing_is_added_to_an_entry_that_is_complete(session: Session) -> None:
    complete = book_fee(session)
    with pytest.raises(IntegrityError):
        session.execute(sa.insert(Posting).values(posting(complete, position=2)))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"reference": "charge/chg_1/captured"}, id="a reference twice"),
        pytest.param({"posting_count": 0}, id="without postings"),
        pytest.param({"id": "ent_self", "reversal_of": "ent_self"}, id="reversing itself"),
        pytest.param({"reversal_of": new_id("ent")}, id="reversing what does not exist"),
    ],
)
def test_an_unsound_entry_is_refused(session: Session, changes: dict[str, Any]) -> None:
    book_fee(session)
    sound = {
        "id": new_id("ent"),
        "reference": "other",
        "description": "",
        "booked_at": START,
        "posting_count": 1,
        "content_sha256": "",
    }
    with pytest.raises(IntegrityError):
        session.execute(sa.insert(Entry).values(sound | changes))


@pytest.mark.parametrize(
    ("id", "name", "currency"), [("a/USD", "b", "USD"), ("a/USD", "a", "EUR"), ("a/US", "a", "US")]
)
def test_an_account_is_what_its_id_says(session: Session, id: str, name: str, currency: str) -> None:
    with pytest.raises(IntegrityError):
        session.execute(sa.insert(LedgerAccount).values(id=id, name=name, currency=currency))


@pytest.mark.parametrize("table", ["ledger_account", "ledger_entry", "ledger_posting"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_what_is_booked_stays(session: Session, table: str, statement: str) -> None:
    book_fee(session)
    session.flush()
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(sa.text(statement.format(table)))
