"""Credentials and the status list, checked as a stranger would: with another JOSE library and what is published."""

import base64
import hashlib
import json
import time
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask.testing import FlaskClient
from jwt.utils import base64url_decode, base64url_encode

from app.infrastructure import signing_keys
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing import queries
from tests.factories.licensing import (
    DURING,
    ENDS_AT,
    Callers,
    Licensed,
    make_callers,
    make_license,
    make_licensing_sides,
)
from tests.factories.standing import AT_ONCE
from tests.support.clock import FrozenClock

CREDENTIAL, STATUS_LIST = "likeness-license+jwt", "statuslist+jwt"
ISSUER = "http://127.0.0.1:8000"


@pytest.fixture
def agreed() -> dict[str, Any]:
    return {"breach": AT_ONCE}


@pytest.fixture(autouse=True)
def during(clock: FrozenClock) -> None:
    clock.move_to(DURING)


class Refused(Exception):
    """The verifier does not trust this token."""


def verify(
    client: FlaskClient, token: str, *, typ: str, at: datetime, audience: str | None = None
) -> dict[str, Any]:
    """Check a token by what is published, as RFC 8725 advises: fixed algorithm, expected type, known key."""
    try:
        header = jwt.get_unverified_header(token)
        published = jwt.PyJWKSet.from_dict(client.get("/.well-known/jwks.json").get_json())
        key = next((key for key in published.keys if key.key_id == header.get("kid")), None)
        if header.get("typ") != typ or key is None:
            raise Refused(f"{header.get('typ')} signed with {header.get('kid')}")
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=["ES256"],
            options={"require": ["iss", "sub", "iat", "exp"], "verify_exp": False, "verify_nbf": False,
                     "verify_iat": False, "verify_aud": audience is not None},
            issuer=ISSUER,
            audience=audience,
        )  # fmt: skip
    except jwt.PyJWTError as error:
        raise Refused(str(error)) from error
    if at.timestamp() >= claims["exp"] or at.timestamp() < claims.get("nbf", 0):
        raise Refused("not at this time")
    return claims


def status(client: FlaskClient, credential: dict[str, Any], *, at: datetime) -> int | None:
    """Look a credential's status up in the published list; nothing when the list does not say."""
    place = credential["status"]["status_list"]
    answer = client.get(place["uri"].removeprefix(ISSUER))
    assert answer.content_type == "application/statuslist+jwt"
    claims = verify(client, answer.text, typ=STATUS_LIST, at=at)
    assert (claims["sub"], claims["iss"]) == (place["uri"], credential["iss"])
    packed = zlib.decompress(base64url_decode(claims["status_list"]["lst"]))
    bits, index = claims["status_list"]["bits"], place["idx"]
    per_byte = 8 // bits
    if index >= len(packed) * per_byte:
        return None
    return packed[index // per_byte] >> (index % per_byte) * bits & (1 << bits) - 1


def issue(callers: Callers, license_id: str) -> dict[str, Any]:
    answer = callers.licensee.post(f"/v1/licenses/{license_id}/credential", json={})
    assert answer.status_code == 201, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    return found


@pytest.fixture
def token(callers: Callers, licensed: Licensed) -> str:
    return str(issue(callers, licensed.id)["token"])


def test_a_credential_says_what_the_license_grants(
    database: Database, client: FlaskClient, callers: Callers, licensed: Licensed
) -> None:
    issued = issue(callers, licensed.id)
    assert jwt.get_unverified_header(issued["token"])["alg"] == "ES256"
    claims = verify(client, issued["token"], typ=CREDENTIAL, at=DURING, audience=licensed.licensee.party_id)
    with database.read() as session:
        terms = queries.license_of(session, licensed.id).latest.terms.document
        sha256 = queries.license_of(session, licensed.id).license.terms_sha256
    assert (claims["sub"], claims["jti"], claims["terms_sha256"]) == (licensed.id, issued["id"], sha256)
    assert claims["iat"] == int(DURING.timestamp())
    assert claims["exp"] == int((DURING + timedelta(hours=24)).timestamp())
    assert claims["licensee"] == licensed.licensee.party_id
    assert claims["grants"] == [
        {
            "component": "voice",
            "axes": ["scripted"],
            "media": ["game.scripted_performance"],
            "languages": ["*"],
            "categories": ["*"],
            "territory": terms["grants"][0]["territory"]["codes"],
        }
    ]
    assert "CN" not in claims["grants"][0]["territory"]
    assert claims["obligations"][0] == "Show the label: Digital replica, used with permission"


def test_each_credential_has_an_id_of_its_own(callers: Callers, licensed: Licensed) -> None:
    assert issue(callers, licensed.id)["id"] != issue(callers, licensed.id)["id"]


def test_the_published_key_is_public_and_named_by_its_thumbprint(client: FlaskClient, token: str) -> None:
    answer = client.get("/.well-known/jwks.json")
    (key,) = answer.get_json()["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert (key["kty"], key["crv"], key["use"], key["alg"]) == ("EC", "P-256", "sig", "ES256")
    assert key["kid"] == jwt.get_unverified_header(token)["kid"] == _thumbprint(key)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def _thumbprint(key: dict[str, str]) -> str:
    """RFC 7638, by hand."""
    required = json.dumps({name: key[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(required.encode()).digest()).rstrip(b"=").decode()


def _forge(token: str, *, header: dict[str, Any] | None = None, claims: dict[str, Any] | None = None) -> str:
    """Change header or claims and keep the signature."""
    parts = token.split(".")
    for place, changes in enumerate((header, claims)):
        if changes:
            content = json.loads(base64url_decode(parts[place])) | changes
            parts[place] = base64url_encode(json.dumps(content).encode()).decode()
    return ".".join(parts)


def _signed_by_another(token: str) -> str:
    header = jwt.get_unverified_header(token)
    claims = jwt.decode(token, options={"verify_signature": False})
    return jwt.encode(claims, ec.generate_private_key(ec.SECP256R1()), algorithm="ES256", headers=header)


def _unsigned(token: str) -> str:
    claims = jwt.decode(token, options={"verify_signature": False})
    headers = {"typ": CREDENTIAL, "kid": jwt.get_unverified_header(token)["kid"]}
    return jwt.encode(claims, None, algorithm="none", headers=headers)


def _signed_with_the_public_key_as_a_secret(token: str) -> str:
    claims = jwt.decode(token, options={"verify_signature": False})
    header = jwt.get_unverified_header(token)
    return jwt.encode(
        claims, header["kid"] * 2, algorithm="HS256", headers={"typ": CREDENTIAL, "kid": header["kid"]}
    )


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: _forge(token, claims={"exp": 9_999_999_999}),
        lambda token: _forge(token, claims={"sub": "lic_another"}),
        lambda token: _forge(token, header={"typ": "JWT"}),
        lambda token: _forge(token, header={"kid": "unknown"}),
        lambda token: token[:-6] + ("AAAAAA" if not token.endswith("AAAAAA") else "BBBBBB"),
        lambda token: token.rpartition(".")[0] + ".",
        _signed_by_another,
        _unsigned,
        _signed_with_the_public_key_as_a_secret,
    ],
    ids=["exp", "subject", "type", "kid", "signature", "no signature", "another key", "alg none", "HS256"],
)
def test_what_was_tampered_with_is_refused(client: FlaskClient, token: str, forge: Any) -> None:
    assert verify(client, token, typ=CREDENTIAL, at=DURING)
    with pytest.raises(Refused):
        verify(client, forge(token), typ=CREDENTIAL, at=DURING)


def test_a_credential_is_over_at_its_end_and_no_status_list(client: FlaskClient, token: str) -> None:
    end = DURING + timedelta(hours=24)
    assert verify(client, token, typ=CREDENTIAL, at=end - timedelta(seconds=1))
    for at in (end, ENDS_AT):
        with pytest.raises(Refused):
            verify(client, token, typ=CREDENTIAL, at=at)
    with pytest.raises(Refused):
        verify(client, token, typ=STATUS_LIST, at=DURING)


def test_an_ordinary_verifier_with_its_own_clock_accepts_it(
    database: Database, services: Services, client: FlaskClient, clock: FrozenClock
) -> None:
    """No option switched off: PyJWT checks signature, start, end and issuer against the machine's time."""
    present = clock.move_to(datetime.now(UTC).replace(microsecond=0))
    day = present.date()
    term = {"first_day": f"{day - timedelta(days=2)}", "last_day": f"{day + timedelta(days=60)}", "zone": "UTC"}
    with database.write() as session:
        sides = make_licensing_sides(session, services.store, at=present)
        made = make_license(session, services.store, sides=sides, at=present, term=term)
        now_calling = make_callers(session, client, made)
    token = issue(now_calling, made.id)["token"]
    published = jwt.PyJWKSet.from_dict(client.get("/.well-known/jwks.json").get_json())
    key = published[jwt.get_unverified_header(token)["kid"]]
    audience, needed = made.licensee.party_id, {"require": ["exp", "nbf", "jti"]}
    claims = jwt.decode(token, key, algorithms=["ES256"], issuer=ISSUER, audience=audience, options=needed)
    assert claims["sub"] == made.id
    assert claims["exp"] > time.time()


def test_the_status_list_is_what_the_specification_says(client: FlaskClient) -> None:
    """IETF Token Status List (draft-ietf-oauth-status-list), sections 5.1 and 8.2."""
    answer = client.get("/v1/status-list", headers={"Accept": "application/statuslist+jwt"})
    assert (answer.status_code, answer.content_type) == (200, "application/statuslist+jwt")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    header = jwt.get_unverified_header(answer.text)
    assert (header["typ"], header["alg"]) == (STATUS_LIST, "ES256")
    claims = verify(client, answer.text, typ=STATUS_LIST, at=DURING)
    assert claims["sub"] == f"{ISSUER}/v1/status-list"
    assert claims["iat"] == int(DURING.timestamp())
    assert 0 < claims["exp"] - claims["iat"] <= 900
    assert 0 < claims["ttl"] <= 900
    assert set(claims["status_list"]) == {"bits", "lst"}
    assert claims["status_list"]["bits"] == 2
    assert "=" not in claims["status_list"]["lst"]
    with pytest.raises(Refused):
        verify(client, answer.text, typ=STATUS_LIST, at=DURING + timedelta(minutes=15))


def test_suspension_and_termination_reach_offline_verifiers(
    database: Database, services: Services, client: FlaskClient, callers: Callers, licensed: Licensed
) -> None:
    with database.write() as session:
        others = [make_license(session, services.store, sides=licensed.sides, breach=AT_ONCE).id for _ in range(5)]
    ids = [licensed.id, *others]
    credentials = {i: verify(client, issue(callers, i)["token"], typ=CREDENTIAL, at=DURING) for i in ids}

    def change(license_id: str, step: str) -> None:
        path = f"/v1/licenses/{license_id}/{step}"
        assert callers.licensor.post(path, json={"reason": "For a reason."}).status_code == 201

    def seen() -> list[int | None]:
        return [status(client, credentials[i], at=DURING) for i in ids]

    assert seen() == [0, 0, 0, 0, 0, 0]
    change(ids[1], "suspension")
    change(ids[4], "termination")
    assert seen() == [0, 2, 0, 0, 1, 0]
    change(ids[1], "reinstatement")
    change(ids[5], "suspension")
    change(ids[5], "termination")
    assert seen() == [0, 0, 0, 0, 1, 1]
    beyond = credentials[licensed.id] | {"status": {"status_list": {"idx": 8, "uri": f"{ISSUER}/v1/status-list"}}}
    assert status(client, beyond, at=DURING) is None


def test_an_empty_list_is_signed_too(client: FlaskClient) -> None:
    claims = verify(client, client.get("/v1/status-list").text, typ=STATUS_LIST, at=DURING)
    assert zlib.decompress(base64url_decode(claims["status_list"]["lst"])) == b""


def test_keys_rotate_without_breaking_what_is_out(
    database: Database, client: FlaskClient, callers: Callers, licensed: Licensed
) -> None:
    before = issue(callers, licensed.id)["token"]
    with database.write() as session:
        signing_keys.rotate(session=session, at=DURING)
    after = issue(callers, licensed.id)["token"]
    kids = [jwt.get_unverified_header(token)["kid"] for token in (before, after)]
    assert kids[0] != kids[1]
    for token in (before, after):
        assert verify(client, token, typ=CREDENTIAL, at=DURING)
    with database.write() as session:
        signing_keys.withdraw(session=session, at=DURING, kid=kids[0])
    assert [key["kid"] for key in client.get("/.well-known/jwks.json").get_json()["keys"]] == kids[1:]
    with pytest.raises(Refused):
        verify(client, before, typ=CREDENTIAL, at=DURING)
    assert verify(client, after, typ=CREDENTIAL, at=DURING)


def test_a_credential_ends_with_the_authority_behind_it(
    database: Database, services: Services, callers: Callers, licensed: Licensed
) -> None:
    ends = DURING + timedelta(hours=2)
    with database.write() as session:
        made = make_license(session, services.store, sides=licensed.sides)
        queries.license_of(session, made.id, lock=True).license.authority_ends_at = ends
    claims = jwt.decode(issue(callers, made.id)["token"], options={"verify_signature": False})
    assert claims["exp"] == int(ends.timestamp())
