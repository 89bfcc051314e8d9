"""What the band of an escalator adds over the rate of a sale, and the tallies that decide which band is reached.

A band takes the place of the rate of a sale, whichever rule that came from: where it is lower, it takes away.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from app.negotiation.terms.vocabulary import EscalatorMode
from app.royalties.rules.calculation import Slot
from app.royalties.rules.terms import Band, Escalator
from app.values.rounding import BASIS_POINTS, divide_half_even


class Counted(NamedTuple):
    """A sale as an escalator sees it. The slot is that of its royalty line."""

    slot: Slot
    units: int
    basis_minor: int
    rate_bps: int


class Added(NamedTuple):
    """What bands add to the sale of a slot."""

    slot: Slot
    basis_minor: int
    amount_minor: int


@dataclass(slots=True)
class Tally:
    """What was counted so far under one key, and what the whole slab has given for it."""

    reached: int
    seen: list[Counted] = field(default_factory=list)
    given: defaultdict[Slot, int] = field(default_factory=lambda: defaultdict(int))


def escalate(escalator: Escalator, tally: Tally, sales: list[Counted]) -> Iterator[Added]:
    """Count sales in the order given and yield what bands add, one rounding for each line.

    The whole slab also yields what a band reached now adds to sales counted earlier, and takes it back where
    returns fall below it again.
    """
    if escalator.mode is EscalatorMode.WHOLE_SLAB:
        yield from _slab(escalator, tally, sales)
        return
    for sale in sales:
        before = tally.reached
        tally.reached += sale.units if escalator.counts_units else sale.basis_minor
        amount = _marginal(escalator, sale, before, tally.reached)
        if amount:
            yield Added(sale.slot, sale.basis_minor, amount)


def _marginal(escalator: Escalator, sale: Counted, before: int, after: int) -> int:
    if escalator.counts_units and not sale.units:
        return _share(sale.basis_minor, _extra(escalator, sale, before))
    total = 0
    for band, until in zip(escalator.bands, (*(band.above for band in escalator.bands[1:]), None), strict=True):
        extra = band.rate_bps - sale.rate_bps
        total += extra * (_within(after, band, until) - _within(before, band, until))
    if not escalator.counts_units:
        return divide_half_even(total, BASIS_POINTS)
    return divide_half_even(sale.basis_minor * total, BASIS_POINTS * sale.units)


def _within(reached: int, band: Band, until: int | None) -> int:
    """Return how much of a tally lies in a band."""
    return max(0, (reached if until is None else min(reached, until)) - band.above)


def _slab(escalator: Escalator, tally: Tally, sales: list[Counted]) -> Iterator[Added]:
    tally.reached += sum(sale.units if escalator.counts_units else sale.basis_minor for sale in sales)
    tally.seen.extend(sales)
    due: defaultdict[Slot, int] = defaultdict(int)
    basis: defaultdict[Slot, int] = defaultdict(int)
    for sale in tally.seen:
        due[sale.slot] += _share(sale.basis_minor, _extra(escalator, sale, tally.reached))
        basis[sale.slot] += sale.basis_minor
    for slot, amount in sorted(due.items()):
        if amount != tally.given[slot]:
            yield Added(slot, basis[slot], amount - tally.given[slot])
            tally.given[slot] = amount


def _extra(escalator: Escalator, sale: Counted, reached: int) -> int:
    """Return what the band reached adds to the rate of a sale, in basis points."""
    rates = [band.rate_bps for band in escalator.bands if reached > band.above]
    return rates[-1] - sale.rate_bps if rates else 0


def _share(basis_minor: int, bps: int) -> int:
    return divide_half_even(basis_minor * bps, BASIS_POINTS)
