"""The end of the term: refused at that instant, announced afterwards, paid for still."""

from datetime import timedelta

from app.demo.http import expect, wait_until
from app.demo.walk.road import Road
from app.demo.walk.use import decide

BEFORE = timedelta(minutes=1)


def let_it_end(road: Road) -> None:
    """Move the clock over the end and look at every way in."""
    say = road.narrator
    path = f"/v1/licenses/{road.made['license_id']}"
    ends_at = road.license_ends_at
    with say.step("A minute before the end the use is still allowed"):
        road.move_clock(ends_at - BEFORE)
        expect(decide(road)["allowed"] is True, "the license stands until its end")
    with say.step(f"The clock passes {ends_at:%Y-%m-%d %H:%M} UTC: decision, download and credential say EXPIRED"):
        road.move_clock(ends_at)
        expect(decide(road)["code"] == "EXPIRED", "the decision is EXPIRED")
        for answer in (
            road.studio.get(road.made["content_url"], status=409),
            road.studio.post(f"{path}/credential", status=409),
        ):
            expect(answer["code"] == "EXPIRED", f"refused as EXPIRED: {answer}")
    with say.step("Without any job having run; the job then announces each notice once"):
        notices = wait_until(lambda: _announced(road, path), "the notices")
        say.say(", ".join(notice["kind"].replace("_", " ") for notice in notices))


def _announced(road: Road, path: str) -> list[dict[str, str]] | None:
    notices: list[dict[str, str]] = road.studio.get(f"{path}/history")["notices"]
    return notices if all(notice["announced_at"] for notice in notices) else None
