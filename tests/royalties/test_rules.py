"""What usage earns, how corrections show, and how shares add up: checked against exact fractions."""

from collections import defaultdict
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.royalties.rules.calculation import UsageSum, corrections
from app.royalties.rules.period import StatementPeriod, last_moment_of_month
from app.royalties.rules.splitting import Account, Earning, Holding, Part, distribute, draw
from app.royalties.states import IllegalShareStep, LineKind, ShareAction, ShareStatus, next_status
from app.values.errors import InvalidValue
from tests.royalties.flat import RoyaltyTerms, calculate

MONTHS = ("2026-07", "2026-08", "2026-09")
NET_250 = RoyaltyTerms(is_on_net=True, rate_bps=250, platform_fee_bps=1000, currency="USD")


def usage_sum(
    gross: int = 100_00,
    deductions: int = 0,
    *,
    units: int = 1,
    month: str = "2026-07",
    item: str = "game",
    territory: str = "DE",
    channel: str = "steam",
) -> UsageSum:
    return UsageSum(
        month=month,
        item=item,
        media="game.scripted_performance",
        territory=territory,
        channel=channel,
        units=units,
        gross_minor=gross,
        deductions_minor=deductions,
        net_minor=gross - deductions,
        lines=1,
        lines_outside_grant=0,
    )


@st.composite
def usages(draw: st.DrawFn) -> list[UsageSum]:
    slots = draw(
        st.lists(
            st.tuples(st.sampled_from(MONTHS), st.sampled_from("ab"), st.sampled_from(("DE", "US", "JP"))),
            unique=True,
            max_size=12,
        )
    )
    amounts = st.integers(-(10**9), 10**12)
    return [
        usage_sum(draw(amounts), draw(st.integers(0, 10**9)), units=draw(st.integers(-5, 10**6)), month=month,
                  item=item, territory=territory)
        for month, item, territory in slots
    ]  # fmt: skip


terms = st.builds(
    RoyaltyTerms,
    is_on_net=st.booleans(),
    rate_bps=st.integers(0, 10_000),
    platform_fee_bps=st.integers(0, 10_000),
    currency=st.just("USD"),
)


def exactly(amount: int, bps: int) -> int:
    """`round` of a fraction is half to even, by another road than the code under test."""
    return round(Fraction(amount * bps, 10_000))


def test_a_line_is_basis_times_rate_rounded_once_half_to_even() -> None:
    amounts = {
        usage: calculate(usage=[usage_sum(usage)], terms=NET_250).royalty_minor for usage in (20, 60, 100, -20)
    }
    assert amounts == {20: 0, 60: 2, 100: 2, -20: 0}  # 0.5, 1.5, 2.5 and -0.5


@pytest.mark.parametrize(("is_on_net", "expected"), [(True, 200), (False, 250)])
def test_the_basis_is_what_the_deal_says(is_on_net: bool, expected: int) -> None:
    of_basis = RoyaltyTerms(is_on_net=is_on_net, rate_bps=250, platform_fee_bps=0, currency="USD")
    assert calculate(usage=[usage_sum(100_00, 20_00)], terms=of_basis).royalty_minor == expected


def test_the_platform_takes_its_share_once_per_month() -> None:
    found = calculate(usage=[usage_sum(13_00, territory=code) for code in ("DE", "FR", "US")], terms=NET_250)
    shares = [line for line in found.lines if line.slot.kind is LineKind.ROYALTY_PLATFORM_SHARE]
    assert found.royalty_minor == 3 * 32  # 32.5 each, to even
    assert [line.amount_minor for line in shares] == [-10]  # of 96, not three times 3
    assert (found.platform_fee_minor, found.net_minor) == (10, 86)


def test_returns_above_sales_take_back() -> None:
    found = calculate(usage=[usage_sum(-400_00, units=-4)], terms=NET_250)
    assert (found.royalty_minor, found.platform_fee_minor, found.net_minor) == (-1000, -100, -900)


def test_keys_without_money_are_shown_and_earn_nothing() -> None:
    found = calculate(usage=[usage_sum(0, units=7, channel="retail_key")], terms=NET_250)
    assert [(line.slot.kind, line.units, line.amount_minor) for line in found.lines] == [(LineKind.ROYALTY, 7, 0)]


@given(usages(), terms)
def test_recomputed_with_fractions(usage: list[UsageSum], agreed: RoyaltyTerms) -> None:
    found = calculate(usage=usage, terms=agreed)
    royalties, by_month = 0, defaultdict(int)
    for row in usage:
        royalty = exactly(row.net_minor if agreed.is_on_net else row.gross_minor, agreed.rate_bps)
        royalties += royalty
        by_month[row.month] += royalty
    assert found.royalty_minor == royalties
    assert found.platform_fee_minor == sum(exactly(month, agreed.platform_fee_bps) for month in by_month.values())


@given(usages(), terms, st.randoms(use_true_random=False))
def test_same_usage_and_terms_give_the_same_lines(
    usage: list[UsageSum], agreed: RoyaltyTerms, random: object
) -> None:
    shuffled = list(usage)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert calculate(usage=usage, terms=agreed) == calculate(usage=shuffled, terms=agreed)


@given(usages(), terms)
def test_lines_add_to_totals(usage: list[UsageSum], agreed: RoyaltyTerms) -> None:
    found = calculate(usage=usage, terms=agreed)
    assert (
        found.royalty_minor - found.platform_fee_minor
        == found.net_minor
        == sum(x.amount_minor for x in found.lines)
    )


@given(usages(), usages(), terms)
def test_corrections_lead_from_what_was_stated_to_what_is_known(
    before: list[UsageSum], after: list[UsageSum], agreed: RoyaltyTerms
) -> None:
    stated, now = calculate(usage=before, terms=agreed), calculate(usage=after, terms=agreed)
    deltas = corrections(now=now.lines, stated=stated.lines)
    assert stated.net_minor + sum(line.amount_minor for line in deltas) == now.net_minor
    assert len({line.slot for line in deltas}) == len(deltas)
    assert corrections(now=now.lines, stated=(*stated.lines, *deltas)) == []


def heirs(*weights: int) -> tuple[Holding, ...]:
    return tuple(Holding(f"pty_{name}", bps) for name, bps in zip("abcdef", weights, strict=False))


def amounts(parts: list[Part] | tuple[Part, ...]) -> list[tuple[str, str, int]]:
    return [(part.account.party_id[-1], part.source, part.amount_minor) for part in parts]


@pytest.mark.parametrize(
    ("net", "expected"), [(1, (1, 0)), (2, (1, 1)), (3, (2, 1)), (101, (61, 40)), (999, (599, 400))]
)
def test_sixty_forty_with_odd_cents(net: int, expected: tuple[int, int]) -> None:
    done = distribute(earnings=[Earning("lic", "s", net, heirs(6000, 4000))], opening={})
    assert tuple(balance.payable_minor for balance in done.balances) == expected[: len(done.balances)]
    assert sum(part.amount_minor for part in done.parts) == net


def test_months_of_one_source_are_split_together() -> None:
    thirds = heirs(3334, 3333, 3333)
    done = distribute(earnings=[Earning("lic", "s", 1, thirds)] * 3, opening={})
    assert [balance.payable_minor for balance in done.balances] == [1, 1, 1]


def test_what_is_taken_back_reduces_the_same_license_only() -> None:
    earnings = [
        Earning("lic_1", "s1", 100, heirs(6000, 4000)),
        Earning("lic_1", "s2", -150, heirs(6000, 4000)),
        Earning("lic_2", "s3", 70, heirs(5000, 5000)),
    ]
    done = distribute(earnings=earnings, opening={})
    assert amounts(done.parts) == [("a", "s3", 35), ("b", "s3", 35)]
    assert [balance.closing_minor for balance in done.balances] == [-30, -20, 0, 0]


def test_a_negative_balance_is_made_up_for_later() -> None:
    opening = {Account("lic_1", "pty_a"): -30, Account("lic_1", "pty_b"): -20}
    done = distribute(earnings=[Earning("lic_1", "s4", 100, heirs(6000, 4000))], opening=opening)
    assert amounts(done.parts) == [("a", "s4", 30), ("b", "s4", 20)]
    assert [balance.closing_minor for balance in done.balances] == [0, 0]


def test_each_earning_goes_to_those_who_held_the_estate_then() -> None:
    earnings = [Earning("lic", "old", 100, heirs(10_000)), Earning("lic", "new", 100, heirs(5000, 5000))]
    done = distribute(earnings=earnings, opening={})
    assert amounts(done.parts) == [("a", "old", 100), ("a", "new", 50), ("b", "new", 50)]


shares = st.lists(st.integers(1, 9_000), min_size=1, max_size=5).map(lambda weights: heirs(*weights))
earnings = st.lists(
    st.builds(
        Earning,
        license_id=st.sampled_from(("lic_1", "lic_2")),
        source=st.sampled_from(("s1", "s2", "s3")),
        net_minor=st.integers(-(10**9), 10**9),
        holdings=shares,
    ),
    max_size=12,
)
openings = st.dictionaries(
    st.builds(Account, st.sampled_from(("lic_1", "lic_2")), st.sampled_from(("pty_a", "pty_b"))),
    st.integers(-(10**9), 0),
)


@given(earnings, openings)
def test_nothing_is_made_or_lost_in_a_split(earned: list[Earning], opening: dict[Account, int]) -> None:
    done = distribute(earnings=earned, opening=opening)
    assert sum(balance.earned_minor for balance in done.balances) == sum(earning.net_minor for earning in earned)
    for balance in done.balances:
        assert balance.opening_minor + balance.earned_minor == balance.payable_minor + balance.closing_minor
        assert balance.payable_minor >= 0 >= balance.closing_minor
        assert not (balance.payable_minor and balance.closing_minor)
        mine = [part.amount_minor for part in done.parts if part.account == balance.account]
        assert sum(mine) == balance.payable_minor
        assert all(amount > 0 for amount in mine)


def part(source: str, amount: int) -> Part:
    return Part(Account("lic", "pty_a"), source, 10_000, amount)


def test_a_part_draws_on_its_own_payment_first_then_on_credit_left_in_others() -> None:
    spare, reserve = {"s1": 30, "s2": 20, "s3": 10}, {"s1": 3, "s2": 2, "s3": 1}
    drawn = draw(parts=[part("s2", 50), part("s3", 10)], spare=spare, reserve=reserve)
    assert amounts(drawn) == [("a", "s2", 20), ("a", "s3", 10), ("a", "s1", 30)]
    assert amounts(draw(parts=[part("s9", 61)], spare=spare, reserve=reserve))[-1] == ("a", "s1", 1)


def test_payments_that_do_not_cover_what_is_owed_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="by 4"):
        draw(parts=[part("s1", 15)], spare={"s1": 10}, reserve={"s1": 1})


@given(st.lists(st.tuples(st.sampled_from(("s1", "s2", "s3")), st.integers(1, 1000)), max_size=8), st.data())
def test_no_payment_gives_more_than_it_has(wanted: list[tuple[str, int]], data: st.DataObject) -> None:
    total = sum(amount for _, amount in wanted)
    first = data.draw(st.integers(0, total))
    second = data.draw(st.integers(0, total - first))
    spare = {"s1": first, "s2": second, "s3": 0}
    reserve = {"s1": 0, "s2": 7, "s3": total - first - second}
    drawn = draw(parts=[part(*each) for each in wanted], spare=spare, reserve=reserve)
    assert sum(each.amount_minor for each in drawn) == total
    for source, amount in spare.items():
        taken = sum(each.amount_minor for each in drawn if each.source == source)
        assert taken <= amount + reserve[source]


def test_periods() -> None:
    quarter, month = StatementPeriod.parse("2026-Q3"), StatementPeriod.parse("2028-02")
    assert (
        f"{quarter.first_day} {quarter.last_day} {quarter.ends_at}"
        == "2026-07-01 2026-09-30 2026-10-01 00:00:00+00:00"
    )
    assert f"{month.first_day} {month.last_day}" == "2028-02-01 2028-02-29"
    assert f"{last_moment_of_month('2026-12')}" == "2026-12-31 23:59:59+00:00"


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-Q5", "2026-13", "2026-Q3 ", "0000-Q1", "9999-12", "\u0662\u0660\u0662\u0666-Q1"]
)
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(InvalidValue):
        StatementPeriod.parse(text)


def test_shares_go_one_way_but_for_holds() -> None:
    allowed = {
        (status, action, next_status(status, action))
        for status in ShareStatus
        for action in ShareAction
        if not isinstance(_try(status, action), IllegalShareStep)
    }
    assert allowed == {
        (ShareStatus.AWAITING_FUNDS, ShareAction.REQUEST, ShareStatus.REQUESTED),
        (ShareStatus.AWAITING_FUNDS, ShareAction.HOLD, ShareStatus.HELD),
        (ShareStatus.REQUESTED, ShareAction.HOLD, ShareStatus.HELD),
        (ShareStatus.HELD, ShareAction.REQUEST, ShareStatus.REQUESTED),
        (ShareStatus.REQUESTED, ShareAction.SEND, ShareStatus.SENT),
        (ShareStatus.REQUESTED, ShareAction.REJECT, ShareStatus.REJECTED),
    }


def _try(status: ShareStatus, action: ShareAction) -> ShareStatus | IllegalShareStep:
    try:
        return next_status(status, action)
    except IllegalShareStep as error:
        return error
