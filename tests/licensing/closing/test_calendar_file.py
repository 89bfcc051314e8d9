"""Calendars as lists over all licenses, and as files that calendar programs read."""

import re
from datetime import timedelta
from typing import Any

import pytest

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.closing.icalendar import escape, fold
from app.values.term import parse_instant
from tests.factories.closing import CLOSING, make_closing_license
from tests.factories.identity import Caller
from tests.factories.licensing import ENDS_AT, Callers, Licensed, make_license
from tests.support.clock import FrozenClock

DAY = timedelta(days=1)


def unfolded(body: bytes) -> list[str]:
    """The content lines of a file, as RFC 5545 says to read them."""
    assert body.endswith(b"\r\n")
    physical = body.split(b"\r\n")
    assert all(len(line) <= 75 for line in physical)
    assert b"\n" not in body.replace(b"\r\n", b"")
    return body.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")


def events(body: bytes) -> list[dict[str, str]]:
    """The entries of a file by property, parameters left out."""
    lines = unfolded(body)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert lines[1] == "VERSION:2.0"
    found: list[dict[str, str]] = []
    for line in lines:
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and line != "END:VCALENDAR":
            name, _, value = line.partition(":")
            assert name.partition(";")[0] == "END" or name not in found[-1]
            found[-1][name] = value
    return found


def plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", "plain"),
        ("a, b; c", r"a\, b\; c"),
        ("back\\slash", r"back\\slash"),
        ("one\r\ntwo\nthree\rfour", r"one\ntwo\nthree\nfour"),
        ("no\x00 co\x07ntrols\x7f\tbut tabs", "no controls\tbut tabs"),
        ("END:VEVENT\nBEGIN:VEVENT", r"END:VEVENT\nBEGIN:VEVENT"),
    ],
)
def test_text_is_escaped(text: str, written: str) -> None:
    assert escape(text) == written


@pytest.mark.parametrize("text", ["x" * 75, "x" * 76, "x" * 400, "ł" * 200, "a" + "漢" * 120, "🎭" * 60])
def test_lines_are_folded_by_octets_and_never_within_a_character(text: str) -> None:
    folded = fold(text)
    assert all(len(part) <= 75 for part in folded.split(b"\r\n"))
    for part in folded.removesuffix(b"\r\n").split(b"\r\n "):
        part.decode()
    assert unfolded(folded) == [text]
    assert (b"\r\n " in folded) is (len(text.encode()) > 75)


def test_a_file_has_each_day_as_the_deal_counts_it(callers: Callers, closing: Licensed, clock: FrozenClock) -> None:
    clock.move_to(ENDS_AT + 20 * DAY)
    answer = callers.licensee.get(f"/v1/licenses/{closing.id}/duties.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    found = {plain(event["SUMMARY"]).partition(" (")[0]: event for event in events(answer.data)}
    days = {title: (event["DTSTART;VALUE=DATE"], event["DTEND;VALUE=DATE"]) for title, event in found.items()}
    assert days["The license ends"] == ("20261231", "20270101")
    assert days["Overdue: Take the voice pack out of the shop"] == ("20270114", "20270115")
    assert days["The option to extend opens"] == ("20261003", "20261004")
    assert days["The time to sell off and take down is over"] == ("20270331", "20270401")
    event = found["The license ends"]
    assert re.fullmatch(r"dty_\w+@likeness", event["UID"])
    assert event["DTSTAMP"] == "20270121T050000Z"
    assert event["URL"].endswith(f"/licenses/{closing.id}/calendar")
    assert len({event["UID"] for event in found.values()}) == len(found) == 11


def test_words_of_the_deal_cannot_break_the_file(
    database: Database, services: Services, closing: Licensed, callers: Callers
) -> None:
    step = {"step": "Take it out; all, of it\\ — \N{PERFORMING ARTS}" * 5, "within_days": 1, "needs_evidence": True}
    with database.write() as session:
        terms = CLOSING | {"wind_down": {"days": 9, "steps": [step]}}
        made = make_license(session, services.store, sides=closing.sides, **terms)
    body = callers.licensee.get(f"/v1/licenses/{made.id}/duties.ics").data
    assert any(step["step"] in plain(event["SUMMARY"]) for event in events(body))


def test_all_days_of_a_party_come_in_their_order_page_by_page(
    database: Database, services: Services, callers: Callers, closing: Licensed
) -> None:
    with database.write() as session:
        foreign = make_closing_license(session, services.store)
    found = pages(callers.licensee, "/v1/duties?limit=4")
    assert len(found) == 11
    assert {item["license_id"] for item in found} == {closing.id}
    assert [item["due_at"] for item in found] == sorted(item["due_at"] for item in found)
    everything = pages(callers.administrator, "/v1/duties?limit=7")
    assert {item["license_id"] for item in everything} == {closing.id, foreign.id}
    assert len(everything) == len({item["id"] for item in everything}) == 22
    assert pages(callers.stranger, "/v1/duties") == []


def pages(caller: Caller, url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        answer = caller.get(url)
        assert answer.status_code == 200, answer.text
        found += answer.get_json()["items"]
        if answer.get_json()["next_cursor"] is None:
            return found
        link = re.fullmatch(r'<http://[^/]+(/[^>]+)>; rel="next"', answer.headers["Link"])
        assert link is not None
        url = link[1]


def test_from_is_part_of_the_time_asked_for_and_until_is_not(callers: Callers) -> None:
    ends = "2027-01-01T05:00:00Z"
    for query, kinds in (
        (f"from={ends}&until=2027-01-01T05:00:01Z", ["license_ends", "wind_down_step"]),
        (f"from=2026-12-31T00:00:00Z&until={ends}", []),
    ):
        found = callers.licensor.get(f"/v1/duties?{query}").get_json()["items"]
        assert [item["kind"] for item in found] == kinds
        assert all(parse_instant(item["due_at"]) == ENDS_AT for item in found)


@pytest.mark.parametrize("query", ["cursor=dty_01J8ZQ4T9M3N5V7X2B6C8D0F1G", "from=yesterday", "limit=0", "state=x"])
def test_nonsense_is_refused(callers: Callers, query: str) -> None:
    assert callers.licensee.get(f"/v1/duties?{query}").status_code == 422


def test_a_file_of_all_begins_ninety_days_back(callers: Callers, clock: FrozenClock) -> None:
    clock.move_to(ENDS_AT + 91 * DAY)
    found = [plain(event["SUMMARY"]) for event in events(callers.licensee.get("/v1/duties/calendar.ics").data)]
    assert not any(summary.startswith("The license ends") for summary in found)
    assert any("Destroy" in summary for summary in found)


def test_what_is_done_in_turns_stands_beside_the_calendar(
    callers: Callers, closing: Licensed, clock: FrozenClock
) -> None:
    path = f"/v1/licenses/{closing.id}/duties"
    (report,) = callers.licensee.get(path).get_json()["recurring"]
    assert report["kind"] == "usage_report"
    clock.move_to(ENDS_AT)
    assert callers.licensee.get(path).get_json()["recurring"] == []


def test_a_check_in_that_the_deal_asks_for_is_named(
    database: Database, services: Services, callers: Callers, closing: Licensed
) -> None:
    with database.write() as session:
        terms = CLOSING | {"check_in": {"every_hours": 24, "grace_hours": 12}}
        made = make_license(session, services.store, sides=closing.sides, **terms)
    found = callers.licensor.get(f"/v1/licenses/{made.id}/duties").get_json()["recurring"]
    assert [each["kind"] for each in found] == ["check_in", "usage_report"]
    assert "24\u00a0hours" in found[0]["sentence"]
