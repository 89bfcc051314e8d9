"""Free periods by country, case by case."""

from dataclasses import replace
from datetime import date

import pytest

from app.rights.rules.ask import Ask
from app.rights.rules.conflicts import Taken
from app.rights.rules.free import Free, find_free
from app.rights.states import BlockKind, MatchMode
from app.values.rights_block import RightsBlock
from app.values.term import Term
from tests.factories.rights import YEAR, day, exclusive_block, make_block
from tests.rights.cases import ALL_RIGHTS, AT


def taken_in(*countries: str, first: int, until: int) -> Taken:
    """Exclusively granted from the first of a month of 2027 until the first of another."""
    term = Term(day(first, 1), day(until, 1))
    return Taken(BlockKind.GRANT, exclusive_block(territory=frozenset(countries), term=term))


def find(*taken: Taken, wanted: RightsBlock | None = None, **search: object) -> Free:
    asked = replace(Ask.of([wanted or make_block()]), **search)
    return find_free(asked=asked, rights_in=ALL_RIGHTS, taken=taken, at=AT)


def spelled(found: Free) -> dict[str, list[str]]:
    return {
        " ".join(sorted(part.territory)): [f"{days.first}..{days.last or ''}" for days in part.windows]
        for part in found.parts
    }


def test_countries_that_part_and_meet_again_have_periods_of_their_own() -> None:
    found = find(
        taken_in("DE", first=2, until=5),
        taken_in("DE", "FR", first=3, until=7),
        taken_in("DE", "FR", "JP", first=6, until=8),
        taken_in("DE", first=4, until=6),
    )
    assert spelled(found) == {
        "DE": ["2027-01-01..2027-01-31", "2027-08-01..2027-12-31"],
        "FR": ["2027-01-01..2027-02-28", "2027-08-01..2027-12-31"],
        "JP": ["2027-01-01..2027-05-31", "2027-08-01..2027-12-31"],
        "US": ["2027-01-01..2027-12-31"],
    }
    assert [(days.first, days.last) for days in found.windows] == [
        (date(2027, 1, 1), date(2027, 1, 31)),
        (date(2027, 8, 1), date(2027, 12, 31)),
    ]
    assert not found.is_match


def test_countries_with_the_same_periods_stand_together() -> None:
    """Whether one grant took both or each was taken by its own."""
    found = find(
        taken_in("DE", first=2, until=4), taken_in("JP", first=2, until=3), taken_in("JP", first=3, until=4)
    )
    assert list(spelled(found)) == ["DE JP", "FR US"]


def test_a_country_that_is_never_free_is_not_listed() -> None:
    always = Taken(BlockKind.HOLDBACK, make_block(territory=frozenset({"DE"}), term=Term(day(1, 1, 2020), None)))
    found = find(always, match=MatchMode.OVERLAP)
    assert spelled(found) == {"FR JP US": ["2026-06-01.."]}
    assert (found.windows, found.is_match) == ((), False)


@pytest.mark.parametrize(
    ("minimum", "expected"),
    [(31, ["2027-01-01..2027-01-31", "2027-03-01..2027-12-31"]), (32, ["2027-03-01..2027-12-31"]), (307, [])],
)
def test_a_period_is_as_long_as_its_days_both_ends_included(minimum: int, expected: list[str]) -> None:
    everywhere = taken_in("DE", "FR", "JP", "US", first=2, until=3)
    assert spelled(find(everywhere, minimum_days=minimum)).get("DE FR JP US", []) == expected


@pytest.mark.parametrize(
    ("match", "term", "is_match"),
    [
        (MatchMode.START_WITHIN, Term(day(1, 1), day(3, 1)), False),
        (MatchMode.START_WITHIN, Term(day(1, 1), day(3, 2)), True),
        (MatchMode.END_WITHIN, Term(day(1, 31), day(2, 1)), True),
        (MatchMode.END_WITHIN, Term(day(1, 1), day(1, 31)), False),
        (MatchMode.END_WITHIN, Term(day(2, 1), None), False),
        (MatchMode.OVERLAP, Term(day(2, 1), day(3, 1)), False),
        (MatchMode.OVERLAP, Term(day(2, 1), day(3, 2)), True),
    ],
)
def test_where_a_period_lies_to_the_term(match: MatchMode, term: Term, is_match: bool) -> None:
    """Taken all over in February: free until 31 January, and again from 1 March on, without end."""
    everywhere = taken_in("DE", "FR", "JP", "US", first=2, until=3)
    assert find(everywhere, wanted=make_block(term=term), match=match).is_match == is_match


def test_today_counts_as_a_whole_day() -> None:
    asked = replace(Ask.of([make_block()], zone="Asia/Tokyo"), match=MatchMode.OVERLAP)
    found = find_free(asked=asked, rights_in=ALL_RIGHTS, taken=(), at=day(6, 1, 2026).replace(hour=20))
    assert [(days.first, days.last) for days in found.windows] == [(date(2026, 6, 2), None)]


def test_blocks_of_a_deal_are_free_in_their_own_terms_only() -> None:
    first, second = Term(YEAR.starts_at, day(7, 1)), Term(day(7, 1), YEAR.ends_at)
    germany, france = frozenset({"DE"}), frozenset({"FR"})
    asked = Ask.of([make_block(territory=germany, term=first), make_block(territory=france, term=second)])
    found = find_free(asked=asked, rights_in=ALL_RIGHTS, taken=(), at=AT)
    assert spelled(found) == {"DE": ["2027-01-01..2027-06-30"], "FR": ["2027-07-01..2027-12-31"]}
    assert found.is_match
