"""What goes in and out of the question for avails."""

from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import (
    CalendarDay,
    Instant,
    Languages,
    Line,
    MediaLeaves,
    ProductCategories,
    TerritoryExpression,
    WholeNumber,
)
from app.law.schemas import FindingOut
from app.rights.states import FixKind, MatchMode, ReasonCode
from app.values.components import Axis, Component
from app.values.errors import InvalidValue
from app.values.exclusivity import Exclusivity
from app.values.rights_block import ALL
from app.values.term import FIRST_DAY, LAST_DAY, Term

_DAYS = ma.validate.Range(FIRST_DAY, LAST_DAY)


class AvailsIn(ma.Schema):
    """The same use of several components of a package, in one term."""

    components = ma.fields.List(
        ma.fields.Enum(Component, by_value=True),
        required=True,
        validate=ma.validate.Length(1, len(Component)),
    )
    axes = ma.fields.List(
        ma.fields.Enum(Axis, by_value=True), required=True, validate=ma.validate.Length(1, len(Axis))
    )
    media = MediaLeaves(required=True, metadata={"description": "Roots or leaves, such as game or film.trailer"})
    territory = TerritoryExpression(required=True, metadata={"example": "+WORLD -US"})
    languages = Languages(load_default=frozenset({ALL}))
    categories = ProductCategories(
        load_default=frozenset({ALL}), metadata={"description": "Looked at for brand use only"}
    )
    first_day = CalendarDay(required=True, validate=_DAYS)
    last_day = CalendarDay(required=True, validate=_DAYS, metadata={"description": "Included"})
    zone = Line(60, required=True, metadata={"description": "IANA zone of the days", "example": "Europe/Paris"})
    exclusivity = ma.fields.Enum(Exclusivity, by_value=True, load_default=Exclusivity.NON_EXCLUSIVE)
    match = ma.fields.Enum(
        MatchMode,
        by_value=True,
        load_default=MatchMode.COVER,
        metadata={
            "description": "How a free period must lie to the term: cover it, overlap it, start or end within it"
        },
    )
    minimum_days = WholeNumber(
        load_default=None,
        allow_none=True,
        validate=ma.validate.Range(1, 36_525),
        metadata={"description": "Leave out free periods that are shorter", "example": 90},
    )

    @ma.post_load
    def make_term(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        first, last = data.pop("first_day"), data.pop("last_day")
        if last < first:
            raise ma.ValidationError("The last day lies before the first day.", "last_day")
        try:
            data["term"] = Term.of_days(first, last, data["zone"])
        except InvalidValue as error:
            raise ma.ValidationError(str(error), "zone") from error
        length, minimum = (last - first).days + 1, data["minimum_days"]
        if data["match"] is MatchMode.COVER and minimum is not None and minimum > length:
            raise ma.ValidationError(
                f"The term has {length} days; ask for a longer one, or for another match.", "minimum_days"
            )
        return data


class ChangesOut(ma.Schema):
    """Members of the question to replace; those not given stay."""

    components = ma.fields.List(ma.fields.Str())
    axes = ma.fields.List(ma.fields.Str())
    media = ma.fields.List(ma.fields.Str())
    territory = ma.fields.Str()
    languages = ma.fields.List(ma.fields.Str())
    categories = ma.fields.List(ma.fields.Str())
    first_day = ma.fields.Str(metadata={"format": "date"})
    last_day = ma.fields.Str(allow_none=True, metadata={"format": "date"})
    exclusivity = ma.fields.Str()


class FixOut(ma.Schema):
    """One change that helps. Ask again with `changes` put over your question (or later, at `ask_again_at`)."""

    kind = ma.fields.Str(required=True, validate=ma.validate.OneOf(list(FixKind)))
    sentence = ma.fields.Str(required=True)
    changes = ma.fields.Nested(ChangesOut, required=True)
    ask_again_at = ma.fields.Str(required=True, allow_none=True, metadata={"format": "date-time"})


class DirectiveNamedOut(ma.Schema):
    """A wish of the performer's own, in the words in which it was recorded."""

    id = ma.fields.Str(required=True)
    wording = ma.fields.Str(required=True)


class ReasonOut(ma.Schema):
    """One thing that stands in the way of one component, or `AVAILABLE` with what was checked."""

    code = ma.fields.Str(
        required=True,
        validate=ma.validate.OneOf(list(ReasonCode)),
        metadata={"description": "Stable; reasons come in the order of this list"},
    )
    component = ma.fields.Str(required=True, validate=ma.validate.OneOf(list(Component)))
    sentence = ma.fields.Str(required=True)
    directives = ma.fields.List(
        ma.fields.Nested(DirectiveNamedOut),
        required=True,
        metadata={"description": "With `DIRECTIVE`: whose wishes stand in the way"},
    )
    fix = ma.fields.Nested(
        FixOut,
        required=True,
        allow_none=True,
        metadata={"description": "The cheapest change that does away with this reason; others may remain"},
    )


class WindowOut(ma.Schema):
    """Whole days in the zone of the question; no last day means without end."""

    first_day = ma.fields.Str(required=True, metadata={"format": "date"})
    last_day = ma.fields.Str(required=True, allow_none=True, metadata={"format": "date"})


class FreePartOut(ma.Schema):
    territory = ma.fields.List(ma.fields.Str(), required=True, metadata={"description": "ISO 3166-1 codes"})
    windows = ma.fields.List(ma.fields.Nested(WindowOut), required=True)


class MatchOut(ma.Schema):
    mode = ma.fields.Str(required=True, validate=ma.validate.OneOf(list(MatchMode)))
    minimum_days = ma.fields.Integer(required=True, allow_none=True)
    is_match = ma.fields.Bool(required=True, metadata={"description": "Whether a period was found as asked"})


class AnswerOut(ma.Schema):
    available = ma.fields.Bool(required=True)
    sentence = ma.fields.Str(required=True)
    reasons = ma.fields.List(ma.fields.Nested(ReasonOut), required=True)
    fixes = ma.fields.List(
        ma.fields.Nested(FixOut),
        required=True,
        metadata={"description": "Single changes after which all of it is free, the cheapest first"},
    )
    limiting_components = ma.fields.List(ma.fields.Str(), required=True)
    match = ma.fields.Nested(MatchOut, required=True)
    windows = ma.fields.List(
        ma.fields.Nested(WindowOut),
        required=True,
        metadata={
            "description": "When all of it is free: within the term for `cover`, from today on for any other match"
        },
    )
    free = ma.fields.List(
        ma.fields.Nested(FreePartOut),
        required=True,
        metadata={"description": "The same country by country; a country that is missing is never free"},
    )
    findings = ma.fields.List(
        ma.fields.Nested(FindingOut),
        required=True,
        metadata={"description": "Rules of law that the use does not meet as far as it is described yet"},
    )
    asked_at = Instant(required=True, metadata={"description": "The answer is of this instant; nothing is kept"})
