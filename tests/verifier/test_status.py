"""The status list: only a list that is signed, fresh, long enough and silent about a credential makes a yes."""

import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.verifier import Code, Verdict, verify_credential
from tests.verifier.checkers import Case, judged_by_jose, ours, relied_on_by_pyjwt
from tests.verifier.workshop import AT, ISSUER, LIST_URI, NOW, STUDIO, Key, Workshop, compact, unpadded

SHOP = Workshop()
TOKEN = SHOP.credential()
"""At place 5."""


def judge(status_list: Any, *, at: datetime = AT, token: str = TOKEN, **expected: Any) -> Verdict:
    asked = {"issuer": ISSUER, "audience": STUDIO} | expected
    return verify_credential(token, jwks=SHOP.jwks, status_list=status_list, at=at, **asked)


def _by_an_unknown_key() -> str:
    key = Key()
    return key.sign(compact(SHOP.header | {"typ": "statuslist+jwt", "kid": key.kid}), compact({}))


def _packed(raw: bytes, bits: Any = 2) -> str:
    return SHOP.status_list(status_list={"bits": bits, "lst": unpadded(raw)})


UNKNOWN: dict[str, Callable[[], Any]] = {
    "missing": lambda: None,
    "no text": lambda: b"list",
    "empty": lambda: "",
    "a credential": lambda: TOKEN,
    "signed by an unknown key": _by_an_unknown_key,
    "tampered": lambda: SHOP.status_list((2,) * 8).rpartition(".")[0] + "." + SHOP.status_list().rpartition(".")[2],
    "of another issuer": lambda: SHOP.status_list(iss="https://elsewhere.example"),
    "at another address": lambda: SHOP.status_list(sub=f"{LIST_URI}/2"),
    "stale": lambda: SHOP.status_list(exp=NOW),
    "without an end": lambda: SHOP.status_list(exp=...),
    "made in the future": lambda: SHOP.status_list(iat=NOW + 61),
    "too short": lambda: SHOP.status_list((0,) * 4),
    "of no length": lambda: SHOP.status_list(()),
    "a status of its own": lambda: SHOP.status_list((0, 0, 0, 0, 0, 3)),
    "not packed": lambda: _packed(bytes(8)),
    "cut off": lambda: _packed(zlib.compress(bytes(8))[:-3]),
    "not base64url": lambda: SHOP.status_list(status_list={"bits": 2, "lst": "a+b="}),
    "of three bits": lambda: _packed(zlib.compress(bytes(8)), bits=3),
    "of yes bits": lambda: _packed(zlib.compress(bytes(8)), bits=True),
    "without bits": lambda: SHOP.status_list(status_list={"lst": unpadded(zlib.compress(bytes(8)))}),
    "without a list": lambda: SHOP.status_list(status_list=...),
    "more than memory": lambda: _packed(zlib.compress(bytes(65 * 1024 * 1024))),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_unknown_is_never_a_yes(name: str) -> None:
    verdict = judge(UNKNOWN[name]())
    assert verdict.code is Code.UNKNOWN, verdict
    assert not verdict
    assert verdict.claims is None


def test_other_libraries_do_not_rely_on_it_either(tmp_path: Any) -> None:
    laxer = {"made in the future", "no text", "of three bits", "of yes bits", "without bits", "without a list",
             "not packed", "cut off", "not base64url", "more than memory"}  # fmt: skip
    cases = {n: Case(TOKEN, SHOP.jwks, make()) for n, make in UNKNOWN.items() if n not in laxer}
    assert [name for name, case in cases.items() if relied_on_by_pyjwt(case)] == []
    lists = {name: Case(TOKEN, SHOP.jwks, make()) for name, make in UNKNOWN.items() if name != "no text"}
    found = dict(zip(lists, judged_by_jose(list(lists.values()), tmp_path), strict=True))
    assert {name: answer for name, answer in found.items() if answer["relied"]} == {}


@pytest.mark.parametrize(
    ("bits", "value"), [(bits, value) for bits in (1, 2, 4, 8) for value in range(3) if value < 1 << bits]
)
def test_the_bits_are_read_with_the_least_significant_first(bits: int, value: int, tmp_path: Any) -> None:
    meaning = {0: Code.VALID, 1: Code.REVOKED, 2: Code.SUSPENDED}[value]
    # Every other place says the contrary, so that a neighbor read by mistake shows.
    values = [value if place == 5 else 1 - min(value, 1) for place in range(9)]
    case = Case(TOKEN, SHOP.jwks, SHOP.status_list(values, bits=bits))
    assert ours(case).code is meaning
    assert relied_on_by_pyjwt(case) is (value == 0)
    [by_jose] = judged_by_jose([case], tmp_path)
    assert by_jose["relied"] is (value == 0)
    assert by_jose.get("why") == {0: None, 1: "revoked", 2: "suspended"}[value]


def test_the_list_of_the_specification_is_read_as_it_says() -> None:
    """IETF Token Status List, section 4.1: one bit each, bytes 0xB9 and 0xA3."""
    expected = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
    status_list = SHOP.status_list(status_list={"bits": 1, "lst": unpadded(zlib.compress(b"\xb9\xa3"))})
    found = []
    for place in range(16):
        token = SHOP.credential(status={"status_list": {"idx": place, "uri": LIST_URI}})
        found.append(int(judge(status_list, token=token).code is Code.REVOKED))
    assert found == expected
    beyond = SHOP.credential(status={"status_list": {"idx": 16, "uri": LIST_URI}})
    assert judge(status_list, token=beyond).code is Code.UNKNOWN


def test_each_boundary_is_exact() -> None:
    token = SHOP.credential(nbf=NOW - 100, exp=NOW + 100, iat=NOW - 100)
    tick = timedelta(microseconds=1)
    start, end = AT - timedelta(seconds=100), AT + timedelta(seconds=100)
    status_list = SHOP.status_list(iat=NOW - 200, exp=NOW + 200)
    assert judge(status_list, token=token, at=start - tick).code is Code.NOT_YET_VALID
    assert judge(status_list, token=token, at=start).is_valid
    assert judge(status_list, token=token, at=end - tick).is_valid
    assert judge(status_list, token=token, at=end).code is Code.EXPIRED
    shorter = SHOP.status_list(exp=NOW + 50)
    list_end = AT + timedelta(seconds=50)
    assert judge(shorter, token=token, at=list_end - tick).valid_until == list_end
    assert judge(shorter, token=token, at=list_end).code is Code.UNKNOWN
    assert judge(status_list, token=token).valid_until == end


def test_a_clock_that_was_moved_back_brings_nothing_back_to_life() -> None:
    """The end has passed and somebody sets the clock to before it: what was fetched since gives it away."""
    token = SHOP.credential(iat=NOW - 7200, nbf=NOW - 7200, exp=NOW - 600)
    fetched_since = SHOP.status_list()
    assert judge(fetched_since, token=token).code is Code.EXPIRED
    back = AT - timedelta(minutes=15)
    assert judge(fetched_since, token=token, at=back).code is Code.UNKNOWN
    old_list = SHOP.status_list(iat=NOW - 3600, exp=NOW - 2700)
    assert judge(old_list, token=token, at=back).code is Code.UNKNOWN
    assert judge(SHOP.status_list(iat=NOW + 59)).is_valid, "a clock may lag a little"


def test_an_end_goes_before_what_the_list_says() -> None:
    revoked = SHOP.status_list((1,) * 8)
    assert judge(revoked, token=SHOP.credential(exp=NOW - 1)).code is Code.EXPIRED
    assert judge(revoked, audience="pty_other").code is Code.WRONG_AUDIENCE


def test_the_licensee_can_be_asked_for_apart_from_the_audience() -> None:
    token = SHOP.credential(aud="farm.example")
    listed = SHOP.status_list()
    assert judge(listed, token=token, audience="farm.example", licensee=STUDIO).is_valid
    assert judge(listed, token=token, audience="farm.example", licensee="pty_other").code is Code.WRONG_AUDIENCE
    assert judge(listed, token=token).code is Code.WRONG_AUDIENCE
    assert judge(listed, token=token, audience=None).is_valid


def test_an_instant_without_a_zone_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="time zone"):
        judge(SHOP.status_list(), at=datetime(2026, 9, 1))  # noqa: DTZ001
    assert AT.tzinfo is UTC


@pytest.mark.parametrize(
    "jwks",
    [None, [], {}, {"keys": None}, {"keys": {}}, {"keys": ["key", None, 1]}, {"keys": [{"kid": SHOP.key.kid}]},
     {"keys": [SHOP.key.jwk | {"use": "enc"}]}, {"keys": [SHOP.key.jwk | {"alg": "ES384"}]},
     {"keys": [SHOP.key.jwk | {"crv": "P-384"}]}, {"keys": [SHOP.key.jwk | {"x": "AA"}]},
     {"keys": [SHOP.key.jwk | {"x": None}]}, {"keys": [SHOP.key.jwk | {"kty": "oct", "k": "AAAA"}]}],
)  # fmt: skip
def test_keys_that_cannot_be_used_are_unknown(jwks: Any) -> None:
    verdict = verify_credential(
        TOKEN, jwks=jwks, status_list=SHOP.status_list(), at=AT, issuer=ISSUER, audience=STUDIO
    )
    assert verdict.code is Code.UNKNOWN_KEY
