"""Entries are booked once, balance whatever they hold, and are undone by reversal only."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from app.infrastructure.db.database import Database
from app.ledger import accounts, queries
from app.ledger.errors import AlreadyReversed, ReferenceTaken
from app.ledger.service import Move, book, reverse
from app.values.errors import NotFound
from app.values.money import Money
from tests.factories.ledger import book_fee
from tests.support.clock import START

NAMES = [
    accounts.stripe_balance(),
    accounts.platform_fees(),
    accounts.processor_fees(),
    accounts.licensee_receivable("pty_a"),
    accounts.licensor_payable("pty_b"),
    accounts.beneficiary_payable("pty_c"),
]


@st.composite
def moves(draw: st.DrawFn) -> Move:
    from_, to = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=2, unique=True))
    return Move(from_, to, Money(draw(st.integers(1, 2**53 - 1)), draw(st.sampled_from(["USD", "JPY", "KWD"]))))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(entries=st.lists(st.lists(moves(), min_size=1, max_size=6), min_size=1, max_size=5))
def test_whatever_is_booked_the_ledger_balances(session: Session, entries: list[list[Move]]) -> None:
    expected: dict[tuple[str, str], int] = {}
    for number, postings in enumerate(entries):
        book(session=session, at=START, reference=f"test/{number}", description="", postings=postings)
        for move in postings:
            key_from, key_to = (move.from_, move.money.currency), (move.to, move.money.currency)
            expected[key_from] = expected.get(key_from, 0) - move.money.amount_minor
            expected[key_to] = expected.get(key_to, 0) + move.money.amount_minor
    found = {(held.account, held.money.currency): held.money.amount_minor for held in queries.balances(session)}
    assert found == expected
    assert all(
        queries.balance(session, name, currency).amount_minor == amount
        for (name, currency), amount in expected.items()
    )
    assert set(queries.trial_balance(session).values()) == {0}
    assert queries.incomplete_entries(session) == []
    for number in range(len(entries)):
        reverse(session=session, at=START, reference=f"test/{number}", reason="Undone")
    assert {held.money.amount_minor for held in queries.balances(session)} == {0}
    session.rollback()


def test_balances_say_who_holds_and_who_is_owed(session: Session) -> None:
    book_fee(session)
    assert queries.balance(session, accounts.stripe_balance(), "USD") == Money(90_00, "USD")
    assert queries.balance(session, accounts.processor_fees(), "USD") == Money(10_00, "USD")
    assert queries.balance(session, accounts.licensee_receivable("pty_studio"), "USD") == Money(-100_00, "USD")
    assert queries.balance(session, accounts.stripe_balance(), "EUR") == Money.zero("EUR")


def test_the_same_fact_is_booked_once(session: Session) -> None:
    first, second = book_fee(session), book_fee(session)
    assert first.id == second.id
    assert queries.balance(session, accounts.stripe_balance(), "USD") == Money(90_00, "USD")


def test_another_content_under_a_reference_is_refused(session: Session) -> None:
    book_fee(session)
    with pytest.raises(ReferenceTaken, match="charge/chg_1/captured"):
        book_fee(session, amount_minor=100_10)
    assert queries.balance(session, accounts.stripe_balance(), "USD") == Money(90_00, "USD")


def test_two_at_once_book_one_entry(database: Database) -> None:
    def book_in_own_transaction(_: int) -> str:
        with database.write() as session:
            return book_fee(session).id

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(book_in_own_transaction, range(8)))
    assert len(ids) == 1
    with database.read() as session:
        assert queries.balance(session, accounts.stripe_balance(), "USD") == Money(90_00, "USD")
        assert queries.incomplete_entries(session) == []


def test_a_reversal_moves_everything_back_once(session: Session) -> None:
    mistaken = book_fee(session)
    first = reverse(session=session, at=START, reference=mistaken.reference, reason="Wrong licensee")
    second = reverse(session=session, at=START, reference=mistaken.reference, reason="Asked twice")
    assert (first.id, first.reversal_of, first.description) == (second.id, mistaken.id, "Wrong licensee")
    assert {held.money.amount_minor for held in queries.balances(session)} == {0}
    with pytest.raises(AlreadyReversed):
        reverse(session=session, at=START, reference=first.reference, reason="Back again")


def test_what_was_never_booked_cannot_be_reversed(session: Session) -> None:
    with pytest.raises(NotFound):
        reverse(session=session, at=START, reference="charge/none", reason="")


def test_entries_are_found_by_the_beginning_of_their_reference(session: Session) -> None:
    for reference in ("license/a_b/fee", "license/a_b/fee2", "license/aXb/fee", "Xlicense/a_b"):
        book_fee(session, reference=reference)
    found = [entry.reference for entry in queries.entries_of(session, "license/a_b/")]
    assert found == ["license/a_b/fee", "license/a_b/fee2"]


@pytest.mark.parametrize("amount_minor", [0, -1, 2**53])
def test_a_move_is_positive_and_within_what_can_be_counted(amount_minor: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        Move(accounts.stripe_balance(), accounts.processor_fees(), Money(amount_minor, "USD"))


def test_a_move_goes_somewhere_else() -> None:
    with pytest.raises(ValueError, match="itself"):
        Move(accounts.stripe_balance(), accounts.stripe_balance(), Money(1, "USD"))


def test_an_entry_has_postings(session: Session) -> None:
    with pytest.raises(ValueError, match="no postings"):
        book(session=session, at=START, reference="test/empty", description="", postings=[])
