"""No test reaches beyond this machine: sockets to anywhere but loopback fail the test that opened them."""

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest


def _is_loopback(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _check(host: object) -> None:
    if not _is_loopback(host):
        pytest.fail(f"A test tried to reach {host}; only loopback is open.")


def _check_address(connection: socket.socket, address: Any) -> None:
    if connection.family in (socket.AF_INET, socket.AF_INET6):
        _check(address[0])


@pytest.fixture(scope="session", autouse=True)
def only_loopback() -> Iterator[None]:
    """Guard every way a socket of this process is pointed at an address, and the look-up of names."""
    patch = pytest.MonkeyPatch()
    for method in ("connect", "connect_ex", "sendto"):
        real = getattr(socket.socket, method)

        def guarded(self: socket.socket, *args: Any, _real: Any = real) -> Any:
            _check_address(self, args[-1])
            return _real(self, *args)

        patch.setattr(socket.socket, method, guarded)
    look_up = socket.getaddrinfo

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        _check(host)
        return look_up(host, *args, **kwargs)

    patch.setattr(socket, "getaddrinfo", guarded_look_up)
    yield
    patch.undo()
