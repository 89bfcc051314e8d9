"""What a verifier may rely on: thumbprints, signatures over exactly what was signed, one next key to come."""

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from joserfc import jws
from joserfc.jwk import KeySet
from sqlmodel import Session, select

from app.infrastructure import signing_keys
from app.infrastructure.signing_keys import MADE_AHEAD, SIGNS_FOR, SigningKey
from tests.support.clock import START

TYP = "likeness-license+jwt"
CLAIMS = {"sub": "lic_1", "performer": "Zoë", "exp": 4102444800}


@pytest.fixture
def token(session: Session) -> str:
    return signing_keys.sign_jws(session=session, at=START, typ=TYP, claims=CLAIMS)


@pytest.fixture
def key_set(session: Session, token: str) -> dict[str, Any]:
    published: dict[str, Any] = json.loads(json.dumps(signing_keys.public_jwks(session=session, at=START)))
    assert token
    return published


def unpadded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_two_libraries_read_the_same_claims(token: str, key_set: dict[str, Any]) -> None:
    signed = jws.deserialize_compact(token, KeySet.import_key_set(key_set), algorithms=["ES256"])
    assert json.loads(signed.payload or b"") == CLAIMS
    [key] = jwt.PyJWKSet.from_dict(key_set).keys
    assert jwt.decode(token, key, algorithms=["ES256"]) == CLAIMS
    assert jwt.get_unverified_header(token) == {"alg": "ES256", "typ": TYP, "kid": key.key_id}


def test_a_key_is_named_by_its_rfc_7638_thumbprint(key_set: dict[str, Any]) -> None:
    [key] = key_set["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    required = {name: key[name] for name in ("crv", "kty", "x", "y")}
    canonical = json.dumps(required, separators=(",", ":"), sort_keys=True).encode()
    assert key["kid"] == unpadded(hashlib.sha256(canonical).digest())


def test_other_claims_under_the_same_signature_are_refused(token: str, key_set: dict[str, Any]) -> None:
    head, _, signature = token.split(".")
    forged = unpadded(json.dumps(CLAIMS | {"sub": "lic_2"}).encode())
    [key] = jwt.PyJWKSet.from_dict(key_set).keys
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(f"{head}.{forged}.{signature}", key, algorithms=["ES256"])


@pytest.mark.usefixtures("token")
def test_after_a_rotation_the_announced_key_is_not_announced_again_and_again(session: Session) -> None:
    soon = START + SIGNS_FOR - MADE_AHEAD
    signing_keys.prepare_next(session=session, at=soon)
    fresh = signing_keys.rotate(session=session, at=soon)
    made = [signing_keys.prepare_next(session=session, at=soon + timedelta(days=day)) for day in range(8)]
    assert made == [None] * 8
    assert signing_keys.current_signing_key(session=session, at=START + SIGNS_FOR).kid == fresh.kid
    assert len(session.exec(select(SigningKey)).all()) == 3


def test_a_withdrawn_key_does_not_keep_the_next_one_from_being_prepared(session: Session, token: str) -> None:
    compromised = jwt.get_unverified_header(token)["kid"]
    signing_keys.withdraw(session=session, at=START, kid=compromised)
    signing_keys.current_signing_key(session=session, at=START)
    assert signing_keys.prepare_next(session=session, at=START + SIGNS_FOR - MADE_AHEAD) is not None
