"""What a game can tell its players about the end of a license: what ends when, what stays. No terms are told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time

from app.licensing.closing.rules.calendar import End, last_day_of
from app.licensing.terms import CompiledTerms
from app.values.components import Axis, Component
from app.values.errors import InvalidInput
from app.values.survival import Action, Permission, Phase

_THINGS = {Component.FACE: "the face", Component.VOICE: "the voice", Component.BEHAVIOR: "the manner"}


@dataclass(frozen=True, slots=True)
class SunsetNotice:
    """The same text twice: plain, and in Markdown."""

    text: str
    markdown: str
    language: str
    ends_at: datetime


def sunset_notice(
    terms: CompiledTerms, *, end: End, at: datetime, language: str = "en", title: str | None = None
) -> SunsetNotice:
    """Write the notice as it is true at an instant. Raises: InvalidInput for a language without a calendar."""
    locale = _locale(language)
    phase = Phase.TERMINATED if end.is_terminated_early else Phase.EXPIRED
    work = title or terms.document["production"]["title"]
    when = _when(end.actual, terms.document["term"]["zone"], locale)
    is_over = at >= end.actual
    what = _what(terms)
    lead = f"{what} in {work} {'was' if is_over else 'is'} licensed for a limited time. "
    lead += f"{'That time ended' if is_over else 'That time ends'} on {when}."
    ends = list(_ends(terms, phase, is_over))
    stays = list(_stays(terms, phase))
    if not is_over or at < end.wound_down_at:
        ends += _winding_down(terms, end, locale)
    heading = f"About {what[0].lower()}{what[1:]} in {work}"
    return SunsetNotice(
        text=_plain(heading, lead, ends, stays),
        markdown=_markdown(heading, lead, ends, stays),
        language=str(locale).replace("_", "-"),
        ends_at=end.actual,
    )


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        raise InvalidInput.at(
            "/query/language", "Dates cannot be written in this language; choose another such as en, de or es-MX."
        ) from None


def _when(at: datetime, zone: str, locale: Locale) -> str:
    """Write an end as its last day where it comes with midnight, else with the time of day; with the zone."""
    local = at.astimezone(ZoneInfo(zone))
    if (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0):
        day = format_date(last_day_of(at, zone), "long", locale=locale)
        return f"{day}, at the end of the day ({zone})"
    return (
        f"{format_date(local.date(), 'long', locale=locale)}, {format_time(local, 'short', locale=locale)} ({zone})"
    )


def _what(terms: CompiledTerms) -> str:
    """Name the performer only where the deal has the name shown to the audience anyway."""
    document = terms.document
    components = {grant.component for grant in terms.grants}
    things = " and ".join(_THINGS[component] for component in Component if component in components)
    is_public = bool(document["credit_line"]) or "performer" in document["public_record"]
    whose = f" of {document['performer']['name']}" if is_public else " of a performer"
    return f"{things[0].upper()}{things[1:]}{whose}"


def _ends(terms: CompiledTerms, phase: Phase, is_over: bool) -> Iterable[str]:
    survival = terms.survival
    verb = "has stopped" if is_over else "stops then"
    if survival[Action.GENERATE][phase] is Permission.DENY:
        is_live = any(Axis.REALTIME in grant.axes for grant in terms.grants)
        yield f"New performances: {'live answers and ' if is_live else ''}anything newly made {verb}."
    if survival[Action.RELEASE][phase] is Permission.DENY:
        yield f"Sales: offering it anew {verb}."
    if survival[Action.DISTRIBUTE][phase] is Permission.DENY:
        yield f"What was released before: it {'was' if is_over else 'is'} taken down."
    if survival[Action.PROMOTE][phase] is Permission.DENY:
        yield f"Advertising with it {verb}."


def _stays(terms: CompiledTerms, phase: Phase) -> Iterable[str]:
    survival = terms.survival
    media = {leaf.partition(".")[0] for grant in terms.grants for leaf in grant.media}
    if survival[Action.DISTRIBUTE][phase] is Permission.ALLOW:
        if media & {"game", "vr"}:
            yield "What you already own keeps working: you can still download and play it."
        if "film" in media:
            yield "What was released before can still be watched."
        if not media & {"game", "vr", "film"}:
            yield "What was released before stays available."
    if survival[Action.RELEASE][phase] is Permission.ALLOW:
        yield "It stays on sale."
    if survival[Action.PATCH][phase] is not Permission.DENY:
        yield "An update may change or remove it."


def _winding_down(terms: CompiledTerms, end: End, locale: Locale) -> list[str]:
    """What may go on for a while, where it stops after that."""
    if end.wound_down_at <= end.actual:
        return []
    until = _when(end.wound_down_at, terms.document["term"]["zone"], locale)
    survival = terms.survival
    is_sold_off = terms.document["sell_off"] is not None
    found = []
    if is_sold_off or _for_a_while(survival, Action.RELEASE):
        found.append(f"Copies already made may still be sold until {until}.")
    if _for_a_while(survival, Action.DISTRIBUTE):
        found.append(f"What was released before stays available until {until}.")
    return found


def _for_a_while(survival: Mapping[Action, Mapping[Phase, Permission]], action: Action) -> bool:
    row = survival[action]
    return row[Phase.WINDING_DOWN] is Permission.ALLOW and row[Phase.EXPIRED] is not Permission.ALLOW


def _plain(heading: str, lead: str, ends: list[str], stays: list[str]) -> str:
    return "\n".join([heading, "", lead, *_section("What ends", ends), *_section("What stays", stays), ""])


def _section(heading: str, lines: list[str]) -> list[str]:
    return ["", heading, *(f"- {line}" for line in lines)] if lines else []


def _markdown(heading: str, lead: str, ends: list[str], stays: list[str]) -> str:
    parts: list[Any] = [f"# {_escaped(heading)}", "", _escaped(lead)]
    for title, lines in (("What ends", ends), ("What stays", stays)):
        if lines:
            parts += ["", f"## {title}", "", *(f"- {_escaped(line)}" for line in lines)]
    return "\n".join([*parts, ""])


def _escaped(text: str) -> str:
    """Titles and names are text, not markup."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|~!" else c for c in text)
