"""Where webhooks may go, how they are signed and named, when they are tried again: rules without a database."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from app.notifications.webhooks.catalog import EVENT_TYPES, NAMES
from app.notifications.webhooks.rules.addresses import is_public
from app.notifications.webhooks.rules.identity import message_id
from app.notifications.webhooks.rules.pauses import ATTEMPTS, LONGEST_REST, pause_after, rest_after
from app.notifications.webhooks.rules.signing import signed_headers
from app.notifications.webhooks.rules.urls import Target, read_url
from app.values.errors import InvalidValue

PRIVATE = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", # noqa: S104
    "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255",
    "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.7",
    "203.0.113.5", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.88.99.1",
    "::1", "::", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1",
    "2001::1", "2002:7f00:1::", "2002:a00:1::1", "2002:a9fe:a9fe::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1", "100::1", "fec0::1", "5f00::1", "2001:10::1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "172.32.0.1", "192.169.0.1", "100.128.0.1", "2606:4700::1111",
          "2a00:1450:4001::1", "64:ff9b::808:808", "2002:808:808::1"]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_lead_back_inside_are_not_called(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_public_internet_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("text", ["", "localhost", "2130706433", "0x7f000001", "127.1", "017700000001", "8.8.8.8."])
def test_what_is_no_address_is_not_called_as_one(text: str) -> None:
    assert not is_public(text)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/",
        "ftp://hooks.example.com/",
        "//hooks.example.com/",
        "hooks.example.com",
        "https://",
        "https:///path",
        "https://user@hooks.example.com/",
        "https://user:secret@hooks.example.com/",
        "https://hooks.example.com@169.254.169.254/",
        "https://@hooks.example.com/",
        "https://hooks.example.com/#fragment",
        "https://hooks.example.com:0/",
        "https://hooks.example.com:99999/",
        "https://hooks.example.com:https/",
        "https://hooks.example.com/a b",
        "https://hooks.example.com/\r\nX-Injected: 1",
        "https://hooks.example.com\\@127.0.0.1/",
        "https://höoks.example.com/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://[::1/",
        "https://127.0.0.1/",
        "https://10.1.2.3:8443/hook",
        "https://169.254.169.254/latest/meta-data/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://hooks.example.0x7f/",
        "https://localhost/",
        "https://hooks.localhost/",
        "https://printer.local/",
        "https://metadata.google.internal/",
        "https://intranet/",
        "https://-hooks.example.com/",
        "https://hooks..example.com/",
        "https://" + "a" * 64 + ".example.com/",
        "https://hooks.example.com/" + "a" * 2000,
    ],
)
def test_addresses_with_tricks_are_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(InvalidValue, match=r"^[A-Z].*\.$"):
        read_url(url, may_be_local=False)


def test_an_ordinary_address_is_read_as_it_will_be_called() -> None:
    assert read_url("https://Hooks.Example.com/a/b?c=1&d", may_be_local=False) == Target(
        True, "hooks.example.com", 443, "/a/b?c=1&d"
    )
    assert read_url("https://hooks.example.com:8443", may_be_local=False).port == 8443
    assert read_url("https://xn--hoks-5qa.example.com./", may_be_local=False).host == "xn--hoks-5qa.example.com"
    assert read_url("https://[2606:4700::1111]/x", may_be_local=False).host == "2606:4700::1111"


def test_a_demonstration_may_call_its_own_machine_and_still_bears_no_tricks() -> None:
    assert read_url("http://127.0.0.1:9000/hook", may_be_local=True).port == 9000
    for url in (
        "http://user@127.0.0.1/",
        "http://2130706433/",
        "http://10.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
    ):
        with pytest.raises(InvalidValue):
            read_url(url, may_be_local=True)


def test_the_signature_is_that_of_the_published_example() -> None:
    headers = signed_headers(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=datetime.fromtimestamp(1614265330, UTC),
        body=b'{"test": 2432232314}',
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_an_id_follows_from_the_event_alone_and_tells_nothing_of_it() -> None:
    first = message_id("license.ended", "ntc_1")
    assert first == message_id("license.ended", "ntc_1") == "evt_" + first[4:]
    assert re.fullmatch(r"evt_[0-9A-HJKMNP-TV-Z]{26}", first)
    others = {message_id("license.ended", "ntc_2"), message_id("license.ends_soon", "ntc_1")}
    assert len({first, *others}) == 3


def test_an_attempt_is_made_again_for_more_than_three_days_with_growing_pauses() -> None:
    pauses = [pause_after(number, dice=0) for number in range(1, ATTEMPTS)]
    assert all(pause is not None for pause in pauses)
    known = [pause for pause in pauses if pause is not None]
    assert known == sorted(known)
    assert timedelta(days=3) < sum(known, timedelta()) < timedelta(days=5)
    assert pause_after(ATTEMPTS, dice=0) is None
    assert pause_after(ATTEMPTS, dice=0, asked=timedelta(seconds=1)) is None


def test_a_receiver_may_ask_for_more_time_up_to_a_day_and_never_for_less() -> None:
    assert pause_after(1, dice=0, asked=timedelta(hours=1)) == timedelta(hours=1)
    assert pause_after(1, dice=0, asked=timedelta(days=400)) == timedelta(days=1)
    assert pause_after(4, dice=0, asked=timedelta(0)) == pause_after(4, dice=0)
    base, most = pause_after(4, dice=0), pause_after(4, dice=1)
    assert base is not None
    assert most is not None
    assert base < most <= base * 1.2


def test_a_slow_endpoint_is_left_alone_longer_each_time_within_bounds() -> None:
    rests = [rest_after(number) for number in range(1, 100)]
    assert rests == sorted(rests)
    assert rests[0] < timedelta(minutes=1)
    assert rests[-1] == LONGEST_REST


def test_event_types_have_stable_names_of_their_own() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert all(re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", name) for name in NAMES)
    assert {
        "license.activated", "license.suspended", "license.reinstated", "license.terminated", "license.changed",
        "license.ends_soon", "license.ended", "due.charged", "due.overdue", "statement.issued",
    } <= set(NAMES)  # fmt: skip
    assert all(kind.version >= 1 and kind.description for kind in EVENT_TYPES)
