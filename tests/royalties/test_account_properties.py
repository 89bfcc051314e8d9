"""What holds of every account, whatever the terms and the usage."""

import random
from collections import defaultdict
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from app.negotiation.terms.vocabulary import EscalatorMode, TallyScope
from app.royalties.rules.account import Account, LicenseUsage, PeriodUsage
from app.royalties.rules.calculation import UsageSum
from app.royalties.rules.reckoning import make_account
from app.royalties.rules.terms import (
    Advance,
    Band,
    Escalator,
    Guarantee,
    Instalment,
    MoneyTerms,
    RateRule,
    Release,
    Reserve,
    Test,
)
from app.royalties.states import LineKind
from tests.factories.accounts import account_of, quarter, sold
from tests.royalties.brute_account import tell
from tests.royalties.flat import RoyaltyTerms, alone

amounts = st.integers(-300, 600)
nowhere = RateRule(9_999, territory=frozenset({"AQ"}))


@st.composite
def usages(draw: st.DrawFn, amounts: st.SearchStrategy[int] = amounts) -> list[list[UsageSum]]:
    """Sales of one item by quarter."""
    found = []
    for number in range(draw(st.integers(1, 6))):
        slots = st.lists(
            st.tuples(st.integers(1, 3), st.sampled_from(("DE", "FR"))), unique=True, min_size=0, max_size=4
        )
        found.append(
            [
                sold(draw(amounts), month=f"{2026 + number // 4}-{number % 4 * 3 + month:02}", territory=territory,
                     units=draw(st.integers(-5, 50)))
                for month, territory in draw(slots)
            ]
        )  # fmt: skip
    return found


bands = st.lists(
    st.tuples(st.integers(0, 1_500), st.integers(0, 10_000)), min_size=1, max_size=3, unique_by=lambda band: band[0]
).map(lambda rows: tuple(Band(above, rate) for above, rate in sorted(rows)))
escalators = st.builds(
    Escalator,
    mode=st.sampled_from(EscalatorMode),
    scope=st.sampled_from(TallyScope),
    counts_units=st.booleans(),
    bands=bands,
    starts_at=st.integers(0, 500),
)
schedules = st.lists(st.integers(1, 100), min_size=1, max_size=3).map(
    lambda weights: tuple(
        Release(place + 1, 10_000 - sum(10_000 * x // sum(weights) for x in weights[1:]) if not place
                else 10_000 * weights[place] // sum(weights))
        for place in range(len(weights))
    )
)  # fmt: skip
reserves = st.builds(
    Reserve, rate_bps=st.integers(0, 10_000), is_before_calculation=st.booleans(), releases=schedules
)
advances = st.builds(
    Advance,
    instalments=st.lists(
        st.builds(
            Instalment,
            amount_minor=st.integers(1, 800),
            due_on=st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
        ),
        min_size=1,
        max_size=3,
    ).map(tuple),
    is_repayable=st.booleans(),
)
guarantees = st.builds(
    Guarantee,
    tests=st.integers(0, 900).map(lambda floor: tuple(Test(date(year, 12, 31), floor) for year in (2026, 2027))),
    advances_count=st.booleans(),
    is_recoupable=st.booleans(),
)
all_terms = st.builds(
    MoneyTerms,
    currency=st.just("USD"),
    is_on_net=st.booleans(),
    rate_bps=st.integers(0, 10_000),
    platform_fee_bps=st.integers(0, 10_000),
    first_day=st.just(date(2026, 1, 1)),
    last_day=st.just(date(2027, 12, 31)),
    is_earned_on_sale=st.booleans(),
    deductions_cap_bps=st.none() | st.integers(0, 10_000),
    escalator=st.none() | escalators,
    reserve=st.none() | reserves,
    advance=st.none() | advances,
    guarantee=st.none() | guarantees,
)


def reports(terms: MoneyTerms, usage: list[list[UsageSum]]) -> list[PeriodUsage]:
    return [quarter(number, *rows, terms=terms) for number, rows in enumerate(usage)]


def total(account: Account, *kinds: LineKind) -> int:
    return account.total(*kinds)


@given(usages(), all_terms)
def test_a_flat_deal_earns_what_each_report_earns(usage: list[list[UsageSum]], terms: MoneyTerms) -> None:
    flat = replace(
        terms, escalator=None, reserve=None, advance=None, guarantee=None, deductions_cap_bps=None
    )  # all that version 1 knows
    plain = RoyaltyTerms(flat.is_on_net, flat.rate_bps, flat.platform_fee_bps, flat.currency)
    account = account_of(flat, *reports(flat, usage))
    for number, rows in enumerate(usage):
        found = [line.earned for line in account.of_report(f"rpt_{number}").lines]
        assert found == list(alone(usage=rows, terms=plain).lines)


@given(usages(), all_terms, st.randoms(use_true_random=False))
def test_the_order_of_lines_and_reports_changes_nothing(
    usage: list[list[UsageSum]], terms: MoneyTerms, chance: random.Random
) -> None:
    made = reports(terms, usage)
    shuffled = [replace(period, usage=tuple(chance.sample(period.usage, len(period.usage)))) for period in made]
    chance.shuffle(shuffled)
    assert account_of(terms, *made) == account_of(terms, *shuffled)


@given(usages(), all_terms, st.integers(1, 299))
def test_a_line_in_two_parts_is_one_line(usage: list[list[UsageSum]], terms: MoneyTerms, part: int) -> None:
    halves = [
        [
            half
            for row in rows
            for half in (
                replace(row, gross_minor=part, net_minor=part, units=1),
                replace(
                    row, gross_minor=row.gross_minor - part, net_minor=row.net_minor - part, units=row.units - 1
                ),
            )
        ]
        for rows in usage
    ]
    assert (
        account_of(terms, *reports(terms, usage)).due_minor == account_of(terms, *reports(terms, halves)).due_minor
    )


@given(usages(), all_terms)
def test_all_that_was_held_is_released_and_nothing_else(usage: list[list[UsageSum]], terms: MoneyTerms) -> None:
    account = account_of(terms, *reports(terms, usage))
    balance = 0
    for line in account.lines:
        if line.earned.slot.kind in {LineKind.RESERVE, LineKind.RESERVE_RELEASE}:
            balance -= line.earned.amount_minor
            assert balance >= 0
    assert balance == 0


@given(usages(), all_terms)
def test_recouped_never_exceeds_what_was_advanced(usage: list[list[UsageSum]], terms: MoneyTerms) -> None:
    account = account_of(terms, *reports(terms, usage))
    recouped = [-line.earned.amount_minor for line in account.lines if line.earned.slot.kind is LineKind.RECOUPMENT]
    assert all(amount > 0 for amount in recouped)  # so what is unrecouped grows with advances alone
    given_before = terms.advance.amount_minor if terms.advance else 0
    if terms.guarantee and terms.guarantee.is_recoupable:
        given_before += total(account, LineKind.GUARANTEE)
    repaid = -total(account, LineKind.ADVANCE_REPAYMENT)
    assert sum(recouped) + repaid + account.unrecouped.get("license/lic", 0) == given_before


@given(usages(), all_terms, st.dates(date(2026, 1, 1), date(2029, 12, 31)))
def test_time_only_adds_lines_and_the_platform_gets_its_share_of_what_is_due(
    usage: list[list[UsageSum]], terms: MoneyTerms, as_of: date
) -> None:
    everything = account_of(terms, *reports(terms, usage))
    by_now = account_of(terms, *reports(terms, usage), as_of=as_of)
    dated = [line for line in by_now.lines if line.report is None]
    assert all(line.day < as_of for line in dated)
    for account in (everything, by_now):
        due: defaultdict[tuple[object, ...], int] = defaultdict(int)
        for line in account.lines:
            key = (line.report, line.day, line.earned.slot.month)
            if line.earned.slot.kind is LineKind.ROYALTY_PLATFORM_SHARE:
                assert line.earned.basis_minor == sum(
                    other.earned.amount_minor
                    for other in account.lines
                    if (other.report, other.day, other.earned.slot.month) == key
                    and other.earned.slot.kind is not LineKind.ROYALTY_PLATFORM_SHARE
                )
            else:
                due[key] += line.earned.amount_minor
        assert account.due_minor == sum(due.values()) == account.net_minor + account.platform_fee_minor


@given(usages(), all_terms)
def test_a_rule_that_matches_nothing_changes_nothing(usage: list[list[UsageSum]], terms: MoneyTerms) -> None:
    ruled = replace(terms, rules=(nowhere,))
    assert account_of(terms, *reports(terms, usage)) == account_of(ruled, *reports(ruled, usage))


@given(usages(st.integers(0, 600)), all_terms, st.integers(0, 2_000))
def test_a_higher_rate_never_pays_less(usage: list[list[UsageSum]], terms: MoneyTerms, more: int) -> None:
    """True of sales without returns, and of shortfalls that are not recouped: what is earned then makes less to
    recoup. With bands up to rounding, as royalty and escalation are two lines.
    """
    guarantee = terms.guarantee and replace(terms.guarantee, is_recoupable=False)
    lower = replace(terms, rate_bps=min(terms.rate_bps, 10_000 - more), guarantee=guarantee)
    higher = replace(lower, rate_bps=lower.rate_bps + more)
    less, better = (account_of(each, *reports(each, usage)) for each in (lower, higher))
    rounded = [line for line in (*less.lines, *better.lines) if line.earned.slot.kind.is_of_sales]
    rounding = len(rounded) if terms.escalator else 0
    assert better.due_minor + rounding >= less.due_minor


@given(
    usages(),
    all_terms,
    st.sampled_from(EscalatorMode),
    st.booleans(),
)
def test_told_unit_by_unit(
    usage: list[list[UsageSum]], terms: MoneyTerms, mode: EscalatorMode, has_reserve: bool
) -> None:
    told = replace(
        terms,
        is_on_net=True,
        deductions_cap_bps=None,
        escalator=terms.escalator
        and replace(terms.escalator, mode=mode, scope=TallyScope.LICENSE, counts_units=False, starts_at=0),
        reserve=Reserve(terms.rate_bps, is_before_calculation=False, releases=(Release(40, 10_000),))
        if has_reserve and (terms.escalator is None or mode is not EscalatorMode.WHOLE_SLAB)
        else None,
        advance=terms.advance and Advance((Instalment(terms.advance.amount_minor, None),), is_repayable=False),
        guarantee=terms.guarantee and replace(terms.guarantee, advances_count=False, is_recoupable=False),
    )
    periods = reports(told, usage)
    account, story = account_of(told, *periods), tell(told, periods)
    assert {
        "royalty": total(account, LineKind.ROYALTY),
        "escalation": total(account, LineKind.ESCALATION),
        "held": -total(account, LineKind.RESERVE),
        "recouped": -total(account, LineKind.RECOUPMENT),
        "topped_up": total(account, LineKind.GUARANTEE),
        "due": account.due_minor,
    } == vars(story)


@given(usages(), usages(), all_terms)
def test_crossed_licenses_pay_no_more_than_they_would_apart(
    one: list[list[UsageSum]], other: list[list[UsageSum]], terms: MoneyTerms
) -> None:
    """Without reserves, repayments and guarantees one only recoups what the other advanced."""
    alone = replace(terms, reserve=None, escalator=None, guarantee=None, advance=terms.advance
                    and replace(terms.advance, is_repayable=False))  # fmt: skip
    crossed = replace(alone, recoupment_group="Harbor")

    def due(deal: MoneyTerms) -> int:
        licenses = [
            LicenseUsage(f"lic_{n}", deal, tuple(reports(deal, usage))) for n, usage in enumerate((one, other))
        ]
        return make_account(licenses).due_minor

    assert due(crossed) <= due(alone)
