"""The only places where an amount is rounded or divided, integers in, integers out; and how a share is written."""

from collections.abc import Sequence
from decimal import Decimal

BASIS_POINTS = 10_000
"""100 % in basis points."""


def divide_half_even(numerator: int, denominator: int) -> int:
    """Return the integer nearest to the quotient; an exact half goes to the even one (5/2 -> 2, 7/2 -> 4)."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    quotient, remainder = divmod(numerator, denominator)
    above_half = 2 * remainder - denominator
    if above_half > 0 or (above_half == 0 and quotient % 2 == 1):
        return quotient + 1
    return quotient


def share_bps(amount_minor: int, bps: int) -> int:
    """Return `bps` basis points of an amount, rounded once: 2,500 of 1,001 is 250."""
    return divide_half_even(amount_minor * bps, BASIS_POINTS)


def percent(bps: int) -> str:
    """Write basis points in a sentence: 3,333 is `33.33 %`, 2,400 is `24 %`."""
    return f"{Decimal(bps).scaleb(-2).normalize():f} %"


def split(amount_minor: int, weights: Sequence[int]) -> list[int]:
    """Divide an amount in proportion to the weights so that the parts add up to it exactly.

    Largest remainder: each part is first cut down, then what is left goes out one minor unit at a time to the
    parts that lost most, the earlier of two equals first. A negative amount is the mirror of the positive
    one, so that a reversal takes back from everybody what they were given.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError("The weights of a split must not be negative and at least one must be positive.")
    if amount_minor < 0:
        return [-part for part in split(-amount_minor, weights)]
    parts, remainders = [], []
    for weight in weights:
        part, remainder = divmod(amount_minor * weight, total)
        parts.append(part)
        remainders.append(remainder)
    by_loss = sorted(range(len(weights)), key=lambda index: -remainders[index])
    for index in by_loss[: amount_minor - sum(parts)]:
        parts[index] += 1
    return parts
