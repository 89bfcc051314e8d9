"""Users, memberships, sessions, API keys. Secrets are stored hashed, never as they were given out."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.identity.states import Role
from app.infrastructure.db.columns import enum_field, id_field, json_field, ref_field


class User(SQLModel, table=True):
    """A person who signs in."""

    __tablename__ = "user_account"

    id: str = id_field("usr")
    email: str = Field(max_length=254, unique=True)
    """Lower case."""
    name: str = Field(max_length=120)
    password_hash: str = Field(max_length=200)
    created_at: datetime


class Membership(SQLModel, table=True):
    """A user may act for a party."""

    __tablename__ = "membership"
    __table_args__ = (sa.UniqueConstraint("user_id", "party_id"),)

    id: str = id_field("mem")
    user_id: str = ref_field("user_account.id", index=False)
    party_id: str = ref_field("party.id")
    role: Role = enum_field(Role)
    created_at: datetime


class SignInSession(SQLModel, table=True):
    """One browser signed in. Listed to its user, who can end it."""

    __tablename__ = "sign_in_session"

    id: str = id_field("ses")
    token_hash: str = Field(max_length=64, unique=True)
    user_id: str = ref_field("user_account.id")
    party_id: str = ref_field("party.id", index=False)
    """The party acted for; can be changed to another of the user's."""
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


class ApiKey(SQLModel, table=True):
    """A key for a party's systems: shown once, then known by its prefix."""

    __tablename__ = "api_key"

    id: str = id_field("key")
    prefix: str = Field(max_length=16, unique=True)
    secret_hash: str = Field(max_length=64)
    name: str = Field(max_length=80)
    user_id: str = ref_field("user_account.id")
    """Who made it."""
    party_id: str = ref_field("party.id")
    role: Role = enum_field(Role)
    scopes: list[str] = json_field(list)
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


class SignInAttempt(SQLModel, table=True):
    """A failed sign-in, counted against the address and the e-mail for a while."""

    __tablename__ = "sign_in_attempt"

    id: str = id_field("sat")
    subject: str = Field(max_length=64, index=True)
    """A hash of the e-mail or of the client's address."""
    attempted_at: datetime = Field(index=True)
