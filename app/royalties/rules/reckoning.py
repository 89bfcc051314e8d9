"""Make the account of licenses: every line that usage and time make of their terms, in order.

One function for all: what a report is charged, what a statement says and what a proposal would come to are lines
of the same account. It is made anew from the whole usage each time; what was billed or stated before is compared
with it, and the difference is what is new.

Rounding happens half to even, once for each of these, and nowhere else: the cap on the deductions of a sale,
royalty, escalation, reserve (of a month of a report; of each sale where it is held before calculation) and the
platform's share (of a month of a report, or of a day). All others add or split.
"""

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import count

from app.negotiation.terms.vocabulary import EscalatorMode, TallyScope
from app.royalties.rules.account import Account, AccountLine, LicenseUsage, PeriodUsage
from app.royalties.rules.calculation import EarnedLine, Slot, UsageSum
from app.royalties.rules.escalators import Counted, Tally, escalate
from app.royalties.rules.guarantees import hold_against
from app.royalties.rules.period import days_later, month_of
from app.royalties.rules.rates import basis_of, rate_of
from app.royalties.rules.recoupment import Unrecouped
from app.royalties.rules.reserves import held_basis, parts, release_days
from app.royalties.rules.terms import MoneyTerms, Reserve, Test
from app.royalties.states import LineKind
from app.values.rounding import share_bps

_ADVANCE, _REPORT, _RELEASE, _TEST, _END = range(5)
"""What happens first on one day."""


def make_account(licenses: Iterable[LicenseUsage], *, as_of: date | None = None) -> Account:
    """Return the account of licenses that may recoup or tally together; each has its own lines.

    `as_of` leaves out what falls due by itself only later: the release of a reserve on its day, the test of a
    guarantee and the end of an advance once the reports up to then are due. Nothing: until everything is done.
    """
    return _Run(list(licenses), as_of).account()


def falls_due(license: LicenseUsage, account: Account, *, after: date) -> date | None:
    """Return the first day after a day, if any, from which an account as of then has a line more by itself.

    `account` is the account without a day: all that will ever fall due.
    """
    waits = {
        LineKind.RESERVE_RELEASE: 1,
        LineKind.ESCALATION: 1,
        LineKind.GUARANTEE: 1 + license.terms.due_days,
        LineKind.ADVANCE_REPAYMENT: 1 + license.terms.due_days,
    }
    days = (
        days_later(line.day, waits[line.earned.slot.kind])
        for line in account.of_license(license.license_id).lines
        if line.report is None and line.earned.slot.kind in waits
    )
    return min((day for day in days if day > after), default=None)


def end_of(terms: MoneyTerms) -> date:
    """Return the last day on which something can be sold under the license."""
    return days_later(terms.last_day, terms.sell_off.days if terms.sell_off else 0)


@dataclass(slots=True)
class _Window:
    """What counts towards the next test of a guarantee."""

    earned_minor: int = 0
    uncounted_minor: int = 0
    """Earned, but only to earn back an advance that counted before or never counts."""


@dataclass(slots=True)
class _Released:
    """What a day releases: amounts by month of sale, and what the tally of an escalator counts then."""

    amounts: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    counted: list[tuple[PeriodUsage, Counted]] = field(default_factory=list)


class _Run:
    """One calculation. Its state is what was tallied, advanced and held so far, in the order of days."""

    def __init__(self, licenses: Sequence[LicenseUsage], as_of: date | None) -> None:
        self.licenses = {license.license_id: license for license in licenses}
        self.as_of = as_of
        self.pools: defaultdict[str, Unrecouped] = defaultdict(Unrecouped)
        self.tallies: dict[tuple[str, ...], Tally] = {}
        self.windows = {license_id: _Window() for license_id in self.licenses}
        self.released: dict[tuple[str, date], _Released] = {}
        self.lines: dict[tuple[str, str | None, date, Slot], AccountLine] = {}
        self.steps: list[tuple[date, int, date, str, int, Callable[[], None]]] = []
        self.numbers = count()

    def account(self) -> Account:
        for license in self.licenses.values():
            self._plan(license)
        while self.steps:
            heapq.heappop(self.steps)[-1]()
        unrecouped = {group: pool.advance_minor + pool.shortfall_minor for group, pool in self.pools.items()}
        return Account(tuple(self.lines.values()), unrecouped)

    def _plan(self, license: LicenseUsage) -> None:
        terms = license.terms
        for part in terms.advance.instalments if terms.advance else ():
            self._at(part.due_on or date.min, _ADVANCE, partial(self._advance, license, part.amount_minor))
        for period in license.periods:
            step = partial(self._report, license, period)
            self._at(period.last_day, _REPORT, step, first_day=period.first_day, key=period.key)
        for test in terms.guarantee.tests if terms.guarantee else ():
            if self._is_past(days_later(test.test_on, terms.due_days)):
                self._at(test.test_on, _TEST, partial(self._test, license, test))
        end = max(end_of(other.terms) for other in self.licenses.values() if other.group == license.group)
        if terms.advance and terms.advance.is_repayable and self._is_past(days_later(end, terms.due_days)):
            self._at(end, _END, partial(self._repay, license, end), key=license.license_id)

    def _at(
        self, day: date, rank: int, step: Callable[[], None], *, first_day: date = date.min, key: str = ""
    ) -> None:
        heapq.heappush(self.steps, (day, rank, first_day, key, next(self.numbers), step))

    def _is_past(self, day: date) -> bool:
        return self.as_of is None or day < self.as_of

    def _advance(self, license: LicenseUsage, amount: int) -> None:
        guarantee = license.terms.guarantee
        counts = guarantee is not None and guarantee.advances_count
        self.pools[license.group].advance(amount, is_countable=counts)

    def _report(self, license: LicenseUsage, period: PeriodUsage) -> None:
        terms, reserve = period.terms, period.terms.reserve
        royalties: list[EarnedLine] = []
        counted: list[Counted] = []
        held: defaultdict[str, int] = defaultdict(int)
        for usage in _by_slot(period.usage):
            basis, rate = basis_of(usage, terms), rate_of(usage, terms, reported_on=period.reported_on)
            slot = Slot(LineKind.ROYALTY, usage.month, usage.item, usage.media, usage.territory, usage.channel)
            line = EarnedLine(slot, usage.units, basis, rate, share_bps(basis, rate))
            royalties.append(line)
            kept = held_basis(reserve, basis) if reserve else 0
            held[usage.month] += line.amount_minor - share_bps(basis - kept, rate) if kept else 0
            counted.append(Counted(slot, usage.units, basis - kept, rate))
            if kept and reserve:
                self._hold_basis(license, period, reserve, Counted(slot, 0, kept, rate))
        lines = [*royalties, *self._escalate(license, period, counted)]
        self.windows[license.license_id].earned_minor += sum(line.amount_minor for line in lines)
        if reserve and not reserve.is_before_calculation:
            held = _held_after(lines, reserve.rate_bps)
        for month, amount in held.items():
            if amount and reserve:
                lines.append(_of_month(LineKind.RESERVE, month, -amount, rate_bps=reserve.rate_bps))
                self._hold(license, period, reserve, month, amount)
        self._settle(license, period.key, period.last_day, lines, rate=terms.platform_fee_bps)

    def _escalate(self, license: LicenseUsage, period: PeriodUsage, counted: Sequence[Counted]) -> list[EarnedLine]:
        escalator = period.terms.escalator
        if escalator is None or not escalator.bands:
            return []
        by_tally: defaultdict[tuple[str, ...], list[Counted]] = defaultdict(list)
        for sale in counted:
            by_tally[_tally_key(license, period, sale.slot.item)].append(sale)
        return [
            EarnedLine(
                added.slot._replace(kind=LineKind.ESCALATION), 0, added.basis_minor, None, added.amount_minor
            )
            for key, sales in by_tally.items()
            for added in escalate(escalator, self.tallies.setdefault(key, Tally(escalator.starts_at)), sales)
        ]

    def _hold(self, license: LicenseUsage, period: PeriodUsage, reserve: Reserve, month: str, amount: int) -> None:
        days = release_days(reserve, period.terms, period.last_day)
        for day, part in zip(days, parts(reserve, amount), strict=True):
            self._on_release(license, day).amounts[month] += part

    def _hold_basis(self, license: LicenseUsage, period: PeriodUsage, reserve: Reserve, sale: Counted) -> None:
        days = release_days(reserve, period.terms, period.last_day)
        for day, part in zip(days, parts(reserve, sale.basis_minor), strict=True):
            self._on_release(license, day).counted.append((period, sale._replace(basis_minor=part)))

    def _on_release(self, license: LicenseUsage, day: date) -> _Released:
        key = (license.license_id, day)
        if key not in self.released:
            self.released[key] = _Released()
            if self._is_past(day):
                self._at(day, _RELEASE, partial(self._release, license, day))
        return self.released[key]

    def _release(self, license: LicenseUsage, day: date) -> None:
        found = self.released[license.license_id, day]
        lines = [
            _of_month(LineKind.RESERVE_RELEASE, month, part)
            for month, part in sorted(found.amounts.items())
            if part
        ]
        for period, sale in found.counted:
            extra = self._escalate(license, period, [sale])
            self.windows[license.license_id].earned_minor += sum(line.amount_minor for line in extra)
            lines.extend(extra)
        self._settle(license, None, day, lines)

    def _test(self, license: LicenseUsage, test: Test) -> None:
        assert license.terms.guarantee is not None  # noqa: S101
        window, self.windows[license.license_id] = self.windows[license.license_id], _Window()
        pool = self.pools[license.group]
        missing, used = hold_against(
            test.amount_minor,
            earned_minor=window.earned_minor - window.uncounted_minor,
            countable_advance_minor=pool.countable_minor if license.terms.guarantee.advances_count else 0,
        )
        pool.countable_minor -= used
        if missing:
            line = _of_month(LineKind.GUARANTEE, month_of(test.test_on), missing, basis_minor=test.amount_minor)
            self._settle(license, None, test.test_on, [line], recoups=False)
        if license.terms.guarantee.is_recoupable:
            pool.shortfall_minor += missing

    def _repay(self, license: LicenseUsage, end: date) -> None:
        assert license.terms.advance is not None  # noqa: S101
        pool = self.pools[license.group]
        left = min(pool.advance_minor, license.terms.advance.amount_minor)
        pool.advance_minor -= left
        pool.countable_minor = min(pool.countable_minor, pool.advance_minor)
        if left:
            line = _of_month(LineKind.ADVANCE_REPAYMENT, month_of(end), -left)
            self._settle(license, None, end, [line], recoups=False)

    def _settle(
        self,
        license: LicenseUsage,
        report: str | None,
        day: date,
        lines: list[EarnedLine],
        *,
        recoups: bool = True,
        rate: int | None = None,
    ) -> None:
        """Recoup from what the lines come to, take the platform's share of the rest, and write all of it down."""
        due: defaultdict[str, int] = defaultdict(int)
        for line in lines:
            due[line.slot.month] += line.amount_minor
        if recoups:
            lines.extend(self._recoup(license, due))
        rate = license.terms.platform_fee_bps if rate is None else rate
        for month, amount in due.items():
            share = _of_month(
                LineKind.ROYALTY_PLATFORM_SHARE, month, -share_bps(amount, rate), basis_minor=amount, rate_bps=rate
            )
            if not share.is_nothing:
                lines.append(share)
        for line in sorted(lines, key=lambda line: line.place):
            self._write(license.license_id, report, day, line)

    def _recoup(self, license: LicenseUsage, due: defaultdict[str, int]) -> list[EarnedLine]:
        """Recoup from what the months come to together, taken from those with something in it, oldest first."""
        months = [month for month in sorted(due) if _is_recouped_from(license.terms, month)]
        left, uncounted = self.pools[license.group].recoup(sum(due[month] for month in months))
        self.windows[license.license_id].uncounted_minor += uncounted
        lines = []
        for month in months:
            part = min(left, max(0, due[month]))
            if part:
                lines.append(_of_month(LineKind.RECOUPMENT, month, -part, basis_minor=due[month]))
                due[month] -= part
                left -= part
        return lines

    def _write(self, license_id: str, report: str | None, day: date, line: EarnedLine) -> None:
        key = (license_id, report, day, line.slot)
        before = self.lines.get(key)
        if before is not None:
            line = replace(
                line,
                units=before.earned.units + line.units,
                basis_minor=before.earned.basis_minor + line.basis_minor,
                amount_minor=before.earned.amount_minor + line.amount_minor,
            )
        self.lines[key] = AccountLine(license_id, report, day, line)


def _by_slot(usage: Iterable[UsageSum]) -> list[UsageSum]:
    """Add up what belongs to one slot; in the order of slots, months first."""
    sums: dict[tuple[str, str, str, str, str], UsageSum] = {}
    for each in usage:
        key = (each.month, each.item, each.media, each.territory, each.channel)
        before = sums.get(key)
        sums[key] = each if before is None else before + each
    return [sums[key] for key in sorted(sums)]


def _tally_key(license: LicenseUsage, period: PeriodUsage, item: str) -> tuple[str, ...]:
    escalator = period.terms.escalator
    assert escalator is not None  # noqa: S101
    key = {
        TallyScope.ITEM: (license.license_id, item),
        TallyScope.LICENSE: (license.license_id,),
        TallyScope.DEAL_GROUP: (license.group,),
    }[escalator.scope]
    if escalator.mode is EscalatorMode.PER_PERIOD:
        return (*key, f"{period.first_day}/{period.last_day}")
    return key


def _held_after(lines: Iterable[EarnedLine], rate_bps: int) -> defaultdict[str, int]:
    """Return what is held of each month's royalty: of the sales that earn, never of those that take back."""
    slots: defaultdict[tuple[str, ...], int] = defaultdict(int)
    for line in lines:
        slots[line.slot[1:]] += line.amount_minor
    positive: defaultdict[str, int] = defaultdict(int)
    for slot, amount in slots.items():
        positive[slot[0]] += max(0, amount)
    held: defaultdict[str, int] = defaultdict(int)
    held.update({month: share_bps(amount, rate_bps) for month, amount in positive.items()})
    return held


def _is_recouped_from(terms: MoneyTerms, month: str) -> bool:
    """Sales after the end recoup only where the deal says so: those of months that begin after its last day."""
    return terms.sell_off is None or terms.sell_off.recoups or month <= month_of(terms.last_day)


def _of_month(
    kind: LineKind, month: str, amount_minor: int, *, basis_minor: int = 0, rate_bps: int | None = None
) -> EarnedLine:
    slot = Slot(kind, month, item="", media="", territory="", channel="")
    return EarnedLine(slot, 0, basis_minor, rate_bps, amount_minor)
