"""What a report of a deal with one flat rate earns: by a few lines of its own, and by the account that bills."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from app.royalties.rules.calculation import EarnedLine, Slot, UsageSum
from app.royalties.rules.terms import MoneyTerms
from app.royalties.states import LineKind
from app.values.rounding import share_bps
from tests.factories.accounts import PLAIN, account_of, quarter


@dataclass(frozen=True, slots=True)
class RoyaltyTerms:
    """What the first version of deal terms said about royalties."""

    is_on_net: bool
    """Whether the basis is net receipts; gross receipts less returns otherwise."""
    rate_bps: int
    platform_fee_bps: int
    currency: str


@dataclass(frozen=True, slots=True)
class Calculation:
    """What a report earns. Currency is that of the terms it was made with."""

    lines: tuple[EarnedLine, ...]

    @property
    def royalty_minor(self) -> int:
        """What the licensee owes for the report, the platform's share included."""
        return sum(line.amount_minor for line in self.lines if line.slot.kind is LineKind.ROYALTY)

    @property
    def platform_fee_minor(self) -> int:
        return self.royalty_minor - self.net_minor

    @property
    def net_minor(self) -> int:
        """What remains for the estate."""
        return sum(line.amount_minor for line in self.lines)


def alone(*, usage: Iterable[UsageSum], terms: RoyaltyTerms) -> Calculation:
    """What a report earned before there were accounts: what the engine must still say of a plain deal."""
    royalties = [_royalty_line(usage_sum, terms) for usage_sum in usage]
    by_month: defaultdict[str, int] = defaultdict(int)
    for line in royalties:
        by_month[line.slot.month] += line.amount_minor
    shares = [_platform_share(month, royalty, terms) for month, royalty in by_month.items()]
    return Calculation(
        tuple(
            sorted((*royalties, *(share for share in shares if not share.is_nothing)), key=lambda line: line.place)
        )
    )


def calculate(*, usage: Iterable[UsageSum], terms: RoyaltyTerms) -> Calculation:
    """What the account says of a report, the only one, for the third quarter of 2026."""
    money = MoneyTerms(
        currency=terms.currency,
        is_on_net=terms.is_on_net,
        rate_bps=terms.rate_bps,
        platform_fee_bps=terms.platform_fee_bps,
        first_day=PLAIN.first_day,
        last_day=PLAIN.last_day,
    )
    account = account_of(money, quarter(2, *usage, terms=money))
    return Calculation(tuple(line.earned for line in account.of_report("rpt_2").lines))


def _royalty_line(usage: UsageSum, terms: RoyaltyTerms) -> EarnedLine:
    basis = usage.net_minor if terms.is_on_net else usage.gross_minor
    slot = Slot(LineKind.ROYALTY, usage.month, usage.item, usage.media, usage.territory, usage.channel)
    return EarnedLine(slot, usage.units, basis, terms.rate_bps, share_bps(basis, terms.rate_bps))


def _platform_share(month: str, royalty_minor: int, terms: RoyaltyTerms) -> EarnedLine:
    slot = Slot(LineKind.ROYALTY_PLATFORM_SHARE, month, item="", media="", territory="", channel="")
    rate = terms.platform_fee_bps
    return EarnedLine(slot, 0, royalty_minor, rate, -share_bps(royalty_minor, rate))
