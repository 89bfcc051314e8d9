"""Read a signed token as RFC 8725 advises: one algorithm, the expected type, a known key, and nothing twice."""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from .verdict import Code, Refused

ALGORITHM = "ES256"
_PART = re.compile(r"[A-Za-z0-9_-]*")
_LAST_SECOND = 253_402_300_799
"""The last of the year 9999."""


def signed_claims(token: object, *, typ: str, jwks: object, longest: int) -> dict[str, Any]:
    """Return the claims of a token whose signature holds. Raises: Refused."""
    header, payload = _take_apart(token, longest)
    if header.get("alg") != ALGORITHM:
        raise Refused(Code.WRONG_ALGORITHM, f"It is not signed with {ALGORITHM}, and nothing else is accepted.")
    if "crit" in header or "b64" in header:
        raise Refused(Code.MALFORMED, "It asks for an extension that this verifier does not know.")
    if header.get("typ") != typ:
        raise Refused(Code.WRONG_TYPE, f"It is not of the type {typ}.")
    keys = list(_keys_named(header.get("kid"), jwks))
    if not keys:
        raise Refused(Code.UNKNOWN_KEY, "It is signed with a key that is not among those published.")
    if not any(_is_signed_by(key, str(token), longest) for key in keys):
        raise Refused(Code.BAD_SIGNATURE, "Its signature does not fit what it says.")
    return _object(payload, "payload")


def instant(claims: Mapping[str, Any], name: str) -> datetime:
    """Return a claim that is a whole number of seconds since 1970. Raises: Refused."""
    seconds = claims.get(name)
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 <= seconds <= _LAST_SECOND:
        raise Refused(Code.MALFORMED, f"It does not say `{name}` in seconds.")
    return datetime.fromtimestamp(seconds, UTC)


def text(claims: Mapping[str, Any], name: str) -> str:
    """Return a claim that is text. Raises: Refused."""
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise Refused(Code.MALFORMED, f"It does not say `{name}`.")
    return value


def decode(part: object) -> bytes:
    """Decode base64url without padding, in its one spelling. Raises: ValueError."""
    if not isinstance(part, str) or _PART.fullmatch(part) is None:
        raise ValueError("not base64url")
    try:
        raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except binascii.Error as error:
        raise ValueError("not base64url") from error
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != part:
        raise ValueError("another spelling of the same bytes")
    return raw


def _take_apart(token: object, longest: int) -> tuple[dict[str, Any], bytes]:
    if not isinstance(token, str) or len(token) > longest:
        raise Refused(Code.MALFORMED, f"It is no text of at most {longest} characters.")
    try:
        header, payload, _ = (decode(part) for part in token.split("."))
    except ValueError:
        raise Refused(Code.MALFORMED, "It is not three parts of base64url with dots between them.") from None
    return _object(header, "header"), payload


def _object(raw: bytes, what: str) -> dict[str, Any]:
    """Read a JSON object in which nothing is said twice: readers would not agree on which of the two counts."""
    try:
        found = json.loads(raw.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Refused(Code.MALFORMED, f"Its {what} is no JSON object that says each thing once.")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member twice")
    return members


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _keys_named(kid: object, jwks: object) -> Iterator[ECKey]:
    members = jwks.get("keys") if isinstance(jwks, Mapping) else None
    for jwk in members if isinstance(members, list) else ():
        if not isinstance(jwk, dict) or not isinstance(kid, str) or jwk.get("kid") != kid:
            continue
        if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
            continue
        if jwk.get("use", "sig") != "sig" or jwk.get("alg", ALGORITHM) != ALGORITHM:
            continue
        try:
            yield ECKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "y")})
        except (JoseError, ValueError, TypeError, KeyError):
            continue


def _is_signed_by(key: ECKey, token: str, longest: int) -> bool:
    registry = jws.JWSRegistry(algorithms=[ALGORITHM], strict_check_header=False)
    registry.max_header_length = registry.max_payload_length = longest
    try:
        jws.deserialize_compact(token, key, registry=registry)
    except (JoseError, ValueError, TypeError):
        return False
    return True
