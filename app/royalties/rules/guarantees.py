"""The floor on what a license earns, and what is missing at the day of its test."""

from app.royalties.rules.terms import Guarantee


def shortfall(
    guarantee: Guarantee, floor_minor: int, *, earned_minor: int, recouped_minor: int, advanced_minor: int
) -> int:
    """Return what is to be topped up at a test, of what came since the test before.

    Earnings count before reserve and recoupment. Where advances count, those that fell due since then do as far
    as they were not recouped from these earnings: the same money is not counted twice.
    """
    counted = earned_minor
    if guarantee.advances_count:
        counted += max(0, advanced_minor - recouped_minor)
    return max(0, floor_minor - counted)
