from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.values.rounding import divide_half_even, percent, share_bps, split

bounded = settings(max_examples=200, deadline=None)
small = st.integers(-200, 200)
amounts = st.integers(-(10**15), 10**15)
weights = st.lists(st.integers(0, 10_000), min_size=1, max_size=8).filter(any)


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(5, 2, 2), (7, 2, 4), (-5, 2, -2), (-7, 2, -4), (5, -2, -2), (1, 3, 0), (2, 3, 1), (-2, 3, -1), (0, 7, 0)],
)
def test_an_exact_half_goes_to_the_even_neighbor(numerator: int, denominator: int, expected: int) -> None:
    assert divide_half_even(numerator, denominator) == expected


@bounded
@given(numerator=small | amounts, denominator=small.filter(bool))
def test_division_agrees_with_exact_fractions(numerator: int, denominator: int) -> None:
    assert divide_half_even(numerator, denominator) == round(Fraction(numerator, denominator))


def test_nothing_is_divided_by_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        divide_half_even(1, 0)


@pytest.mark.parametrize(
    ("amount_minor", "bps", "expected"),
    [
        (1001, 2500, 250),
        (50, 100, 0),
        (150, 100, 2),
        (-150, 100, -2),
        (100_00, 25_00, 25_00),
        (7, 10_000, 7),
        (7, 0, 0),
    ],
)
def test_a_share_is_rounded_once(amount_minor: int, bps: int, expected: int) -> None:
    assert share_bps(amount_minor, bps) == expected


@bounded
@given(amount_minor=small | amounts, bps=st.integers(0, 20_000))
def test_a_share_agrees_with_exact_fractions(amount_minor: int, bps: int) -> None:
    assert share_bps(amount_minor, bps) == round(Fraction(amount_minor * bps, 10_000))


@pytest.mark.parametrize(
    ("amount_minor", "chosen", "expected"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (101, [6000, 4000], [61, 40]),
        (-101, [6000, 4000], [-61, -40]),
        (5, [1, 1], [3, 2]),
        (-5, [1, 1], [-3, -2]),
        (1, [0, 1], [0, 1]),
        (1, [1, 2], [0, 1]),
        (0, [1, 2], [0, 0]),
        (2, [0, 0, 5, 0], [0, 0, 2, 0]),
    ],
)
def test_odd_cents_go_to_the_largest_remainder_and_then_to_the_earlier(
    amount_minor: int, chosen: list[int], expected: list[int]
) -> None:
    assert split(amount_minor, chosen) == expected


def handed_out_one_by_one(amount: int, chosen: list[int]) -> list[int]:
    """The same rule told another way: cut down, then give each further unit to whoever is furthest below."""
    exact = [Fraction(amount * weight, sum(chosen)) for weight in chosen]
    parts = [int(share) for share in exact]
    while sum(parts) < amount:
        missing = [share - part for share, part in zip(exact, parts, strict=True)]
        parts[missing.index(max(missing))] += 1
    return parts


@bounded
@given(amount_minor=small | amounts, chosen=weights)
def test_parts_add_up_and_follow_the_largest_remainder(amount_minor: int, chosen: list[int]) -> None:
    parts = split(amount_minor, chosen)
    sign = -1 if amount_minor < 0 else 1
    assert sum(parts) == amount_minor
    assert [sign * part for part in parts] == handed_out_one_by_one(abs(amount_minor), chosen)
    assert all(part == 0 for part, weight in zip(parts, chosen, strict=True) if weight == 0)


@bounded
@given(amount_minor=amounts, chosen=weights)
def test_a_reversal_takes_back_what_was_given(amount_minor: int, chosen: list[int]) -> None:
    assert split(-amount_minor, chosen) == [-part for part in split(amount_minor, chosen)]


@pytest.mark.parametrize("chosen", [[], [0], [0, 0], [-1, 2], [3, -1]])
def test_weights_that_divide_nothing_are_refused(chosen: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split(100, chosen)


@pytest.mark.parametrize(
    ("bps", "text"),
    [(0, "0 %"), (1, "0.01 %"), (1_250, "12.5 %"), (3_333, "33.33 %"), (10_000, "100 %"), (10_001, "100.01 %")],
)
def test_basis_points_are_written_as_percentages(bps: int, text: str) -> None:
    assert percent(bps) == text
