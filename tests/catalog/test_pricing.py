"""The indicative price: which lines of a rate card apply, their fees for a term, and what is not in the price."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.presets import PRESETS
from app.catalog.rules.pricing import (
    CardLine,
    IndicativePrice,
    Use,
    Wanted,
    indicative_price,
    length_in_words,
    scaled_fee,
)
from app.values.components import Axis, Component
from app.values.errors import InvalidValue
from app.values.exclusivity import Exclusivity
from app.values.media import MEDIA
from app.values.money import Money
from app.values.term import add_months

FIRST = date(2027, 1, 1)


def line(preset: str, fee: int = 120_000, currency: str = "USD", months: int = 12, royalty: int = 250) -> CardLine:
    return CardLine(preset, frozenset(PRESETS[preset].media), Money(fee, currency), royalty, months)


GAME, REALTIME, TRAILER = line("game_scripted_character"), line("game_realtime_character"), line("film_trailer")


def ask(
    *card: CardLine,
    components: str = "voice",
    axes: str = "scripted",
    media: str = "game.scripted_performance",
    last_day: date = date(2027, 12, 31),
    exclusivity: Exclusivity = Exclusivity.NON_EXCLUSIVE,
    is_worldwide: bool = True,
    preset: str | None = None,
) -> IndicativePrice:
    uses = product(map(Component, components.split()), map(Axis, axes.split()), media.split())
    wanted = Wanted(frozenset(Use(*use) for use in uses), FIRST, last_day, exclusivity, is_worldwide, preset)
    return indicative_price(card=card, wanted=wanted)


def fees(price: IndicativePrice) -> list[tuple[int, str]]:
    return [(fee.amount_minor, fee.currency) for fee in price.fees]


def notes(price: IndicativePrice) -> list[str]:
    return [note.code.value for note in price.notes]


def test_a_line_that_covers_it_all_is_the_price() -> None:
    price = ask(GAME, TRAILER)
    assert [priced.sentence for priced in price.lines] == ["Scripted character in a game: $1,200.00 for 12 months."]
    assert (fees(price), price.royalty_bps, price.is_complete, price.notes) == ([(120_000, "USD")], 250, True, ())


def test_lines_add_up_where_one_is_not_enough() -> None:
    dear = line("film_trailer", 300_000, royalty=400)
    price = ask(dear, GAME, media="game.scripted_performance film.trailer")
    assert (fees(price), price.royalty_bps, price.is_complete) == ([(420_000, "USD")], 400, True)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"components": "face voice"}, "face, scripted lines, for scripted game performance"),
        ({"axes": "scripted training"}, "voice, model training, for scripted game performance"),
        ({"media": "game.scripted_performance game.trailer"}, "voice, scripted lines, for game trailer"),
    ],
)
def test_what_no_line_prices_is_named(asked: dict[str, str], words: str) -> None:
    price = ask(GAME, **asked)  # type: ignore[arg-type]
    assert fees(price) == [(120_000, "USD")]
    assert not price.is_complete
    assert [note.sentence for note in price.notes] == [f"Not in the price: {words}."]


def test_without_a_line_there_is_no_price_and_it_says_so() -> None:
    price = ask(TRAILER)
    assert (price.lines, price.fees, price.royalty_bps, price.is_complete) == ((), (), None, False)
    assert notes(price) == ["NO_RATE_CARD"]


def test_exclusivity_and_countries_are_said_to_be_missing() -> None:
    price = ask(GAME, exclusivity=Exclusivity.SOLE, is_worldwide=False)
    assert fees(price) == [(120_000, "USD")]
    assert notes(price) == ["EXCLUSIVITY_NOT_PRICED", "TERRITORY_NOT_PRICED"]
    assert "sole use" in price.notes[0].sentence


def test_currencies_stand_apart() -> None:
    price = ask(
        GAME, line("film_trailer", 7, "EUR"), media="game.scripted_performance film.trailer", axes="scripted"
    )
    assert fees(price) == [(7, "EUR"), (120_000, "USD")]
    assert notes(price) == ["CURRENCIES_DIFFER"]


def test_the_line_of_the_preset_comes_first() -> None:
    both = "film.theatrical film.trailer"
    wide = CardLine("film_supporting_role", frozenset(both.split()), Money(500_000, "USD"), 100, 12)
    assert [p.line.preset for p in ask(TRAILER, wide, media=both).lines] == ["film_supporting_role"]
    chosen = ask(TRAILER, wide, media=both, preset="film_trailer")
    assert [p.line.preset for p in chosen.lines] == ["film_trailer", "film_supporting_role"]


def test_of_two_lines_for_the_same_the_cheaper_one_is_meant() -> None:
    cheap = CardLine("cosmetic_item", GAME.media, Money(100, "USD"), 0, 12)
    assert fees(ask(GAME, cheap)) == [(100, "USD")]


@pytest.mark.parametrize(
    ("last_day", "minor", "words"),
    [
        (date(2027, 12, 31), 120_000, "12 months"),
        (date(2027, 6, 30), 60_000, "6 months"),
        (date(2027, 1, 31), 10_000, "1 month"),
        (date(2027, 1, 1), 323, "1 day"),  # 10,000 / 31 = 322.58
        (date(2027, 2, 14), 15_000, "1 month and 14 days"),  # half of a February
        (date(2029, 12, 31), 360_000, "36 months"),
    ],
)
def test_a_fee_is_scaled_to_the_term(last_day: date, minor: int, words: str) -> None:
    assert scaled_fee(Money(120_000, "USD"), months=12, first_day=FIRST, last_day=last_day).amount_minor == minor
    assert length_in_words(FIRST, last_day) == words


@pytest.mark.parametrize(("fee", "scaled"), [(1, 0), (3, 2), (5, 2)])
def test_an_exact_half_goes_to_the_even_unit(fee: int, scaled: int) -> None:
    half = scaled_fee(Money(fee, "JPY"), months=2, first_day=FIRST, last_day=date(2027, 1, 31))
    assert half == Money(scaled, "JPY")


def test_a_term_that_ends_before_it_begins_has_no_price() -> None:
    with pytest.raises(InvalidValue, match="before the first day"):
        ask(GAME, last_day=date(2026, 12, 31))


days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
money = st.integers(0, 10**12 - 1)


@given(days, st.integers(1, 60), st.integers(1, 60), money)
def test_whole_months_cost_their_share_whatever_day_they_begin(
    first: date, months: int, usual: int, fee: int
) -> None:
    last = add_months(first, months) - timedelta(days=1)
    scaled = scaled_fee(Money(fee, "USD"), months=usual, first_day=first, last_day=last).amount_minor
    assert abs(scaled * usual - fee * months) * 2 <= usual


@given(days, st.integers(0, 2000), st.integers(0, 400), st.integers(1, 60), money)
def test_a_longer_term_never_costs_less(first: date, days: int, more: int, months: int, fee: int) -> None:
    short, long = (
        scaled_fee(
            Money(fee, "USD"), months=months, first_day=first, last_day=first + timedelta(days=n)
        ).amount_minor
        for n in (days, days + more)
    )
    assert short <= long


leaves = st.sampled_from([code for code, medium in MEDIA.items() if medium.is_leaf])
uses = st.frozensets(st.builds(Use, st.sampled_from(Component), st.sampled_from(Axis), leaves), max_size=12)
cards = st.lists(
    st.builds(
        CardLine,
        st.sampled_from(list(PRESETS)),
        st.frozensets(leaves, min_size=1),
        st.builds(Money, money, st.sampled_from(["USD", "JPY"])),
        st.integers(0, 10_000),
        st.integers(1, 60),
    ),
    unique_by=lambda card_line: card_line.preset,
)


@given(cards, uses, st.sampled_from([None, *PRESETS]))
def test_every_use_is_priced_once_or_named_as_unpriced(
    card: list[CardLine], uses: frozenset[Use], preset: str | None
) -> None:
    price = indicative_price(card=card, wanted=Wanted(uses, FIRST, date(2027, 9, 9), preset=preset))
    parts = [priced.uses for priced in price.lines]
    assert sum(map(len, parts)) + len(price.unpriced) == len(uses)
    assert price.unpriced.union(*parts) == uses
    assert not [use for use in price.unpriced for card_line in card if card_line.prices(use)]
    assert len({priced.line.preset for priced in price.lines}) == len(parts)
    for fee in price.fees:
        same = [priced.fee.amount_minor for priced in price.lines if priced.fee.currency == fee.currency]
        assert fee.amount_minor == sum(same)
