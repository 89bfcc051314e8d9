"""Shapes of the quota API."""

from datetime import timedelta
from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import Instant, WholeNumber
from app.licensing.quotas.states import ReservationStanding
from app.licensing.schemas import IntendedUseIn, ObligationOut, intended_use
from app.negotiation.terms.schema.scope import MOST_COUNTED
from app.negotiation.terms.vocabulary import CapPeriod, CapUnit
from app.values.components import Component

SHORTEST_SECONDS, USUAL_SECONDS, LONGEST_SECONDS = 1, 900, 86_400


def _amounts(least: int, text: str, **options: Any) -> ma.fields.Dict:
    return ma.fields.Dict(
        keys=ma.fields.Enum(CapUnit, by_value=True),
        values=WholeNumber(validate=ma.validate.Range(least, MOST_COUNTED)),
        validate=ma.validate.Length(1),
        metadata={"description": text, "example": {"lines": 20}, "minProperties": 1},
        **options,
    )


class ReservationIn(IntendedUseIn):
    """One use that is about to be made, and how much of it."""

    amounts = _amounts(
        1, "How much is taken, by unit of a cap. What no cap limits is noted all the same", required=True
    )
    seconds = WholeNumber(
        load_default=USUAL_SECONDS,
        validate=ma.validate.Range(SHORTEST_SECONDS, LONGEST_SECONDS),
        metadata={"description": "How long it is held; then it frees itself"},
    )

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        lifetime = timedelta(seconds=data.pop("seconds"))
        return {"use": intended_use(data), "lifetime": lifetime}


class CommitIn(ma.Schema):
    """What was used of a reservation."""

    amounts = _amounts(
        0,
        "At most what was reserved; the rest, and a unit that is not named, is given back. Nothing at all: all "
        "was used",
        load_default=None,
        allow_none=True,
    )


class AmountOut(ma.Schema):
    unit = ma.fields.Enum(CapUnit, by_value=True, required=True)
    reserved = ma.fields.Int(attribute="amount", required=True)
    committed = ma.fields.Int(required=True, allow_none=True, metadata={"description": "Nothing before the commit"})


class ReservationOut(ma.Schema):
    """Amounts taken for one use, as they stand at the instant of asking."""

    id = ma.fields.Str(attribute="reservation.id", required=True)
    license_id = ma.fields.Str(attribute="reservation.license_id", required=True)
    status = ma.fields.Enum(
        ReservationStanding,
        by_value=True,
        required=True,
        metadata={"description": "`lapsed` follows from the clock: it counts no more"},
    )
    use = ma.fields.Dict(keys=ma.fields.Str(), values=ma.fields.Raw(), attribute="reservation.use", required=True)
    amounts = ma.fields.List(ma.fields.Nested(AmountOut), required=True)
    made_at = Instant(attribute="reservation.made_at", required=True)
    expires_at = Instant(attribute="reservation.expires_at", required=True)
    settled_at = Instant(attribute="reservation.settled_at", required=True, allow_none=True)
    freed_at = Instant(
        attribute="reservation.freed_at",
        required=True,
        allow_none=True,
        metadata={"description": "When the titles of a committed reservation went out of use"},
    )


class ReservedOut(ReservationOut):
    """A reservation that was just made, with what goes with the yes."""

    obligations = ma.fields.List(ma.fields.Str(), attribute="decision.obligations", required=True)
    obligation_details = ma.fields.List(
        ma.fields.Nested(ObligationOut), attribute="decision.obligation_details", required=True
    )


class QuotaOut(ma.Schema):
    """One cap of the deal and what is left of it in the window that runs now."""

    unit = ma.fields.Enum(CapUnit, by_value=True, attribute="state.cap.unit", required=True)
    per = ma.fields.Enum(CapPeriod, by_value=True, attribute="state.cap.per", required=True)
    component = ma.fields.Enum(
        Component,
        by_value=True,
        attribute="state.cap.component",
        required=True,
        allow_none=True,
        metadata={"description": "Nothing: all of them together"},
    )
    most = ma.fields.Int(attribute="state.cap.most", required=True)
    used = ma.fields.Int(
        attribute="state.used", required=True, metadata={"description": "Of titles: in use by what was committed"}
    )
    reserved = ma.fields.Int(
        attribute="state.reserved",
        required=True,
        metadata={"description": "In reservations that have not run out"},
    )
    left = ma.fields.Int(attribute="state.left", required=True)
    starts_at = Instant(required=True, metadata={"description": "When counting began"})
    ends_at = Instant(required=True, metadata={"description": "When this window, or the license, ends"})
    resets_at = Instant(
        attribute="state.resets_at",
        required=True,
        allow_none=True,
        metadata={"description": "When counting starts anew; nothing: not before the license ends"},
    )


class QuotasOut(ma.Schema):
    """Every cap of the terms in force, in the order of the deal."""

    items = ma.fields.List(ma.fields.Nested(QuotaOut), required=True)
