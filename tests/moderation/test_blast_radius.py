"""From a signed, paid, delivered and earning license to a failed authority and back, over HTTP."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, col, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app import registry
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.infrastructure.jobs.worker import drain
from app.ledger.queries import trial_balance
from app.notifications.models import Message
from app.payments.models import Transfer
from app.payments.states import TransferStatus
from app.royalties.service.gate import SETTLE_HOLDS
from tests.factories.catalog import make_listed_package
from tests.factories.identity import Caller, caller_for, make_member
from tests.factories.licensing import DURING, USE
from tests.factories.negotiation import INTENDED_USE, deal_terms
from tests.factories.parties import make_actor, make_administrator, make_estate
from tests.factories.royalties import (
    REPORTED_AT,
    make_heirs,
    pay,
    sales,
    send_everything,
    steam_file,
)
from tests.moderation.doubt import REASON, representation_of
from tests.support.clock import START, FrozenClock

BEFORE_ALL = "2026-05-01T00:00:00Z"
AFTER_ALL = datetime(2027, 2, 1, 9, tzinfo=UTC)
NEXT_TERM = {"first_day": "2027-06-15", "last_day": "2027-12-31", "zone": "UTC"}
THIRD_TERM = NEXT_TERM | {"first_day": "2028-06-15", "last_day": "2028-12-31"}
FEE_NET, ROYALTY_NET = 1_125_000, 22_500
MAPPING = {"701002": {"item": "chapter_one", "media": "game.scripted_performance"}}


@dataclass
class Stage:
    """An estate with two heirs and a listed package, a studio with a production, and everybody's keys."""

    database: Database
    services: Services
    clock: FrozenClock
    representation_id: str
    package_id: str
    party_ids: Mapping[str, str]
    studio: Caller
    estate: Caller
    heir: Caller
    administrator: Caller
    production_id: str = ""
    made: dict[str, str] = field(default_factory=dict)

    def write(self) -> Any:
        return self.database.write()


@pytest.fixture
def stage(database: Database, services: Services, client: FlaskClient, clock: FrozenClock) -> Stage:
    with database.write() as session:
        estate = make_estate(session, services.store)
        administrator = make_administrator(session)
        heirs = make_heirs(session, estate, administrator, (6_000, 4_000))
        package = make_listed_package(session, services.store, estate)
        studio = make_actor(session)
        found = Stage(
            database=database,
            services=services,
            clock=clock,
            representation_id=representation_of(session, estate.actor),
            package_id=package.id,
            party_ids={
                "estate": estate.party.id,
                "studio": studio.party_id,
                "heir": heirs[0].id,
                "brother": heirs[1].id,
            },
            studio=caller_for(session, client, studio),
            estate=caller_for(session, client, estate.actor),
            heir=caller_for(session, client, make_member(session, party_id=heirs[0].id)),
            administrator=caller_for(session, client, administrator),
        )
    production = answer(found.studio.post("/v1/productions", json={"title": "Harbor", "kind": "game"}), 201)
    found.production_id = production["id"]
    return found


def test_a_failed_authority_reaches_everything_and_its_restoration_sets_everything_going(stage: Stage) -> None:
    license_id = sign_and_pay(stage)
    deliver(stage, license_id)
    report_and_pay(stage, license_id)
    talks = answer(ask(stage, NEXT_TERM), 201)

    case_id = fail(stage)
    the_case_lists_all_of_it(stage, case_id, license_id, talks["id"])
    nothing_new_is_signed(stage, talks)
    the_license_goes_on(stage, license_id)
    statement_id = run_royalties(stage, "2026-Q3")
    settle(stage)
    assert shares(stage, statement_id) == {"held": FEE_NET + ROYALTY_NET}
    with stage.write() as session:
        send_everything(session)
        assert session.exec(select(Transfer)).all() == []
    held = money(stage, case_id)
    assert (held["in", "paid"], held["out", "held"]) == (1_350_000 - 75_000, FEE_NET + ROYALTY_NET)

    restore(stage)
    assert shares(stage, statement_id) == {"requested": FEE_NET + ROYALTY_NET}
    provider_sends(stage)
    assert shares(stage, statement_id) == {"sent": FEE_NET + ROYALTY_NET}
    case = answer(stage.administrator.get(f"/v1/authority-cases/{case_id}"))
    assert case["case"]["closing_reason"] == "The appeal succeeded."
    accepted(stage, talks)
    answer(ask(stage, THIRD_TERM), 201)
    nothing_is_paid_twice(stage)
    everybody_heard_of_both_once(stage, case_id)


def test_money_already_asked_of_the_bank_is_taken_back(stage: Stage) -> None:
    license_id = sign_and_pay(stage)
    report_and_pay(stage, license_id)
    statement_id = run_royalties(stage, "2026-Q3")
    assert shares(stage, statement_id) == {"requested": FEE_NET + ROYALTY_NET}
    fail(stage)
    assert shares(stage, statement_id) == {"held": FEE_NET + ROYALTY_NET}
    provider_sends(stage)
    assert shares(stage, statement_id) == {"held": FEE_NET + ROYALTY_NET}
    restore(stage)
    provider_sends(stage)
    assert shares(stage, statement_id) == {"sent": FEE_NET + ROYALTY_NET}
    nothing_is_paid_twice(stage)


def test_what_was_signed_before_the_authority_ended_is_paid_as_always(stage: Stage) -> None:
    license_id = sign_and_pay(stage)
    stage.clock.move_to(DURING)
    case_id = fail(stage, as_of="2026-06-02T00:00:00Z")
    assert answer(stage.administrator.get(f"/v1/authority-cases/{case_id}/licenses"))["items"] == []
    report_and_pay(stage, license_id)
    statement_id = run_royalties(stage, "2026-Q3")
    provider_sends(stage)
    assert shares(stage, statement_id) == {"sent": FEE_NET + ROYALTY_NET}


def test_failing_and_restoring_ask_for_sense(stage: Stage) -> None:
    path = f"/v1/representations/{stage.representation_id}/failure"
    tomorrow = stage.administrator.post(path, json={"as_of": "2026-06-02T00:00:00Z", "reason": REASON})
    assert answer(tomorrow, 422)["errors"][0]["pointer"] == "/as_of"
    fail(stage)
    again = stage.administrator.post(path, json={"as_of": BEFORE_ALL, "reason": REASON})
    assert again.status_code == 409
    restore(stage)
    path = f"/v1/representations/{stage.representation_id}/restoration"
    assert stage.administrator.post(path, json={"reason": "Once more."}).status_code == 409
    assert stage.estate.post(path, json={"reason": "Mine."}).status_code == 403


def answer(response: TestResponse, status: int = 200) -> Any:
    assert response.status_code == status, response.get_data(as_text=True)[:500]
    return response.get_json()


def ask(stage: Stage, term: dict[str, str] | None = None) -> TestResponse:
    """The studio requests a license."""
    return stage.studio.post(
        "/v1/negotiations",
        json={
            "package_id": stage.package_id,
            "production_id": stage.production_id,
            "intended_use": INTENDED_USE,
            "terms": deal_terms(**({"term": term} if term else {})),
        },
    )


def accept(stage: Stage, talks: dict[str, Any]) -> TestResponse:
    offer = talks["latest_offer"]
    return stage.estate.post(
        f"/v1/negotiations/{talks['id']}/acceptance",
        json={"offer_number": offer["number"], "terms_sha256": offer["terms_sha256"]},
    )


def accepted(stage: Stage, talks: dict[str, Any]) -> str:
    license_id: str = answer(accept(stage, talks), 201)["license_id"]
    return license_id


def sign_and_pay(stage: Stage) -> str:
    license_id = accepted(stage, answer(ask(stage), 201))
    with stage.write() as session:
        pay(session, f"license/{license_id}/fee", at=START)
    assert answer(stage.studio.get(f"/v1/licenses/{license_id}"))["status"] == "active"
    return license_id


def deliver(stage: Stage, license_id: str) -> None:
    stage.clock.move_to(DURING)
    [asset] = answer(stage.studio.get(f"/v1/licenses/{license_id}/assets"))["items"]
    body = {"asset_id": asset["asset_id"]}
    delivery = answer(stage.studio.post(f"/v1/licenses/{license_id}/deliveries", json=body), 201)
    assert stage.studio.get(f"/v1/deliveries/{delivery['id']}/content", buffered=True).status_code == 200
    stage.made["delivery_id"] = delivery["id"]


def report_and_pay(stage: Stage, license_id: str) -> None:
    """The studio reports 10,000.00 of sales, which earn 250.00, and pays them."""
    stage.clock.move_to(REPORTED_AT)
    form = {
        "file": FileStorage(io.BytesIO(steam_file(sales(10_000_00))), filename="steam.csv"),
        "period_first_day": "2026-07-01",
        "period_last_day": "2026-09-30",
        "kind": "original",
        "layout": "steam",
        "mapping": json.dumps(MAPPING),
    }
    boundary, body = encode_multipart(form)
    report = stage.studio.post(
        f"/v1/licenses/{license_id}/usage-reports",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
    )
    with stage.write() as session:
        pay(session, f"report/{answer(report, 201)['id']}/royalty")


def fail(stage: Stage, *, as_of: str = BEFORE_ALL) -> str:
    """An administrator fails the authority; returns the case that this opens."""
    path = f"/v1/representations/{stage.representation_id}/failure"
    answer(stage.administrator.post(path, json={"as_of": as_of, "reason": REASON}))
    [case] = answer(stage.administrator.get("/v1/authority-cases?state=open"))["items"]
    assert (case["as_of_at"], case["reason"], case["closed_at"]) == (as_of, REASON, None)
    case_id: str = case["id"]
    return case_id


def restore(stage: Stage) -> None:
    path = f"/v1/representations/{stage.representation_id}/restoration"
    answer(stage.administrator.post(path, json={"reason": "The appeal succeeded."}))
    assert answer(stage.administrator.get("/v1/authority-cases?state=open"))["items"] == []
    settle(stage)


def the_case_lists_all_of_it(stage: Stage, case_id: str, license_id: str, negotiation_id: str) -> None:
    path = f"/v1/authority-cases/{case_id}"
    case = answer(stage.administrator.get(path))
    assert case["licenses"] == [{"status": "active", "licenses": 1}]
    assert (case["deliveries"], case["open_negotiations"]) == (1, 1)
    assert case["delivered_bytes"] > 0
    listed = {
        name: answer(stage.administrator.get(f"{path}/{name}"))["items"]
        for name in ("licenses", "deliveries", "payments", "negotiations")
    }
    assert [(row["id"], row["deliveries"]) for row in listed["licenses"]] == [(license_id, 1)]
    assert [row["id"] for row in listed["deliveries"]] == [stage.made["delivery_id"]]
    assert [row["id"] for row in listed["negotiations"]] == [negotiation_id]
    assert {(row["direction"], row["status"], row["amount_minor"]) for row in listed["payments"]} == {
        ("in", "paid", 1_250_000),
        ("in", "paid", 25_000),
    }


def nothing_new_is_signed(stage: Stage, talks: dict[str, Any]) -> None:
    """A request and an acceptance are refused because the authority is gone; the licensor reads that it failed."""
    requested, signed = answer(ask(stage, THIRD_TERM), 409), answer(accept(stage, talks), 409)
    assert (requested["code"], signed["code"]) == ("no_authority", "no_authority")
    assert "no proven authority" in requested["detail"]
    assert "failed" in signed["detail"]


def the_license_goes_on(stage: Stage, license_id: str) -> None:
    decision = stage.studio.post(f"/v1/licenses/{license_id}/decision", json=USE)
    assert answer(decision)["allowed"] is True


def run_royalties(stage: Stage, period: str) -> str:
    run = answer(stage.administrator.post("/v1/royalty-runs", json={"period": period}), 201)
    [statement] = run["statements"]
    statement_id: str = statement["id"]
    return statement_id


def shares(stage: Stage, statement_id: str) -> dict[str, int]:
    """What an heir reads of the shares of a statement: how much stands how."""
    found: dict[str, int] = {}
    for share in answer(stage.heir.get(f"/v1/statements/{statement_id}"))["shares"]:
        found[share["status"]] = found.get(share["status"], 0) + share["amount_minor"]
    return found


def money(stage: Stage, case_id: str) -> dict[tuple[str, str], int]:
    totals = answer(stage.administrator.get(f"/v1/authority-cases/{case_id}"))["money"]
    return {(total["direction"], total["status"]): total["amount_minor"] for total in totals}


def settle(stage: Stage) -> None:
    """The worker does what the end of a hold has queued."""
    drain(services=stage.services, handlers={SETTLE_HOLDS: registry.JOBS[SETTLE_HOLDS]})


def provider_sends(stage: Stage) -> None:
    with stage.write() as session:
        send_everything(session)


def nothing_is_paid_twice(stage: Stage) -> None:
    """Whatever runs once more finds nothing to send; what was sent is what was owed."""
    stage.clock.move_to(AFTER_ALL)
    for period in ("2026-Q3", "2026-Q4"):
        answer(stage.administrator.post("/v1/royalty-runs", json={"period": period}), 201)
    settle(stage)
    provider_sends(stage)
    with stage.database.read() as session:
        sent = session.exec(select(Transfer)).all()
        assert {transfer.status for transfer in sent} == {TransferStatus.SENT}
        assert sum(transfer.amount_minor for transfer in sent) == FEE_NET + ROYALTY_NET
        assert set(trial_balance(session).values()) <= {0}


def everybody_heard_of_both_once(stage: Stage, case_id: str) -> None:
    with stage.database.read() as session:
        told = messages(session, case_id)
    parties = set(stage.party_ids.values())
    assert [m.party_id for m in told if "in doubt" in m.subject] == sorted(parties)
    assert sorted(m.party_id for m in told if "restored" in m.subject) == sorted(parties)
    assert len(told) == 2 * len(parties)


def messages(session: Session, case_id: str) -> list[Message]:
    return list(session.exec(select(Message).where(Message.about == case_id).order_by(col(Message.id))))
