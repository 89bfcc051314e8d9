"""Parties, performers, the chain of authority with its documents and history, and who shares the income."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.append_only import append_only
from app.infrastructure.db.columns import big_integer_field, enum_field, id_field, json_field, ref_field, text_field
from app.parties.states import (
    AuthorityEventKind,
    Capacity,
    DocumentKind,
    PartyKind,
    QuorumKind,
    RepresentationStatus,
)
from app.values.components import Component
from app.values.rounding import BASIS_POINTS


class Party(SQLModel, table=True):
    """Who acts, signs, pays and is paid. People sign in and act for a party."""

    __tablename__ = "party"

    id: str = id_field("pty")
    kind: PartyKind = enum_field(PartyKind)
    name: str = Field(max_length=120)
    country: str = Field(max_length=2)
    """ISO 3166-1 alpha-2: where it is established, which is where it is paid and taxed."""
    email: str = Field(max_length=254)
    created_at: datetime


class Performer(SQLModel, table=True):
    """The person whose likeness it is, living or dead."""

    __tablename__ = "performer"
    __table_args__ = (
        sa.CheckConstraint("NOT (is_living AND died_on IS NOT NULL)", name="living_has_no_death"),
        sa.CheckConstraint("died_on >= born_on", name="death_after_birth"),
    )

    id: str = id_field("prf")
    name: str = Field(max_length=120)
    is_living: bool
    born_on: date | None = None
    died_on: date | None = None
    """Nothing while living, or where the day is not known."""
    domicile: str = Field(max_length=6)
    """ISO 3166-1 or 3166-2, such as `US-CA`: where they live or, at death, lived. Decides which law applies."""
    summary: str = text_field()
    isni: str | None = Field(default=None, max_length=16, unique=True)
    recorded_by_party_id: str = ref_field("party.id")
    created_at: datetime


class Representation(SQLModel, table=True):
    """The authority of a party to license components of a performer. Counts only while `verified`.

    An owner holds a share of the right itself; an agent or attorney acts under the representation of a principal.
    """

    __tablename__ = "representation"
    __table_args__ = (
        sa.CheckConstraint(
            "(capacity IN ('agent', 'attorney')) = (principal_id IS NOT NULL)", name="has_principal"
        ),
        sa.CheckConstraint("(capacity IN ('agent', 'attorney')) = (share_bps IS NULL)", name="owner_has_share"),
        sa.CheckConstraint(f"share_bps BETWEEN 0 AND {BASIS_POINTS}", name="share_within_whole"),
        sa.CheckConstraint("signs_until_at > begins_at", name="period_not_empty"),
        sa.CheckConstraint("failed_as_of_at IS NULL OR status = 'failed'", name="failed_as_of_when_failed"),
        sa.Index(None, "holder_party_id", "performer_id"),
    )

    id: str = id_field("rep")
    performer_id: str = ref_field("performer.id")
    holder_party_id: str = ref_field("party.id", index=False)
    capacity: Capacity = enum_field(Capacity)
    principal_id: str | None = ref_field("representation.id", nullable=True)
    """For whom an agent or attorney acts: the representation as it was recorded; its successors count as well."""
    share_bps: int | None = Field(default=None)
    """An owner's share of the right, in each component, medium and country that the representation covers."""
    is_exclusive: bool = True
    """Whether nobody beside this agent or attorney may be appointed for the same right. True for owners."""
    may_delegate: bool = True
    """Whether the holder may appoint agents under itself."""
    components: list[str] = json_field(list)
    media: list[str] = json_field(list)
    """Leaves of the media tree."""
    territory_expression: str = text_field()
    territory_codes: list[str] = json_field(list)
    begins_at: datetime | None = None
    """The first instant at which a deal may be signed; nothing means no such start."""
    signs_until_at: datetime | None = None
    """The first instant at which no deal may be signed any more; nothing means no such end."""
    licenses_until_at: datetime | None = None
    """The latest instant at which a license may end; nothing means no such limit."""
    status: RepresentationStatus = enum_field(
        RepresentationStatus, default=RepresentationStatus.PENDING, index=True
    )
    verified_at: datetime | None = None
    verified_by: str | None = Field(default=None, max_length=64)
    """The user who decided, whether for or against."""
    note: str = text_field(default="")
    """The reason given with the decision."""
    failed_as_of_at: datetime | None = None
    """Since when a verified authority turned out not to have existed. Nothing once it is restored."""
    superseded_by_id: str | None = ref_field("representation.id", nullable=True)
    """The newer representation that took its place; agents appointed under this one go on under that one."""
    created_at: datetime


class RepresentationDocument(SQLModel, table=True):
    """A file that proves a representation."""

    __tablename__ = "representation_document"
    __table_args__ = (sa.UniqueConstraint("representation_id", "sha256"),)

    id: str = id_field("rdc")
    representation_id: str = ref_field("representation.id", index=False)
    kind: DocumentKind = enum_field(DocumentKind)
    issued_on: date | None = None
    """The day it bears, from which letters grow stale."""
    filename: str = Field(max_length=255)
    sha256: str = Field(max_length=64)
    size_bytes: int = big_integer_field()
    media_type: str = Field(max_length=120)
    uploaded_at: datetime


class AuthorityEvent(SQLModel, table=True):
    """One step in the history of the authority over a performer. Rows are never changed."""

    __tablename__ = "authority_event"
    __table_args__ = (sa.Index(None, "performer_id", "id"),)

    id: str = id_field("aev")
    performer_id: str = ref_field("performer.id", index=False)
    representation_id: str | None = ref_field("representation.id", nullable=True)
    """Nothing for what concerns the performer: a death, a quorum rule."""
    kind: AuthorityEventKind = enum_field(AuthorityEventKind)
    as_of_at: datetime | None = None
    """The instant from which it counts, where that is not the instant of the event."""
    detail: str = Field(default="", max_length=200)
    """What it was about: the kind of document, the party consented to, the rule."""
    reason: str = text_field(default="")
    happened_at: datetime
    actor: str = Field(max_length=64)
    """Who did it, as in the audit trail."""


append_only(AuthorityEvent)


class QuorumRule(SQLModel, table=True):
    """Which of several holders of a right must license it. The latest rule of a component counts, else of all."""

    __tablename__ = "quorum_rule"
    __table_args__ = (sa.Index(None, "performer_id", "id"),)

    id: str = id_field("qrm")
    performer_id: str = ref_field("performer.id", index=False)
    component: Component | None = enum_field(Component, nullable=True)
    """Nothing for the rule of every component that has none of its own."""
    rule: QuorumKind = enum_field(QuorumKind)
    reason: str = text_field()
    """Where the rule comes from: the will, the articles of the trust, an order."""
    set_at: datetime
    set_by: str = Field(max_length=64)


append_only(QuorumRule)


class HolderConsent(SQLModel, table=True):
    """An owner's standing consent that another licensor licenses its share too, until it is withdrawn."""

    __tablename__ = "holder_consent"
    __table_args__ = (
        sa.Index(
            "uq_holder_consent_standing",
            "representation_id",
            "licensor_party_id",
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        ),
        sa.CheckConstraint("withdrawn_at >= given_at", name="withdrawn_after_given"),
    )

    id: str = id_field("hcn")
    representation_id: str = ref_field("representation.id", index=False)
    licensor_party_id: str = ref_field("party.id")
    given_at: datetime
    given_by: str = Field(max_length=64)
    withdrawn_at: datetime | None = None


class Beneficiary(SQLModel, table=True):
    """One party's share of what an estate earns, from an instant until the next set of shares takes over."""

    __tablename__ = "beneficiary"
    __table_args__ = (
        sa.UniqueConstraint("estate_party_id", "beneficiary_party_id", "valid_from_at"),
        sa.CheckConstraint(f"share_bps BETWEEN 1 AND {BASIS_POINTS}", name="share_within_whole"),
        sa.CheckConstraint("valid_until_at > valid_from_at", name="period_not_empty"),
    )

    id: str = id_field("bnf")
    estate_party_id: str = ref_field("party.id", index=False)
    beneficiary_party_id: str = ref_field("party.id")
    share_bps: int
    valid_from_at: datetime
    valid_until_at: datetime | None = None
