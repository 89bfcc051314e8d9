"""After the end the game may be changed only with the estate's word: it asks, and is told."""

from app.demo.http import expect
from app.demo.walk.road import Road
from app.demo.walk.use import decide


def approve_patch(road: Road) -> None:
    """The patch that takes the voice out, shown to the estate and approved."""
    say, path = road.narrator, f"/v1/licenses/{road.made['license_id']}"
    with say.step("A patch after the end needs the estate's word; the studio asks for it"):
        expect(decide(road, action="patch")["code"] == "APPROVAL_REQUIRED", "a patch is not for the studio alone")
        described = "Build 2.0 takes every line of the narrator out of the game and puts captions in their place."
        asked = road.studio.post(f"{path}/approvals", {"action": "patch", "description": described})
        named = {"action": "patch", "approval_id": asked["id"]}
        expect(decide(road, **named)["code"] == "APPROVAL_REQUIRED", "asking is not having")
        say.say(f"{asked['title']}: to be answered before {asked['answer_by']}; silence counts as refusal")
    with say.step("The estate approves; the decision that names the approval is a yes, for the patch alone"):
        road.estate.post(f"/v1/approvals/{asked['id']}/answer", {"answer": "approve"})
        expect(decide(road, **named)["allowed"] is True, "the approved patch is allowed")
        expect(decide(road, **named | {"action": "generate"})["code"] == "EXPIRED", "nothing else is revived")
