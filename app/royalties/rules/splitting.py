"""From what an estate earned to what each beneficiary is sent, and out of which payment.

Each license is an account of its own for each beneficiary: a correction that takes back more than there is stays
behind as a negative balance and is made up for by what the same license earns later, never by another license.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.values.rounding import split


class Account(NamedTuple):
    """What one beneficiary earns from one license."""

    license_id: str
    party_id: str


class Holding(NamedTuple):
    """A party and its part of an estate, in basis points."""

    party_id: str
    share_bps: int


@dataclass(frozen=True, slots=True)
class Earning:
    """An amount that came from one source and belongs to those who held the estate when it was earned."""

    license_id: str
    source: str
    """The reference of the charge that pays for it."""
    net_minor: int
    """Negative where a correction takes back."""
    holdings: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """`opening + earned = payable + closing`, where opening and closing are never positive."""

    account: Account
    opening_minor: int
    earned_minor: int
    payable_minor: int
    closing_minor: int


@dataclass(frozen=True, slots=True)
class Part:
    """A positive amount for one beneficiary out of one source."""

    account: Account
    source: str
    share_bps: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """Who gets what. The parts of an account add up to its payable."""

    balances: tuple[AccountBalance, ...]
    parts: tuple[Part, ...]


def distribute(*, earnings: Sequence[Earning], opening: Mapping[Account, int]) -> Distribution:
    """Split every earning by its holdings, by largest remainder; set what is taken back against what is given.

    Earnings of one source and the same holdings are added up before they are split, so that odd minor units
    fall once. What is taken back reduces the oldest parts of the same account first.
    """
    parts = [part for earning in _joined(earnings) for part in _split(earning)]
    by_account: defaultdict[Account, list[Part]] = defaultdict(list)
    for part in parts:
        by_account[part.account].append(part)
    accounts = sorted({*by_account, *(account for account, minor in opening.items() if minor)})
    balances, kept = [], []
    for account in accounts:
        carried = opening.get(account, 0)
        earned = sum(part.amount_minor for part in by_account[account])
        payable = max(0, carried + earned)
        balances.append(AccountBalance(account, carried, earned, payable, carried + earned - payable))
        kept.extend(_reduce(by_account[account], payable))
    return Distribution(tuple(balances), tuple(kept))


def draw(*, parts: Iterable[Part], spare: Mapping[str, int], reserve: Mapping[str, int]) -> list[Part]:
    """Decide out of which payments the parts of one license are sent, none giving more than it has.

    Each part draws on its own source first. Where that has less, because the licensee had credit and paid less,
    it draws on what the license's other payments have to spare, in the order given. `reserve` is the platform's
    part of each payment, touched only for the odd minor unit by which rounding shifts that part.
    """
    left, last = dict(spare), dict(reserve)
    drawn, wanting = [], []
    for part in parts:
        own = min(part.amount_minor, left.get(part.source, 0))
        if own:
            left[part.source] -= own
            drawn.append(_of(part, part.source, own))
        if own < part.amount_minor:
            wanting.append(_of(part, part.source, part.amount_minor - own))
    for part in wanting:
        missing = part.amount_minor
        for pool, source in (*((left, source) for source in left), *((last, source) for source in last)):
            amount = min(missing, pool[source])
            if amount:
                pool[source] -= amount
                missing -= amount
                drawn.append(_of(part, source, amount))
        if missing:
            raise ValueError(f"The payments for {part.account.license_id} do not cover what is owed by {missing}.")
    return drawn


def _joined(earnings: Sequence[Earning]) -> list[Earning]:
    totals: dict[tuple[str, str, tuple[Holding, ...]], int] = {}
    for earning in earnings:
        key = (earning.license_id, earning.source, earning.holdings)
        totals[key] = totals.get(key, 0) + earning.net_minor
    return [Earning(*key[:2], net, key[2]) for key, net in totals.items()]


def _split(earning: Earning) -> list[Part]:
    amounts = split(earning.net_minor, [holding.share_bps for holding in earning.holdings])
    return [
        Part(Account(earning.license_id, holding.party_id), earning.source, holding.share_bps, amount)
        for holding, amount in zip(earning.holdings, amounts, strict=True)
        if amount
    ]


def _reduce(parts: Sequence[Part], payable_minor: int) -> list[Part]:
    """Return the positive parts, cut from the oldest on until they add up to what is payable."""
    positive = [part for part in parts if part.amount_minor > 0]
    excess = sum(part.amount_minor for part in positive) - payable_minor
    kept = []
    for part in positive:
        cut = min(excess, part.amount_minor)
        excess -= cut
        if part.amount_minor > cut:
            kept.append(_of(part, part.source, part.amount_minor - cut))
    return kept


def _of(part: Part, source: str, amount_minor: int) -> Part:
    return Part(part.account, source, part.share_bps, amount_minor)
