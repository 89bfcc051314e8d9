"""Prefixed ids that sort by creation: `lic_01J8ZQ4T9M3N5V7X2B6C8D0F1G`."""

import os
import re
import threading
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32
_PATTERN = re.compile(r"[a-z]{3}_[0-9A-HJKMNP-TV-Z]{26}")
_lock = threading.Lock()
_last = 0


def new_id(prefix: str) -> str:
    """Return a new id: 48 bits of milliseconds and 80 random bits, strictly rising within this process."""
    global _last
    fresh = (time.time_ns() // 1_000_000 << 80) | int.from_bytes(os.urandom(10), "big")
    with _lock:
        _last = fresh if fresh > _last else _last + 1
        value = _last
    return f"{prefix}_" + "".join(_ALPHABET[value >> shift & 31] for shift in range(125, -1, -5))


def is_id(text: str, *, prefix: str) -> bool:
    """Say whether `text` has the form of an id with this prefix."""
    return text.startswith(f"{prefix}_") and _PATTERN.fullmatch(text) is not None
