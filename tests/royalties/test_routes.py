"""Reports and statements over HTTP: forms in, problem documents out, and nobody sees what is not theirs."""

import hashlib
import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.payments.models import Charge
from app.royalties.models import ReportLine, UsageReport
from tests.factories.identity import Caller, caller_for, make_member
from tests.factories.parties import make_actor
from tests.factories.royalties import (
    REPORTED_AT,
    EarningLicense,
    make_earning_license,
    pay_everything,
    quarter_export,
    sales,
    steam_file,
)
from tests.support.clock import FrozenClock

MAPPING: dict[str, Any] = {
    "701001": {"item": "base_game", "media": "game.scripted_performance"},
    "701002": {"item": "chapter_one", "media": "game.scripted_performance"},
    "701003": None,
    "701004": {"left_out": "No narrator on the soundtrack."},
}


@dataclass(frozen=True)
class Stage:
    """A license, and everybody with a key."""

    license: EarningLicense
    studio: Caller
    estate: Caller
    heir: Caller
    administrator: Caller
    stranger: Caller


@pytest.fixture
def stage(database: Database, services: Services, client: FlaskClient, clock: FrozenClock) -> Stage:
    with database.write() as session:
        license = make_earning_license(session, services.store)

        def caller(actor: Actor) -> Caller:
            return caller_for(session, client, actor)

        found = Stage(
            license=license,
            studio=caller(license.studio),
            estate=caller(license.estate.actor),
            heir=caller(make_member(session, party_id=license.heirs[0].id)),
            administrator=caller(license.administrator),
            stranger=caller(make_actor(session, name="Somebody else")),
        )
    clock.move_to(REPORTED_AT)
    return found


def upload(
    caller: Caller,
    license_id: str,
    content: bytes = b"",
    headers: dict[str, str] | None = None,
    **changes: Any,
) -> TestResponse:
    form = {
        "file": FileStorage(io.BytesIO(content or steam_file({})), filename="exports/steam.csv"),
        "period_first_day": "2026-07-01",
        "period_last_day": "2026-09-30",
        "kind": "original",
        "layout": "steam",
        "mapping": json.dumps(MAPPING),
    } | changes
    sent = {name: value for name, value in form.items() if value is not None}
    boundary, body = encode_multipart(sent)  # the client would leave a large form's temporary file open
    return caller.post(
        f"/v1/licenses/{license_id}/usage-reports",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
        headers=headers,
    )


def answer(response: TestResponse, status: int = 200) -> Any:
    assert response.status_code == status, response.get_data(as_text=True)
    return response.get_json()


def pointers(response: TestResponse) -> list[str]:
    return [problem["pointer"] for problem in answer(response, 422)["errors"]]


def test_a_quarter_as_the_store_exports_it(stage: Stage) -> None:
    report = answer(upload(stage.studio, stage.license.id, quarter_export()), 201)
    kept = quarter_export().count(b",701001,") + quarter_export().count(b",701002,")
    assert (report["row_count"], report["line_count"], report["filename"]) == (40_000, kept, "steam.csv")
    assert report["sha256"] == hashlib.sha256(quarter_export()).hexdigest()
    assert {row["product"]: row["reason"] for row in report["totals"]["left_out"]} == {
        "701003": "Left out by the licensee.",
        "701004": "No narrator on the soundtrack.",
    }
    again = answer(stage.studio.get(f"/v1/usage-reports/{report['id']}"))
    assert again == report


def test_a_preview_says_the_same_and_stores_nothing(stage: Stage, database: Database) -> None:
    preview = answer(upload(stage.studio, stage.license.id, preview="true"), 200)
    with database.read() as session:
        assert session.exec(select(UsageReport)).all() == []
        assert session.exec(select(ReportLine)).all() == []
        assert len(session.exec(select(Charge)).all()) == 1
    stored = answer(upload(stage.studio, stage.license.id), 201)
    assert stored | {"id": ""} == preview | {"id": ""}


def test_a_wrong_row_is_refused_with_line_and_column_and_nothing_is_stored(
    stage: Stage, database: Database
) -> None:
    content = quarter_export().split(b"\r\n")
    content[30_003] = content[30_003].replace(b",Steam,", b",Gift,").replace(b",Retail,", b",Gift,")
    problem = answer(upload(stage.studio, stage.license.id, b"\r\n".join(content)), 422)
    assert (problem["code"], problem["line"], problem["column"]) == ("report_refused", 30_004, "Type")
    assert problem["errors"][0]["code"] == "unknown_channel"
    assert problem["errors"][0]["pointer"] == "/file/30004/Type"
    with database.read() as session:
        assert session.exec(select(UsageReport)).all() == []
        assert session.exec(select(ReportLine)).first() is None
    assert upload(stage.studio, stage.license.id, quarter_export()).status_code == 201


def test_sending_the_same_call_again_gives_the_same_answer(stage: Stage, database: Database) -> None:
    def send() -> Any:
        sent = upload(stage.studio, stage.license.id, headers={"Idempotency-Key": "once"})
        return answer(sent, 201)

    assert send() == send()
    with database.read() as session:
        assert len(session.exec(select(UsageReport)).all()) == 1


UNREADABLE_FORMS: list[tuple[dict[str, Any], str]] = [
    ({"file": None}, "/file"),
    ({"file": "text"}, "/file"),
    ({"period_first_day": None}, "/period_first_day"),
    ({"period_first_day": "July"}, "/period_first_day"),
    ({"period_last_day": "2026-06-30"}, "/period_last_day"),
    ({"kind": "draft"}, "/kind"),
    ({"layout": "itunes"}, "/layout"),
    ({"mapping": None}, "/mapping"),
    ({"mapping": "{"}, "/mapping"),
    ({"mapping": "[" * 100_000}, "/mapping"),
    ({"mapping": "[]"}, "/mapping"),
    ({"mapping": "{}"}, "/mapping"),
    ({"mapping": "9" * 5_000}, "/mapping"),
    ({"mapping": '{"1": null, "1": null}'}, "/mapping"),
    ({"mapping": json.dumps({str(number): None for number in range(1_001)})}, "/mapping"),
    ({"mapping": '{"701001": "base_game"}'}, "/mapping/701001"),
    ({"mapping": '{"701001": {"item": "base_game"}}'}, "/mapping/701001"),
    ({"mapping": '{"701001": {"item": "", "media": "game.trailer"}}'}, "/mapping/701001/item"),
    ({"mapping": '{"701001": {"item": "x", "media": "game"}}'}, "/mapping/701001/media"),
    ({"mapping": '{"701001": {"item": "x", "media": "opera"}}'}, "/mapping/701001/media"),
    ({"mapping": '{"701001": {"item": "x", "media": "game.trailer", "left_out": "y"}}'}, "/mapping/701001"),
    ({"mapping": '{"a\\u0000": null}'}, "/mapping/a\0"),
    ({"mapping": '{"\\ud800": null}'}, "/mapping/\ud800"),
    ({"surprise": "x"}, "/surprise"),
]


def test_forms_that_cannot_be_read(stage: Stage) -> None:
    for change, pointer in UNREADABLE_FORMS:
        assert pointers(upload(stage.studio, stage.license.id, **change)) == [pointer]


def test_no_file_whatever_breaks_the_service(stage: Stage) -> None:
    for content in (b"\0" * 100, b"\xff\xfe\0a", b"\x1f\x8b\x08", b'"', b"," * 60_000, b"\n" * 1_000):
        assert answer(upload(stage.studio, stage.license.id, content), 422)["code"] == "report_refused"


def test_a_period_is_reported_when_it_is_over_and_once(stage: Stage) -> None:
    early = upload(stage.studio, stage.license.id, period_last_day="2026-12-31")
    assert answer(early, 409)["code"] == "period_not_over"
    answer(upload(stage.studio, stage.license.id), 201)
    assert answer(upload(stage.studio, stage.license.id), 409)["code"] == "already_reported"
    assert answer(upload(stage.studio, stage.license.id, kind="replacement"), 201)["status"] == "accepted"
    listed = answer(stage.estate.get(f"/v1/licenses/{stage.license.id}/usage-reports"))["items"]
    assert [(report["kind"], report["status"]) for report in listed] == [
        ("replacement", "accepted"),
        ("original", "superseded"),
    ]


def test_late_reports_are_taken_after_the_license_has_ended(stage: Stage, clock: FrozenClock) -> None:
    clock.move_to(datetime(2027, 2, 1, tzinfo=UTC))
    file = steam_file(sales(100_00_00, Date="2026-12-30"))
    days = {"period_first_day": "2026-10-01", "period_last_day": "2026-12-31"}
    report = answer(upload(stage.studio, stage.license.id, file, **days), 201)
    assert (report["charged_minor"], report["lines_outside_grant"]) == (250_00, 0)
    run = answer(stage.administrator.post("/v1/royalty-runs", json={"period": "2026-Q4"}), 201)
    assert [statement["period"] for statement in run["statements"]] == ["2026-Q4"]


def test_lines_are_paged_and_those_outside_the_grant_can_be_asked_for(stage: Stage) -> None:
    file = steam_file({}, {"Country Code": "US"}, {})
    report = answer(upload(stage.studio, stage.license.id, file), 201)
    assert report["lines_outside_grant"] == 1
    path = f"/v1/usage-reports/{report['id']}/lines"
    first = stage.estate.get(path, query_string={"limit": 2})
    assert [line["line_number"] for line in answer(first)["items"]] == [7, 6]
    rest = stage.estate.get(first.headers["Link"].partition("<")[2].partition(">")[0])
    assert [line["line_number"] for line in answer(rest)["items"]] == [5]
    outside = answer(stage.estate.get(path, query_string={"is_outside_grant": "true"}))["items"]
    assert [(line["territory"], line["is_outside_grant"]) for line in outside] == [("US", True)]


def test_a_statement_from_run_to_document(stage: Stage, database: Database) -> None:
    report = answer(upload(stage.studio, stage.license.id, steam_file(sales(100_00_00), {})), 201)
    with database.write() as session:
        pay_everything(session)
    run = answer(stage.administrator.post("/v1/royalty-runs", json={"period": "2026-Q3"}), 201)
    [head] = run["statements"]
    assert answer(stage.administrator.post("/v1/royalty-runs", json={"period": "2026-Q3"}), 201)["statements"] == []
    assert answer(stage.estate.get("/v1/statements"))["items"] == [head]
    path = f"/v1/statements/{head['id']}"
    whole = answer(stage.estate.get(path))
    assert whole["statement"] == head
    assert {share["status"] for share in whole["shares"]} == {"requested"}
    assert sum(share["amount_minor"] for share in whole["shares"]) == head["payable_minor"]
    document = stage.estate.get(f"{path}/document")
    assert hashlib.sha256(document.data).hexdigest() == head["sha256"]
    assert document.get_json() == whole["document"]
    lines = answer(stage.estate.get(f"{path}/lines"))["items"]
    assert [line["number"] for line in lines] == [4, 3, 2, 1]
    traced = {
        line["kind"]: answer(stage.estate.get(f"{path}/lines/{line['id']}/report-lines"))["items"] for line in lines
    }
    assert [len(traced[kind]) for kind in ("fee", "fee_platform_share", "royalty", "royalty_platform_share")] == [
        0, 0, 2, 2,
    ]  # fmt: skip
    assert {line["report_id"] for line in traced["royalty"]} == {report["id"]}


def test_periods_that_are_none(stage: Stage) -> None:
    for period in ("2026", "2026-Q5", "", None, 2026, "2026-Q3\n"):
        assert pointers(stage.administrator.post("/v1/royalty-runs", json={"period": period})) == ["/period"]


def test_runs_are_for_administrators(stage: Stage) -> None:
    for caller in (stage.studio, stage.estate, stage.heir):
        assert answer(caller.post("/v1/royalty-runs", json={"period": "2026-Q3"}), 403)["code"] == "forbidden"
    early = stage.administrator.post("/v1/royalty-runs", json={"period": "2026-Q4"})
    assert answer(early, 409)["code"] == "period_not_over"


def test_everyone_sees_only_their_own(stage: Stage) -> None:
    assert upload(stage.estate, stage.license.id).status_code == 403
    assert upload(stage.stranger, stage.license.id).status_code == 404
    report = answer(upload(stage.studio, stage.license.id), 201)
    run = answer(stage.administrator.post("/v1/royalty-runs", json={"period": "2026-Q3"}), 201)
    statement = f"/v1/statements/{run['statements'][0]['id']}"
    line = answer(stage.estate.get(f"{statement}/lines"))["items"][0]["id"]
    of_reports = [
        f"/v1/licenses/{stage.license.id}/usage-reports",
        f"/v1/usage-reports/{report['id']}",
        f"/v1/usage-reports/{report['id']}/lines",
    ]
    of_statements = [
        statement,
        f"{statement}/document",
        f"{statement}/lines",
        f"{statement}/lines/{line}/report-lines",
    ]
    seen = {
        name: [caller.get(path).status_code for path in (*of_reports, *of_statements)]
        for name, caller in vars(stage).items()
        if isinstance(caller, Caller)
    }
    assert seen == {
        "administrator": [200] * 7,
        "estate": [200] * 7,
        "studio": [200] * 3 + [404] * 4,
        "heir": [404] * 3 + [200] * 4,
        "stranger": [404] * 7,
    }
    listed = {name: len(answer(getattr(stage, name).get("/v1/statements"))["items"]) for name in seen}
    assert listed == {"administrator": 1, "estate": 1, "studio": 0, "heir": 1, "stranger": 0}


def test_a_line_of_another_statement_is_not_found(stage: Stage) -> None:
    run = answer(stage.administrator.post("/v1/royalty-runs", json={"period": "2026-Q3"}), 201)
    path = f"/v1/statements/{run['statements'][0]['id']}"
    assert stage.estate.get(f"{path}/lines/stl_01J00000000000000000000000/report-lines").status_code == 404
