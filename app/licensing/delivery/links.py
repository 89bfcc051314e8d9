"""Links to delivered files: what an address says, signed so that nobody else can have made it."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime

from app.values.canonical import canonical_bytes
from app.values.errors import InvalidValue, NotFound
from app.values.term import format_instant, parse_instant

PURPOSE = "delivery link"
LONGEST_TOKEN = 512
_SIGNATURE_BYTES = 32


@dataclass(frozen=True, slots=True)
class Link:
    """A way to one delivery for whoever holds it, from an instant until another."""

    delivery_id: str
    party_id: str
    """The licensee who had it made."""
    api_key_id: str
    """The key it was made with."""
    made_at: datetime
    ends_at: datetime

    def is_open(self, at: datetime) -> bool:
        """Say whether its own time runs. One made later than now, by a clock set back since, is not open."""
        return self.made_at <= at < self.ends_at


def signed(link: Link, *, key: bytes) -> str:
    """Return the token of a link."""
    said = canonical_bytes(
        {
            "delivery": link.delivery_id,
            "party": link.party_id,
            "key": link.api_key_id,
            "from": format_instant(link.made_at),
            "until": format_instant(link.ends_at),
        }
    )
    return base64.urlsafe_b64encode(_signature(said, key) + said).rstrip(b"=").decode()


def read(token: str, *, key: bytes) -> Link:
    """Return the link of a token. Raises: NotFound for whatever was not signed with this key."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        signature, said = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
        if len(token) > LONGEST_TOKEN or not hmac.compare_digest(signature, _signature(said, key)):
            raise InvalidValue("not signed here")
    except ValueError as error:
        raise NotFound("There is no such link.") from error
    found = json.loads(said)
    return Link(
        delivery_id=found["delivery"],
        party_id=found["party"],
        api_key_id=found["key"],
        made_at=parse_instant(found["from"]),
        ends_at=parse_instant(found["until"]),
    )


def _signature(said: bytes, key: bytes) -> bytes:
    return hmac.new(key, said, hashlib.sha256).digest()
