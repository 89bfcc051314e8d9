"""Check the credential of a license."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeGuard

from .status import AHEAD, require_clean
from .tokens import instant, signed_claims, text
from .verdict import Code, Refused, Verdict

TYPE = "likeness-license+jwt"
LONGEST = 1024 * 1024
"""Characters. A usual credential has two or three thousand; that of the longest deal there can be still fits."""

_LISTS = ("axes", "media", "territory", "languages", "categories")


def verify_credential(
    token: str,
    *,
    jwks: Mapping[str, Any],
    status_list: str | None,
    at: datetime,
    issuer: str,
    audience: str | None,
    licensee: str | None = None,
) -> Verdict:
    """Say whether a credential may be relied on at an instant.

    `jwks` is the document at the issuer's `/.well-known/jwks.json`, `status_list` the text at `/v1/status-list`, or
    nothing if there is none; `issuer` is the service's public address. `audience` is the name that whoever checks
    goes by: the licensee's party, unless another was asked for when the credential was made. Only who does not
    rely on it, but merely tells what it is, may say None: made for anybody. `licensee`, where given, must be the
    party it was made for.

    Raises: ValueError for an instant without a time zone; never for anything that a token may hold.
    """
    if at.tzinfo is None:
        raise ValueError("The instant needs a time zone.")
    try:
        claims = signed_claims(token, typ=TYPE, jwks=jwks, longest=LONGEST)
        ends_at = _require_fitting(claims, at=at, issuer=issuer, audience=audience, licensee=licensee)
        place = claims["status"]["status_list"]
        list_ends_at = require_clean(status_list, jwks=jwks, issuer=issuer, place=place, at=at)
    except Refused as error:
        return Verdict(error.code, error.sentence)
    return Verdict(Code.VALID, "The credential is valid.", claims, min(ends_at, list_ends_at))


def _require_fitting(
    claims: Mapping[str, Any], *, at: datetime, issuer: str, audience: str | None, licensee: str | None
) -> datetime:
    """Return the end of a credential whose claims are complete, and meant for here and now. Raises: Refused."""
    issued_at, starts_at, ends_at = (instant(claims, name) for name in ("iat", "nbf", "exp"))
    made_by, made_for = text(claims, "iss"), text(claims, "licensee")
    for name in ("sub", "jti", "terms_sha256"):
        text(claims, name)
    audiences = claims.get("aud")
    if isinstance(audiences, str):
        audiences = [audiences]
    if not _is_list_of_text(audiences) or not _has_place(claims) or not _has_grants(claims):
        raise Refused(Code.MALFORMED, "It lacks what a credential says.")
    if made_by != issuer:
        raise Refused(Code.WRONG_ISSUER, f"It was not issued by {issuer}.")
    if (audience is not None and audience not in audiences) or licensee not in (None, made_for):
        raise Refused(Code.WRONG_AUDIENCE, "It was made for somebody else.")
    if at < starts_at:
        raise Refused(Code.NOT_YET_VALID, f"It counts from {starts_at:%Y-%m-%d %H:%M:%S} UTC on.")
    if issued_at > at + AHEAD:
        raise Refused(Code.NOT_YET_VALID, "It was made later than the clock here says it is.")
    if at >= ends_at:
        raise Refused(Code.EXPIRED, f"It ended at {ends_at:%Y-%m-%d %H:%M:%S} UTC.")
    return ends_at


def _has_place(claims: Mapping[str, Any]) -> bool:
    status = claims.get("status")
    place = status.get("status_list") if isinstance(status, dict) else None
    if not isinstance(place, dict) or not isinstance(place.get("uri"), str):
        return False
    index = place.get("idx")
    return isinstance(index, int) and not isinstance(index, bool) and index >= 0


def _has_grants(claims: Mapping[str, Any]) -> bool:
    grants = claims.get("grants")
    if not isinstance(claims.get("actions"), dict) or not _is_list_of_text(claims.get("guard_list")):
        return False
    return isinstance(grants, list) and all(map(_is_grant, grants))


def _is_grant(grant: object) -> bool:
    return (
        isinstance(grant, dict)
        and isinstance(grant.get("component"), str)
        and all(_is_list_of_text(grant.get(name)) for name in _LISTS)
    )


def _is_list_of_text(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
