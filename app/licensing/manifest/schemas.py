"""Shapes of the manifest of a build."""

from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import (
    Instant,
    Languages,
    Line,
    TerritoryExpression,
    WholeNumber,
    plain_text,
)
from app.licensing.manifest.rules import Line as ManifestLine
from app.licensing.schemas import LEAVES
from app.negotiation.terms.fields import Day
from app.negotiation.terms.schema.scope import MOST_COUNTED
from app.negotiation.terms.vocabulary import CapUnit, GuardContext
from app.values.components import Axis, Component

MOST_ASSETS = 1000
MOST_SCENES = 200
MOST_APPROVALS = 10
LARGEST_BYTES = 4 * 1024 * 1024


class ManifestAssetIn(ma.Schema):
    """One likeness asset in a build."""

    license_id = ma.fields.Str(
        required=True, validate=plain_text(32), metadata={"description": "The license that it is used under"}
    )
    sha256 = ma.fields.Str(
        required=True,
        validate=ma.validate.Regexp(r"[0-9a-f]{64}\Z"),
        metadata={"description": "Of the delivered file, as 64 hexadecimal digits"},
    )
    component = ma.fields.Enum(Component, by_value=True, required=True)
    axis = ma.fields.Enum(Axis, by_value=True, required=True)
    medium = ma.fields.Str(required=True, validate=ma.validate.OneOf(LEAVES), data_key="media")
    territory = TerritoryExpression(
        required=True, metadata={"description": "Where the build is released, such as +WORLD -CN"}
    )
    release_on = Day(
        required=True, metadata={"description": "The day of the release, in the time zone of the license's term"}
    )
    languages = Languages(
        load_default=frozenset, metadata={"description": "In which it is heard; none: it is mute"}
    )
    category = ma.fields.Str(
        load_default=None, validate=plain_text(40), metadata={"description": "The product category, for brand use"}
    )
    contexts = ma.fields.List(
        ma.fields.Enum(GuardContext, by_value=True),
        load_default=list,
        validate=ma.validate.Length(max=len(GuardContext)),
        metadata={"description": "Which contexts of a guard list it appears in"},
    )
    amounts = ma.fields.Dict(
        keys=ma.fields.Enum(CapUnit, by_value=True),
        values=WholeNumber(validate=ma.validate.Range(0, MOST_COUNTED)),
        load_default=dict,
        metadata={
            "description": "How much of it the build holds, by unit of a cap; begun minutes count whole",
            "example": {"minutes": 42, "lines": 310},
        },
    )
    scenes = ma.fields.List(
        Line(120),
        load_default=list,
        validate=ma.validate.Length(max=MOST_SCENES),
        metadata={"description": "Where in the build it appears, in your own words; reasons give them back"},
    )
    approval_ids = ma.fields.List(
        ma.fields.Str(validate=plain_text(32)),
        load_default=list,
        validate=ma.validate.Length(max=MOST_APPROVALS),
        metadata={"description": "The licensor's approvals that the release rests on, if it needs any"},
    )

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> ManifestLine:
        return ManifestLine(
            **data
            | {
                "territory": data["territory"].codes,
                "contexts": frozenset(data["contexts"]),
                "amounts": tuple(data["amounts"].items()),
                "scenes": tuple(data["scenes"]),
                "approval_ids": tuple(data["approval_ids"]),
            }
        )


class ManifestIn(ma.Schema):
    """Which likeness assets a build contains."""

    manifest_version = WholeNumber(required=True, validate=ma.validate.Equal(1))
    build = Line(200, metadata={"description": "How you call the build"})
    assets = ma.fields.List(
        ma.fields.Nested(ManifestAssetIn),
        required=True,
        validate=ma.validate.Length(1, MOST_ASSETS),
        metadata={"description": "A build without any likeness needs no check"},
    )


class ManifestReasonOut(ma.Schema):
    """Something that stands in the way of the release."""

    pointer = ma.fields.Str(required=True, metadata={"description": "JSON pointer into the manifest"})
    code = ma.fields.Str(
        required=True, metadata={"description": "A code of decisions, or ASSET_..., stable for programs"}
    )
    sentence = ma.fields.Str(required=True)
    license_id = ma.fields.Str(required=True)
    scenes = ma.fields.List(ma.fields.Str(), required=True, metadata={"description": "Those of that asset"})


class ManifestCheckOut(ma.Schema):
    """Whether the build may go out; if not, everything that stands in the way."""

    allowed = ma.fields.Bool(required=True)
    checked_at = Instant(required=True)
    assets = ma.fields.Int(required=True, metadata={"description": "How many were checked"})
    reasons = ma.fields.List(ma.fields.Nested(ManifestReasonOut), required=True)
