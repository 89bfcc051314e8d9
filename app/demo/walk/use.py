"""The license in use: decisions, files, a credential anybody can check, the manifest of a build."""

import hashlib
from typing import Any

from app.demo.http import expect
from app.demo.walk.bargain import FIRST_DAY
from app.demo.walk.road import Road
from app.verifier import Use, Verdict, permits, verify_credential

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


def ask_about_many(road: Road) -> None:
    """The guard list for machines, and a batch that holds uses against it."""
    say, license_id = road.narrator, road.made["license_id"]
    with say.step("The game server fetches the guard list: what must never be made of the voice, and who says so"):
        guard = road.studio.get(f"/v1/licenses/{license_id}/guard-list")
        expect(guard["contexts"] == ["tobacco", "political_endorsement"], f"the deal keeps out two: {guard}")
        for entry in guard["items"]:
            say.say(f"{entry['source']}: {entry['sentence']}")
    with say.step("One call asks about many uses; each has its answer, in order"):
        mine = USE | {"license_id": license_id}
        asked = [mine | {"territory": country} for country in ("DE", "JP", "BR", "CN") * 50]
        asked += [mine | {"contexts": ["tobacco"]}, USE | {"license_id": "lic_00000000000000000000000000"}]
        answers = road.studio.post("/v1/decisions", {"uses": asked}, status=200)["decisions"]
        codes = [answer["code"] for answer in answers]
        expected = ["ALLOWED", "ALLOWED", "ALLOWED", "TERRITORY_NOT_GRANTED"] * 50 + ["PROHIBITED", "NOT_FOUND"]
        expect(codes == expected, f"every use is judged by itself: {codes[-6:]}")
        say.say(f"{len(codes)} uses: {codes.count('ALLOWED')} allowed; {answers[-2]['sentence']}")


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
    """A signed credential, checked as a client without a connection does."""
    say, license_id = road.narrator, road.made["license_id"]
    with say.step("A signed credential, the published keys and the signed status list say yes offline"):
        issued = road.studio.post(f"/v1/licenses/{license_id}/credential")
        verdict = _checked(road, issued["token"])
        expect(verdict.is_valid, f"the credential is valid: {verdict}")
        claims = verdict.claims or {}
        expect(claims["sub"] == license_id, "the credential is of this license")
        hours = (claims["exp"] - road.clock().timestamp()) / 3600
        say.say(f"{verdict.sentence} ES256, good for {hours:.0f} h at the most; the list for 15 minutes")
        for change, code in REFUSALS:
            use: dict[str, Any] = USE | change
            answer = permits(claims, Use(**use))
            expect(answer.code == code, f"offline, {change} is refused as online: {answer}")
    with say.step("A credential with one letter changed, or without a status list, is no yes"):
        head, payload, signature = issued["token"].split(".")
        tampered = ".".join((head, payload, ("A" if signature[0] != "A" else "B") + signature[1:]))
        for found, code in (
            (_checked(road, tampered), "BAD_SIGNATURE"),
            (_checked(road, issued["token"], has_list=False), "UNKNOWN"),
        ):
            expect(found.code == code and not found, f"refused as {code}: {found}")
            say.say(f"{found.code}: {found.sentence}")


def check_build(road: Road) -> None:
    """What `likeness check-manifest` asks for a build pipeline."""
    say = road.narrator
    line = USE | {
        "license_id": road.made["license_id"],
        "sha256": road.made["voice_asset"]["sha256"],
        "territory": "+WORLD -CN",
        "languages": ["en"],
        "release_on": "2026-10-01",
        "amounts": {"minutes": 95},
        "scenes": ["Chapter 2, harbor office"],
    }
    with say.step("The build pipeline asks about its manifest: within the license, the build may go out"):
        yes = road.studio.post("/v1/manifest-checks", {"manifest_version": 1, "assets": [line]}, status=200)
        expect(yes["allowed"] is True, f"the build may go out: {yes}")
    with say.step(
        "With China, a file nobody delivered and a release after the end it fails, each reason at its line"
    ):
        wrong = [line | {"territory": "+WORLD"}, line | {"sha256": "0" * 64}, line | {"release_on": "2027-03-01"}]
        no = road.studio.post("/v1/manifest-checks", {"manifest_version": 1, "assets": wrong}, status=200)
        expect(no["allowed"] is False, "the build may not go out")
        codes = [reason["code"] for reason in no["reasons"]]
        expect(codes == ["TERRITORY_NOT_GRANTED", "ASSET_UNKNOWN", "EXPIRED"], f"each has its reason: {codes}")
        for reason in no["reasons"]:
            say.say(f"{reason['pointer']}: {reason['code']}")


def _checked(road: Road, token: str, *, has_list: bool = True) -> Verdict:
    return verify_credential(
        token,
        jwks=road.studio.get("/.well-known/jwks.json"),
        status_list=road.studio.download("/v1/status-list").text if has_list else None,
        at=road.clock(),
        issuer=road.url,
        audience=road.studio.get(f"/v1/licenses/{road.made['license_id']}")["licensee_party_id"],
    )
