"""Reading what people typed, and showing a refusal beside the form it belongs to."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

import marshmallow as ma
from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.infrastructure.http.context import session
from app.infrastructure.http.problems import problems_of
from app.values.currencies import EXPONENTS
from app.values.errors import DomainError, InvalidInput, InvalidValue, NotFound
from app.values.money import Money
from app.values.term import FIRST_DAY, LAST_DAY, Term

Answer = str | Response | tuple[str, int]
Read = TypeVar("Read")


def text(name: str, *, default: str = "", longest: int = 4000) -> str:
    """Return a text field of the form, trimmed. Raises: InvalidInput when it is longer than any text we keep."""
    value = request.form.get(name, default).strip()
    if len(value) > longest:
        raise InvalidInput.at(f"/{name}", f"This is longer than {longest} characters; shorten it.")
    if "\0" in value:
        raise InvalidInput.at(f"/{name}", "Text must not contain NUL characters.")
    return value


def needed(name: str, what: str, *, longest: int = 4000) -> str:
    """Return a text field that must not be empty. Raises: InvalidInput naming `what`."""
    value = text(name, longest=longest)
    if not value:
        raise InvalidInput.at(f"/{name}", f"{what} is missing.")
    return value


def day(name: str, what: str) -> date:
    """Return a date field. Raises: InvalidInput."""
    try:
        named = date.fromisoformat(needed(name, what))
    except ValueError:
        raise InvalidInput.at(f"/{name}", f"{what} must be a date such as 2026-06-15.") from None
    if not FIRST_DAY <= named <= LAST_DAY:
        raise InvalidInput.at(f"/{name}", f"{what} must lie between {FIRST_DAY} and {LAST_DAY}.")
    return named


def start_of_day(name: str, what: str) -> datetime:
    """Return the first instant of a day, in UTC. Raises: InvalidInput."""
    return Term.of_days(day(name, what), day(name, what), "UTC").starts_at


def end_of_day(name: str, what: str) -> datetime | None:
    """Return the first instant after a day, in UTC; nothing where none was typed. Raises: InvalidInput."""
    return Term.of_days(day(name, what), day(name, what), "UTC").ends_at if text(name) else None


def whole(name: str, what: str, *, low: int, high: int) -> int:
    """Return a whole number within limits. Raises: InvalidInput."""
    return _read(name, what, lambda text: read_whole(text, what, low=low, high=high))


def percentage(name: str, what: str) -> int:
    """Return a percentage as basis points: `2.5` is 250. Raises: InvalidInput."""
    return _read(name, what, lambda text: read_percentage(text, what))


def amount(name: str, what: str, currency: str) -> Money:
    """Return an amount of money that is not negative. Raises: InvalidInput."""
    if currency not in EXPONENTS:
        raise InvalidInput.at("/currency", "Choose a currency such as USD.")
    return _read(name, what, lambda text: read_amount(text, what, currency))


def _read(name: str, what: str, read: Callable[[str], Read]) -> Read:
    try:
        return read(needed(name, what))
    except InvalidValue as error:
        raise InvalidInput.at(f"/{name}", str(error)) from None


def read_whole(text: str, what: str, *, low: int, high: int) -> int:
    """Raises: InvalidValue."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 12 and low <= int(text) <= high):
        raise InvalidValue(f"{what} must be a whole number from {low} to {high}.")
    return int(text)


def read_percentage(text: str, what: str) -> int:
    """Return basis points. Raises: InvalidValue."""
    try:
        bps = Money.from_decimal_text(text, "USD").amount_minor
    except InvalidValue:
        bps = -1
    if not 0 <= bps <= 10_000:
        raise InvalidValue(f"{what} must be a percentage from 0 to 100 such as 2.5.")
    return bps


def read_amount(text: str, what: str, currency: str) -> Money:
    """Raises: InvalidValue, also for what is negative or larger than any deal."""
    money = Money.from_decimal_text(text.replace(",", ""), currency)
    if not 0 <= money.amount_minor < 10**12:
        raise InvalidValue(f"{what} is out of range.")
    return money


def words_of(text: str) -> list[str]:
    """Return the entries of a list that is typed with commas or blanks between them."""
    return [word for word in text.replace(",", " ").split() if word]


def answer(work: Callable[[], str], page: Callable[[DomainError], str]) -> Answer:
    """Do the one thing a form asks for and go to the address it returns, or show the page again with the refusal.

    What is not the visitor's stays a page that does not exist.
    """
    try:
        return redirect(work(), 303)
    except NotFound:
        raise
    except ma.ValidationError as error:
        refusal: DomainError = InvalidInput("Some of the form cannot be used.", problems=problems_of(error))
    except InvalidValue as error:
        refusal = InvalidInput(str(error))
    except DomainError as error:
        refusal = error
    session().rollback()
    return page(refusal), refusal.status


def first_complaint(error: ma.ValidationError) -> str:
    """Say in one sentence what cannot be read in an address that asks a question."""
    problem = problems_of(error)[0]
    where = problem.pointer.strip("/").partition("/")[0].replace("_", " ")
    return f"{where.capitalize()}: {problem.detail}" if where else problem.detail


def same_site(target: str) -> str:
    """Return a `next` address when it is a path of this site, else the home page."""
    plain = (
        target.startswith("/")
        and not target.startswith(("//", "/\\"))
        and target.isprintable()
        and "\\" not in target
    )
    return target if plain else url_for("account.home")
