"""How values are written for people: money, dates, territories, percentages. In English, and unambiguous."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

from app.values import media, product_categories
from app.values.currencies import exponent
from app.values.money import Money
from app.values.rights_block import ALL
from app.values.term import format_instant
from app.values.territory import GROUPS, Territory, world

LOCALE = Locale.parse("en_US")
NO_BREAK = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"

_GROUP_NAMES = {
    "WORLD": "worldwide",
    "AFRICA": "Africa",
    "AMERICAS": "the Americas",
    "NORTH_AMERICA": "North America",
    "SOUTH_AMERICA": "South America",
    "CENTRAL_AMERICA": "Central America",
    "LATIN_AMERICA": "Latin America",
    "CARIBBEAN": "the Caribbean",
    "ASIA": "Asia",
    "EUROPE": "Europe",
    "OCEANIA": "Oceania",
    "EU": "the European Union",
    "EUROZONE": "the euro area",
}
_FORMAL_NAMES = {"US": "the United States", "GB": "the United Kingdom", "NL": "the Netherlands", "AE": "the UAE"}


def money(amount_minor: int, currency: str) -> str:
    """Write `$12,500.00`, with exactly the decimals that ISO 4217 gives the currency."""
    places = exponent(currency)
    pattern = "¤#,##0" + ("." + "0" * places if places else "")
    amount = Decimal(Money(abs(amount_minor), currency).to_decimal_text())
    text = format_currency(amount, currency, pattern, locale=LOCALE, currency_digits=False)
    return (MINUS if amount_minor < 0 else "") + text


def whole(number: int) -> str:
    return (MINUS if number < 0 else "") + format_decimal(abs(number), locale=LOCALE)


def percent(bps: int) -> str:
    """Write basis points: 250 is `2.5 %`."""
    return f"{format_decimal(Decimal(bps) / 100, '#,##0.##', locale=LOCALE)}{NO_BREAK}%"


def day(value: date | str) -> str:
    """Write a calendar day, `15 Jun 2026`; text is read as ISO 8601."""
    return format_date(_as_date(value), "d MMM y", locale=LOCALE)


def instant(at: datetime | str) -> str:
    """Write an instant, `15 Jun 2026, 04:00 UTC`."""
    return format_datetime(_as_instant(at), "d MMM y, HH:mm", tzinfo=UTC, locale=LOCALE) + f"{NO_BREAK}UTC"


def last_day(ends_at: datetime | str, zone: str = "UTC") -> str:
    """Write the last day of a half-open period as a contract would name it."""
    return day((_as_instant(ends_at) - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date())


def machine_instant(at: datetime | str) -> str:
    """Write an instant for the `datetime` attribute."""
    return format_instant(_as_instant(at))


def days_until(at: datetime | str, now: datetime) -> str:
    """Say how far away an instant is, in words."""
    days = (_as_instant(at) - now) / timedelta(days=1)
    if days < 0:
        return "over"
    if days < 1:
        hours = int(days * 24)
        return "within the hour" if hours == 0 else f"in {hours} hour{'s' if hours > 1 else ''}"
    return f"in {int(days)} day{'s' if int(days) > 1 else ''}"


def time_left(at: datetime | str, now: datetime) -> str:
    """Say how long it is until an instant, in its two largest units: `3 days 4 hours`, `12 minutes`, `9 seconds`.

    Rounded down, so that nobody counts on time that is not there; at the instant itself it is `no time`.
    """
    left = _as_instant(at) - now
    seconds = max(0, left // timedelta(seconds=1))
    parts: list[tuple[int, str]] = []
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        number, seconds = divmod(seconds, length)
        parts.append((number, unit))
    first = next((index for index, (number, _) in enumerate(parts) if number), None)
    if first is None:
        return "less than a second" if left > timedelta(0) else "no time"
    shown = [(number, unit) for number, unit in parts[first : first + 2] if number]
    return " ".join(f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in shown)


def country(code: str) -> str:
    return str(LOCALE.territories.get(code, code))


def language(code: str) -> str:
    """Name a language; one that has no English name stands as its tag."""
    if code == ALL:
        return "every language"
    try:
        return str(Locale.parse(code, sep="-").get_display_name(LOCALE) or code)
    except (ValueError, UnknownLocaleError):
        return code


def territory(expression: str) -> str:
    """Say a territory expression in words: `worldwide, except the United States`."""
    included: list[str] = []
    excluded: list[str] = []
    for token in expression.split():
        (included if token.startswith("+") else excluded).append(_place(token[1:]))
    if len(included) > 8:
        return f"{len(Territory.parse(expression).codes)} countries"
    text = listed(included)
    if excluded:
        text += f", except {listed(excluded) if len(excluded) <= 8 else f'{len(excluded)} countries'}"
    return text


def is_worldwide(codes: Iterable[str]) -> bool:
    return frozenset(codes) >= world()


def medium(code: str) -> str:
    return media.label(code)


def media_summary(codes: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Group leaves under the label of their root; a root whose leaves are all there stands alone."""
    chosen = frozenset(codes)
    groups: list[tuple[str, list[str]]] = []
    for root in media.ROOTS:
        under = media.leaves(root)
        if under <= chosen:
            groups.append((media.label(root), []))
        elif under & chosen:
            groups.append((media.label(root), [m.label for m in media.MEDIA.values() if m.code in under & chosen]))
    return groups


def category(code: str) -> str:
    return "every product category" if code == ALL else product_categories.label(code)


def listed(words: Iterable[str]) -> str:
    """Join words: `face, voice, and behavior`."""
    return format_list(list(words), locale=LOCALE)


def words(code: str) -> str:
    """Write a stable code for people: `awaiting_payment` is `awaiting payment`."""
    return str(code).replace("_", " ").replace("-", " ").lower()


def capitalize_first(text: str) -> str:
    """Begin a sentence, leaving the other letters as they are."""
    return text[:1].upper() + text[1:]


def size(size_bytes: int) -> str:
    """Write a file size in binary units."""
    amount, unit = float(size_bytes), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{format_decimal(round(amount, 1), locale=LOCALE)}{NO_BREAK}{unit}"


def _place(name: str) -> str:
    if name in _GROUP_NAMES:
        return _GROUP_NAMES[name]
    by_number = next((group for group, number in GROUPS.items() if number == name), None)
    return _GROUP_NAMES[by_number] if by_number else _FORMAL_NAMES.get(name, country(name))


def _as_date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _as_instant(at: datetime | str) -> datetime:
    return datetime.fromisoformat(at) if isinstance(at, str) else at


FILTERS: Mapping[str, object] = {
    "money": money,
    "whole": whole,
    "percent": percent,
    "day": day,
    "instant": instant,
    "last_day": last_day,
    "machine_instant": machine_instant,
    "days_until": days_until,
    "time_left": time_left,
    "country": country,
    "language": language,
    "territory": territory,
    "medium": medium,
    "media_summary": media_summary,
    "category": category,
    "listed": listed,
    "words": words,
    "capitalize_first": capitalize_first,
    "size": size,
}
"""All of them by name, as templates know them."""
