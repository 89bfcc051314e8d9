"""The guard that keeps tests on this machine."""

import socket

import pytest

OUTSIDE = "192.0.2.1"  # reserved for documentation: nobody answers there


@pytest.mark.parametrize("method", ["connect", "connect_ex"])
def test_connections_beyond_loopback_fail_the_test(method: str) -> None:
    with socket.socket() as outgoing, pytest.raises(pytest.fail.Exception, match=OUTSIDE):
        getattr(outgoing, method)((OUTSIDE, 80))


def test_datagrams_beyond_loopback_fail_the_test() -> None:
    with (
        socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as outgoing,
        pytest.raises(pytest.fail.Exception, match="2001:db8::1"),
    ):
        outgoing.sendto(b"x", ("2001:db8::1", 53))


def test_names_are_not_looked_up() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"api\.example"):
        socket.create_connection(("api.example", 443))


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1])).close()
