"""The rules against the enumeration of every single use."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

import pytest

from app.rights.rules import fixes
from app.rights.rules.ask import Ask
from app.rights.rules.avails import avails
from app.rights.rules.days import Days
from app.rights.rules.free import find_free
from app.rights.states import FixKind, MatchMode
from app.values.components import Component
from tests.rights import brute_force
from tests.rights.books import Book, books, books_without_queue, bundles, deals, holds, instants, searches
from tests.rights.brute_force import (
    DAY_ZERO,
    KNOWN_CATEGORIES,
    Window,
    day,
    is_refused,
    reasons_against,
    single_changes,
)

AT = day(0)


@pytest.fixture(autouse=True, scope="module")
def a_short_list_of_product_categories() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fixes, "PRODUCT_CATEGORIES", dict.fromkeys(sorted(KNOWN_CATEGORIES), ""))
        yield


def refused(asked: Ask, book: Book, at: datetime) -> set[tuple[object, Component]]:
    return set(reasons_against(asked, book.rights_in, book.taken, at, book.own))


@holds(asked=bundles | deals, book=books)
def test_the_reasons_are_those_of_every_single_use(asked: Ask, book: Book) -> None:
    answer = avails(asked=asked, at=AT, **book.facts())
    expected = refused(asked, book, AT)
    assert {(reason.code, reason.component) for reason in answer.reasons if reason.is_obstacle} == expected
    assert answer.is_available == (not expected)
    assert {reason.component for reason in answer.reasons} == set(asked.components)
    orders = [(reason.code.order, list(Component).index(reason.component)) for reason in answer.reasons]
    assert orders == sorted(orders)


@holds(asked=bundles | deals, book=books)
def test_every_fix_does_what_it_says(asked: Ask, book: Book) -> None:
    answer = avails(asked=asked, at=AT, **book.facts())
    for fix in answer.fixes:
        assert not refused(fix.ask, book, fix.ask_at or AT)
    for reason in answer.reasons:
        if reason.fix is not None:
            assert (reason.code, reason.component) not in refused(reason.fix.ask, book, reason.fix.ask_at or AT)


@holds(share=2, asked=bundles, book=books_without_queue)
def test_no_cheaper_single_change_exists(asked: Ask, book: Book) -> None:
    answer = avails(asked=asked, at=AT, **book.facts())
    if answer.is_available:
        return
    facts = (book.rights_in, book.taken, AT)
    cheapest: dict[FixKind, Fraction] = {}
    for kind, cost, changed in single_changes(asked, book.rights_in):
        if cost < cheapest.get(kind, Fraction(99)) and not is_refused(changed, *facts):
            cheapest[kind] = cost
    named = {fix.kind: fix.cost for fix in answer.fixes if fix.kind is not FixKind.WAIT}
    assert named == cheapest
    assert [fix.cost for fix in answer.fixes] == sorted(fix.cost for fix in answer.fixes)


@holds(share=2, asked=bundles, book=books)
def test_taking_the_advice_again_and_again_ends_well(asked: Ask, book: Book) -> None:
    """Each reason's own fix may leave other reasons; following one after the other ends in a yes or a dead end."""
    at = AT
    for _ in range(40):
        answer = avails(asked=asked, at=at, **book.facts())
        advice = [reason.fix for reason in answer.reasons if reason.is_obstacle]
        if answer.is_available or None in advice:
            return
        fix = advice[0]
        assert fix is not None
        asked, at = fix.ask, max(at, fix.ask_at or at)
    raise AssertionError("the advice leads round in circles")


@holds(asked=searches, book=books, at=instants())
def test_free_periods_are_those_of_every_single_day(asked: Ask, book: Book, at: datetime) -> None:
    found = find_free(asked=asked, at=at, **book.facts())
    facts = (asked, book.rights_in, book.taken, at, book.own)
    shortest = asked.minimum_days or 1
    expected = {
        country: tuple(windows)
        for country, days in brute_force.free_days(*facts).items()
        if (windows := brute_force.windows_in(days, shortest=shortest))
    }
    assert {code: windows_of(part.windows) for part in found.parts for code in part.territory} == expected
    assert sum(len(part.territory) for part in found.parts) == len(expected)
    assert len({part.windows for part in found.parts}) == len(found.parts)
    whole = brute_force.windows_in(brute_force.days_free_of_everything(*facts), shortest=shortest)
    assert windows_of(found.windows) == tuple(whole)
    if asked.match is MatchMode.COVER:
        assert found.is_match == (not refused(asked, book, at))
    else:
        assert found.is_match == any(brute_force.matches(asked.match, window, asked.term) for window in whole)


@holds(share=2, asked=deals, book=books)
def test_free_periods_of_a_deal_are_those_of_its_blocks(asked: Ask, book: Book) -> None:
    found = avails(asked=asked, at=AT, **book.facts()).free
    facts = (asked, book.rights_in, book.taken, AT, book.own)
    expected = {
        country: tuple(windows)
        for country, days in brute_force.free_days(*facts).items()
        if (windows := brute_force.windows_in(days))
    }
    assert {code: windows_of(part.windows) for part in found.parts for code in part.territory} == expected
    whole = brute_force.windows_in(brute_force.days_free_of_everything(*facts))
    assert windows_of(found.windows) == tuple(whole)


@holds(share=2, asked=searches, book=books)
def test_an_answer_finds_what_a_search_finds(asked: Ask, book: Book) -> None:
    answer = avails(asked=asked, at=AT, **book.facts())
    assert answer.free == find_free(asked=asked, at=AT, **book.facts())
    covered = find_free(asked=replace(asked, match=MatchMode.COVER), at=AT, **book.facts())
    assert covered.is_match == answer.is_available


def windows_of(windows: tuple[Days, ...]) -> tuple[Window, ...]:
    first_day = DAY_ZERO.date()
    return tuple(
        ((days.first - first_day).days, None if days.last is None else (days.last - first_day).days)
        for days in windows
    )
