"""Shapes of check-ins."""

import marshmallow as ma

from app.infrastructure.http.fields import Instant, Line
from app.licensing.rules.codes import Code


class CheckInReportIn(ma.Schema):
    """Who reports, if it wants to say."""

    client = Line(100, shortest=0, load_default="", metadata={"description": "What the system calls itself"})
    build = Line(100, shortest=0, load_default="", metadata={"description": "Which version of it runs"})


class CheckInOut(ma.Schema):
    """One check-in."""

    id = ma.fields.Str(required=True)
    license_id = ma.fields.Str(required=True)
    checked_in_at = Instant(required=True)
    client = ma.fields.Str(required=True)
    build = ma.fields.Str(required=True)


class CheckedInOut(ma.Schema):
    """A check-in, and when the next one is due."""

    check_in = ma.fields.Nested(CheckInOut, required=True)
    next_due_at = Instant(
        required=True, allow_none=True, metadata={"description": "Nothing: the deal asks for no check-ins"}
    )
    lapses_at = Instant(
        required=True,
        allow_none=True,
        metadata={"description": "When the grace after that is over, and decisions say CHECK_IN_OVERDUE"},
    )
    standing = ma.fields.Enum(
        Code,
        by_value=True,
        required=True,
        metadata={"description": "ALLOWED, or what stops ordinary use all the same"},
    )
