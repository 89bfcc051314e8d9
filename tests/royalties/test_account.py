"""The account of a license: the worked numbers of the trade, rule by rule."""

from dataclasses import replace
from datetime import date

import pytest

from app.negotiation.terms.vocabulary import EscalatorMode, TallyScope
from app.royalties.rules.account import Account, LicenseUsage
from app.royalties.rules.reckoning import falls_due, make_account
from app.royalties.rules.terms import (
    Advance,
    Band,
    Escalator,
    Guarantee,
    Instalment,
    MoneyTerms,
    RateRule,
    SellOff,
    Test,
)
from app.royalties.states import LineKind
from tests.factories.accounts import (
    PLAIN,
    account_of,
    advanced,
    by_quarter,
    quarter,
    quarters,
    reserved,
    sold,
)

ROYALTY, ESCALATION, RESERVE, RELEASE = (
    LineKind.ROYALTY, LineKind.ESCALATION, LineKind.RESERVE, LineKind.RESERVE_RELEASE,
)  # fmt: skip
RECOUPMENT, GUARANTEE, SHARE = LineKind.RECOUPMENT, LineKind.GUARANTEE, LineKind.ROYALTY_PLATFORM_SHARE
REPAYMENT = LineKind.ADVANCE_REPAYMENT
FROM_2022 = RateRule(6_000, from_day=date(2022, 1, 1))


@pytest.mark.parametrize(("is_earned_on_sale", "expected"), [(True, [50, 60]), (False, [60, 60])])
def test_the_trigger_decides_which_day_finds_the_rate(is_earned_on_sale: bool, expected: list[int]) -> None:
    terms = replace(PLAIN, rate_bps=5_000, rules=(FROM_2022,), is_earned_on_sale=is_earned_on_sale)
    report = quarter(
        0, sold(100, month="2021-12"), sold(100, month="2022-01"), terms=terms, reported_on=date(2022, 3, 1)
    )
    assert by_quarter(account_of(terms, report), ROYALTY) == expected


EUROPE = frozenset({"DE", "FR", "NL"})


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ((), 1_000),
        ((RateRule(2_000, territory=frozenset({"US"})),), 1_000),
        ((RateRule(2_000, territory=EUROPE),), 2_000),
        ((RateRule(2_000, territory=EUROPE), RateRule(3_000, territory=frozenset({"DE"}))), 3_000),
        ((RateRule(3_000, territory=frozenset({"DE"})), RateRule(2_000, territory=EUROPE)), 3_000),
        ((RateRule(2_000, channels=frozenset({"steam"})), RateRule(500, territory=EUROPE,
          channels=frozenset({"steam"}))), 500),
        ((RateRule(2_000, from_day=date(2025, 1, 1)), RateRule(3_000, from_day=date(2026, 1, 1))), 3_000),
        ((RateRule(3_000, territory=EUROPE), RateRule(9_000, from_day=date(2026, 1, 1))), 3_000),
        ((RateRule(3_000, from_day=date(2026, 2, 1)),), 1_000),
        ((RateRule(3_000, media=frozenset({"film.trailer"})),), 1_000),
        ((RateRule(3_000), RateRule(4_000)), 3_000),
    ],
)  # fmt: skip
def test_the_most_specific_rule_that_matches_wins(rules: tuple[RateRule, ...], expected: int) -> None:
    terms = replace(PLAIN, rules=rules)
    assert by_quarter(account_of(terms, quarter(0, sold(10_000), terms=terms)), ROYALTY) == [expected]


@pytest.mark.parametrize(
    ("gross", "deductions", "expected"),
    [
        (1_000, 100, 900),
        (1_000, 200, 800),
        (1_000, 350, 800),
        (-1_000, -350, -800),
        (-1_000, 50, -1_050),
        (0, 9, 0),
    ],
)
def test_no_more_is_deducted_than_the_deal_allows(gross: int, deductions: int, expected: int) -> None:
    terms = replace(PLAIN, rate_bps=10_000, deductions_cap_bps=2_000)
    report = quarter(0, sold(gross, deductions_minor=deductions), terms=terms)
    assert by_quarter(account_of(terms, report), ROYALTY) == [expected]


def escalating(mode: EscalatorMode, *, scope: TallyScope = TallyScope.LICENSE, **changes: object) -> MoneyTerms:
    """10 %, above 10,000 of basis 12 %."""
    given = {"counts_units": False, "bands": (Band(10_000, 1_200),)} | changes
    return replace(PLAIN, escalator=Escalator(mode, scope, **given))  # type: ignore[arg-type]


def earned(account: Account, report: str) -> int:
    return account.of_report(report).total(ROYALTY, ESCALATION)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (EscalatorMode.CUMULATIVE_MARGINAL, [600, 640]),
        (EscalatorMode.PER_PERIOD, [600, 600]),
        (EscalatorMode.WHOLE_SLAB, [600, 840]),  # 12 % of all 12,000, less the 600 of before
    ],
)
def test_six_thousand_and_six_thousand(mode: EscalatorMode, expected: list[int]) -> None:
    terms = escalating(mode)
    account = account_of(terms, *quarters(terms, 6_000, 6_000))
    assert [earned(account, report) for report in ("rpt_0", "rpt_1")] == expected


@pytest.mark.parametrize("mode", EscalatorMode)
def test_at_exactly_the_limit_the_lower_band_still_holds(mode: EscalatorMode) -> None:
    terms = escalating(mode)
    assert by_quarter(account_of(terms, *quarters(terms, 10_000)), ESCALATION) == []
    one_more = by_quarter(account_of(terms, *quarters(terms, 10_100)), ESCALATION)
    assert one_more == ([202] if mode is EscalatorMode.WHOLE_SLAB else [2])


@pytest.mark.parametrize(
    ("scope", "expected"), [(TallyScope.ITEM, 0), (TallyScope.LICENSE, 40), (TallyScope.DEAL_GROUP, 40)]
)
def test_what_is_tallied_together(scope: TallyScope, expected: int) -> None:
    terms = escalating(EscalatorMode.CUMULATIVE_MARGINAL, scope=scope)
    report = quarter(0, sold(6_000, item="game"), sold(6_000, item="music"), terms=terms)
    assert account_of(terms, report).total(ESCALATION) == expected


def test_a_deal_group_tallies_over_its_licenses() -> None:
    terms = replace(
        escalating(EscalatorMode.CUMULATIVE_MARGINAL, scope=TallyScope.DEAL_GROUP), recoupment_group="Harbor"
    )
    account = make_account([LicenseUsage(name, terms, quarters(terms, 6_000)) for name in ("lic_1", "lic_2")])
    assert [account.of_license(name).total(ESCALATION) for name in ("lic_1", "lic_2")] == [0, 40]


def test_a_tally_of_units_starts_where_the_deal_says() -> None:
    terms = escalating(
        EscalatorMode.CUMULATIVE_MARGINAL,
        counts_units=True,
        starts_at=90,
        bands=(Band(100, 1_200), Band(105, 2_000)),
    )
    report = quarter(0, sold(2_000, units=20), terms=terms)  # 10 at 10 %, 5 at 12 %, 5 at 20 %
    assert account_of(terms, report).total(ESCALATION) == 5 * 2 + 5 * 10


def test_returns_go_back_down_the_bands() -> None:
    for mode in (EscalatorMode.CUMULATIVE_MARGINAL, EscalatorMode.WHOLE_SLAB):
        terms = escalating(mode)
        account = account_of(terms, *quarters(terms, 12_000, -4_000))
        assert account.total(ROYALTY, ESCALATION) == 800
        assert sum(by_quarter(account, ESCALATION)) == 0


def test_a_band_takes_the_place_of_the_rate_of_any_rule() -> None:
    terms = replace(escalating(EscalatorMode.WHOLE_SLAB), rules=(RateRule(1_500, territory=EUROPE),))
    account = account_of(terms, quarter(0, sold(20_000), terms=terms))
    assert (account.total(ROYALTY), account.total(ESCALATION)) == (3_000, -600)


def test_a_reserve_after_calculation_is_held_and_released() -> None:
    terms = replace(PLAIN, rate_bps=2_500, reserve=reserved(2_000, (1, 5_000), (2, 5_000)))
    account = account_of(terms, *quarters(terms, 100))
    assert account.of_report("rpt_0").total(ROYALTY) == 25
    assert account.of_report("rpt_0").due_minor == 20
    assert by_quarter(account, RESERVE) == [-5]
    released = [line for line in account.lines if line.earned.slot.kind is RELEASE]
    assert [(line.day, line.earned.slot.month, line.earned.amount_minor) for line in released] == [
        (date(2026, 6, 30), "2026-01", 3),  # 2.5 and 2.5: by largest remainder, they add up to the 5 held
        (date(2026, 9, 30), "2026-01", 2),
    ]
    assert account.due_minor == 25


def test_a_reserve_before_calculation_is_held_from_the_basis() -> None:
    terms = replace(PLAIN, rate_bps=2_500, reserve=reserved(2_000, (1, 10_000), is_before_calculation=True))
    account = account_of(terms, *quarters(terms, 100))
    assert (account.of_report("rpt_0").due_minor, by_quarter(account, RELEASE)) == (20, [5])


def test_before_calculation_the_tally_waits_for_what_is_held() -> None:
    terms = replace(
        escalating(EscalatorMode.CUMULATIVE_MARGINAL),
        reserve=reserved(2_000, (1, 10_000), is_before_calculation=True),
    )
    account = account_of(terms, *quarters(terms, 12_000))  # 9,600 count at first, 2,400 more on release
    assert account.of_report("rpt_0").total(ESCALATION) == 0
    assert account.total(ESCALATION) == 2_000 * 200 // 10_000


def test_nothing_is_held_from_returns() -> None:
    terms = replace(PLAIN, rate_bps=2_500, reserve=reserved(2_000, (1, 10_000)))
    report = quarter(0, sold(100), sold(-40, territory="FR"), terms=terms)
    account = account_of(terms, report)
    assert (by_quarter(account, RESERVE), account.of_report("rpt_0").due_minor) == ([-5], 10)


def test_an_advance_is_recouped_from_the_licensors_share_never_from_gross() -> None:
    terms = replace(PLAIN, rate_bps=5_000, advance=advanced(100_000))
    for gross, due in ((100_000, 0), (200_000, 0), (200_002, 1)):
        assert account_of(terms, *quarters(terms, gross)).due_minor == due


def test_across_deals_only_with_a_common_group() -> None:
    def together(name: str | None) -> Account:
        terms = replace(PLAIN, rate_bps=10_000, advance=advanced(200_000), recoupment_group=name)
        return make_account(
            [
                LicenseUsage("lic_1", terms, quarters(terms, 20_000)),
                LicenseUsage("lic_2", terms, quarters(terms, 220_000)),
            ]
        )

    apart, crossed = together(None), together("Harbor")
    assert apart.unrecouped == {"license/lic_1": 180_000, "license/lic_2": 0}
    assert apart.of_license("lic_2").due_minor == 20_000
    assert (crossed.unrecouped, crossed.due_minor) == ({"group/USD/Harbor": 160_000}, 0)


def test_a_group_never_recoups_or_tallies_across_currencies() -> None:
    dollars = replace(
        escalating(EscalatorMode.CUMULATIVE_MARGINAL, scope=TallyScope.DEAL_GROUP), recoupment_group="Harbor"
    )
    yen = replace(dollars, currency="JPY", advance=advanced(1_000))

    def account(*terms: MoneyTerms) -> Account:
        usages = [LicenseUsage(f"lic_{each.currency}", each, quarters(each, 6_000)) for each in terms]
        return make_account(usages)

    together = account(yen, dollars)
    for each in (yen, dollars):
        assert together.of_license(f"lic_{each.currency}").lines == account(each).lines


def test_an_advance_counts_from_the_day_it_is_due() -> None:
    terms = replace(PLAIN, rate_bps=10_000, advance=advanced(100, due_on=date(2026, 5, 1)))
    account = account_of(terms, *quarters(terms, 60, 60, 60))
    assert by_quarter(account, RECOUPMENT) == [-60, -40]
    assert account.of_report("rpt_0").due_minor == 60


def test_months_that_take_back_are_set_off_before_recoupment() -> None:
    terms = replace(PLAIN, rate_bps=10_000, advance=advanced(100))
    account = account_of(terms, quarter(0, sold(100), sold(-40, month="2026-02"), terms=terms))
    assert (by_quarter(account, RECOUPMENT), account.due_minor) == ([-60], 0)


@pytest.mark.parametrize(("recoups", "due"), [(False, 50), (True, 0)])
def test_sell_off_recoups_only_if_the_deal_says_so(recoups: bool, due: int) -> None:
    terms = replace(
        PLAIN, rate_bps=10_000, last_day=date(2026, 3, 31), advance=advanced(100), sell_off=SellOff(180, recoups)
    )
    account = account_of(terms, quarter(1, sold(50, month="2026-04"), terms=terms))
    assert account.due_minor == due


@pytest.mark.parametrize(("is_repayable", "expected"), [(False, []), (True, [-40])])
def test_what_is_not_recouped_in_the_end(is_repayable: bool, expected: list[int]) -> None:
    terms = replace(
        PLAIN, rate_bps=10_000, advance=advanced(100, is_repayable=is_repayable), last_day=date(2026, 12, 31)
    )
    account = account_of(terms, *quarters(terms, 60))
    assert by_quarter(account, REPAYMENT) == expected
    assert account.due_minor == sum(expected)
    assert account.lines[-1].day == (date(2026, 12, 31) if is_repayable else date(2026, 3, 31))
    assert by_quarter(account_of(terms, *quarters(terms, 60), as_of=date(2027, 2, 14)), REPAYMENT) == []


def yearly(*floors: int, advances_count: bool = True, is_recoupable: bool = False) -> Guarantee:
    tests = tuple(Test(date(2026 + year, 12, 31), floor) for year, floor in enumerate(floors))
    return Guarantee(tests, advances_count, is_recoupable)


def test_a_guarantee_tops_up_what_is_missing() -> None:
    terms = replace(PLAIN, rate_bps=10_000, guarantee=yearly(10_000))
    account = account_of(terms, *quarters(terms, 8_000))
    assert by_quarter(account, GUARANTEE) == [2_000]
    assert account.due_minor == 10_000


@pytest.mark.parametrize(
    ("guarantee", "total"),
    [
        (yearly(100_000, 100_000, 100_000), 350_000),
        (Guarantee((Test(date(2028, 12, 31), 300_000),), True, False), 300_000),
    ],
)
def test_three_years_of_guarantee_and_one_for_the_term(guarantee: Guarantee, total: int) -> None:
    terms = replace(PLAIN, rate_bps=10_000, guarantee=guarantee)
    account = account_of(terms, *quarters(terms, 150_000, 0, 0, 0, 80_000, 0, 0, 0, 70_000))
    assert account.due_minor == total


@pytest.mark.parametrize(
    ("advances_count", "topped_up", "due"), [(True, [20_000], 20_000), (False, [100_000], 100_000)]
)
def test_whether_advances_count(advances_count: bool, topped_up: list[int], due: int) -> None:
    """An advance of 80,000 and 30,000 earned, all of it recouped, against a guarantee of 100,000: the licensor has
    100,000 in all, or 80,000 and a guarantee on top."""
    terms = replace(
        PLAIN,
        rate_bps=10_000,
        advance=advanced(80_000),
        guarantee=yearly(100_000, advances_count=advances_count),
    )
    account = account_of(terms, *quarters(terms, 30_000))
    assert (by_quarter(account, GUARANTEE), account.due_minor) == (topped_up, due)


@pytest.mark.parametrize(
    ("advance", "earned_each_year", "due"),
    [
        (300, (0, 0, 0), 0),  # one early payment of all three floors
        (300, (50, 50, 50), 0),
        (150, (0, 0, 0), 150),
        (80, (200, 0, 0), 320),  # recouped within the year it came: nothing of it is left for later floors
        (80, (30, 100, 0), 220),  # 80 and 20 make the first floor; 50 more recoup it, so the second lacks 50
    ],
)
def test_an_advance_fills_floors_until_it_is_used_up(
    advance: int, earned_each_year: tuple[int, ...], due: int
) -> None:
    terms = replace(PLAIN, rate_bps=10_000, advance=advanced(advance), guarantee=yearly(100, 100, 100))
    amounts = [amount for year in earned_each_year for amount in (year, 0, 0, 0)]
    account = account_of(terms, *quarters(terms, *amounts))
    assert account.due_minor == due
    assert advance + due >= max(300, sum(earned_each_year))


@pytest.mark.parametrize(("is_recoupable", "due"), [(False, 130), (True, 100)])
def test_a_shortfall_is_recouped_only_if_the_deal_says_so(is_recoupable: bool, due: int) -> None:
    terms = replace(PLAIN, rate_bps=10_000, guarantee=yearly(100, is_recoupable=is_recoupable))
    account = account_of(terms, *quarters(terms, 70, 0, 0, 0, 30))
    assert (by_quarter(account, GUARANTEE), account.due_minor) == ([30], due)


def test_a_guarantee_is_tested_once_the_reports_up_to_then_are_due() -> None:
    terms = replace(PLAIN, guarantee=yearly(10_000))
    reports = quarters(terms, 8_000)
    everything = account_of(terms, *reports)
    day = falls_due(LicenseUsage("lic", terms, reports), everything, after=date(2026, 5, 1))
    assert day == date(2027, 2, 15)  # 45 days after the test, and the day after that
    assert by_quarter(account_of(terms, *reports, as_of=date(2027, 2, 14)), GUARANTEE) == []
    assert by_quarter(account_of(terms, *reports, as_of=date(2027, 2, 15)), GUARANTEE) == [9_200]


def test_the_platforms_share_is_of_what_is_due_after_reserve_and_recoupment() -> None:
    terms = replace(
        PLAIN, rate_bps=10_000, platform_fee_bps=1_000, reserve=reserved(2_000, (1, 10_000)), advance=advanced(300)
    )
    account = account_of(terms, *quarters(terms, 1_000))
    assert [(line.earned.slot.kind, line.earned.amount_minor) for line in account.lines] == [
        (ROYALTY, 1_000), (RESERVE, -200), (RECOUPMENT, -300), (SHARE, -50), (RELEASE, 200), (SHARE, -20),
    ]  # fmt: skip
    assert (account.due_minor, account.platform_fee_minor, account.net_minor) == (700, 70, 630)


def test_a_period_keeps_the_terms_that_were_in_force_then() -> None:
    later = replace(PLAIN, rate_bps=2_000)
    first, second = quarter(0, sold(1_000)), quarter(1, sold(1_000, month="2026-04"), terms=later)
    assert by_quarter(account_of(later, first, second), ROYALTY) == [100, 200]


def test_instalments_of_an_advance_add_up() -> None:
    advance = Advance((Instalment(60, None), Instalment(40, date(2026, 4, 1))), is_repayable=False)
    terms = replace(PLAIN, rate_bps=10_000, advance=advance)
    assert advance.amount_minor == 100
    assert by_quarter(account_of(terms, *quarters(terms, 70, 70)), RECOUPMENT) == [-60, -40]
