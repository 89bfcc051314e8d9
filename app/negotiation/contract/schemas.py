"""What anybody may send to have a contract checked, and what they learn."""

from typing import Any

import marshmallow as ma

from app.infrastructure.http.fields import Instant, UploadedFile
from app.negotiation.contract.states import CheckVerdict

SHA256 = ma.validate.Regexp(r"[0-9a-f]{64}\Z", error="A SHA-256 is 64 hexadecimal digits, in lower case.")


class ContractCheckIn(ma.Schema):
    """A file as a multipart form, or a hash as form or JSON; one of the two."""

    file = UploadedFile(metadata={"description": "The contract's PDF or its JSON, at most 16 MiB"})
    sha256 = ma.fields.Str(
        validate=SHA256, metadata={"description": "In place of the file: the SHA-256 of the contract or of its PDF"}
    )

    @ma.validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        if len(data) != 1:
            raise ma.ValidationError("Send the file or the hash, one of the two.")


class CheckedContractOut(ma.Schema):
    """What is told of a contract to whoever holds it: nothing about its parties and terms."""

    deal_id = ma.fields.Str(required=True)
    signed_at = Instant(required=True)
    contract_sha256 = ma.fields.Str(required=True)
    terms_sha256 = ma.fields.Str(required=True)
    is_amended = ma.fields.Bool(
        required=True,
        metadata={"description": "Whether a later contract changes, extends, ends or hands over this one"},
    )


class ContractCheckOut(ma.Schema):
    verdict = ma.fields.Enum(
        CheckVerdict,
        by_value=True,
        required=True,
        metadata={
            "description": "`genuine`: these very bytes, or this hash, were executed here; `changed_copy`: other "
            "bytes that name a contract executed here; `unknown`: no contract of this service, or changed since"
        },
    )
    sentence = ma.fields.Str(required=True)
    contract = ma.fields.Nested(CheckedContractOut, required=True, allow_none=True)
