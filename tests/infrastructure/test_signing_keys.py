"""Signing keys: made when needed, published before they sign and after, secret at rest, withdrawn at once."""

import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
import sqlalchemy as sa
from cryptography.fernet import InvalidToken
from sqlmodel import Session, select

from app.infrastructure import signing_keys
from app.infrastructure.db.database import Database
from app.infrastructure.signing_keys import MADE_AHEAD, PUBLISHED_AFTER, SIGNS_FOR, SigningKey
from app.values.errors import NotFound

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def kids(session: Session, at: datetime) -> list[str]:
    return [key["kid"] for key in signing_keys.public_jwks(session=session, at=at)["keys"]]


def sign(session: Session, at: datetime) -> str:
    """Sign something and return which key did it, once PyJWT has agreed."""
    token = signing_keys.sign_jws(session=session, at=at, typ="test+jwt", claims={"name": "Łuna"})
    kid = str(jwt.get_unverified_header(token)["kid"])
    key = jwt.PyJWKSet.from_dict(signing_keys.public_jwks(session=session, at=at))[kid]
    assert jwt.decode(token, key, algorithms=["ES256"]) == {"name": "Łuna"}
    return kid


def test_the_first_signature_makes_the_first_key(session: Session) -> None:
    assert kids(session, NOW) == []
    first = sign(session, NOW)
    assert kids(session, NOW) == [first]
    assert sign(session, NOW + SIGNS_FOR - TICK) == first


def test_a_key_signs_for_its_time_and_stays_published_after_it(session: Session) -> None:
    first = sign(session, NOW)
    retired = NOW + SIGNS_FOR
    second = sign(session, retired)
    assert second != first
    assert kids(session, retired) == [second, first]
    assert kids(session, retired + PUBLISHED_AFTER - TICK) == [second, first]
    assert kids(session, retired + PUBLISHED_AFTER) == [second]


def test_the_next_key_is_published_before_it_signs_and_made_once(session: Session) -> None:
    first = sign(session, NOW)
    early = NOW + SIGNS_FOR - MADE_AHEAD
    assert signing_keys.prepare_next(session=session, at=early - TICK) is None
    coming = signing_keys.prepare_next(session=session, at=early)
    assert coming is not None
    assert signing_keys.prepare_next(session=session, at=early) is None
    assert kids(session, early) == [coming.kid, first]
    assert sign(session, NOW + SIGNS_FOR - TICK) == first
    assert sign(session, NOW + SIGNS_FOR) == coming.kid
    assert len(kids(session, NOW + SIGNS_FOR)) == 2


def test_nothing_is_prepared_where_nothing_was_ever_signed(session: Session) -> None:
    assert signing_keys.prepare_next(session=session, at=NOW) is None


def test_a_service_that_slept_long_prepares_a_key_for_now(session: Session) -> None:
    sign(session, NOW)
    much_later = NOW + 3 * SIGNS_FOR
    made = signing_keys.prepare_next(session=session, at=much_later)
    assert made is not None
    assert (made.active_from, sign(session, much_later)) == (much_later, made.kid)


def test_rotation_keeps_the_old_key_published(session: Session) -> None:
    first = sign(session, NOW)
    prepared = signing_keys.prepare_next(session=session, at=NOW + SIGNS_FOR - MADE_AHEAD)
    assert prepared is not None
    rotated_at = NOW + SIGNS_FOR - timedelta(days=1)
    new = signing_keys.rotate(session=session, at=rotated_at)
    assert sign(session, rotated_at) == new.kid
    assert sign(session, NOW + SIGNS_FOR) == new.kid
    assert first in kids(session, rotated_at + timedelta(days=1))


def test_a_withdrawn_key_leaves_at_once_and_another_signs(session: Session) -> None:
    first = sign(session, NOW)
    signing_keys.withdraw(session=session, at=NOW, kid=first)
    assert kids(session, NOW) == []
    second = sign(session, NOW)
    assert kids(session, NOW) == [second]
    withdrawn_at = session.exec(select(SigningKey.withdrawn_at).where(SigningKey.kid == first)).one()
    signing_keys.withdraw(session=session, at=NOW + timedelta(days=1), kid=first)
    assert session.exec(select(SigningKey.withdrawn_at).where(SigningKey.kid == first)).one() == withdrawn_at == NOW
    with pytest.raises(NotFound):
        signing_keys.withdraw(session=session, at=NOW, kid="unknown")


def test_private_keys_are_encrypted_at_rest_and_never_published(session: Session) -> None:
    sign(session, NOW)
    stored = session.execute(sa.text("SELECT private_jwk, public_jwk FROM signing_key")).one()
    published = json.dumps(signing_keys.public_jwks(session=session, at=NOW))
    private = json.loads(signing_keys._cipher(session).decrypt(stored.private_jwk.encode()))
    assert private["d"]
    assert private["d"] not in str(stored)
    assert '"d"' not in published + str(stored.public_jwk)


def test_another_secret_does_not_open_the_keys(database: Database) -> None:
    with database.write() as session:
        sign(session, NOW)
    foreign = Database(database.url, secret_key="another secret than the first one")
    with pytest.raises(InvalidToken), foreign.write() as session:
        sign(session, NOW)
    foreign.close()


def test_readers_find_a_key_that_writers_made(database: Database) -> None:
    signing_keys.ensure_current_key(database=database, at=NOW)
    signing_keys.ensure_current_key(database=database, at=NOW)
    with database.read() as session:
        assert len(kids(session, NOW)) == 1
        assert sign(session, NOW)
