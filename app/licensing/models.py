"""Licenses, each change of their standing, what was delivered and signed, and what is to be announced."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.append_only import append_only
from app.infrastructure.db.columns import (
    ID_LENGTH,
    big_integer_field,
    enum_field,
    id_field,
    ref_field,
    text_field,
)
from app.licensing.states import LicenseAction, LicenseStatus, NoticeKind


class License(SQLModel, table=True):
    """An executed deal in force. Its terms are the deal's and are not repeated here."""

    __tablename__ = "license"
    __table_args__ = (
        sa.Index(None, "licensor_party_id", "status", "ends_at"),
        sa.Index(None, "licensee_party_id", "status", "ends_at"),
        sa.Index(None, "status", "ends_at"),
    )

    id: str = id_field("lic")
    deal_id: str = ref_field("deal.id", unique=True)
    package_id: str = ref_field("package.id")
    performer_id: str = ref_field("performer.id", index=False)
    licensor_party_id: str = ref_field("party.id", index=False)
    licensee_party_id: str = ref_field("party.id", index=False)
    status: LicenseStatus = enum_field(LicenseStatus)
    starts_at: datetime
    ends_at: datetime
    authority_ends_at: datetime | None = None
    """When the licensor's own authority to license ends, as verified at signing."""
    terms_sha256: str = Field(max_length=64)
    status_index: int = Field(sa_type=sa.BigInteger, unique=True)
    """The place of this license in the signed status list."""
    created_at: datetime
    activated_at: datetime | None = None
    checked_in_at: datetime | None = None
    """When a system of the licensee's last reported to be there; see `checkins`."""
    terms_changed_at: datetime | None = None
    """When a change of its terms was last signed; nothing: they are those that it was made with."""


class LicenseAuthority(SQLModel, table=True):
    """A representation that a license rests on: were it void, the license would have been signed by nobody."""

    __tablename__ = "license_authority"
    __table_args__ = (sa.Index(None, "representation_id", "signed_at"),)

    license_id: str = Field(foreign_key="license.id", primary_key=True, max_length=ID_LENGTH)
    representation_id: str = Field(foreign_key="representation.id", primary_key=True, max_length=ID_LENGTH)
    signed_at: datetime
    """When the deal was signed on the strength of it."""


class LicenseStatusChange(SQLModel, table=True):
    """One change of standing: who, when, from, to, why."""

    __tablename__ = "license_status_change"

    id: str = id_field("lsc")
    license_id: str = ref_field("license.id")
    changed_at: datetime
    actor: str = Field(max_length=64)
    action: LicenseAction = enum_field(LicenseAction)
    from_status: LicenseStatus = enum_field(LicenseStatus, check="from_status")
    to_status: LicenseStatus = enum_field(LicenseStatus, check="to_status")
    reason: str = text_field()


class StatusListHead(SQLModel, table=True):
    """How many places of the status list are taken: one row."""

    __tablename__ = "status_list_head"

    id: int = Field(default=1, primary_key=True)
    next_index: int = big_integer_field(0)


class RetiredStatus(SQLModel, table=True):
    """A place of the status list that a license had before its terms changed: credentials there are invalid."""

    __tablename__ = "retired_status"

    status_index: int = Field(sa_type=sa.BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    license_id: str = ref_field("license.id")


class Delivery(SQLModel, table=True):
    """One copy handed out: who got which file when. The inventory of what must be destroyed one day."""

    __tablename__ = "delivery"

    id: str = id_field("dlv")
    license_id: str = ref_field("license.id")
    asset_id: str = ref_field("asset.id", index=False)
    actor: str = Field(max_length=64)
    filename: str = Field(max_length=255)
    media_type: str = Field(max_length=127)
    sha256: str = Field(max_length=64)
    size_bytes: int = big_integer_field()
    delivered_at: datetime


class Credential(SQLModel, table=True):
    """One signed statement of a license that was handed out; the text itself is not kept."""

    __tablename__ = "credential"

    id: str = id_field("cre")
    license_id: str = ref_field("license.id")
    actor: str = Field(max_length=64)
    issued_at: datetime
    expires_at: datetime


class LicenseNotice(SQLModel, table=True):
    """Something to announce about the end of a license, once."""

    __tablename__ = "license_notice"
    __table_args__ = (
        sa.UniqueConstraint("license_id", "kind"),
        sa.Index(
            "ix_license_notice_due",
            "due_at",
            sqlite_where=sa.text("announced_at IS NULL"),
            postgresql_where=sa.text("announced_at IS NULL"),
        ),
    )

    id: str = id_field("ntc")
    license_id: str = ref_field("license.id", index=False)
    kind: NoticeKind = enum_field(NoticeKind)
    due_at: datetime
    announced_at: datetime | None = None


append_only(LicenseAuthority)
append_only(LicenseStatusChange)
append_only(RetiredStatus)
append_only(Delivery)
append_only(Credential)
