"""The root and the signers of marks, and every mark that was made."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from app.infrastructure.db.append_only import append_only
from app.infrastructure.db.columns import big_integer_field, id_field, json_field, ref_field, text_field


class MarkRoot(SQLModel, table=True):
    """The certificate that everybody is asked to trust, made once."""

    __tablename__ = "mark_root"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """Always 1: two processes that start at the same moment cannot make two roots."""
    certificate_pem: str = text_field()
    private_key: str = text_field()
    """Encrypted with a key derived from the service's secret."""
    created_at: datetime
    expires_at: datetime


class MarkSigner(SQLModel, table=True):
    """A key that signs marks for some days, and its certificate under the root."""

    __tablename__ = "mark_signer"

    id: str = id_field("mks")
    serial: str = Field(max_length=50, unique=True)
    """Of the certificate, in decimal digits, as C2PA readers show it."""
    certificate_pem: str = text_field()
    private_key: str | None = text_field(nullable=True)
    """Encrypted; erased when the key has retired."""
    created_at: datetime
    retires_at: datetime = Field(index=True)
    expires_at: datetime
    withdrawn_at: datetime | None = None


class LicenseMark(SQLModel, table=True):
    """One file that was stamped: by whom, when, for which use, and its hash before and after."""

    __tablename__ = "license_mark"

    id: str = id_field("mrk")
    license_id: str = ref_field("license.id")
    signer_id: str = ref_field("mark_signer.id", index=False)
    actor: str = Field(max_length=64)
    use: dict[str, Any] = json_field()
    """The use that the license allowed when it was stamped."""
    filename: str = Field(max_length=255)
    media_type: str = Field(max_length=127)
    source_sha256: str = Field(max_length=64)
    source_bytes: int = big_integer_field()
    sha256: str = Field(max_length=64)
    size_bytes: int = big_integer_field()
    manifest_label: str = Field(max_length=255, unique=True)
    instance_id: str = Field(max_length=255)
    has_history: bool
    """Whether the file had a manifest before, which is kept as that of its parent."""
    marked_at: datetime


append_only(LicenseMark)
