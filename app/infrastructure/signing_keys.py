"""ES256 keys for credentials and status lists: made when needed, rotated with overlap, encrypted at rest.

A key signs from `active_from` until `retires_at` and stays published until `expires_at`, so that what it signed can
be checked to the end. A compromised key is withdrawn: it leaves the published set at once.
"""

import base64
import json
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet
from joserfc import jws
from joserfc.jwk import ECKey
from sqlmodel import Field, Session, SQLModel, col, select

from app.infrastructure.db.columns import id_field, json_field, text_field
from app.infrastructure.db.database import Database
from app.infrastructure.derived_keys import key_for
from app.values.errors import NotFound

ALGORITHM = "ES256"
SIGNS_FOR = timedelta(days=90)
PUBLISHED_AFTER = timedelta(days=30)
"""How long a retired key stays published; longer than anything signed with it lives."""
MADE_AHEAD = timedelta(days=7)
"""How long before it signs a new key is published, so that verifiers' caches know it by then."""


class SigningKey(SQLModel, table=True):
    """One key pair."""

    __tablename__ = "signing_key"

    id: str = id_field("sgk")
    kid: str = Field(max_length=64, unique=True)
    """The RFC 7638 thumbprint of the public key."""
    public_jwk: dict[str, Any] = json_field()
    private_jwk: str = text_field()
    """Encrypted with a key derived from the service's secret."""
    created_at: datetime
    active_from: datetime
    retires_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None = None


def current_signing_key(*, session: Session, at: datetime) -> SigningKey:
    """Return the key that signs at this instant; makes one in a writing session if there is none."""
    found = _active(session, at)
    return found or _make(session, created_at=at, active_from=at)


def ensure_current_key(*, database: Database, at: datetime) -> None:
    """Have a key for readers, who cannot make one."""
    with database.read() as session:
        if _active(session, at) is not None:
            return
    with database.write() as session:
        current_signing_key(session=session, at=at)


def prepare_next(*, session: Session, at: datetime) -> SigningKey | None:
    """Publish the next key when the present one retires soon; return it if it was made now."""
    trusted = select(SigningKey).where(col(SigningKey.withdrawn_at).is_(None))
    latest = session.exec(trusted.order_by(col(SigningKey.retires_at).desc())).first()
    if latest is None or latest.retires_at - MADE_AHEAD > at:
        return None
    return _make(session, created_at=at, active_from=max(at, latest.retires_at))


def rotate(*, session: Session, at: datetime) -> SigningKey:
    """Retire the present key now and sign with a new one; what the old one signed stays checkable."""
    for key in session.exec(select(SigningKey).where(SigningKey.retires_at > at)).all():
        key.retires_at = at
        session.add(key)
    session.flush()
    return _make(session, created_at=at, active_from=at)


def withdraw(*, session: Session, at: datetime, kid: str) -> SigningKey:
    """Unpublish a compromised key: nothing it signed is to be trusted any more. Raises: NotFound."""
    key = session.exec(select(SigningKey).where(SigningKey.kid == kid)).first()
    if key is None:
        raise NotFound("There is no such signing key.")
    key.withdrawn_at = key.withdrawn_at or at
    session.add(key)
    session.flush()
    return key


def public_jwks(*, session: Session, at: datetime) -> dict[str, Any]:
    """Return the JWK Set that verifiers fetch: present, coming and recently retired keys."""
    published = (
        select(SigningKey)
        .where(SigningKey.expires_at > at, col(SigningKey.withdrawn_at).is_(None))
        .order_by(col(SigningKey.active_from).desc(), col(SigningKey.id).desc())
    )
    return {"keys": [key.public_jwk for key in session.exec(published).all()]}


def sign_jws(*, session: Session, at: datetime, typ: str, claims: dict[str, Any]) -> str:
    """Return a compact JWS over JSON claims, of a type of its own so that it cannot pass for another."""
    key = current_signing_key(session=session, at=at)
    private = ECKey.import_key(json.loads(_cipher(session).decrypt(key.private_jwk.encode())))
    header = {"alg": ALGORITHM, "typ": typ, "kid": key.kid}
    payload = json.dumps(claims, separators=(",", ":"), ensure_ascii=False).encode()
    return jws.serialize_compact(header, payload, private, algorithms=[ALGORITHM])


def _active(session: Session, at: datetime) -> SigningKey | None:
    return session.exec(
        select(SigningKey)
        .where(SigningKey.active_from <= at, SigningKey.retires_at > at, col(SigningKey.withdrawn_at).is_(None))
        .order_by(col(SigningKey.active_from).desc(), col(SigningKey.id).desc())
    ).first()


def _make(session: Session, *, created_at: datetime, active_from: datetime) -> SigningKey:
    pair = ECKey.generate_key("P-256")
    kid = pair.thumbprint()
    public = {**pair.as_dict(private=False), "kid": kid, "use": "sig", "alg": ALGORITHM}
    retires_at = active_from + SIGNS_FOR
    key = SigningKey(
        kid=kid,
        public_jwk=public,
        private_jwk=_cipher(session).encrypt(json.dumps(pair.as_dict(private=True)).encode()).decode(),
        created_at=created_at,
        active_from=active_from,
        retires_at=retires_at,
        expires_at=retires_at + PUBLISHED_AFTER,
    )
    session.add(key)
    session.flush()
    return key


def _cipher(session: Session) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key_for(session, "signing keys at rest")))
