"""From the license to a verifier elsewhere, over HTTP: what ends, is revoked or withdrawn reaches it in time."""

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.infrastructure import signing_keys
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.infrastructure.http.fields import MOST_CODES
from app.infrastructure.signing_keys import SigningKey
from app.licensing.queries import license_of
from app.licensing.rules.facts import LicenseFacts
from app.licensing.schemas import LEAVES
from app.licensing.service.credentials import LIFETIME, STATUS_LIST_LIFETIME, STATUS_LIST_TTL, use_claims
from app.licensing.states import LicenseStatus
from app.negotiation.terms.schema.deal import MOST_GRANTS
from app.negotiation.terms.vocabulary import GuardContext
from app.values.components import Axis, Component
from app.values.exclusivity import Exclusivity
from app.values.product_categories import PRODUCT_CATEGORIES
from app.values.rights_block import RightsBlock
from app.values.survival import PRESETS
from app.values.term import Term
from app.values.territory import world
from app.verifier import LONGEST, Code, Use, Verdict, permits, verify_credential
from tests.factories.licensing import DURING, ENDS_AT, Callers, Licensed, make_license
from tests.factories.standing import AT_ONCE
from tests.support.clock import FrozenClock
from tests.verifier.workshop import AT, Workshop, unpadded

ISSUER = "http://127.0.0.1:8000"
SECOND = timedelta(seconds=1)
KEYS_KEPT = timedelta(minutes=5)


@pytest.fixture
def agreed() -> dict[str, Any]:
    return {"breach": AT_ONCE}


@pytest.fixture(autouse=True)
def during(clock: FrozenClock) -> None:
    clock.move_to(DURING)


@dataclass
class Verifier:
    """A render farm: it keeps keys and list as long as they may be kept, and fetches anew when it may."""

    client: FlaskClient
    audience: str
    is_online: bool = True
    fetches: int = 0
    _jwks: tuple[datetime, Any] | None = None
    _listed: tuple[datetime, str, int] | None = field(default=None)

    def look(self, token: str, at: datetime) -> Verdict:
        self._refresh(at)
        return verify_credential(
            token,
            jwks=self._jwks[1] if self._jwks else {},
            status_list=self._listed[1] if self._listed else None,
            at=at,
            issuer=ISSUER,
            audience=self.audience,
        )

    def _refresh(self, at: datetime) -> None:
        if not self.is_online:
            return
        if self._jwks is None or at >= self._jwks[0] + KEYS_KEPT:
            answer = self.client.get("/.well-known/jwks.json")
            assert answer.headers["Cache-Control"] == f"public, max-age={int(KEYS_KEPT.total_seconds())}"
            self._jwks = (at, answer.get_json())
        if self._listed is None or at >= self._listed[0] + timedelta(seconds=self._listed[2]):
            self.fetches += 1
            text = self.client.get("/v1/status-list").text
            self._listed = (at, text, _part(text, 1)["ttl"])


@pytest.fixture
def farm(client: FlaskClient, licensed: Licensed) -> Verifier:
    return Verifier(client, licensed.licensee.party_id)


def issue(callers: Callers, license_id: str, **body: Any) -> str:
    answer = callers.licensee.post(f"/v1/licenses/{license_id}/credential", json=body)
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["token"])


def change(callers: Callers, license_id: str, step: str) -> None:
    answer = callers.licensor.post(f"/v1/licenses/{license_id}/{step}", json={"reason": "For a reason."})
    assert answer.status_code == 201, answer.get_json()


def check(client: FlaskClient, token: str, **body: Any) -> dict[str, Any]:
    answer = client.post("/v1/credential-checks", json={"token": token, **body})
    assert answer.status_code == 200, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    assert found["valid"] is (found["code"] == "VALID") is (found["claims"] is not None)
    return found


def test_a_credential_says_yes_offline_to_what_is_granted(
    farm: Verifier, callers: Callers, licensed: Licensed
) -> None:
    verdict = farm.look(issue(callers, licensed.id), DURING)
    assert verdict.code is Code.VALID, verdict.sentence
    assert verdict.claims is not None
    assert verdict.claims["sub"] == licensed.id
    assert permits(verdict.claims, Use("voice", "scripted", "game.scripted_performance", "DE"))
    assert permits(verdict.claims, Use("voice", "scripted", "game.scripted_performance", "CN")).code == (
        "TERRITORY_NOT_GRANTED"
    )


@pytest.mark.parametrize("first", ["its own lifetime", "the license", "the authority", "the key"])
def test_it_ends_with_the_earliest_of_four_at_the_exact_second(
    database: Database,
    services: Services,
    client: FlaskClient,
    callers: Callers,
    licensed: Licensed,
    clock: FrozenClock,
    first: str,
) -> None:
    """Each is the earliest in turn, and all others end later."""
    at = ENDS_AT - timedelta(hours=3) if first == "the license" else DURING
    clock.move_to(at)
    ends = {
        "its own lifetime": at + LIFETIME,
        "the license": ENDS_AT,
        "the authority": at + timedelta(hours=2),
        "the key": at + timedelta(hours=1, minutes=30),
    }
    with database.write() as session:
        made = make_license(session, services.store, sides=licensed.sides)
        key = signing_keys.current_signing_key(session=session, at=at)
        if first == "the authority":
            license_of(session, made.id, lock=True).license.authority_ends_at = ends[first]
        if first == "the key":
            key.expires_at = ends[first]
    token = issue(callers, made.id)
    end = ends[first]
    with database.read() as session:
        published_until = session.get_one(SigningKey, key.id).expires_at
    assert end == min(end, ends["the license"], published_until, at + LIFETIME)
    farm = Verifier(client, licensed.licensee.party_id)
    clock.move_to(end - SECOND)
    assert farm.look(token, end - SECOND).code is Code.VALID
    assert check(client, token)["code"] == "VALID"
    clock.move_to(end)
    gone = {Code.EXPIRED, Code.UNKNOWN_KEY} if first == "the key" else {Code.EXPIRED}
    assert farm.look(token, end).code in gone
    assert check(client, token)["code"] in gone


@pytest.mark.parametrize("step", ["suspension", "termination"])
def test_it_reaches_a_verifier_that_keeps_the_list_as_long_as_it_may(
    farm: Verifier, client: FlaskClient, callers: Callers, licensed: Licensed, clock: FrozenClock, step: str
) -> None:
    token = issue(callers, licensed.id)
    code = {"suspension": Code.SUSPENDED, "termination": Code.REVOKED}[step]
    assert farm.look(token, DURING).code is Code.VALID
    clock.move_to(DURING + SECOND)
    change(callers, licensed.id, step)
    assert check(client, token)["code"] == code.value, "whoever asks the service knows at once"
    last = DURING + STATUS_LIST_TTL - SECOND
    assert farm.look(token, clock.move_to(last)).code is Code.VALID
    assert farm.look(token, clock.move_to(last + SECOND)).code is code
    assert farm.fetches == 2
    if step == "suspension":
        change(callers, licensed.id, "reinstatement")
        later = clock.move_to(last + SECOND + STATUS_LIST_TTL)
        assert farm.look(token, later).code is Code.VALID


def test_a_verifier_without_a_network_stops_saying_yes_when_its_list_is_over(
    farm: Verifier, callers: Callers, licensed: Licensed
) -> None:
    token = issue(callers, licensed.id)
    assert farm.look(token, DURING).valid_until == DURING + STATUS_LIST_LIFETIME
    farm.is_online = False
    change(callers, licensed.id, "termination")
    end = DURING + STATUS_LIST_LIFETIME
    assert farm.look(token, end - SECOND).code is Code.VALID
    assert farm.look(token, end).code is Code.UNKNOWN


def test_keys_overlap_so_that_nobody_is_refused_by_a_rotation(
    farm: Verifier, database: Database, callers: Callers, licensed: Licensed, clock: FrozenClock
) -> None:
    before = issue(callers, licensed.id)
    assert farm.look(before, DURING)
    at = clock.move_to(DURING + SECOND)
    with database.write() as session:
        signing_keys.rotate(session=session, at=at, signs_from=at + signing_keys.ANNOUNCED)
    still_by_the_old = issue(callers, licensed.id)
    for minute in range(20):
        at = clock.move_to(DURING + SECOND + timedelta(minutes=minute))
        fresh = issue(callers, licensed.id)
        for token in (before, still_by_the_old, fresh):
            verdict = farm.look(token, at)
            assert verdict, (minute, verdict)
    assert _kid(fresh) != _kid(before)


def _part(token: str, number: int) -> Any:
    part = token.split(".")[number]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def _kid(token: str) -> str:
    return str(_part(token, 0)["kid"])


def test_what_a_withdrawn_key_signed_is_refused(
    farm: Verifier,
    client: FlaskClient,
    database: Database,
    callers: Callers,
    licensed: Licensed,
    clock: FrozenClock,
) -> None:
    token = issue(callers, licensed.id)
    assert farm.look(token, DURING)
    clock.move_to(DURING + SECOND)
    with database.write() as session:
        signing_keys.withdraw(session=session, at=DURING + SECOND, kid=_kid(token))
    assert check(client, token)["code"] == "UNKNOWN_KEY", "here it is refused at once"
    published = [key["kid"] for key in client.get("/.well-known/jwks.json").get_json()["keys"]]
    assert _kid(token) not in published
    fresh = issue(callers, licensed.id)
    assert check(client, fresh)["code"] == "VALID", "another key signs at once"
    last = DURING + KEYS_KEPT - SECOND
    assert farm.look(token, clock.move_to(last)).code is Code.VALID, "until the keys are fetched again"
    at = clock.move_to(last + SECOND)
    assert farm.look(token, at).code is Code.UNKNOWN_KEY
    assert farm.look(fresh, at).code is Code.VALID


def test_it_is_made_for_the_licensee_or_for_whom_was_named(
    client: FlaskClient, callers: Callers, licensed: Licensed
) -> None:
    own, named = issue(callers, licensed.id), issue(callers, licensed.id, audience="farm.example")
    studio = licensed.licensee.party_id
    asked = [(token, audience) for token in (own, named) for audience in (studio, "farm.example")]
    assert [check(client, token, audience=audience)["code"] for token, audience in asked] == [
        "VALID", "WRONG_AUDIENCE", "WRONG_AUDIENCE", "VALID",
    ]  # fmt: skip
    assert check(client, named)["claims"]["licensee"] == studio
    for wrong in ("", " ", "a\nb", "x" * 201, ["a"], None):
        answer = callers.licensee.post(f"/v1/licenses/{licensed.id}/credential", json={"audience": wrong})
        assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, "/audience")


def test_the_longest_deal_there_can_be_has_a_credential_that_is_read(database: Database) -> None:
    grant = RightsBlock(
        component=Component.BEHAVIOR,
        axes=frozenset(Axis),
        media=frozenset(LEAVES),
        territory=world(),
        languages=frozenset(f"x{chr(97 + n // 26)}-Latn-{chr(65 + n % 26)}A-variant1" for n in range(MOST_CODES)),
        categories=frozenset(PRODUCT_CATEGORIES),
        term=Term(DURING, ENDS_AT),
        exclusivity=Exclusivity.NON_EXCLUSIVE,
    )
    facts = LicenseFacts(
        status=LicenseStatus.ACTIVE,
        term=grant.term,
        authority_ends_at=None,
        grants=(grant,) * MOST_GRANTS,
        survival=PRESETS["game"].matrix,
        guard=frozenset(GuardContext),
    )
    shop = Workshop()
    token = shop.credential(**use_claims(facts))
    assert LONGEST / 2 < len(token) <= LONGEST, len(token)
    verdict = verify_credential(
        token, jwks=shop.jwks, status_list=shop.status_list(), at=AT, issuer=shop.claims["iss"], audience=None
    )
    assert verdict.code is Code.VALID
    with database.write() as session:
        signed = signing_keys.sign_jws(
            session=session, at=DURING, typ="test+jwt", claims=dict(verdict.claims or {})
        )
    assert len(signed) > LONGEST / 2


def test_a_check_says_no_to_what_this_service_did_not_sign(client: FlaskClient) -> None:
    foreign = Workshop()
    assert check(client, foreign.credential())["code"] == "UNKNOWN_KEY"
    assert check(client, "nonsense")["code"] == "MALFORMED"
    assert check(client, f"{unpadded(b'{}')}..")["code"] == "WRONG_ALGORITHM"
    too_long = client.post("/v1/credential-checks", json={"token": "x" * (LONGEST + 1)})
    assert too_long.status_code == 422


def test_caches_may_keep_the_list_and_ask_whether_it_changed(
    client: FlaskClient, database: Database, callers: Callers, licensed: Licensed, clock: FrozenClock
) -> None:
    def ask(tag: str | None = None) -> Any:
        return client.get("/v1/status-list", headers={} if tag is None else {"If-None-Match": tag})

    first = ask()
    assert first.headers["Cache-Control"] == "public, max-age=60"
    tag = first.headers["ETag"]
    assert tag.startswith("W/"), "two signatures of one list differ, so the tag is a weak one"
    same = ask(tag)
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag)
    assert same.headers["Access-Control-Allow-Origin"] == "*"
    clock.move_to(DURING + timedelta(seconds=59))
    assert ask(tag).status_code == 304
    change(callers, licensed.id, "suspension")
    assert ask(tag).status_code == 200, "a suspension is another list"
    suspended = ask().headers["ETag"]
    with database.write() as session:
        signing_keys.rotate(session=session, at=clock.now())
    assert ask(suspended).status_code == 200, "another key is another list"
    clock.move_to(DURING + timedelta(seconds=60))
    assert ask(ask().headers["ETag"]).status_code == 304
    assert ask(suspended).status_code == 200, "and so is another minute"
    keys = client.get("/.well-known/jwks.json")
    assert client.get("/.well-known/jwks.json", headers={"If-None-Match": keys.headers["ETag"]}).status_code == 304
