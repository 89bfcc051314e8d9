"""Only what Stripe signed, just now, with a secret we know, is taken."""

import json
from datetime import timedelta
from typing import Any

import pytest
import stripe

from app.infrastructure.clock import machine_now
from app.payments.errors import SignatureRefused
from app.payments.gateway import Notice
from app.payments.stripe_gateway import read_webhook
from app.values.errors import InvalidInput

SECRETS = ("whsec_old", "whsec_new")
EVENT = {"id": "evt_1", "object": "event", "type": "checkout.session.completed", "data": {"object": {"id": "cs_1"}}}
THIN = {
    "id": "evt_2",
    "object": "v2.core.event",
    "type": "v2.core.account.created",
    "related_object": {"id": "acct_1", "type": "v2.core.account"},
}


def raw(event: Any) -> bytes:
    return json.dumps(event, ensure_ascii=False).encode()


def sign(body: bytes, *, secret: str = SECRETS[-1], ago: timedelta = timedelta(0)) -> str:
    timestamp = int((machine_now() - ago).timestamp())
    return stripe.WebhookSignature.generate_signature_header(body.decode(), secret, timestamp)


def read(body: bytes, signature: str, secrets: tuple[str, ...] = SECRETS) -> Notice:
    return read_webhook(raw=body, signature=signature, secrets=secrets, present=machine_now())


@pytest.mark.parametrize("secret", SECRETS)
def test_every_configured_secret_counts(secret: str) -> None:
    notice = read(raw(EVENT), sign(raw(EVENT), secret=secret))
    assert notice == Notice("evt_1", "checkout.session.completed", "cs_1")


def test_thin_events_are_understood() -> None:
    assert read(raw(THIN), sign(raw(THIN))) == Notice("evt_2", "v2.core.account.created", "acct_1")


def test_an_event_about_nothing_in_particular_is_taken() -> None:
    for event in (EVENT | {"data": {"object": {}}}, THIN | {"related_object": None}):
        assert read(raw(event), sign(raw(event))).object_id == ""


def test_the_exact_bytes_count() -> None:
    body = raw(EVENT | {"note": "Łuna"})
    assert read(body, sign(body))
    with pytest.raises(SignatureRefused):
        read(body.replace(b", ", b","), sign(body))


@pytest.mark.parametrize("ago", [timedelta(minutes=4), timedelta(minutes=-4)])
def test_clocks_may_differ_a_little(ago: timedelta) -> None:
    assert read(raw(EVENT), sign(raw(EVENT), ago=ago))


@pytest.mark.parametrize("ago", [timedelta(minutes=6), timedelta(minutes=-6), timedelta(days=-9000)])
def test_neither_the_past_nor_the_future_counts(ago: timedelta) -> None:
    with pytest.raises(SignatureRefused):
        read(raw(EVENT), sign(raw(EVENT), ago=ago))


@pytest.mark.parametrize(
    "signature",
    ["", "t=1", "v1=abc", "t=,v1=", "t=x,v1=abc", "nonsense", "t=1,v1=ä", ",,,", "t=" + "9" * 5000 + ",v1=00"],
)
def test_nonsense_is_refused(signature: str) -> None:
    with pytest.raises(SignatureRefused):
        read(raw(EVENT), signature)


def test_a_secret_of_somebody_else_is_refused() -> None:
    with pytest.raises(SignatureRefused):
        read(raw(EVENT), sign(raw(EVENT), secret="whsec_other"))


def test_without_a_secret_nothing_is_taken() -> None:
    with pytest.raises(SignatureRefused):
        read(raw(EVENT), sign(raw(EVENT), secret=""), secrets=())


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(SignatureRefused):
        read(b"\xff\xfe", sign(raw(EVENT)))


@pytest.mark.parametrize(
    "event",
    [
        None,
        [],
        "text",
        {},
        {"id": "evt_1"},
        EVENT | {"id": 5},
        EVENT | {"type": None},
        EVENT | {"data": []},
        EVENT | {"data": {"object": {"id": []}}},
        EVENT | {"id": "e" * 300},
        THIN | {"related_object": "acct_1"},
    ],
)
def test_what_is_signed_and_no_event_is_refused(event: Any) -> None:
    with pytest.raises(InvalidInput):
        read(raw(event), sign(raw(event)))
    with pytest.raises(InvalidInput):
        read(b"not json", sign(b"not json"))
