"""Who else is concerned, what may become of the deal later, and the law it stands under."""

from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import AmountMinor, Bps, WholeNumber
from app.negotiation.terms.checks import legal as checks
from app.negotiation.terms.fields import VisibleLine, known
from app.negotiation.terms.schema.told import DAYS, MINOR, refuse, told
from app.negotiation.terms.vocabulary import ActsFor
from app.values.territory import Territory

MONTHS = "calendar months"


class EndUserIn(ma.Schema):
    """Who uses the likeness, where that is not the licensee."""

    name = VisibleLine(120, required=True, metadata=told("As it is called in its register"))
    country = ma.fields.Str(
        required=True,
        validate=known(lambda code: Territory.of([code])),
        metadata=told("Where it is established", source="ISO 3166-1", example="FR"),
    )


class AgencyIn(ma.Schema):
    """An agency that is named in the deal and is no party to it."""

    name = VisibleLine(120, required=True, metadata=told("As it is called in its register"))
    acts_for = ma.fields.Enum(ActsFor, by_value=True, required=True, metadata=told("For which side it acts"))


class AuditIn(ma.Schema):
    """The licensor's right to look into the books."""

    notice_days = WholeNumber(
        load_default=30,
        validate=ma.validate.Range(1, 180),
        metadata=told("How long before it is announced", unit=DAYS),
    )
    every_months = WholeNumber(
        load_default=12, validate=ma.validate.Range(1, 120), metadata=told("At most once in", unit=MONTHS)
    )
    look_back_months = WholeNumber(
        load_default=36, validate=ma.validate.Range(1, 240), metadata=told("How far back it reaches", unit=MONTHS)
    )
    cost_shift_bps = Bps(
        load_default=500,
        metadata=told("From which underpayment on the licensee pays for it", unit="basis points of what was owed"),
    )


class TollingIn(ma.Schema):
    """Whether days of suspension are added to the term. Each time it is computed and agreed, never silent."""

    is_allowed = ma.fields.Bool(
        load_default=False, truthy={True}, falsy={False}, metadata=told("Whether they can be added")
    )
    most_days = WholeNumber(
        load_default=None,
        allow_none=True,
        validate=ma.validate.Range(1, 3650),
        metadata=told("The most that can be added in all; nothing: no limit", unit=DAYS),
    )

    @ma.validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        refuse(checks.tolling_problems(data["is_allowed"], data["most_days"]))


class BreachIn(ma.Schema):
    """What the licensor grants before it ends the license for a breach."""

    cure_days = WholeNumber(
        load_default=30,
        validate=ma.validate.Range(0, 365),
        metadata=told("The least time the licensee has to cure a breach it is told of", unit=DAYS),
    )


class StrikeIn(ma.Schema):
    """What a strike of a performers' union does to the license."""

    suspends = ma.fields.Bool(
        load_default=False, truthy={True}, falsy={False}, metadata=told("Whether it suspends new performances")
    )
    tolls = ma.fields.Bool(
        load_default=False, truthy={True}, falsy={False}, metadata=told("Whether its days can be added to the term")
    )

    @ma.validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        refuse(checks.strike_problems(data["suspends"], data["tolls"]))


class ExtensionIn(ma.Schema):
    """The licensee's option to go on under the same terms."""

    months = WholeNumber(
        required=True, validate=ma.validate.Range(1, 120), metadata=told("How long each time", unit=MONTHS)
    )
    most_times = WholeNumber(
        load_default=1, validate=ma.validate.Range(1, 10), metadata=told("How often", unit="times")
    )
    exercise_from_days = WholeNumber(
        load_default=180,
        validate=ma.validate.Range(1, 1095),
        metadata=told("How long before the end it can be used", unit=DAYS),
    )
    exercise_until_days = WholeNumber(
        load_default=30,
        validate=ma.validate.Range(0, 1094),
        metadata=told("How long before the end it is over", unit=DAYS),
    )
    fee_minor = AmountMinor(
        load_default=0, metadata=told("The fee for each time, in the currency of the fee", unit=MINOR)
    )

    @ma.validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        refuse(checks.window_problems(data, "exercise_from_days", "exercise_until_days"))


class FirstRefusalIn(ma.Schema):
    """A window before the end in which the licensor bargains about a renewal with nobody else."""

    from_days = WholeNumber(
        load_default=120,
        validate=ma.validate.Range(1, 1095),
        metadata=told("How long before the end it opens", unit=DAYS),
    )
    until_days = WholeNumber(
        load_default=60,
        validate=ma.validate.Range(0, 1094),
        metadata=told("How long before the end it closes", unit=DAYS),
    )

    @ma.validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        refuse(checks.window_problems(data, "from_days", "until_days"))


class GoverningLawIn(ma.Schema):
    """By which law the deal is read, and who decides."""

    law = ma.fields.Str(
        required=True,
        validate=known(checks.place_of_law),
        metadata=told("Country, or part of one", source="ISO 3166-1 and 3166-2", example="US-NY"),
    )
    forum = VisibleLine(
        200, shortest=0, load_default="", metadata=told("Court or arbitration", example="Courts of New York County")
    )
