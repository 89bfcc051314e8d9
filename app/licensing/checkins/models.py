"""The table of check-ins."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.append_only import append_only
from app.infrastructure.db.columns import id_field, ref_field


class CheckIn(SQLModel, table=True):
    """One report of a system that uses a license. Nothing of it is ever changed."""

    __tablename__ = "license_check_in"
    __table_args__ = (sa.Index(None, "license_id", "id"),)

    id: str = id_field("chi")
    license_id: str = ref_field("license.id", index=False)
    checked_in_at: datetime
    actor: str = Field(max_length=64)
    client: str = Field(default="", max_length=100)
    """What the system calls itself; empty where it did not say."""
    build: str = Field(default="", max_length=100)
    """Which version of it runs."""


append_only(CheckIn)
