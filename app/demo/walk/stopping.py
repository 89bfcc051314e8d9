"""A breach stops the license for two days, and the days are added once both sides have signed."""

from datetime import timedelta
from typing import Any

import requests

from app.demo.http import TIMEOUT_SECONDS, expect
from app.demo.walk.road import Road
from app.demo.walk.use import decide

STOPPED = timedelta(days=2)


def stop_and_cure(road: Road) -> None:
    """A link that dies with a suspension and works again after it; days that are computed, then agreed."""
    say = road.narrator
    path = f"/v1/licenses/{road.made['license_id']}"
    with say.step("The studio's render farm gets a link to the voice that needs no key"):
        delivery_id = road.made["content_url"].split("/")[3]
        link = road.studio.post(f"/v1/deliveries/{delivery_id}/links", {"lasts_minutes": 1440})["url"]
        etag = _fetch(link, 206, {"Range": "bytes=0-9"}).headers["ETag"]
    with say.step("The estate suspends for a breach: decision and link are shut at once"):
        clause = {"clause": "Disclosure label", "suspends": True}
        breach = road.estate.post(f"{path}/breaches", clause | {"reason": "The trailer shows no label."})
        expect(decide(road)["code"] == "SUSPENDED", "the decision is SUSPENDED")
        refused = _fetch(link, 409, {"Range": "bytes=10-19", "If-Range": etag}).json()
        expect(refused["code"] == "SUSPENDED", f"no range is answered: {refused}")
        early = road.estate.post(f"{path}/termination", {"reason": "Too late."}, status=409)
        say.say(f"{early['code']}: {early['detail']}")
    road.move_clock(road.clock() + STOPPED)
    with say.step("The studio cures it, the estate accepts, and every way out is open again"):
        of_it = f"{path}/breaches/{breach['id']}"
        road.studio.post(f"{of_it}/cure", {"evidence": "The label is in the trailer of today."})
        road.estate.post(f"{of_it}/acceptance", {"reason": "It is there."})
        expect(decide(road)["allowed"] is True, "the license goes on")
        fresh = road.studio.post(f"/v1/deliveries/{delivery_id}/links")["url"]
        _fetch(fresh, 206, {"Range": "bytes=10-19", "If-Range": etag})
        over = _fetch(link, 410).json()
        expect(over["code"] == "link_over", f"the first link had a day: {over}")
    with say.step("The two days are not added by themselves: the studio proposes them, the estate signs"):
        offered = road.studio.post(f"{path}/tollings")
        expect(offered["days"] == STOPPED.days, f"two days were lost: {offered}")
        signed = {"terms_sha256": offered["terms_sha256"]}
        agreed = road.estate.post(f"{path}/tollings/{offered['id']}/acceptance", signed)
        license: dict[str, Any] = road.studio.get(path)
        road.made["deal"]["terms"]["term"]["ends_at"] = license["ends_at"]
        say.say(
            f"The last day moves from {agreed['last_day_before']} to {agreed['last_day']}, in a version of its own"
        )


def _fetch(url: str, status: int, headers: dict[str, str] | None = None) -> requests.Response:
    """Fetch without a key."""
    answer = requests.get(url, headers=headers, timeout=TIMEOUT_SECONDS)
    expect(
        answer.status_code == status, f"the link answered {answer.status_code}, not {status}: {answer.text[:99]}"
    )
    return answer
