"""Suspension on grounds, breach and cure, and what a contested payment does."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.infrastructure import events
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.payments.events import DisputeClosed, DisputeOpened
from app.values.term import format_instant
from tests.factories.licensing import (
    DURING,
    TICK,
    USE,
    Callers,
    Licensed,
    make_callers,
    make_license,
    make_unpaid_license,
    pay_fee,
)
from tests.support.clock import START, FrozenClock

REASON = {"reason": "The label is missing."}
NOTICE = REASON | {"clause": "Disclosure label"}
THIRTY = timedelta(days=30)


pytestmark = pytest.mark.usefixtures("during")


def made(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 201, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    return found


def told(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def code_of(callers: Callers, license_id: str) -> str:
    answer = callers.licensee.post(f"/v1/licenses/{license_id}/decision", json=USE)
    return str(answer.get_json()["code"])


def test_a_notice_of_breach_lets_the_license_run_until_the_licensor_ends_it(
    callers: Callers, licensed: Licensed, path: str, clock: FrozenClock
) -> None:
    breach = made(callers.licensor.post(f"{path}/breaches", json=NOTICE))
    assert breach["cure_until"] == format_instant(DURING + THIRTY)
    assert (breach["status"], breach["is_cure_over"], code_of(callers, licensed.id)) == (
        "noticed",
        False,
        "ALLOWED",
    )
    clock.move_to(DURING + THIRTY - TICK)
    assert told(callers.licensor.post(f"{path}/termination", json=REASON)) == (409, "cure_period_running")
    clock.move_to(DURING + THIRTY)
    [shown] = callers.licensee.get(f"{path}/breaches").get_json()["items"]
    assert (shown["is_cure_over"], code_of(callers, licensed.id)) == (True, "ALLOWED")
    made(callers.licensor.post(f"{path}/termination", json=REASON))
    assert code_of(callers, licensed.id) == "TERMINATED"
    assert told(callers.licensor.post(f"{path}/termination", json=REASON)) == (409, "illegal_transition")


def test_a_breach_that_suspends_is_lifted_by_its_cure(callers: Callers, licensed: Licensed, path: str) -> None:
    breach = made(callers.licensor.post(f"{path}/breaches", json=NOTICE | {"suspends": True}))
    of_it = f"{path}/breaches/{breach['id']}"
    assert code_of(callers, licensed.id) == "SUSPENDED"
    assert told(callers.licensor.post(f"{of_it}/acceptance", json=REASON)) == (409, "illegal_transition")
    made(callers.licensee.post(f"{of_it}/cure", json={"evidence": "The label is in the credits now."}))
    disputed = made(callers.licensor.post(f"{of_it}/dispute", json={"reason": "Not in the trailer."}))
    assert (disputed["status"], code_of(callers, licensed.id)) == ("not_cured", "SUSPENDED")
    made(callers.licensee.post(f"{of_it}/cure", json={"evidence": "The trailer was taken down."}))
    cured = made(callers.licensor.post(f"{of_it}/acceptance", json={"reason": "It is gone."}))
    assert (cured["status"], code_of(callers, licensed.id)) == ("cured", "ALLOWED")
    assert [step["action"] for step in cured["steps"]] == ["answer", "dispute", "answer", "accept"]
    [ground] = callers.licensee.get(f"{path}/suspensions").get_json()["items"]
    assert (ground["kind"], ground["lifted_at"]) == ("breach", format_instant(DURING))
    assert told(callers.licensor.post(f"{path}/termination", json=REASON)) == (409, "no_breach_told")


def test_an_answer_in_time_has_to_be_answered_before_an_end(
    callers: Callers, path: str, clock: FrozenClock
) -> None:
    breach = made(callers.licensor.post(f"{path}/breaches", json=NOTICE))
    made(callers.licensee.post(f"{path}/breaches/{breach['id']}/cure", json={"evidence": "It is done."}))
    clock.move_to(DURING + THIRTY)
    assert told(callers.licensor.post(f"{path}/termination", json=REASON)) == (409, "cure_unanswered")
    made(callers.licensor.post(f"{path}/breaches/{breach['id']}/dispute", json=REASON))
    made(callers.licensor.post(f"{path}/termination", json=REASON))


def test_an_administrator_can_end_it_while_it_may_be_cured(callers: Callers, path: str) -> None:
    made(callers.licensor.post(f"{path}/breaches", json=NOTICE))
    made(callers.administrator.post(f"{path}/termination", json=REASON))


def test_a_notice_that_is_taken_back_suspends_no_longer(callers: Callers, licensed: Licensed, path: str) -> None:
    suspended = made(callers.licensor.post(f"{path}/suspension", json=NOTICE | {"kind": "breach"}))
    assert suspended["standing"] == "SUSPENDED"
    [breach] = callers.licensee.get(f"{path}/breaches").get_json()["items"]
    made(callers.licensor.post(f"{path}/breaches/{breach['id']}/withdrawal", json=REASON))
    assert code_of(callers, licensed.id) == "ALLOWED"


def test_the_time_to_cure_is_never_shorter_than_agreed(callers: Callers, path: str) -> None:
    short = format_instant(DURING + THIRTY - TICK)
    for where, more in (("breaches", {}), ("suspension", {"kind": "breach"})):
        answer = callers.licensor.post(f"{path}/{where}", json=NOTICE | more | {"cure_until": short})
        assert told(answer) == (409, "cure_period_too_short")
    long = format_instant(DURING + 2 * THIRTY)
    assert made(callers.licensor.post(f"{path}/breaches", json=NOTICE | {"cure_until": long}))["cure_until"] == long


def test_a_strike_suspends_only_where_the_deal_says_so(
    database: Database, services: Services, client: FlaskClient, callers: Callers, path: str
) -> None:
    strike = REASON | {"kind": "strike"}
    assert told(callers.licensor.post(f"{path}/suspension", json=strike)) == (409, "strike_not_agreed")
    with database.write() as session:
        agreed = make_license(session, services.store, strike={"suspends": True, "tolls": False})
        theirs = make_callers(session, client, agreed)
    made(theirs.administrator.post(f"/v1/licenses/{agreed.id}/suspension", json=strike))
    assert code_of(theirs, agreed.id) == "SUSPENDED"


def test_it_goes_on_when_the_last_ground_is_lifted(callers: Callers, licensed: Licensed, path: str) -> None:
    breach = made(callers.licensor.post(f"{path}/breaches", json=NOTICE | {"suspends": True}))
    made(callers.licensor.post(f"{path}/suspension", json=REASON | {"kind": "dispute"}))
    again = callers.licensor.post(f"{path}/suspension", json=REASON | {"kind": "dispute"})
    assert told(again) == (409, "illegal_transition")
    made(callers.licensor.post(f"{path}/breaches/{breach['id']}/withdrawal", json=REASON))
    assert code_of(callers, licensed.id) == "SUSPENDED"
    made(callers.licensor.post(f"{path}/reinstatement", json=REASON))
    assert code_of(callers, licensed.id) == "ALLOWED"


def test_who_may_do_what(callers: Callers, path: str) -> None:
    breach = made(callers.licensor.post(f"{path}/breaches", json=NOTICE))
    of_it = f"{path}/breaches/{breach['id']}"
    for caller in (callers.licensee, callers.stranger):
        assert told(caller.post(f"{path}/breaches", json=NOTICE)) == (404, "not_found")
        assert told(caller.post(f"{of_it}/withdrawal", json=REASON)) == (404, "not_found")
    for caller in (callers.licensor, callers.stranger, callers.administrator):
        assert told(caller.post(f"{of_it}/cure", json={"evidence": "Done."})) == (404, "not_found")
    chargeback = callers.licensor.post(f"{path}/suspension", json=REASON | {"kind": "chargeback"})
    assert told(chargeback) == (422, "invalid_input")
    late = callers.licensor.post(f"{path}/suspension", json=NOTICE | {"kind": "other"})
    assert told(late) == (422, "invalid_input")


def contest(database: Database, license_id: str, *, is_over: bool | None = None, at: Any = DURING) -> None:
    """The payer's bank contests the fee; or, with `is_over`, has decided whether the payment stands."""
    reference = f"license/{license_id}/fee"
    event: object = DisputeOpened(reference, "chg_1")
    if is_over is not None:
        event = DisputeClosed(reference, "chg_1", is_won=is_over)
    with database.write() as session:
        events.publish(session=session, event=event, at=at)


def test_a_contested_payment_suspends_until_it_stands(
    database: Database, callers: Callers, licensed: Licensed
) -> None:
    for _ in range(2):
        contest(database, licensed.id)
    assert code_of(callers, licensed.id) == "SUSPENDED"
    [ground] = callers.licensor.get(f"/v1/licenses/{licensed.id}/suspensions").get_json()["items"]
    assert (ground["kind"], ground["lifted_at"]) == ("chargeback", None)
    for _ in range(2):
        contest(database, licensed.id, is_over=True)
    assert code_of(callers, licensed.id) == "ALLOWED"


def test_a_payment_that_went_back_leaves_it_suspended_for_the_licensor_to_decide(
    database: Database, callers: Callers, licensed: Licensed
) -> None:
    contest(database, licensed.id)
    contest(database, licensed.id, is_over=False)
    assert code_of(callers, licensed.id) == "SUSPENDED"
    made(callers.licensor.post(f"/v1/licenses/{licensed.id}/reinstatement", json=REASON))
    assert code_of(callers, licensed.id) == "ALLOWED"


def test_a_payment_that_stands_lifts_no_other_ground(
    database: Database, callers: Callers, licensed: Licensed, path: str
) -> None:
    made(callers.licensor.post(f"{path}/suspension", json=REASON))
    contest(database, licensed.id)
    contest(database, licensed.id, is_over=True)
    assert code_of(callers, licensed.id) == "SUSPENDED"


def test_a_license_paid_for_while_a_part_is_contested_does_not_begin_to_count(
    database: Database, services: Services, client: FlaskClient
) -> None:
    with database.write() as session:
        waiting = make_unpaid_license(session, services.store)
        callers = make_callers(session, client, waiting)
    contest(database, waiting.id, at=START)
    with database.write() as session:
        pay_fee(session, waiting.id, at=START)
    assert code_of(callers, waiting.id) == "SUSPENDED"
    contest(database, waiting.id, is_over=True)
    assert code_of(callers, waiting.id) == "ALLOWED"


def test_news_of_an_ended_license_or_of_other_payments_changes_nothing(
    database: Database, callers: Callers, licensed: Licensed, path: str
) -> None:
    contest(database, "lic_unknown")
    made(callers.administrator.post(f"{path}/termination", json=REASON))
    contest(database, licensed.id)
    contest(database, licensed.id, is_over=True)
    assert code_of(callers, licensed.id) == "TERMINATED"
