"""Terms and usage for the rules of accounts, as values; nothing is stored."""

from datetime import date, timedelta
from typing import Any

from app.royalties.rules.account import Account, LicenseUsage, PeriodUsage
from app.royalties.rules.calculation import UsageSum
from app.royalties.rules.reckoning import make_account
from app.royalties.rules.terms import Advance, Instalment, MoneyTerms, Release, Reserve
from app.royalties.states import LineKind
from app.values.term import add_months

PLAIN = MoneyTerms(
    currency="USD",
    is_on_net=True,
    rate_bps=1_000,
    platform_fee_bps=0,
    first_day=date(2026, 1, 1),
    last_day=date(2028, 12, 31),
)


def sold(
    gross_minor: int,
    *,
    deductions_minor: int = 0,
    units: int = 1,
    month: str = "2026-01",
    item: str = "game",
    media: str = "game.scripted_performance",
    territory: str = "DE",
    channel: str = "steam",
) -> UsageSum:
    return UsageSum(
        month=month,
        item=item,
        media=media,
        territory=territory,
        channel=channel,
        units=units,
        gross_minor=gross_minor,
        deductions_minor=deductions_minor,
        net_minor=gross_minor - deductions_minor,
        lines=1,
        lines_outside_grant=0,
    )


def quarter(number: int, *usage: UsageSum, terms: MoneyTerms = PLAIN, key: str = "", **changes: Any) -> PeriodUsage:
    """A report of a quarter, counted from the first of 2026 as 0; what is sold carries the months it is given."""
    first_day = add_months(date(2026, 1, 1), 3 * number)
    last_day = add_months(first_day, 3) - timedelta(days=1)
    given = {"reported_on": last_day + timedelta(days=10), "first_day": first_day, "last_day": last_day} | changes
    return PeriodUsage(key=key or f"rpt_{number}", terms=terms, usage=usage, **given)


def quarters(terms: MoneyTerms, *amounts: int) -> tuple[PeriodUsage, ...]:
    """One sale of so much in the first month of each quarter from 2026 on."""
    return tuple(
        quarter(number, sold(amount, month=f"{2026 + number // 4}-{number % 4 * 3 + 1:02}"), terms=terms)
        for number, amount in enumerate(amounts)
    )


def account_of(terms: MoneyTerms, *periods: PeriodUsage, as_of: date | None = None) -> Account:
    return make_account([LicenseUsage("lic", terms, periods)], as_of=as_of)


def by_quarter(account: Account, kind: LineKind) -> list[int]:
    """Return the amounts of a kind in the order of their lines."""
    return [line.earned.amount_minor for line in account.lines if line.earned.slot.kind is kind]


def advanced(amount_minor: int, *, is_repayable: bool = False, due_on: date | None = None) -> Advance:
    return Advance((Instalment(amount_minor, due_on),), is_repayable)


def reserved(rate_bps: int, *releases: tuple[int, int], is_before_calculation: bool = False) -> Reserve:
    return Reserve(rate_bps, is_before_calculation, tuple(Release(after, share) for after, share in releases))
