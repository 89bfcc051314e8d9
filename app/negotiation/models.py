"""Productions, negotiations with their offers, and deals with their signatures and what was known of the law."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.append_only import append_only
from app.infrastructure.db.columns import ID_LENGTH, enum_field, id_field, ref_field, text_field
from app.negotiation.states import NegotiationStatus, OptionKind, ProductionKind
from app.negotiation.terms.vocabulary import ChangeOf
from app.values.law.vocabulary import Confidence, Enforcement
from app.values.rounding import BASIS_POINTS


class Production(SQLModel, table=True):
    """The title a license is for: a film, a game, an experience or a campaign of one licensee."""

    __tablename__ = "production"
    __table_args__ = (sa.Index(None, "licensee_party_id", "id"),)

    id: str = id_field("prd")
    licensee_party_id: str = ref_field("party.id", index=False)
    title: str = Field(max_length=200)
    kind: ProductionKind = enum_field(ProductionKind)
    description: str = text_field(default="")
    release_on: date | None = None
    """Planned first publication, if known."""
    created_at: datetime


class Negotiation(SQLModel, table=True):
    """Talks of two sides about one package for one production. Its offers are in `offer`."""

    __tablename__ = "negotiation"
    __table_args__ = (
        sa.Index(None, "licensor_party_id", "id"),
        sa.Index(None, "licensee_party_id", "id"),
        sa.CheckConstraint("licensor_party_id <> licensee_party_id", name="two_sides"),
        sa.CheckConstraint(f"platform_fee_bps BETWEEN 0 AND {BASIS_POINTS}", name="fee_within_whole"),
        sa.CheckConstraint("(status = 'open') = (closed_at IS NULL)", name="closed_when_not_open"),
    )

    id: str = id_field("neg")
    package_id: str = ref_field("package.id")
    production_id: str = ref_field("production.id")
    licensor_party_id: str = ref_field("party.id", index=False)
    licensee_party_id: str = ref_field("party.id", index=False)
    intended_use: str = text_field()
    platform_fee_bps: int
    """The platform's share as it was when the talks began; it does not change under them."""
    status: NegotiationStatus = enum_field(NegotiationStatus, default=NegotiationStatus.OPEN)
    opened_at: datetime
    closed_at: datetime | None = None
    closed_by_party_id: str | None = ref_field("party.id", index=False, nullable=True)
    closing_reason: str = text_field(default="")


class Offer(SQLModel, table=True):
    """A complete set of deal terms that one side put to the other. Never changed; the next one takes its place."""

    __tablename__ = "offer"
    __table_args__ = (
        sa.UniqueConstraint("negotiation_id", "number", "terms_sha256", "by_party_id"),
        sa.UniqueConstraint("negotiation_id", "number"),
        sa.CheckConstraint("number >= 1", name="numbered_from_one"),
        sa.CheckConstraint("expires_at > sent_at", name="lasts"),
        sa.CheckConstraint("length(terms_sha256) = 64", name="hash_whole"),
    )

    id: str = id_field("off")
    negotiation_id: str = ref_field("negotiation.id", index=False)
    number: int
    """1 is the request; each counteroffer is one more."""
    by_party_id: str = ref_field("party.id", index=False)
    by_user_id: str = ref_field("user_account.id", index=False)
    terms_json: str = text_field()
    """The document in canonical JSON, byte for byte what the hash is of."""
    terms_sha256: str = Field(max_length=64)
    message: str = text_field(default="")
    """A word to the other side; no part of the terms."""
    sent_at: datetime
    expires_at: datetime
    """The first instant at which it can no longer be accepted."""


class OfferDeclaration(SQLModel, table=True):
    """What is declared with an offer about the circumstances that some laws ask for. Nothing: not said."""

    __tablename__ = "offer_declaration"
    __table_args__ = (
        sa.ForeignKeyConstraint(["negotiation_id", "offer_number"], ["offer.negotiation_id", "offer.number"]),
    )

    negotiation_id: str = Field(primary_key=True, max_length=32)
    offer_number: int = Field(primary_key=True)
    by_party_id: str = ref_field("party.id", index=False)
    """Who said so; an offer that says nothing new repeats what was said before, and who said it."""
    replaces_own_work: bool | None = None
    """Whether the replica does what the performer would have done in person."""
    has_counsel: bool | None = None
    """Whether the performer's own counsel negotiated this license."""
    has_union_cover: bool | None = None
    """Whether a union's agreement that covers replicas applies."""


class Deal(SQLModel, table=True):
    """The executed terms. The foreign key holds them to the offer that was accepted, hash included."""

    __tablename__ = "deal"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["negotiation_id", "offer_number", "terms_sha256", "offered_by_party_id"],
            ["offer.negotiation_id", "offer.number", "offer.terms_sha256", "offer.by_party_id"],
        ),
        sa.CheckConstraint("accepted_by_party_id <> offered_by_party_id", name="two_signers"),
    )

    id: str = id_field("dea")
    negotiation_id: str = ref_field("negotiation.id", unique=True)
    offer_number: int
    offered_by_party_id: str = ref_field("party.id", index=False)
    accepted_by_party_id: str = ref_field("party.id", index=False)
    terms_json: str = text_field()
    terms_sha256: str = Field(max_length=64)
    license_id: str = Field(max_length=32, index=True)
    """The license this deal brings about or changes; chosen here, so that the rights are booked under it."""
    signed_at: datetime


class DealVersion(SQLModel, table=True):
    """From when on a deal's terms are those of its license. The first made the license, later ones change it."""

    __tablename__ = "deal_version"
    __table_args__ = (
        sa.UniqueConstraint("license_id", "version"),
        sa.CheckConstraint("(version = 1) = (change_of IS NULL)", name="later_ones_change"),
    )

    deal_id: str = Field(foreign_key="deal.id", primary_key=True, max_length=ID_LENGTH)
    license_id: str = Field(max_length=ID_LENGTH)
    version: int
    """1 for the deal that made the license."""
    change_of: ChangeOf | None = enum_field(ChangeOf, nullable=True)
    effective_at: datetime
    """Never before that of the version before it."""


class NegotiationSubject(SQLModel, table=True):
    """The signed deal that a negotiation is about, where it is about one."""

    __tablename__ = "negotiation_subject"

    negotiation_id: str = Field(foreign_key="negotiation.id", primary_key=True, max_length=ID_LENGTH)
    deal_id: str = ref_field("deal.id", index=False)
    """The deal in force when the talks began."""
    license_id: str = Field(max_length=ID_LENGTH, index=True)
    change_of: ChangeOf | None = enum_field(ChangeOf, nullable=True)
    """Nothing for a renewal, which makes a license of its own."""
    assignee_party_id: str | None = ref_field("party.id", nullable=True)
    """Who would take the licensee's place."""


class DealOption(SQLModel, table=True):
    """What a deal promises its licensee about a time after its end, while the promise can be called in."""

    __tablename__ = "deal_option"
    __table_args__ = (
        sa.Index(None, "performer_id", "closes_at"),
        sa.CheckConstraint("closes_at > opens_at", name="lasts"),
    )

    id: str = id_field("opt")
    kind: OptionKind = enum_field(OptionKind)
    deal_id: str = ref_field("deal.id", index=False)
    license_id: str = Field(max_length=ID_LENGTH, index=True)
    performer_id: str = ref_field("performer.id", index=False)
    licensee_party_id: str = ref_field("party.id", index=False)
    opens_at: datetime
    closes_at: datetime
    """The first instant at which it is over."""


class Signature(SQLModel, table=True):
    """Who signed a deal for which side. The side that made the offer signed by sending it."""

    __tablename__ = "signature"
    __table_args__ = (sa.UniqueConstraint("deal_id", "party_id"),)

    id: str = id_field("sig")
    deal_id: str = ref_field("deal.id", index=False)
    party_id: str = ref_field("party.id", index=False)
    user_id: str = ref_field("user_account.id", index=False)
    signer_name: str = Field(max_length=120)
    """As the person was called when the deal was signed."""
    signed_at: datetime


class DealFinding(SQLModel, table=True):
    """What a law or guild rule said to a deal when it was signed, word for word."""

    __tablename__ = "deal_finding"
    __table_args__ = (sa.UniqueConstraint("deal_id", "position"),)

    id: str = id_field("fnd")
    deal_id: str = ref_field("deal.id", index=False)
    position: int
    rule_id: str = Field(max_length=64)
    enforcement: Enforcement = enum_field(Enforcement)
    sentence: str = text_field()
    remedy: str = text_field()
    override_reason: str | None = text_field(nullable=True)
    """Why an administrator made the rule do something else than the table suggests."""
    jurisdiction: str = text_field()
    citation: str = text_field()
    source_url: str = text_field()
    confidence: Confidence = enum_field(Confidence)
    lawyer_confirm: bool
    tables_version: str = Field(max_length=64)
    """Which edition of the law tables spoke."""


for _model in (Offer, OfferDeclaration, Deal, DealVersion, NegotiationSubject, Signature, DealFinding):
    append_only(_model)
