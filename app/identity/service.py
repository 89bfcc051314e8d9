"""Users, keys and sign-in. Everything here runs on machine time: moving the demo clock signs nobody out."""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import Actor
from app.identity.errors import EmailTaken, NotAuthenticated, TooManyAttempts, WrongCredentials
from app.identity.models import ApiKey, Membership, SignInAttempt, SignInSession, User
from app.identity.rules import KEY_PREFIX, digest, key_speaks, key_text
from app.identity.states import Role, Scope
from app.values.errors import Forbidden, InvalidInput, NotFound

SESSION_LASTS = timedelta(days=14)
ATTEMPTS_ALLOWED = 10
ATTEMPTS_WITHIN = timedelta(minutes=15)
SHORTEST_PASSWORD = 12

_hasher = PasswordHasher()


class NewApiKey(NamedTuple):
    """A key and its text, which is shown this once."""

    key: ApiKey
    text: str


def create_user(*, session: Session, at: datetime, email: str, name: str, password: str) -> User:
    """Store a user. Raises: EmailTaken, InvalidInput for a short password."""
    email = email.strip().lower()
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInput.at("/password", f"A password has at least {SHORTEST_PASSWORD} characters.")
    if session.exec(select(User.id).where(User.email == email)).first():
        raise EmailTaken("Somebody signs in with this e-mail address already.")
    user = User(email=email, name=name, password_hash=_hasher.hash(password), created_at=at)
    session.add(user)
    session.flush()
    return user


def add_member(*, session: Session, at: datetime, user_id: str, party_id: str, role: Role) -> Membership:
    """Let a user act for a party."""
    membership = Membership(user_id=user_id, party_id=party_id, role=role, created_at=at)
    session.add(membership)
    session.flush()
    return membership


def create_api_key(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    name: str,
    scopes: frozenset[Scope],
    expires_at: datetime | None = None,
) -> NewApiKey:
    """Make a key that acts as the actor does, with these scopes at most their own."""
    if actor.user_id is None:
        raise Forbidden("A key belongs to a person; sign in to make one.")
    if not scopes <= actor.scopes:
        raise Forbidden("A key cannot be given scopes that its maker does not have.")
    maker = session.get(ApiKey, actor.api_key_id) if actor.api_key_id else None
    if maker is not None and maker.expires_at is not None and (expires_at is None or expires_at > maker.expires_at):
        raise Forbidden("A key cannot outlive the key that makes it; choose an earlier end.")
    if expires_at is not None and expires_at <= at:
        raise InvalidInput.at("/expires_at", "A key must end in the future.")
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    key = ApiKey(
        prefix=prefix,
        secret_hash=digest(secret),
        name=name,
        user_id=actor.user_id,
        party_id=actor.party_id,
        role=actor.role,
        scopes=sorted(scopes),
        created_at=at,
        expires_at=expires_at,
    )
    session.add(key)
    session.flush()
    audit.record(session=session, actor=actor, at=at, action="api_key.created", subject_id=key.id, name=name)
    return NewApiKey(key, f"{KEY_PREFIX}_{prefix}_{secret}")


def revoke_api_key(*, session: Session, actor: Actor, at: datetime, key_id: str) -> ApiKey:
    """End a key of the actor's party; it is refused from the next request on. Revoking twice changes nothing."""
    key = session.get(ApiKey, key_id)
    if key is None or key.party_id != actor.party_id:
        raise NotFound("There is no such API key.")
    if key.revoked_at is None:
        key.revoked_at = at
        session.add(key)
        audit.record(session=session, actor=actor, at=at, action="api_key.revoked", subject_id=key.id)
    return key


def actor_of_key(*, session: Session, text: str, at: datetime) -> Actor:
    """Return whom an API key speaks for. Raises: NotAuthenticated."""
    parts = key_text(text)
    key = session.exec(select(ApiKey).where(ApiKey.prefix == parts.prefix)).first() if parts else None
    if (
        parts is None
        or key is None
        or not key_speaks(
            secret=parts.secret,
            secret_hash=key.secret_hash,
            revoked_at=key.revoked_at,
            expires_at=key.expires_at,
            at=at,
        )
    ):
        raise NotAuthenticated("This API key is unknown, revoked or expired.")
    return Actor(
        user_id=key.user_id,
        party_id=key.party_id,
        role=key.role,
        api_key_id=key.id,
        scopes=frozenset(Scope(scope) for scope in key.scopes),
    )


def sign_in(*, session: Session, at: datetime, email: str, password: str) -> tuple[SignInSession, str]:
    """Check a password and open a session; returns it with the token for the cookie.

    Raises: WrongCredentials (call `note_failed_sign_in` then, in a transaction that commits).
    """
    user = session.exec(select(User).where(User.email == email.strip().lower())).first()
    stored = user.password_hash if user else _decoy()
    try:
        _hasher.verify(stored, password)
    except VerificationError as error:
        raise WrongCredentials("The e-mail address or the password is not right.") from error
    assert user is not None  # noqa: S101  nobody knows the decoy's password
    membership = session.exec(
        select(Membership).where(Membership.user_id == user.id).order_by(col(Membership.id))
    ).first()
    if membership is None:
        raise WrongCredentials("This user acts for no party yet; ask the owner of the party to be added.")
    token = secrets.token_urlsafe(32)
    opened = SignInSession(
        token_hash=digest(token),
        user_id=user.id,
        party_id=membership.party_id,
        created_at=at,
        expires_at=at + SESSION_LASTS,
    )
    session.add(opened)
    session.flush()
    return opened, token


def sign_out(*, session: Session, at: datetime, token: str) -> None:
    """End the session of this token, if it is open."""
    row = session.exec(select(SignInSession).where(SignInSession.token_hash == digest(token))).first()
    if row is not None and row.ended_at is None:
        row.ended_at = at
        session.add(row)


def actor_of_session(*, session: Session, token: str, at: datetime) -> Actor | None:
    """Return whom a session's token speaks for, or nothing when it is unknown, ended or expired."""
    joined = sa.and_(
        col(Membership.user_id) == col(SignInSession.user_id),
        col(Membership.party_id) == col(SignInSession.party_id),
    )
    row = session.exec(
        select(SignInSession, Membership)
        .join(Membership, joined)
        .where(SignInSession.token_hash == digest(token))
        .where(col(SignInSession.ended_at).is_(None), SignInSession.expires_at > at)
    ).first()
    if row is None:
        return None
    return Actor(user_id=row[0].user_id, party_id=row[1].party_id, role=row[1].role)


def require_few_attempts(*, session: Session, at: datetime, email: str, address: str) -> None:
    """Raise TooManyAttempts when this e-mail or this address failed too often lately."""
    counts = session.execute(
        sa.select(sa.func.count())
        .where(col(SignInAttempt.subject).in_([digest(email.strip().lower()), digest(address)]))
        .where(col(SignInAttempt.attempted_at) > at - ATTEMPTS_WITHIN)
        .group_by(col(SignInAttempt.subject))
    )
    if max(counts.scalars(), default=0) >= ATTEMPTS_ALLOWED:
        raise TooManyAttempts("Too many failed sign-ins; wait a quarter of an hour and try again.")


def note_failed_sign_in(*, session: Session, at: datetime, email: str, address: str) -> None:
    """Count a failed sign-in against the e-mail and the client's address; forget what is too old to count."""
    outdated = col(SignInAttempt.attempted_at) < at - ATTEMPTS_WITHIN
    session.execute(sa.delete(SignInAttempt).where(outdated))
    for subject in (email.strip().lower(), address):
        session.add(SignInAttempt(subject=digest(subject), attempted_at=at))


def _decoy() -> str:
    """A hash to check against when the user is unknown, so that both cases take as long."""
    global _decoy_hash
    if not _decoy_hash:
        _decoy_hash = _hasher.hash(secrets.token_urlsafe(16))
    return _decoy_hash


_decoy_hash = ""
