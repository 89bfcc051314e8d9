"""Who stood on the licensor's side when an offer was sent, the other side's acceptance, and holders' answers."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.append_only import append_only
from app.infrastructure.db.columns import enum_field, id_field, json_field, ref_field, text_field
from app.negotiation.signatures.states import AnswerKind, Role
from app.parties.states import Capacity, QuorumKind
from app.values.components import Component
from app.values.rounding import BASIS_POINTS

_TERMS = (
    ["negotiation_id", "offer_number", "terms_sha256", "offered_by_party_id"],
    ["offer.negotiation_id", "offer.number", "offer.terms_sha256", "offer.by_party_id"],
)
"""Holds a row to exactly the terms of an offer."""


class OfferHolder(SQLModel, table=True):
    """One stake in the rights of an offer, as it was when the offer was sent, cut to those rights."""

    __tablename__ = "offer_holder"
    __table_args__ = (
        sa.ForeignKeyConstraint(["negotiation_id", "offer_number"], ["offer.negotiation_id", "offer.number"]),
        sa.UniqueConstraint("negotiation_id", "offer_number", "party_id", "representation_id"),
        sa.CheckConstraint("(role = 'assignee') = (representation_id IS NULL)", name="stake_is_proven"),
        sa.CheckConstraint("(representation_id IS NULL) = (capacity IS NULL)", name="stake_has_capacity"),
        sa.CheckConstraint(f"share_bps BETWEEN 0 AND {BASIS_POINTS}", name="share_within_whole"),
    )

    id: str = id_field("ofh")
    negotiation_id: str = ref_field("negotiation.id", index=False)
    offer_number: int
    party_id: str = ref_field("party.id")
    role: Role = enum_field(Role)
    representation_id: str | None = ref_field("representation.id", index=False, nullable=True)
    capacity: Capacity | None = enum_field(Capacity, nullable=True)
    share_bps: int | None = None
    """An owner's share; nothing for an agent or attorney."""
    components: list[str] = json_field(list)
    media: list[str] = json_field(list)
    """Leaves."""
    territory_codes: list[str] = json_field(list)


class OfferQuorum(SQLModel, table=True):
    """Which holders must sign for a component, as it was when the offer was sent."""

    __tablename__ = "offer_quorum"
    __table_args__ = (
        sa.ForeignKeyConstraint(["negotiation_id", "offer_number"], ["offer.negotiation_id", "offer.number"]),
        sa.UniqueConstraint("negotiation_id", "offer_number", "component"),
    )

    id: str = id_field("ofq")
    negotiation_id: str = ref_field("negotiation.id", index=False)
    offer_number: int
    component: Component = enum_field(Component)
    rule: QuorumKind = enum_field(QuorumKind)


class OfferAcceptance(SQLModel, table=True):
    """The other side accepted exactly these terms. Void once the offer lapses before all needed holders signed."""

    __tablename__ = "offer_acceptance"
    __table_args__ = (
        sa.ForeignKeyConstraint(*_TERMS),
        sa.CheckConstraint("accepted_by_party_id <> offered_by_party_id", name="two_signers"),
    )

    negotiation_id: str = Field(primary_key=True, max_length=32)
    offer_number: int = Field(primary_key=True)
    terms_sha256: str = Field(max_length=64)
    offered_by_party_id: str = ref_field("party.id", index=False)
    accepted_by_party_id: str = ref_field("party.id", index=False)
    user_id: str = ref_field("user_account.id", index=False)
    accepted_at: datetime


class HolderAnswer(SQLModel, table=True):
    """A holder's signature under exactly these terms, or its refusal; one row for each of its stakes."""

    __tablename__ = "holder_answer"
    __table_args__ = (
        sa.ForeignKeyConstraint(*_TERMS),
        sa.Index(None, "negotiation_id", "offer_number"),
        sa.CheckConstraint("(kind = 'refused') = (reason <> '')", name="refused_with_a_reason"),
    )

    id: str = id_field("han")
    negotiation_id: str = ref_field("negotiation.id", index=False)
    offer_number: int
    terms_sha256: str = Field(max_length=64)
    offered_by_party_id: str = ref_field("party.id", index=False)
    party_id: str = ref_field("party.id", index=False)
    role: Role = enum_field(Role)
    representation_id: str | None = ref_field("representation.id", index=False, nullable=True)
    """The representation under which it signed; nothing for an assignee."""
    share_bps: int | None = None
    """Its share when it answered."""
    kind: AnswerKind = enum_field(AnswerKind)
    reason: str = text_field(default="")
    user_id: str = ref_field("user_account.id", index=False)
    signer_name: str = Field(max_length=120)
    """As the person was called then."""
    answered_at: datetime


for _model in (OfferHolder, OfferQuorum, OfferAcceptance, HolderAnswer):
    append_only(_model)
