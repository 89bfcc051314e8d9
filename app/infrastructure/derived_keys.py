"""Keys for each purpose, derived from the service's one secret: knowing one tells nothing about the others."""

from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlmodel import Session


def key_for(session: Session, purpose: str) -> bytes:
    """Return the 32-byte key of a purpose, from the secret that the session's database was opened with."""
    return derive(session.info["secret_key"], purpose)


@lru_cache(maxsize=32)
def derive(secret_key: str, purpose: str) -> bytes:
    """Derive 32 bytes by HKDF (RFC 5869)."""
    return HKDF(SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret_key.encode())
