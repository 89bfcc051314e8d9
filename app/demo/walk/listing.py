"""From a draft to the catalog, and a first question about what is free."""

from typing import Any

from app.demo.files import asset_for
from app.demo.http import expect
from app.demo.walk.road import Road
from app.values.components import Component

TITLE = "Marlowe Quist: the harbor recordings"


def list_package(road: Road) -> None:
    """An estate makes a package; an administrator approves it; the catalog shows it."""
    say = road.narrator
    with say.step("The estate describes face, voice and behavior, with consent for each on its own"):
        package = road.estate.post(
            "/v1/packages",
            {
                "performer_id": road.performer_id,
                "title": TITLE,
                "summary": "Voice, face and manner from the restored harbor sessions, for games and film.",
                "tags": ["noir", "baritone"],
            },
        )
        package_id = road.made["package_id"] = package["id"]
        for component in Component:
            road.estate.put(
                f"/v1/packages/{package_id}/components/{component}",
                {
                    "axes": ["scripted", "realtime"] if component is Component.BEHAVIOR else ["scripted"],
                    "media": ["game", "film"],
                    "territory": "+WORLD",
                    "delivery": "hosted_only" if component is Component.FACE else "export",
                    "description": f"The {component} of the harbor sessions.",
                },
            )
    with say.step("It uploads the files; hash, size and kind are recorded from the content"):
        for component in Component:
            filename, content = asset_for(component, seed="harbor")
            asset = road.estate.post(
                f"/v1/packages/{package_id}/components/{component}/assets",
                {"purpose": "deliverable"},
                files={"file": (filename, content)},
            )
            expect(asset["size_bytes"] == len(content), "the recorded size is the file's")
            if component is Component.VOICE:
                road.made["voice_asset"] = asset
        say.say(f"{road.made['voice_asset']['filename']}  sha-256 {road.made['voice_asset']['sha256'][:16]}…")
    road.estate.put(
        f"/v1/packages/{package_id}/rate-card",
        {"lines": [{"preset": "game_scripted_character", "fee_minor": 1_000_000, "currency": "USD",
                    "royalty_bps": 200}]},
    )  # fmt: skip
    with say.step("As a draft the catalog does not show it"):
        expect(not _found(road), "a draft is not in the catalog")
        road.studio.get(f"/v1/packages/{package_id}", status=404)
    with say.step("An administrator approves it, with a reason, and now the catalog does"):
        road.estate.post(f"/v1/packages/{package_id}/submission", status=200)
        road.administrator.post(
            f"/v1/packages/{package_id}/review-decision",
            {"decision": "approved", "reason": "Letters testamentary checked; files match the description."},
            status=200,
        )
        expect(_found(road), "an approved package is in the catalog")


def search_and_ask(road: Road) -> None:
    """A studio searches, and asks whether the voice is free."""
    say = road.narrator
    with say.step("A studio searches: “harbor baritone”, a voice, for games, in Japan"):
        found = _found(road, text="harbor baritone", component="voice", media="game", territory="JP")
        expect([item["id"] for item in found] == [road.made["package_id"]], "the search finds exactly this package")
        everything = road.studio.get("/v1/packages", limit=100)["items"]
        say.say(f"{len(everything)} packages in the catalog, 1 fits.")
    with say.step("Is the voice free for a scripted game performance in +WORLD -US, June to December?"):
        answer = _ask(road, "voice")
        expect(answer["available"] is True, "the voice is free")
        for reason in answer["reasons"]:
            say.say(reason["sentence"])
    with say.step("And for live generation? No, and the answer says what would be free"):
        answer = _ask(road, "voice", axes=["realtime"])
        expect(answer["available"] is False, "what was not consented to is not free")
        expect([r["code"] for r in answer["reasons"]] == ["AXIS_NOT_CONSENTED"], "the reason has a stable code")
        say.say(answer["reasons"][0]["sentence"])


def _found(road: Road, **query: Any) -> list[dict[str, str]]:
    items: list[dict[str, str]] = road.studio.get("/v1/packages", **({"text": TITLE} | query))["items"]
    return [item for item in items if item["title"] == TITLE]


def _ask(road: Road, component: str, *, axes: list[str] | None = None) -> Any:
    return road.studio.post(
        f"/v1/packages/{road.made['package_id']}/avails",
        {
            "components": [component],
            "axes": axes or ["scripted"],
            "media": ["game.scripted_performance"],
            "territory": "+WORLD -US",
            "first_day": "2026-06-15",
            "last_day": "2026-12-31",
            "zone": "America/New_York",
            "exclusivity": "non_exclusive",
        },
        status=200,
    )
