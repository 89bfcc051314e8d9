"""Which addresses webhooks may be sent to: the public internet, and nothing that leads back inside.

An address is judged after it was looked up, and what is then connected to is that very address.
"""

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_FORBIDDEN_4 = tuple(map(ipaddress.IPv4Network, ("192.88.99.0/24",)))
"""Beside what is not global: the anycast relay of 6to4."""
_UNICAST_6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(text: str) -> bool:
    """Say whether an address is one of the public internet, also by the IPv4 address that it may carry."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return _is_public(address)


def is_own(text: str) -> bool:
    """Say whether an address is one of this very machine, to which demonstrations may send as well."""
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        ordinary = address.is_global and not address.is_multicast and not address.is_reserved
        return ordinary and not any(address in network for network in _FORBIDDEN_4)
    if address.scope_id is not None:
        return False
    if address in _NAT64:
        return _is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    if address not in _UNICAST_6 or not address.is_global or address.is_multicast or address.is_reserved:
        return False
    carried = [address.sixtofour, *(address.teredo or ())]
    return all(_is_public(inner) for inner in carried if inner is not None)
