"""A cap that two game servers spend together, to its last line and not beyond."""

from typing import Any

from app.demo.http import expect
from app.demo.walk.bargain import MOST_LINES
from app.demo.walk.road import Road
from app.demo.walk.use import USE


def spend_quota(road: Road) -> None:
    """Reserve, commit, release, until nothing is left."""
    say, path = road.narrator, f"/v1/licenses/{road.made['license_id']}"

    def reserve(lines: int, *, status: int = 201) -> Any:
        return road.studio.post(f"{path}/reservations", {**USE, "amounts": {"lines": lines}}, status=status)

    def left() -> int:
        (quota,) = road.estate.get(f"{path}/quotas")["items"]
        return int(quota["left"])

    with say.step(f"Two servers reserve lines of the {MOST_LINES:,} that the deal allows"):
        first, second = reserve(1_000), reserve(300)
        expect(left() == 100, "what is reserved is not left")
        no = reserve(101, status=409)
        expect(no["code"] == "QUOTA_EXHAUSTED", f"more than is left is refused: {no}")
        say.say(no["detail"])
    with say.step("One commits less than it reserved, the other gives everything back; the rest is free again"):
        road.studio.post(f"/v1/reservations/{first['id']}/commit", {"amounts": {"lines": 950}})
        road.studio.post(f"/v1/reservations/{second['id']}/release")
        expect(left() == 450, "950 lines are used")
    with say.step("The last lines are used, and then there are none"):
        road.studio.post(f"/v1/reservations/{reserve(450)['id']}/commit")
        expect((left(), reserve(1, status=409)["code"]) == (0, "QUOTA_EXHAUSTED"), "the cap is spent")
        asked = road.studio.post(f"{path}/decision", {**USE, "amounts": {"lines": 1}}, status=200)
        expect(asked["code"] == "QUOTA_EXHAUSTED", "a decision says the same, and consumes nothing")
