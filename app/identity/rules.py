"""What an API key looks like and when it speaks for somebody. Pure."""

import hashlib
import hmac
from datetime import datetime
from typing import NamedTuple

KEY_PREFIX = "lk"


class KeyText(NamedTuple):
    """The text of a key, taken apart."""

    prefix: str
    """By which the key is found."""
    secret: str


def bearer_of(header: str) -> str | None:
    """Return the key in an `Authorization` header, or nothing where there is none."""
    scheme, _, text = header.partition(" ")
    return text.strip() if text and scheme.lower() == "bearer" else None


def key_text(text: str) -> KeyText | None:
    """Take the text of a key apart; nothing for what is no key of ours."""
    scheme, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    return KeyText(prefix, secret) if scheme == KEY_PREFIX else None


def key_speaks(
    *, secret: str, secret_hash: str, revoked_at: datetime | str | None, expires_at: datetime | None, at: datetime
) -> bool:
    """Say whether a key is the one it claims to be, and neither revoked nor expired at an instant."""
    return (
        hmac.compare_digest(secret_hash, digest(secret))
        and revoked_at is None
        and (expires_at is None or at < expires_at)
    )


def digest(secret: str) -> str:
    """Hash a secret of high entropy; passwords go through argon2."""
    return hashlib.sha256(secret.encode()).hexdigest()
