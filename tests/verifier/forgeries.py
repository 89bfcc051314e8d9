"""Credentials that nobody may rely on, and with which code they are refused."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.verifier import Code
from tests.verifier.workshop import NOW, Key, Workshop, compact, unpadded

Make = Callable[[Workshop], str]


@dataclass(frozen=True)
class Forgery:
    """`by_all`: other libraries refuse it too; some are laxer about spelling, which the signature does not save."""

    code: Code
    make: Make
    by_all: bool = True


def _parts(token: str) -> tuple[str, str, str]:
    header, payload, signature = token.split(".")
    return header, payload, signature


def _tampered(*, header: dict[str, Any] | None = None, claims: dict[str, Any] | None = None) -> Make:
    """Change what a signed credential says and keep its signature."""

    def make(shop: Workshop) -> str:
        signature = _parts(shop.credential())[2]
        return ".".join(
            (
                unpadded(compact(shop.header | (header or {}))),
                unpadded(compact(shop.claims | (claims or {}))),
                signature,
            )
        )

    return make


def _unsigned(alg: str, *, keep: bool = False) -> Make:
    def make(shop: Workshop) -> str:
        signature = _parts(shop.credential())[2] if keep else ""
        return f"{unpadded(compact(shop.header | {'alg': alg}))}.{unpadded(compact(shop.claims))}.{signature}"

    return make


def _with_public_key_as_secret(secret: Callable[[Key], bytes]) -> Make:
    def make(shop: Workshop) -> str:
        content = f"{unpadded(compact(shop.header | {'alg': 'HS256'}))}.{unpadded(compact(shop.claims))}"
        return f"{content}.{unpadded(hmac.digest(secret(shop.key), content.encode(), hashlib.sha256))}"

    return make


def _signed(header: dict[str, Any] | None = None, **claims: Any) -> Make:
    """Signed with the right key all the same."""
    return lambda shop: shop.credential(header, **claims)


def _by_another(**header: Any) -> Make:
    """Signed with a key that was never published, whatever name it goes by."""

    def make(shop: Workshop) -> str:
        key = Key()
        named = {name: value(key) if callable(value) else value for name, value in header.items()}
        return key.sign(compact(shop.header | named), compact(shop.claims))

    return make


def _signature(change: Callable[[bytes], bytes]) -> Make:
    def make(shop: Workshop) -> str:
        header, payload, signature = _parts(shop.credential())
        return f"{header}.{payload}.{unpadded(change(base64.urlsafe_b64decode(signature + '==')))}"

    return make


def _twice(place: str, extra: str, *, signed: bool) -> Make:
    """Say something a second time at the end of the header or of the payload."""

    def make(shop: Workshop) -> str:
        said = {"header": compact(shop.header), "payload": compact(shop.claims)}
        said[place] = said[place][:-1] + b"," + extra.encode() + b"}"
        if signed:
            return shop.key.sign(said["header"], said["payload"])
        return f"{unpadded(said['header'])}.{unpadded(said['payload'])}.{_parts(shop.credential())[2]}"

    return make


def _payload(raw: bytes) -> Make:
    return lambda shop: shop.key.sign(compact(shop.header), raw)


def _respelled(change: Callable[[str], str]) -> Make:
    return lambda shop: change(shop.credential())


def _pem(key: Key) -> bytes:
    return key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _last_bit(token: str) -> str:
    """The last character of 86 carries four bits that count for nothing: another one decodes to the same bytes."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + alphabet[alphabet.index(token[-1]) ^ 1]


_DEEP = b'{"grants":' + b"[" * 20_000 + b"]" * 20_000 + b"}"
M, A, T, K = Code.MALFORMED, Code.WRONG_ALGORITHM, Code.WRONG_TYPE, Code.UNKNOWN_KEY
S, W, U, N, E = Code.BAD_SIGNATURE, Code.WRONG_ISSUER, Code.WRONG_AUDIENCE, Code.NOT_YET_VALID, Code.EXPIRED

FORGERIES: dict[str, Forgery] = {
    "alg none": Forgery(A, _unsigned("none")),
    "alg None": Forgery(A, _unsigned("None")),
    "alg none, signature kept": Forgery(A, _unsigned("none", keep=True)),
    "alg missing": Forgery(A, _signed({"alg": ...})),
    "alg ES384": Forgery(A, _signed({"alg": "ES384"})),
    "alg RS256": Forgery(A, _signed({"alg": "RS256"})),
    "alg as a list": Forgery(A, _signed({"alg": ["ES256"]})),
    "HS256 by the public key as PEM": Forgery(A, _with_public_key_as_secret(_pem)),
    "HS256 by the public key as JWK": Forgery(A, _with_public_key_as_secret(lambda key: compact(key.jwk))),
    "HS256 by the thumbprint": Forgery(A, _with_public_key_as_secret(lambda key: key.kid.encode())),
    "type JWT": Forgery(T, _signed({"typ": "JWT"})),
    "type missing": Forgery(T, _signed({"typ": ...})),
    "a status list": Forgery(T, lambda shop: shop.status_list()),
    "unknown key": Forgery(K, _by_another(kid=lambda key: key.kid)),
    "unknown kid": Forgery(K, _signed({"kid": "unknown"})),
    "no kid": Forgery(K, _signed({"kid": ...})),
    "kid as a list": Forgery(K, _signed({"kid": ["a"]})),
    "another key under the known kid": Forgery(S, _by_another()),
    "another key, brought along": Forgery(S, _by_another(jwk=lambda key: key.jwk)),
    "another key at an address": Forgery(S, _by_another(jku="https://attacker.example/jwks.json")),
    "the earlier key under the kid of the present": Forgery(
        S, lambda shop: shop.earlier.sign(compact(shop.header), compact(shop.claims))
    ),
    "end tampered": Forgery(S, _tampered(claims={"exp": NOW + 10**6})),
    "subject tampered": Forgery(S, _tampered(claims={"sub": "lic_2"})),
    "grants tampered": Forgery(S, _tampered(claims={"grants": []})),
    "header tampered": Forgery(S, _tampered(header={"cty": "JWT"})),
    "signature flipped": Forgery(S, _signature(lambda raw: bytes([raw[0] ^ 1]) + raw[1:])),
    "signature cut": Forgery(S, _signature(lambda raw: raw[:-1])),
    "signature lengthened": Forgery(S, _signature(lambda raw: raw + b"\0")),
    "signature of zeros": Forgery(S, _signature(lambda _: bytes(64))),
    "signature missing": Forgery(S, _respelled(lambda token: token.rpartition(".")[0] + ".")),
    "another issuer": Forgery(W, _signed(iss="https://elsewhere.example")),
    "another audience": Forgery(U, _signed(aud="pty_other")),
    "several audiences, not this": Forgery(U, _signed(aud=["pty_other", "farm.example"])),
    "no audience": Forgery(M, _signed(aud=...)),
    "not yet valid": Forgery(N, _signed(nbf=NOW + 3600)),
    "made in the future": Forgery(N, _signed(iat=NOW + 3600, nbf=NOW - 60)),
    "expired": Forgery(E, _signed(exp=NOW - 3600)),
    "expired at this instant": Forgery(E, _signed(exp=NOW)),
    "critical extension unknown": Forgery(M, _signed({"crit": ["x"], "x": 1})),
    "critical member of JWT": Forgery(M, _signed({"crit": ["exp"], "exp": NOW + 3600})),
    "critical and empty": Forgery(M, _signed({"crit": []})),
    "payload not encoded": Forgery(M, _signed({"b64": False, "crit": ["b64"]})),
    "header says alg twice": Forgery(M, _twice("header", '"alg":"ES256"', signed=False)),
    "payload says the end twice": Forgery(S, _twice("payload", f'"exp":{NOW + 10**6}', signed=False)),
    "signed: header says kid twice": Forgery(M, _twice("header", '"kid":"unknown"', signed=True)),
    "signed: payload says the subject twice": Forgery(
        M, _twice("payload", '"sub":"lic_2"', signed=True), by_all=False
    ),
    "oversized, tampered": Forgery(M, _tampered(claims={"performer": "x" * 1_000_000})),
    "oversized, signed": Forgery(M, _signed(performer="x" * 1_000_000), by_all=False),
    "nothing": Forgery(M, lambda _: ""),
    "two parts": Forgery(M, _respelled(lambda token: token.rpartition(".")[0])),
    "four parts": Forgery(M, _respelled(lambda token: f"{token}.")),
    "no JSON header": Forgery(M, lambda shop: shop.key.sign(b"header", compact(shop.claims))),
    "a list as header": Forgery(M, lambda shop: shop.key.sign(b"[]", compact(shop.claims))),
    "no JSON payload": Forgery(M, _payload(b"payload")),
    "a list as payload": Forgery(M, _payload(b"[]")),
    "nested deeply": Forgery(M, _payload(_DEEP)),
    "letters of no script": Forgery(M, lambda _: "é" * 40),
    "padded": Forgery(M, _respelled(lambda token: f"{token}=="), by_all=False),
    "a line end after it": Forgery(M, _respelled(lambda token: f"{token}\n"), by_all=False),
    "last bit respelled": Forgery(M, _respelled(_last_bit), by_all=False),
    "no end": Forgery(M, _signed(exp=...)),
    "end as text": Forgery(M, _signed(exp=str(NOW + 3600)), by_all=False),
    "end without end": Forgery(M, _signed(exp=10**30), by_all=False),
    "end as yes": Forgery(M, _signed(exp=True)),
    "start as text": Forgery(M, _signed(nbf="now")),
    "no id": Forgery(M, _signed(jti=...), by_all=False),
    "no status": Forgery(M, _signed(status=...), by_all=False),
    "status below zero": Forgery(M, _signed(status={"status_list": {"idx": -1, "uri": "u"}}), by_all=False),
    "grants of another shape": Forgery(M, _signed(grants=[{"component": "voice"}]), by_all=False),
}
"""By name."""
