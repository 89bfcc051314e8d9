"""How values are written for people."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.values import formats
from app.values.currencies import EXPONENTS

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (1_250_000, "USD", "$12,500.00"),
        (-5, "USD", "\N{MINUS SIGN}$0.05"),
        (0, "EUR", "€0.00"),
        (1_234, "JPY", "¥1,234"),
        (-1_234_567, "KWD", "\N{MINUS SIGN}KWD1,234.567"),
        (39_999, "MGA", "MGA399.99"),
        (1_500, "IQD", "IQD1.500"),
        (12_345, "CLF", "CLF1.2345"),
    ],
)
def test_money_has_the_decimals_of_its_currency(amount: int, currency: str, text: str) -> None:
    assert formats.money(amount, currency).replace("\N{NO-BREAK SPACE}", "") == text


@pytest.mark.parametrize("currency", sorted(EXPONENTS))
def test_no_currency_is_rounded(currency: str) -> None:
    digits = "".join(c for c in formats.money(123_456_789, currency) if c.isdigit())
    assert digits == "123456789"


@pytest.mark.parametrize(
    ("bps", "text"), [(250, "2.5 %"), (1000, "10 %"), (0, "0 %"), (1, "0.01 %"), (10_000, "100 %")]
)
def test_rates_are_percentages(bps: int, text: str) -> None:
    assert formats.percent(bps).replace("\N{NO-BREAK SPACE}", " ") == text


def test_days_cannot_be_misread() -> None:
    assert formats.day(date(2026, 7, 6)) == formats.day("2026-07-06") == "6 Jul 2026"
    assert formats.instant("2026-06-15T04:00:00Z").replace("\N{NO-BREAK SPACE}", " ") == "15 Jun 2026, 04:00 UTC"


def test_a_half_open_end_is_named_by_its_last_day() -> None:
    assert formats.last_day(datetime(2027, 1, 1, 5, tzinfo=UTC), "America/New_York") == "31 Dec 2026"
    assert formats.last_day(datetime(2027, 1, 1, tzinfo=UTC)) == "31 Dec 2026"


@pytest.mark.parametrize(
    ("period", "text"),
    [
        (timedelta(microseconds=-1), "over"),
        (timedelta(0), "within the hour"),
        (timedelta(minutes=61), "in 1 hour"),
        (timedelta(hours=23), "in 23 hours"),
        (timedelta(days=1), "in 1 day"),
        (timedelta(days=88, hours=5), "in 88 days"),
    ],
)
def test_how_far_away_something_is(period: timedelta, text: str) -> None:
    assert formats.days_until(NOW + period, NOW) == text


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("+WORLD", "worldwide"),
        ("+WORLD -US -CA", "worldwide, except the United States and Canada"),
        ("+EUROPE -BE", "Europe, except Belgium"),
        ("+150", "Europe"),
        ("+DE +AT +CH", "Germany, Austria, and Switzerland"),
        ("+DE +AT +CH +FR +IT +ES +PT +NL +BE", "9 countries"),
    ],
)
def test_territories_are_said_in_words(expression: str, text: str) -> None:
    assert formats.territory(expression) == text


def test_media_are_grouped_and_a_whole_root_stands_alone() -> None:
    codes = ["game.trailer", "vr.narrative_experience", "vr.realtime_character", "vr.location_based"]
    assert formats.media_summary([*codes, "vr.social_world"]) == [
        ("Video game", ["Game trailer"]),
        ("Virtual and mixed reality", []),
    ]


@pytest.mark.parametrize(
    ("bytes_", "text"), [(0, "0 B"), (1023, "1,023 B"), (12_844, "12.5 KiB"), (1 << 30, "1 GiB")]
)
def test_sizes(bytes_: int, text: str) -> None:
    assert formats.size(bytes_).replace("\N{NO-BREAK SPACE}", " ") == text


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (timedelta(days=14), "14 days"),
        (timedelta(days=3, hours=4, minutes=59), "3 days 4 hours"),
        (timedelta(days=1, minutes=59), "1 day"),
        (timedelta(hours=1, seconds=-1), "59 minutes 59 seconds"),
        (timedelta(minutes=12), "12 minutes"),
        (timedelta(seconds=1, microseconds=999_999), "1 second"),
        (timedelta(microseconds=1), "less than a second"),
        (timedelta(0), "no time"),
        (timedelta(seconds=-1), "no time"),
    ],
)
def test_time_left_is_never_more_than_there_is(left: timedelta, text: str) -> None:
    assert formats.time_left(NOW + left, NOW) == text


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("es-MX", "Spanish (Mexico)"),
        ("*", "every language"),
        ("qq", "qq"),
        ("aa-Latn-US", "aa-Latn-US"),
        ("en-xyz", "en-xyz"),
        ("en-a-b", "en-a-b"),
    ],
)
def test_a_language_without_a_name_stands_as_its_tag(tag: str, said: str) -> None:
    assert formats.language(tag) == said
