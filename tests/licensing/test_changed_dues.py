"""What a license owes when its deal is changed: what was asked for stays, the rest is planned anew."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from app.infrastructure.http.context import Services
from app.ledger import accounts
from app.ledger.queries import balance, trial_balance
from app.licensing.dues.models import LicenseDue
from app.licensing.dues.queries import dues_of
from app.licensing.dues.service import charge_due, remind_of_overdue
from app.negotiation.deals.errors import NotChangedLikeThis
from app.negotiation.models import Deal
from app.notifications.models import Message
from app.payments.errors import AmountNotPayable
from tests.factories.changes import accept, agree, amend, hand_on
from tests.factories.negotiation import Sides, make_deal, make_sides
from tests.factories.royalties import pay

DURING = datetime(2026, 7, 1, 12, tzinfo=UTC)
SEPTEMBER = datetime(2026, 9, 1, 4, tzinfo=UTC)


def fee(*parts: tuple[int, str | None]) -> dict[str, Any]:
    instalments = [{"amount_minor": minor, "due_on": day} for minor, day in parts]
    return {"amount_minor": sum(minor for minor, _ in parts), "currency": "USD", "instalments": instalments}


SIGNED = fee((500_000, None), (750_000, "2026-09-01"))


@pytest.fixture
def sides(session: Session, services: Services) -> Sides:
    return make_sides(session, services.store)


@pytest.fixture
def deal(session: Session, sides: Sides) -> Deal:
    """Two parts of a fee, of which the first was paid."""
    made = make_deal(session, sides, fee=SIGNED, assignment="with_consent")
    pay(session, f"license/{made.license_id}/fee")
    return made


def owed(session: Session, deal: Deal) -> list[tuple[int, str, str]]:
    def state(due: LicenseDue) -> str:
        return "paid" if due.paid_at else "asked" if due.charged_at else "lapsed" if due.lapsed_at else "planned"

    return [(due.amount_minor, f"{due.due_at:%m-%d}", state(due)) for due in dues_of(session, deal.license_id)]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([(750_000, "2026-09-01")], [(500_000, "06-01", "paid"), (750_000, "09-01", "planned")]),
        ([(400_000, "2026-10-01")], [(500_000, "06-01", "paid"), (400_000, "10-01", "planned")]),
        ([], [(500_000, "06-01", "paid"), (750_000, "09-01", "lapsed")]),
        (
            [(100_000, "2026-07-01"), (50_000, "2026-09-01")],
            [(500_000, "06-01", "paid"), (100_000, "07-01", "asked"), (50_000, "09-01", "planned")],
        ),
    ],
)
def test_later_parts_follow_the_terms_of_the_change(
    session: Session, sides: Sides, deal: Deal, parts: list[tuple[int, str]], expected: list[Any]
) -> None:
    talks = amend(
        session, sides.studio, deal, at=DURING, fee=fee((500_000, None), *parts), assignment="with_consent"
    )
    agree(session, sides.licensor, talks, at=DURING)
    assert owed(session, deal) == expected


def test_what_was_left_out_comes_back_with_another_change(session: Session, sides: Sides, deal: Deal) -> None:
    for parts in ([], [(1_000, "2026-12-01")]):
        talks = amend(session, sides.studio, deal, at=DURING, fee=fee((500_000, None), *parts))
        agree(session, sides.licensor, talks, at=DURING)
    assert owed(session, deal) == [(500_000, "06-01", "paid"), (1_000, "12-01", "planned")]


def test_a_part_that_was_asked_for_cannot_be_bargained_away(session: Session, sides: Sides, deal: Deal) -> None:
    after = datetime(2026, 9, 2, 12, tzinfo=UTC)
    charge_due(session=session, at=SEPTEMBER)
    assert owed(session, deal)[1] == (750_000, "09-01", "asked")
    with pytest.raises(NotChangedLikeThis):
        amend(session, sides.studio, deal, at=after, fee=fee((500_000, None)))


def test_who_was_asked_before_an_assignment_pays_and_is_booked_for_it(
    session: Session, sides: Sides, deal: Deal
) -> None:
    charge_due(session=session, at=SEPTEMBER)
    buyer = hand_on(session, sides.studio, sides.licensor, deal.id, at=SEPTEMBER)
    pay(session, f"license/{deal.license_id}/fee/2", at=SEPTEMBER)
    for party in (sides.studio, buyer):
        assert balance(session, accounts.licensee_receivable(party.party_id), "USD").amount_minor == 0
    assert trial_balance(session) == {"USD": 0}


def test_who_was_asked_before_an_assignment_is_reminded_of_it(session: Session, sides: Sides, deal: Deal) -> None:
    charge_due(session=session, at=SEPTEMBER)
    buyer = hand_on(session, sides.studio, sides.licensor, deal.id, at=SEPTEMBER)
    assert remind_of_overdue(session=session, at=SEPTEMBER + timedelta(days=40)) == 1
    told = session.exec(select(Message.party_id).where(col(Message.subject).contains("is overdue"))).all()
    assert told == [sides.studio.party_id] != [buyer.party_id]


def test_a_later_part_too_small_for_a_payment_is_not_signed(session: Session, sides: Sides, deal: Deal) -> None:
    talks = amend(session, sides.studio, deal, at=DURING, fee=fee((500_000, None), (1, "2026-12-01")))
    with pytest.raises(AmountNotPayable, match=r"part 2 of 2: 0\.01 USD is less"), session.begin_nested():
        accept(session, sides.licensor, talks, at=DURING)
    assert owed(session, deal) == [(500_000, "06-01", "paid"), (750_000, "09-01", "planned")]


def test_a_floor_that_no_payment_can_carry_is_not_signed(session: Session, sides: Sides, deal: Deal) -> None:
    def guarantee(whole: int) -> dict[str, Any]:
        return {"amount_minor": whole, "schedule": [{"test_on": "2026-12-31", "amount_minor": whole}]}

    with pytest.raises(AmountNotPayable, match="Guarantee tested on 2026-12-31"), session.begin_nested():
        make_deal(session, sides, guarantee=guarantee(100_000_000))
    talks = amend(session, sides.studio, deal, at=DURING, fee=SIGNED, guarantee=guarantee(100_000_000))
    with pytest.raises(AmountNotPayable), session.begin_nested():
        accept(session, sides.licensor, talks, at=DURING)
    with pytest.raises(AmountNotPayable, match="less than one payment"), session.begin_nested():
        make_deal(session, sides, guarantee=guarantee(49))
    make_deal(session, sides, guarantee=guarantee(99_999_999))


def test_a_part_that_was_asked_for_today_is_not_changed_today(session: Session, sides: Sides, deal: Deal) -> None:
    charge_due(session=session, at=SEPTEMBER)
    noon = datetime(2026, 9, 1, 16, tzinfo=UTC)
    with pytest.raises(NotChangedLikeThis):
        amend(session, sides.studio, deal, at=noon, fee=fee((500_000, None), (800_000, "2026-09-01")))
    amend(
        session, sides.studio, deal, at=noon, fee=fee((500_000, None), (750_000, "2026-09-01"), (1, "2026-09-02"))
    )


def test_a_part_due_before_the_change_holds_stays_and_one_on_its_day_follows_it(
    session: Session, sides: Sides, deal: Deal
) -> None:
    with pytest.raises(NotChangedLikeThis):
        amend(session, sides.studio, deal, at=DURING, effective_on=date(2026, 9, 2), fee=fee((500_000, None)))
    changed = fee((500_000, None), (800_000, "2026-09-01"))
    talks = amend(session, sides.studio, deal, at=DURING, effective_on=date(2026, 9, 1), fee=changed)
    agree(session, sides.licensor, talks, at=DURING)
    charge_due(session=session, at=SEPTEMBER)
    assert owed(session, deal)[1] == (800_000, "09-01", "asked")
