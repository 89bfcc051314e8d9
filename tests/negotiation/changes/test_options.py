"""Options that are used while other things of the deal lie ahead: parts of the fee, and changes signed before."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from app.infrastructure.http.context import Services
from app.licensing.dues.queries import dues_of
from app.licensing.dues.service import charge_due
from app.licensing.queries import license_of
from app.negotiation.changes import service as changes
from app.negotiation.deals.errors import TooManyParts
from app.negotiation.models import Deal
from app.negotiation.terms import completion
from app.negotiation.terms.schema.money import MOST_PARTS
from app.negotiation.terms.vocabulary import ChangeOf
from tests.factories.changes import FREE, agree, amend
from tests.factories.negotiation import Sides, grant, make_deal, make_sides
from tests.factories.royalties import pay

ENDS_AT = datetime(2027, 1, 1, 5, tzinfo=UTC)
OPTION = {"months": 6, "most_times": 2, "exercise_from_days": 60, "exercise_until_days": 10, "fee_minor": 400_000}
OPENS = ENDS_AT - timedelta(days=60)
"""2026-11-02 begins in New York."""


@pytest.fixture
def sides(session: Session, services: Services) -> Sides:
    return make_sides(session, services.store)


def fee(*parts: tuple[int, str | None]) -> dict[str, Any]:
    instalments = [{"amount_minor": minor, "due_on": day} for minor, day in parts]
    return {"amount_minor": sum(minor for minor, _ in parts), "currency": "USD", "instalments": instalments}


def paid_at_signature(session: Session, sides: Sides, *later: tuple[int, str]) -> Deal:
    deal = make_deal(session, sides, fee=fee((500_000, None), *later), extension=OPTION)
    pay(session, f"license/{deal.license_id}/fee")
    return deal


def extend(session: Session, sides: Sides, deal: Deal, at: datetime = OPENS) -> Deal:
    return changes.exercise_extension(session=session, actor=sides.studio, at=at, deal_id=deal.id)


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ([(750_000, "2026-12-01")], [("11-02", 400_000, True), ("12-01", 750_000, False)]),
        (
            [(750_000, "2026-11-02"), (1_000, "2026-11-03"), (2_000, "2026-11-05")],
            [("11-02", 750_000, True), ("11-03", 1_000, False), ("11-04", 400_000, False), ("11-05", 2_000, False)],
        ),
        ([(750_000, "2026-11-01")], [("11-01", 750_000, True), ("11-02", 400_000, True)]),
    ],
)
def test_the_fee_of_an_option_takes_its_place_among_the_parts(
    session: Session, sides: Sides, later: list[tuple[int, str]], expected: list[tuple[str, int, bool]]
) -> None:
    deal = paid_at_signature(session, sides, *later)
    charge_due(session=session, at=OPENS)
    extend(session, sides, deal)
    owed = [
        (f"{d.due_at:%m-%d}", d.amount_minor, d.charged_at is not None) for d in dues_of(session, deal.license_id)
    ]
    assert owed[1:] == expected
    agreed = license_of(session, deal.license_id).latest.terms.document["fee"]
    assert agreed["amount_minor"] == sum(minor for _, minor, _ in owed)


def test_an_option_whose_fee_finds_no_place_says_so(session: Session, sides: Sides) -> None:
    deal = paid_at_signature(session, sides, *((1_000, f"2026-12-{day:02}") for day in range(1, MOST_PARTS)))
    with pytest.raises(TooManyParts, match="24 parts already"):
        extend(session, sides, deal)


def test_an_option_and_an_early_end_hold_with_a_change_that_waits(session: Session, sides: Sides) -> None:
    deal = make_deal(session, sides, fee=FREE, extension=OPTION, grants=[grant(exclusivity="exclusive")])
    terms = {
        "credit_line": "Another",
        "extension": OPTION,
        "grants": [grant(territory="+DE", exclusivity="exclusive")],
    }
    talks = amend(session, sides.studio, deal, at=OPENS, effective_on=date(2026, 12, 24), **terms)
    agree(session, sides.licensor, talks, at=OPENS)
    extend(session, sides, deal)
    found = license_of(session, deal.license_id)
    waiting = datetime(2026, 12, 24, 5, tzinfo=UTC)
    assert [version.effective_at for version in found.versions][1:] == [waiting, waiting]
    assert found.terms_at(OPENS).document["credit_line"] != "Another"
    assert found.terms_at(waiting).document["term"]["last_day"] == "2027-06-30"
    assert [f"{due.due_at:%m-%d}" for due in dues_of(session, deal.license_id)] == ["12-24"]
    ending = changes.open_termination(
        session=session, actor=sides.studio, at=OPENS, deal_id=deal.id, last_day=date(2027, 1, 31)
    )
    agree(session, sides.licensor, ending, at=OPENS)
    found = license_of(session, deal.license_id)
    assert found.license.ends_at == datetime(2027, 2, 1, 5, tzinfo=UTC)
    assert found.version_at(waiting).change_of is ChangeOf.TERMINATION


def test_an_option_is_used_whatever_became_of_the_media_tree(
    session: Session, sides: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal = make_deal(session, sides, fee=FREE, extension=OPTION)
    signed = license_of(session, deal.license_id).latest.terms.document
    monkeypatch.setattr(completion, "MEDIA_VERSION", "next")
    extend(session, sides, deal)
    assert license_of(session, deal.license_id).latest.terms.document["grants"] == signed["grants"]
