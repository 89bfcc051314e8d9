"""Look a credential up in the signed list of what is revoked or suspended (IETF Token Status List)."""

import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from .tokens import decode, instant, signed_claims, text
from .verdict import Code, Refused

TYPE = "statuslist+jwt"
LONGEST_TOKEN = 16 * 1024 * 1024
LONGEST_LIST = 64 * 1024 * 1024
"""Bytes once unpacked, four licenses to each: a small list must not unpack into all memory there is."""
AHEAD = timedelta(minutes=1)
"""By how much a clock may lag behind that of the issuer before what is new looks like what is yet to come."""

_MEANING = {1: (Code.REVOKED, "It was revoked."), 2: (Code.SUSPENDED, "The license is suspended.")}


def require_clean(token: object, *, jwks: object, issuer: str, place: Mapping[str, Any], at: datetime) -> datetime:
    """Return until when the list may be relied on that says nothing against a credential.

    Raises: Refused with UNKNOWN for a list that does not say, REVOKED, SUSPENDED.
    """
    if token is None:
        raise Refused(Code.UNKNOWN, "There is no status list to look it up in.")
    try:
        claims = signed_claims(token, typ=TYPE, jwks=jwks, longest=LONGEST_TOKEN)
        issued_at, ends_at = instant(claims, "iat"), instant(claims, "exp")
        names = (text(claims, "iss"), text(claims, "sub"))
        value = _value(claims.get("status_list"), place["idx"])
    except Refused as error:
        raise Refused(Code.UNKNOWN, f"The status list cannot be used. {error.sentence}") from error
    if names != (issuer, place["uri"]):
        raise Refused(Code.UNKNOWN, "The status list is not the one that the credential names.")
    if at >= ends_at:
        raise Refused(
            Code.UNKNOWN, f"The status list was good until {ends_at:%Y-%m-%d %H:%M:%S} UTC; fetch it anew."
        )
    if issued_at > at + AHEAD:
        raise Refused(Code.UNKNOWN, "The status list was made later than the clock here says it is.")
    if value != 0:
        raise Refused(*_MEANING.get(value, (Code.UNKNOWN, "The status list says something unknown of it.")))
    return ends_at


def _value(status_list: object, index: int) -> int:
    """Return the value at a place: the least significant bits of a byte come first. Raises: Refused."""
    bits = status_list.get("bits") if isinstance(status_list, Mapping) else None
    if isinstance(bits, bool) or bits not in (1, 2, 4, 8):
        raise Refused(Code.UNKNOWN, "It does not say how many bits a status has.")
    unpack = zlib.decompressobj()
    try:
        packed = unpack.decompress(decode(status_list["lst"]), LONGEST_LIST)  # type: ignore[index]
    except (ValueError, KeyError, zlib.error):
        raise Refused(Code.UNKNOWN, "Its statuses cannot be unpacked.") from None
    if not unpack.eof:
        raise Refused(Code.UNKNOWN, "Its statuses are cut off, or more than can be held.")
    if index >= len(packed) * 8 // bits:
        raise Refused(Code.UNKNOWN, "The credential's place lies outside of it.")
    per_byte = 8 // bits
    value: int = packed[index // per_byte] >> (index % per_byte) * bits & (1 << bits) - 1
    return value
