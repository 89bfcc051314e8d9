"""ES256 keys for credentials and status lists: made when needed, rotated with overlap, encrypted at rest.

A key signs from `active_from` until `retires_at` and stays published until `expires_at`, so that what it signed can
be checked to the end. A compromised key is withdrawn: it leaves the published set at once.
"""

import base64
import json
from collections.abc import Sequence
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
ANNOUNCED = timedelta(minutes=10)
"""How long before it signs a key is published that replaces another before its time: twice as long as verifiers may
keep the published set."""
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

    def standing(self, at: datetime) -> str:
        """Say in a word what it is at an instant: only a key that is not withdrawn or expired is published."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        if at < self.active_from:
            return "coming"
        if at < self.retires_at:
            return "signing"
        return "retired" if at < self.expires_at else "expired"


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


def rotate(*, session: Session, at: datetime, signs_from: datetime | None = None) -> SigningKey:
    """Have a new key sign from an instant on, else from now; what the old one signed stays checkable."""
    signs_from = signs_from or at
    for key in session.exec(select(SigningKey).where(SigningKey.retires_at > signs_from)).all():
        key.retires_at = signs_from
        session.add(key)
    session.flush()
    return _make(session, created_at=at, active_from=signs_from)


def withdraw(*, session: Session, at: datetime, kid: str) -> SigningKey:
    """Unpublish a compromised key: nothing it signed is to be trusted any more. Raises: NotFound."""
    key = session.exec(select(SigningKey).where(SigningKey.kid == kid).with_for_update()).first()
    if key is None:
        raise NotFound("There is no such signing key.")
    key.withdrawn_at = key.withdrawn_at or at
    session.add(key)
    session.flush()
    return key


def every_key(*, session: Session) -> Sequence[SigningKey]:
    """Return all keys there ever were, the one that signs last first."""
    return session.exec(select(SigningKey).order_by(col(SigningKey.active_from).desc())).all()


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
