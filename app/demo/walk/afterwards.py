"""After the end: what is to be done stands in the calendar, and what shows that it was done is filed there."""

import hashlib
from datetime import timedelta
from typing import Any

from app.demo.http import expect
from app.demo.walk.road import Road

OFFICER = {
    "officer_name": "Tamsin Vale",
    "officer_title": "Head of Data Governance",
    "statement": "I have verified that the copies named here, with all backups, were destroyed.",
}
DESTROYED_ON = "2027-01-31"


def wind_down(road: Road) -> None:
    """Evidence, a partial and then a full certificate of destruction, the calendar, a text for the players."""
    say = road.narrator
    path = f"/v1/licenses/{road.made['license_id']}"
    with say.step("The calendar counts from the end, in the zone of the deal"):
        step = _day(road, path, "wind_down_step")
        expect(step["due_at"] == "2027-01-17T05:00:00Z", f"14 days after the last day: {step}")
        for day in road.estate.get(f"{path}/duties")["items"]:
            say.say(f"{day['due_at']}  {day['title']}: {day['state']}")
    with say.step("The studio files evidence of the take-down; the estate accepts it"):
        evidence = f"{path}/duties/{step['id']}/evidence"
        filed = road.studio.post(evidence, {"text": "The narrator was removed with patch 1.9."})
        road.estate.post(f"{evidence}/{filed['id']}/answer", {"verdict": "accepted"})
        expect(_day(road, path, "wind_down_step")["state"] == "done", "the step is done")
    road.move_clock(road.license_ends_at + timedelta(days=31))
    _destroy(road, path)
    with say.step("The studio's players are told what ends and what stays, and nothing of the deal"):
        notice = road.studio.get(f"{path}/sunset-notice", language="en-GB", title="Harbor of Echoes")["text"]
        expect("2 January 2027" in notice, f"the last day is named: {notice}")
        calendar = road.studio.download("/v1/duties/calendar.ics").text
        expect("BEGIN:VEVENT" in calendar, "the calendar is a file for calendar programs as well")
        say.say(notice.splitlines()[2])


def _destroy(road: Road, path: str) -> None:
    say = road.narrator
    certificates = f"{path}/destruction-certificates"
    with say.step("A model tuned from the files is declared, and destroyed first: a partial certificate"):
        trained = hashlib.sha256(b"a pronunciation model of the walk").hexdigest()
        road.studio.post(f"{path}/derived-models", {"name": "pronunciation model", "sha256": trained})
        copies = road.studio.get(f"{path}/copies", outstanding="true")["items"]
        model = next(copy for copy in copies if copy["kind"] == "derived_model")
        rest = [copy for copy in copies if copy is not model]
        part = road.studio.post(certificates, OFFICER | {"items": [_line(model)]})
        expect(part["outstanding"] == len(rest) > 0, f"the delivered files are left: {part}")
    with say.step("A hash that was never delivered is refused, and the line is named"):
        wrong = OFFICER | {"items": [_line(rest[0]) | {"sha256": "0" * 64}]}
        refused = road.studio.post(certificates, wrong, status=409)
        expect(refused["errors"][0]["pointer"] == "/items/0/sha256", f"the line is named: {refused}")
        say.say(refused["detail"])
    with say.step("The rest is certified by a named officer; the document is named by its own hash"):
        whole = road.studio.post(certificates, OFFICER | {"items": [_line(copy) for copy in rest]})
        expect(whole["outstanding"] == 0, "nothing is left")
        expect(_day(road, path, "destruction")["state"] == "done", "the duty is done")
        document = road.estate.download(f"{certificates}/{whole['id']}/document").content
        expect(hashlib.sha256(document).hexdigest() == whole["sha256"], "the hash is that of the document")
        say.say(f"SHA-256 {whole['sha256']}")


def _day(road: Road, path: str, kind: str) -> dict[str, Any]:
    items: list[dict[str, Any]] = road.estate.get(f"{path}/duties")["items"]
    return next(item for item in items if item["kind"] == kind)


def _line(copy: dict[str, Any]) -> dict[str, Any]:
    return {"id": copy["id"], "sha256": copy["sha256"], "method": "erased", "destroyed_on": DESTROYED_ON}
