"""Read the address of an endpoint: plain, without tricks, and outside of demonstrations secure."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.notifications.webhooks.rules.addresses import is_own, is_public
from app.values.errors import InvalidValue

LONGEST_URL = 2000
_PORTS = {"https": 443, "http": 80}
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a webhook goes."""

    is_secure: bool
    host: str
    """A name, or an address without brackets."""
    port: int
    path: str
    """With its query."""


def read_url(url: str, *, may_be_local: bool) -> Target:
    """Return where a URL leads. Raises: InvalidValue with a sentence for whoever typed it.

    `may_be_local` lets a demonstration use plain HTTP and addresses of its own machine.
    """
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise InvalidValue(
            f"An address has at most {LONGEST_URL} plain characters; write a name in its ASCII form."
        )
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").removesuffix("."), parts.port
    except ValueError:
        raise InvalidValue("This is not an address such as https://hooks.example.com/likeness.") from None
    if parts.scheme != "https" and not (may_be_local and parts.scheme == "http"):
        raise InvalidValue("The address must begin with https://.")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise InvalidValue(
            "The address must not hold a user name or a password; requests prove themselves by signature."
        )
    if parts.fragment or "#" in url:
        raise InvalidValue("The address must not hold a fragment (#).")
    if port == 0:
        raise InvalidValue("The address names a port that cannot be.")
    _check_host(host, may_be_local=may_be_local)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme == "https", host, port or _PORTS[parts.scheme], path)


def _check_host(host: str, *, may_be_local: bool) -> None:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        is_address = False
    else:
        is_address = True
    if is_address:
        if not is_public(host) and not (may_be_local and is_own(host)):
            raise InvalidValue("The address lies in a private network; webhooks go to the public internet only.")
        return
    labels = host.split(".")
    if len(host) > 253 or not all(map(_LABEL.fullmatch, labels)) or _NUMBER.fullmatch(labels[-1]):
        raise InvalidValue("This host is neither a name nor an address as it is usually written.")
    if not may_be_local and (len(labels) < 2 or labels[-1] in {"localhost", "local", "internal"}):
        raise InvalidValue("This host is a name within a private network; webhooks go to the public internet only.")
