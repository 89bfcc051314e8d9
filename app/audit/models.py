"""The trail and the point it has reached."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.append_only import append_only
from app.infrastructure.db.columns import big_integer_field, id_field, text_field


class AuditRecord(SQLModel, table=True):
    """One change. `seal` is an HMAC over the record and the seal before it."""

    __tablename__ = "audit_record"

    id: str = id_field("aud")
    position: int = Field(sa_type=sa.BigInteger, unique=True)
    """1 for the first record, then without gaps."""
    recorded_at: datetime
    actor: str = Field(max_length=64)
    """A user, an API key, or `system`."""
    party_id: str | None = Field(default=None, max_length=32, index=True)
    """The party acted for."""
    action: str = Field(max_length=64)
    subject_id: str = Field(max_length=64, index=True)
    detail: str = text_field()
    """Canonical JSON: what a reader needs to understand the change."""
    seal: str = Field(max_length=64)


class AuditHead(SQLModel, table=True):
    """How many records there are and the last seal, itself sealed: a trail cut short shows."""

    __tablename__ = "audit_head"

    id: int = Field(default=1, primary_key=True)
    position: int = big_integer_field(0)
    seal: str = Field(default="", max_length=64)
    head_seal: str = Field(default="", max_length=64)


append_only(AuditRecord)
