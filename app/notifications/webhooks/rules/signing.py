"""Signatures after Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`, one for each secret that counts."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

SECRET_PREFIX = "whsec_"  # noqa: S105  what secrets begin with
SECRET_BYTES = 32


def secret_text(random_bytes: bytes) -> str:
    """Return a secret as it is shown to its party."""
    return SECRET_PREFIX + base64.b64encode(random_bytes).decode()


def signed_headers(secrets: Sequence[str], *, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers of an attempt at an instant; the newest secret signs first."""
    timestamp = int(at.timestamp())
    signatures = [_signature(secret, f"{message_id}.{timestamp}.".encode() + body) for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
