"""The account of licenses as values: usage in, lines out. `reckoning` makes the one of the other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from app.royalties.rules.calculation import EarnedLine, UsageSum
from app.royalties.rules.terms import MoneyTerms
from app.royalties.states import LineKind


@dataclass(frozen=True, slots=True)
class PeriodUsage:
    """What was sold in a period: a report, or an assumption. `terms` are those of the period."""

    key: str
    """Sorts reports of the same days: an addendum after what it adds to."""
    first_day: date
    last_day: date
    reported_on: date
    terms: MoneyTerms
    usage: tuple[UsageSum, ...]


@dataclass(frozen=True, slots=True)
class LicenseUsage:
    """All usage of a license. `terms` are those in force: advances, guarantee and end are taken from them."""

    license_id: str
    terms: MoneyTerms
    periods: tuple[PeriodUsage, ...]

    @property
    def group(self) -> str:
        """Who recoups together, in one currency; a license without a group is one of its own."""
        name = self.terms.recoupment_group
        return f"license/{self.license_id}" if name is None else f"group/{self.terms.currency}/{name}"


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A line with where it comes from: a report, or a day on which something fell due by itself."""

    license_id: str
    report: str | None
    day: date
    """The last day of the report's period where there is one."""
    earned: EarnedLine


@dataclass(frozen=True, slots=True)
class Account:
    """Lines in the order in which they count; within a report or a day, in the order of a statement."""

    lines: tuple[AccountLine, ...]
    unrecouped: Mapping[str, int]
    """What is left to recoup in the end, by who recoups together."""

    def of_license(self, license_id: str) -> "Account":
        return replace(self, lines=tuple(line for line in self.lines if line.license_id == license_id))

    def of_report(self, report: str) -> "Account":
        return replace(self, lines=tuple(line for line in self.lines if line.report == report))

    def total(self, *kinds: LineKind) -> int:
        """Add up the lines of these kinds."""
        return sum(line.earned.amount_minor for line in self.lines if line.earned.slot.kind in kinds)

    @property
    def net_minor(self) -> int:
        """What is for the estate."""
        return sum(line.earned.amount_minor for line in self.lines)

    @property
    def platform_fee_minor(self) -> int:
        return -self.total(LineKind.ROYALTY_PLATFORM_SHARE)

    @property
    def due_minor(self) -> int:
        """What the licensee owes, the platform's share included."""
        return self.net_minor + self.platform_fee_minor
