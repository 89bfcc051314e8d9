"""The id of a message follows from what it tells, so that it is the same however often it is written or sent."""

import hashlib

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32
_LENGTH = 26


def message_id(event_type: str, identity: str) -> str:
    """Return the `webhook-id` of an event, `evt_` and 130 bits of a hash.

    `identity` names the event among all of its type: the id of the row that says that it happened.
    """
    digest = int.from_bytes(hashlib.sha256(f"{event_type}\n{identity}".encode()).digest())
    return "evt_" + "".join(_ALPHABET[digest >> 5 * place & 31] for place in range(_LENGTH))
