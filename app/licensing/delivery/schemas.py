"""Shapes of files, deliveries and links to them."""

from datetime import timedelta
from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import Instant, WholeNumber, plain_text
from app.licensing.delivery.service import LONGEST_LINK
from app.values.components import Component


class GrantedAssetOut(ma.Schema):
    """A file that a license grants."""

    asset_id = ma.fields.Str(attribute="asset.id")
    component = ma.fields.Enum(Component, by_value=True, attribute="component.component")
    filename = ma.fields.Str(attribute="asset.filename")
    media_type = ma.fields.Str(attribute="asset.media_type")
    size_bytes = ma.fields.Int(attribute="asset.size_bytes")
    sha256 = ma.fields.Str(attribute="asset.sha256")


class GrantedAssetsOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(GrantedAssetOut))


class DeliveryIn(ma.Schema):
    asset_id = ma.fields.Str(required=True, validate=plain_text(32))


class DeliveryOut(ma.Schema):
    """A copy handed out; `content_url` works while the license stands."""

    id = ma.fields.Str()
    license_id = ma.fields.Str()
    asset_id = ma.fields.Str()
    filename = ma.fields.Str()
    media_type = ma.fields.Str()
    size_bytes = ma.fields.Int()
    sha256 = ma.fields.Str()
    delivered_at = Instant()
    content_url = ma.fields.Function(lambda delivery: f"/v1/deliveries/{delivery.id}/content")


LONGEST_MINUTES = LONGEST_LINK // timedelta(minutes=1)


class DeliveryLinkIn(ma.Schema):
    """For how long an address is wanted that needs no key."""

    lasts_minutes = WholeNumber(
        load_default=60,
        validate=ma.validate.Range(1, LONGEST_MINUTES),
        metadata={"description": "At most a day; less where the license, the authority or the key ends before"},
    )

    @ma.post_load
    def measure(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"lasts": timedelta(minutes=data["lasts_minutes"])}


class DeliveryLinkOut(ma.Schema):
    """An address for whoever has it; it dies with what gave it."""

    url = ma.fields.Str(
        required=True,
        allow_none=True,
        metadata={"description": "Answers ranges. Shown once: null where the call is repeated"},
    )
    delivery_id = ma.fields.Str(attribute="link.delivery_id", required=True)
    ends_at = Instant(
        attribute="link.ends_at",
        required=True,
        metadata={"description": "At the latest: suspension, termination, assignment and revocation end it before"},
    )
