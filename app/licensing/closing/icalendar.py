"""A calendar as a file that calendar programs read: iCalendar after RFC 5545, one whole-day entry for each day."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.licensing.closing.queries import DutyView
from app.licensing.closing.rules.calendar import last_day_of
from app.licensing.closing.states import DutyKind, DutyState

MEDIA_TYPE = "text/calendar"
_OCTETS = 75
_OPENINGS = frozenset({DutyKind.EXTENSION_OPENS, DutyKind.FIRST_REFUSAL_OPENS})


def write_calendar(views: Iterable[DutyView], *, at: datetime, public_url: str, name: str) -> bytes:
    """Return the file. An entry stands on the last day that is in time, as the deal counts its days."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Likeness//License calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escape(name)}",
    ]
    for view in views:
        lines += _event(view, at, public_url)
    lines.append("END:VCALENDAR")
    return b"".join(fold(line) for line in lines)


def day_of(view: DutyView) -> date:
    """Return the day on which an entry stands: of an opening, the day itself; of all else, the last day in time."""
    duty = view.duty
    if duty.kind in _OPENINGS:
        return duty.due_at.astimezone(ZoneInfo(duty.zone)).date()
    return last_day_of(duty.due_at, duty.zone)


def escape(text: str) -> str:
    """Write text as a value of type TEXT."""
    one_kind_of_break = text.replace("\r\n", "\n").replace("\r", "\n")
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        one_kind_of_break = one_kind_of_break.replace(plain, written)
    return "".join(c for c in one_kind_of_break if c == "\t" or (c >= " " and c != "\x7f"))


def fold(line: str) -> bytes:
    """Break a line so that no part has more than 75 octets, never within a character."""
    parts: list[bytes] = []
    current = b""
    for character in line:
        encoded = character.encode()
        room = _OCTETS if not parts else _OCTETS - 1
        if len(current) + len(encoded) > room:
            parts.append(current)
            current = b""
        current += encoded
    return b"\r\n ".join([*parts, current]) + b"\r\n"


def _event(view: DutyView, at: datetime, public_url: str) -> Iterator[str]:
    duty, day = view.duty, day_of(view)
    document = view.license.latest.terms.document
    about = f"{document['performer']['name']} in {document['production']['title']}"
    done = {DutyState.DONE: "Done: ", DutyState.OVERDUE: "Overdue: "}.get(view.state, "")
    until = f"Before {duty.due_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC. License {duty.license_id}."
    yield "BEGIN:VEVENT"
    yield f"UID:{duty.id}@likeness"
    yield f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escape(f'{done}{duty.title} ({about})')}"
    yield f"DESCRIPTION:{escape(until)}"
    yield f"URL:{public_url}/licenses/{duty.license_id}/calendar"
    yield f"CATEGORIES:{duty.kind.value.upper()}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"
