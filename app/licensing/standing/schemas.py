"""Shapes of breaches, suspensions and days that are added to a term."""

from datetime import timedelta
from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import Instant, Line, Paragraphs, WholeNumber
from app.licensing.schemas import StandingChangeIn
from app.licensing.standing.states import BreachAction, BreachStatus, SuspensionKind, TollingStatus
from app.negotiation.rules.moves import OFFER_LASTS
from app.negotiation.schemas import LONGEST_OFFER_DAYS

_CURE = "The first instant at which it is too late; left out: as long as the deal gives, and never less than that"


class SuspensionIn(StandingChangeIn):
    """Why a license is suspended at once."""

    kind = ma.fields.Enum(
        SuspensionKind,
        by_value=True,
        load_default=SuspensionKind.OTHER,
        metadata={"description": "`chargeback` is noted by itself; `strike` only where the deal says so"},
    )
    clause = Line(200, shortest=0, load_default="", metadata={"description": "For a breach: what of the deal"})
    cure_until = Instant(load_default=None, allow_none=True, metadata={"description": f"For a breach. {_CURE}"})


class BreachNoticeIn(ma.Schema):
    """A breach that the licensee is told of."""

    reason = Paragraphs(2000, required=True, metadata={"description": "The licensee reads it"})
    clause = Line(200, required=True, metadata={"description": "What of the deal was broken"})
    cure_until = Instant(load_default=None, allow_none=True, metadata={"description": _CURE})
    suspends = ma.fields.Bool(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata={"description": "Whether the license is suspended until it is cured; else it runs on"},
    )


class CureIn(ma.Schema):
    evidence = Paragraphs(4000, required=True, metadata={"description": "How it was cured, and where that shows"})


class BreachStepOut(ma.Schema):
    """What one side said about a breach."""

    action = ma.fields.Enum(BreachAction, by_value=True, required=True)
    said_at = Instant(required=True)
    text = ma.fields.Str(required=True)


class BreachOut(ma.Schema):
    """A breach as it stands at the instant of asking."""

    id = ma.fields.Str(attribute="breach.id", required=True)
    license_id = ma.fields.Str(attribute="breach.license_id", required=True)
    status = ma.fields.Enum(BreachStatus, by_value=True, attribute="breach.status", required=True)
    clause = ma.fields.Str(attribute="breach.clause", required=True)
    reason = ma.fields.Str(attribute="breach.reason", required=True)
    suspends = ma.fields.Bool(attribute="breach.suspends", required=True)
    noticed_at = Instant(attribute="breach.noticed_at", required=True)
    cure_until = Instant(attribute="breach.cure_until", required=True)
    is_cure_over = ma.fields.Bool(
        required=True,
        metadata={"description": "The time is over and it was not cured: the licensor may end the license"},
    )
    steps = ma.fields.List(ma.fields.Nested(BreachStepOut), required=True)


class BreachesOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(BreachOut), required=True)


class SuspensionOut(ma.Schema):
    """A ground on which a license is, or was, suspended."""

    kind = ma.fields.Enum(SuspensionKind, by_value=True, required=True)
    by_administrator = ma.fields.Bool(
        required=True,
        metadata={"description": "Whether an administrator imposed it, so that only an administrator lifts it"},
    )
    reason = ma.fields.Str(required=True)
    begun_at = Instant(required=True)
    lifted_at = Instant(required=True, allow_none=True)
    lifting_reason = ma.fields.Str(required=True)


class SuspensionsOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(SuspensionOut), required=True, metadata={"description": "Oldest first"})


class TollingOfferIn(ma.Schema):
    """A proposal to add the days for which the license was suspended up to today."""

    message = Paragraphs(4000, shortest=0, load_default="")
    lasts_days = WholeNumber(
        load_default=OFFER_LASTS.days,
        validate=ma.validate.Range(1, LONGEST_OFFER_DAYS),
        metadata={"description": "For how many days of 24 hours it can be accepted"},
    )

    @ma.post_load
    def measure(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"message": data["message"], "lasts": timedelta(days=data["lasts_days"])}


class TollingAcceptanceIn(ma.Schema):
    terms_sha256 = ma.fields.Str(required=True, validate=ma.validate.Regexp(r"[0-9a-f]{64}\Z"))


class TollingOut(ma.Schema):
    """Days of suspension that are added to the term once both sides have signed."""

    id = ma.fields.Str(attribute="tolling.id", required=True)
    license_id = ma.fields.Str(attribute="tolling.license_id", required=True)
    status = ma.fields.Enum(TollingStatus, by_value=True, required=True)
    by_party_id = ma.fields.Str(attribute="tolling.by_party_id", required=True)
    days = ma.fields.Int(attribute="tolling.days", required=True)
    counted_from = ma.fields.Date(
        attribute="tolling.counted_from", required=True, metadata={"description": "In the zone of the deal"}
    )
    counted_until = ma.fields.Date(
        attribute="tolling.counted_until",
        required=True,
        metadata={"description": "The day after the last that counts"},
    )
    last_day_before = ma.fields.Date(attribute="tolling.last_day_before", required=True)
    last_day = ma.fields.Date(attribute="tolling.last_day", required=True)
    negotiation_id = ma.fields.Str(attribute="tolling.negotiation_id", required=True)
    terms_sha256 = ma.fields.Str(
        attribute="offer.terms_sha256", required=True, metadata={"description": "Of the latest offer: accept that"}
    )
    expires_at = Instant(attribute="offer.expires_at", required=True)
    agreed_at = Instant(attribute="tolling.agreed_at", required=True, allow_none=True)
    deal_id = ma.fields.Str(attribute="tolling.deal_id", required=True, allow_none=True)


class TollingsOut(ma.Schema):
    """What was proposed and agreed, and what could be proposed at the instant of asking."""

    items = ma.fields.List(ma.fields.Nested(TollingOut), required=True, metadata={"description": "Oldest first"})
    days_to_add = ma.fields.Int(required=True, metadata={"description": "How many could be proposed now"})
