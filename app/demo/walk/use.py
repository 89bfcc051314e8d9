"""The license in use: decisions, files, a credential anybody can check."""

import hashlib
import time
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet

from app.demo.http import expect
from app.demo.walk.bargain import FIRST_DAY
from app.demo.walk.road import Road

USE = {
    "component": "voice",
    "axis": "scripted",
    "media": "game.scripted_performance",
    "territory": "DE",
}
REFUSALS = (
    ({"territory": "CN"}, "TERRITORY_NOT_GRANTED"),
    ({"media": "film.theatrical"}, "MEDIA_NOT_GRANTED"),
    ({"component": "face"}, "COMPONENT_NOT_GRANTED"),
    ({"axis": "realtime"}, "AXIS_NOT_CONSENTED"),
)


def decide(road: Road, **change: str) -> Any:
    """Ask for a decision about the walk's use, changed in some dimension."""
    return road.studio.post(f"/v1/licenses/{road.made['license_id']}/decision", USE | change, status=200)


def ask_for_decisions(road: Road) -> None:
    """Yes for what was granted, no with a stable code for the rest."""
    say = road.narrator
    with say.step("Before the first day: not yet"):
        expect(decide(road)["code"] == "NOT_STARTED", "the term has not begun")
    with say.step(f"The clock moves to {FIRST_DAY} in New York; the granted use is allowed, with obligations"):
        road.move_clock(road.license_starts_at)
        yes = decide(road)
        expect(yes["allowed"] is True, f"the granted use is allowed: {yes}")
        for obligation in yes["obligations"]:
            say.say(obligation)
    with say.step("Another territory, medium, component or way of use: no, and why"):
        for change, code in REFUSALS:
            no = decide(road, **change)
            expect((no["allowed"], no["code"]) == (False, code), f"{change} is refused as {code}: {no}")
            say.say(f"{code}: {no['sentence']}")


def fetch_file(road: Road) -> None:
    """A granted file, recorded, with its hash."""
    path = f"/v1/licenses/{road.made['license_id']}"
    with road.narrator.step("The studio downloads the voice; the delivery is recorded and the hash is right"):
        asset = road.studio.get(f"{path}/assets")["items"][0]
        delivery = road.studio.post(f"{path}/deliveries", {"asset_id": asset["asset_id"]})
        content = road.studio.download(delivery["content_url"]).content
        expect(hashlib.sha256(content).hexdigest() == asset["sha256"], "the file is the one that was uploaded")
        road.made["content_url"] = delivery["content_url"]
        expect(len(road.estate.get(f"{path}/deliveries")["items"]) == 1, "the estate sees who got what")


def check_credential(road: Road) -> None:
    """A signed credential, checked with an ordinary JOSE library against the published keys."""
    with road.narrator.step("A signed credential verifies offline against /.well-known/jwks.json"):
        issued = road.studio.post(f"/v1/licenses/{road.made['license_id']}/credential")
        token = jwt.decode(issued["token"], _published_keys(road), algorithms=["ES256"])
        now = road.clock().timestamp()
        registry = jwt.JWTClaimsRegistry(now=int(now), leeway=0, sub={"essential": True})
        registry.validate(token.claims)
        expect(token.claims["sub"] == road.made["license_id"], "the credential is of this license")
        hours = (token.claims["exp"] - now) / 3600
        road.narrator.say(f"{token.header['typ']}, {token.header['alg']}, good for {hours:.0f} h at the most")


def _published_keys(road: Road) -> KeySet:
    """Fetch the keys as a verifier would: anonymously, and again if they are just being made."""
    for _ in range(20):
        found = road.studio.get("/.well-known/jwks.json")
        if found["keys"]:
            return KeySet.import_key_set(found)
        time.sleep(0.1)
    return KeySet.import_key_set(found)
