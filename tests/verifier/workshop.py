"""Makes credentials and status lists, right and wrong, with `cryptography` alone: no JOSE library is trusted."""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

ISSUER = "https://licenses.example"
LIST_URI = f"{ISSUER}/v1/status-list"
STUDIO = "pty_studio"
AT = datetime.now(UTC).replace(microsecond=0)
"""The present, so that libraries with a clock of their own agree about it."""
NOW = int(AT.timestamp())

GRANT: dict[str, Any] = {
    "component": "voice",
    "axes": ["scripted"],
    "media": ["game.scripted_performance"],
    "territory": ["DE", "JP"],
    "languages": ["en", "es"],
    "categories": ["*"],
}


def unpadded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


@dataclass
class Key:
    """A P-256 pair, named by its RFC 7638 thumbprint unless told otherwise."""

    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def jwk(self) -> dict[str, Any]:
        numbers = self.private.public_key().public_numbers()
        point = {name: unpadded(getattr(numbers, name).to_bytes(32, "big")) for name in ("x", "y")}
        required = {"crv": "P-256", "kty": "EC", **point}
        return required | {
            "kid": unpadded(hashlib.sha256(compact(required)).digest()),
            "use": "sig",
            "alg": "ES256",
        }

    @property
    def kid(self) -> str:
        return str(self.jwk["kid"])

    def sign(self, header: bytes, payload: bytes) -> str:
        """Sign any bytes as a compact JWS, whatever they say."""
        content = f"{unpadded(header)}.{unpadded(payload)}"
        numbers = decode_dss_signature(self.private.sign(content.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{content}.{unpadded(b''.join(number.to_bytes(32, 'big') for number in numbers))}"


@dataclass
class Workshop:
    """The issuer: a key that signs and one that did before, both published."""

    key: Key = field(default_factory=Key)
    earlier: Key = field(default_factory=Key)

    @property
    def jwks(self) -> dict[str, Any]:
        return {"keys": [self.key.jwk, self.earlier.jwk]}

    @property
    def header(self) -> dict[str, Any]:
        return {"alg": "ES256", "typ": "likeness-license+jwt", "kid": self.key.kid}

    @property
    def claims(self) -> dict[str, Any]:
        return {
            "iss": ISSUER,
            "sub": "lic_1",
            "aud": STUDIO,
            "jti": "cre_1",
            "iat": NOW - 60,
            "nbf": NOW - 3600,
            "exp": NOW + 3600,
            "licensee": STUDIO,
            "performer": "Zoë Quist",
            "terms_sha256": "0" * 64,
            "grants": [GRANT],
            "actions": {"generate": "allow", "promote": "deny", "patch": "approval"},
            "guard_list": ["gambling"],
            "obligations": [],
            "status": {"status_list": {"idx": 5, "uri": LIST_URI}},
        }

    def credential(self, header: Mapping[str, Any] | None = None, **claims: Any) -> str:
        """A credential signed with the right key; a claim that is `...` is left out."""
        return self.key.sign(
            compact(_without(self.header | dict(header or {}))), compact(_without(self.claims | claims))
        )

    def status_list(
        self,
        values: Iterable[int] = (0,) * 8,
        *,
        bits: int = 2,
        header: Mapping[str, Any] | None = None,
        **claims: Any,
    ) -> str:
        """A signed list of these statuses."""
        packed = bytearray()
        for index, value in enumerate(values):
            if index * bits % 8 == 0:
                packed.append(0)
            packed[-1] |= value << index * bits % 8
        said = {
            "iss": ISSUER,
            "sub": LIST_URI,
            "iat": NOW - 60,
            "exp": NOW + 840,
            "ttl": 300,
            "status_list": {"bits": bits, "lst": unpadded(zlib.compress(bytes(packed)))},
        }
        named = self.header | {"typ": "statuslist+jwt"} | dict(header or {})
        return self.key.sign(compact(_without(named)), compact(_without(said | claims)))


def _without(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not ...}
