"""Shapes of marks."""

from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import Instant, UploadedFile
from app.licensing.marks.states import STAMPED_TYPES, MarkFinding, MarkVerdict, SourceType
from app.licensing.record.schemas import LicenseRecordOut
from app.licensing.schemas import IntendedUseIn, intended_use

_KINDS = ", ".join(STAMPED_TYPES.values())


class MarkIn(IntendedUseIn):
    """A file, and the use that it is made for; what is counted is reserved elsewhere."""

    class Meta:
        exclude = ("amounts",)

    file = UploadedFile(required=True, metadata={"description": f"{_KINDS}, told by its content; at most 128 MiB"})
    digital_source_type = ma.fields.Enum(
        SourceType,
        by_value=True,
        metadata={
            "description": "How the file came to be, in the IPTC's words; the mark states that it was created so. "
            "Without it, or where the file has a manifest already, the mark states that the file was opened"
        },
    )

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        beside = {name: data.pop(name, None) for name in ("file", "digital_source_type")}
        return {"use": intended_use(data | {"amounts": {}}), **beside}


class MarkUseOut(ma.Schema):
    """The use that the license allowed when the file was stamped."""

    component = ma.fields.Str(required=True)
    axis = ma.fields.Str(required=True)
    media = ma.fields.Str(required=True)
    territory = ma.fields.Str(required=True)
    language = ma.fields.Str(required=True, allow_none=True)
    category = ma.fields.Str(required=True, allow_none=True)
    action = ma.fields.Str(required=True)
    contexts = ma.fields.List(ma.fields.Str(), required=True)
    approval_id = ma.fields.Str(required=True, allow_none=True)


class MarkOut(ma.Schema):
    """A file that was stamped; `content_url` works while the license stands."""

    id = ma.fields.Str(required=True)
    license_id = ma.fields.Str(required=True)
    use = ma.fields.Nested(MarkUseOut, required=True)
    filename = ma.fields.Str(required=True)
    media_type = ma.fields.Str(required=True)
    source_sha256 = ma.fields.Str(required=True, metadata={"description": "Of the file as it was sent"})
    source_bytes = ma.fields.Int(required=True)
    sha256 = ma.fields.Str(required=True, metadata={"description": "Of the stamped file"})
    size_bytes = ma.fields.Int(required=True)
    instance_id = ma.fields.Str(required=True, metadata={"description": "By which the manifest names the file"})
    manifest_label = ma.fields.Str(required=True, metadata={"description": "The C2PA name of the manifest"})
    has_history = ma.fields.Bool(
        required=True,
        metadata={"description": "Whether the file had a manifest before, which is kept as that of its parent"},
    )
    marked_at = Instant(required=True)
    content_url = ma.fields.Function(lambda mark: f"/v1/marks/{mark.id}/content", metadata={"type": "string"})


class MarkCheckIn(ma.Schema):
    """A file to be read back."""

    file = UploadedFile(required=True, metadata={"description": "Any file, at most 192 MiB"})


class MarkCheckOut(ma.Schema):
    """What a file is, as far as its mark and this service can say."""

    verdict = ma.fields.Enum(
        MarkVerdict,
        by_value=True,
        required=True,
        metadata={
            "description": "`trusted`: stamped here, unchanged, and the license stands now; `expired`: stamped "
            "here, unchanged, but the license does not stand now; `tampered`: stamped here and changed since; "
            "`unknown`: without a mark, or with one that is not of this service"
        },
    )
    finding = ma.fields.Enum(
        MarkFinding,
        by_value=True,
        required=True,
        metadata={
            "description": "Why. `other_signer`: a manifest that others signed, however valid; `broken_signature`: "
            "one whose signature does not hold; `not_recorded`: signed with our certificate, but not recorded here"
        },
    )
    sentence = ma.fields.Str(required=True)
    sha256 = ma.fields.Str(required=True, metadata={"description": "Of the file as it was sent"})
    license = ma.fields.Nested(
        LicenseRecordOut,
        required=True,
        allow_none=True,
        metadata={"description": "What anybody may read of the license of a trusted or expired mark"},
    )
    license_url = ma.fields.Str(attribute="record_url", required=True, allow_none=True)
