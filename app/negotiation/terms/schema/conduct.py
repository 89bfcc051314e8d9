"""How the likeness is used while the license runs, and what happens when it ends."""

from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import WholeNumber
from app.negotiation.terms.checks import conduct as checks
from app.negotiation.terms.fields import VisibleLine
from app.negotiation.terms.schema.told import DAYS, HOURS, refuse, told
from app.negotiation.terms.vocabulary import ApprovalStage, DeletionScope, Silence
from app.values import survival

LONGEST_WIND_DOWN = 730


class ApprovalIn(ma.Schema):
    """What the licensor sees and answers before the licensee goes on."""

    stage = ma.fields.Enum(ApprovalStage, by_value=True, required=True, metadata=told("What is shown"))
    days = WholeNumber(
        load_default=10,
        validate=ma.validate.Range(1, 90),
        metadata=told("How long the licensor has to answer", unit=DAYS),
    )
    rounds = WholeNumber(
        load_default=2,
        validate=ma.validate.Range(1, 20),
        metadata=told("How often it may ask for changes", unit="rounds"),
    )
    silence = ma.fields.Enum(
        Silence, by_value=True, load_default=Silence.REFUSED, metadata=told("What no answer in time means")
    )


class CheckInIn(ma.Schema):
    """How often the licensee's systems say that they are there, so that none goes on unseen."""

    every_hours = WholeNumber(
        required=True,
        validate=ma.validate.Range(1, 24 * 366),
        metadata=told("The longest time from one check-in to the next", unit=HOURS, example=24),
    )
    grace_hours = WholeNumber(
        load_default=0,
        validate=ma.validate.Range(0, 24 * 90),
        metadata=told("How much later it may be before use stops", unit=HOURS),
    )


class SurvivalIn(ma.Schema):
    """What may still be done after the end."""

    preset = ma.fields.Str(
        required=True,
        validate=ma.validate.OneOf(list(survival.PRESETS)),
        metadata=told(
            "Named matrix of actions and phases; the deal keeps the whole matrix",
            source="the marketplace's presets",
        ),
    )

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> survival.SurvivalPreset:
        return survival.preset(data["preset"])


class WindDownStepIn(ma.Schema):
    """Something to be done after the end."""

    step = VisibleLine(300, required=True, metadata=told("What", example="Take the character out of the shop"))
    within_days = WholeNumber(
        required=True,
        validate=ma.validate.Range(0, LONGEST_WIND_DOWN),
        metadata=told("Until when, counted from the end", unit=DAYS),
    )
    needs_evidence = ma.fields.Bool(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata=told("Whether the licensee files proof that it was done"),
    )


class WindDownIn(ma.Schema):
    """The time after the end in which what is out is brought home."""

    days = WholeNumber(
        load_default=0,
        validate=ma.validate.Range(0, LONGEST_WIND_DOWN),
        metadata=told("How long it lasts, counted from the end; 0: not at all", unit=DAYS),
    )
    steps = ma.fields.List(
        ma.fields.Nested(WindDownStepIn),
        load_default=list,
        validate=ma.validate.Length(max=30),
        metadata=told("The plan, in order"),
    )

    @ma.validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        refuse(checks.wind_down_problems(data["steps"], data["days"]))


class SellOffIn(ma.Schema):
    """Time after the end in which goods already made may be sold. They earn royalty as before."""

    days = WholeNumber(
        required=True,
        validate=ma.validate.Range(1, LONGEST_WIND_DOWN),
        metadata=told("How long, counted from the end", unit=DAYS, example=180),
    )
    inventory_days_before_end = WholeNumber(
        load_default=30,
        validate=ma.validate.Range(0, 365),
        metadata=told("How long before the end the licensee lists what it has in stock", unit=DAYS),
    )
    recoups = ma.fields.Bool(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata=told("Whether royalties of these sales earn back an advance"),
    )


class DeletionIn(ma.Schema):
    """What the licensee destroys after the end."""

    covers = ma.fields.List(
        ma.fields.Enum(DeletionScope, by_value=True),
        load_default=lambda: list(DeletionScope),
        metadata=told("What is destroyed; empty: nothing"),
    )
    within_days = WholeNumber(
        load_default=30,
        validate=ma.validate.Range(0, LONGEST_WIND_DOWN),
        metadata=told("Until when, counted from the end of the license or of its wind-down", unit=DAYS),
    )
    needs_certificate = ma.fields.Bool(
        load_default=True,
        truthy={True},
        falsy={False},
        metadata=told("Whether an officer of the licensee signs that it was done"),
    )
