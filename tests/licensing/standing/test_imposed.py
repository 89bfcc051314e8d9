"""What an administrator stopped only an administrator lets go on; the licensor lifts what it imposed itself."""

import pytest

from app.infrastructure.db.database import Database
from tests.factories.licensing import Callers, Licensed
from tests.licensing.standing.test_breaches import NOTICE, REASON, code_of, contest, made, told

IMPOSED = "suspended_by_administrator"


pytestmark = pytest.mark.usefixtures("during")


def grounds(callers: Callers, path: str) -> list[tuple[str, bool, bool]]:
    """For each ground: its kind, whether an administrator imposed it, and whether it stands."""
    found = callers.licensee.get(f"{path}/suspensions").get_json()["items"]
    return [(row["kind"], row["by_administrator"], row["lifted_at"] is None) for row in found]


def test_a_licensor_lifts_nothing_that_an_administrator_imposed(
    callers: Callers, licensed: Licensed, path: str
) -> None:
    made(callers.administrator.post(f"{path}/suspension", json=REASON))
    refused = callers.licensor.post(f"{path}/reinstatement", json=REASON)
    assert told(refused) == (409, IMPOSED)
    assert "only an administrator lifts" in refused.get_json()["detail"]
    assert code_of(callers, licensed.id) == "SUSPENDED"
    assert grounds(callers, path) == [("other", True, True)]
    made(callers.administrator.post(f"{path}/reinstatement", json=REASON))
    assert code_of(callers, licensed.id) == "ALLOWED"
    assert grounds(callers, path) == [("other", True, False)]


def test_a_licensor_lifts_its_own_grounds_and_reads_that_others_stand(callers: Callers, path: str) -> None:
    made(callers.licensor.post(f"{path}/suspension", json=REASON))
    made(callers.administrator.post(f"{path}/suspension", json=REASON | {"kind": "dispute"}))
    answer = made(callers.licensor.post(f"{path}/reinstatement", json=REASON))
    assert (answer["status"], answer["standing"]) == ("suspended", "SUSPENDED")
    assert grounds(callers, path) == [("other", False, False), ("dispute", True, True)]
    assert told(callers.licensor.post(f"{path}/reinstatement", json=REASON)) == (409, IMPOSED)
    again = made(callers.administrator.post(f"{path}/reinstatement", json=REASON))
    assert again["standing"] == "ALLOWED"


def test_an_administrator_lifts_every_ground(callers: Callers, licensed: Licensed, path: str) -> None:
    made(callers.administrator.post(f"{path}/suspension", json=REASON))
    made(callers.licensor.post(f"{path}/suspension", json=REASON | {"kind": "dispute"}))
    made(callers.administrator.post(f"{path}/reinstatement", json=REASON))
    assert code_of(callers, licensed.id) == "ALLOWED"


def test_each_imposes_a_ground_of_the_same_kind(callers: Callers, licensed: Licensed, path: str) -> None:
    """A ground of the licensor's leaves an administrator room for its own, and is so no way out."""
    made(callers.licensor.post(f"{path}/suspension", json=REASON))
    made(callers.administrator.post(f"{path}/suspension", json=REASON))
    for caller in (callers.licensor, callers.administrator):
        assert told(caller.post(f"{path}/suspension", json=REASON)) == (409, "illegal_transition")
    made(callers.licensor.post(f"{path}/reinstatement", json=REASON))
    assert code_of(callers, licensed.id) == "SUSPENDED"
    made(callers.licensor.post(f"{path}/suspension", json=REASON))


def test_a_breach_told_by_an_administrator_suspends_until_it_is_cured(
    callers: Callers, licensed: Licensed, path: str
) -> None:
    breach = made(callers.administrator.post(f"{path}/breaches", json=NOTICE | {"suspends": True}))
    of_it = f"{path}/breaches/{breach['id']}"
    assert grounds(callers, path) == [("breach", True, True)]
    assert told(callers.licensor.post(f"{path}/reinstatement", json=REASON)) == (409, IMPOSED)
    assert told(callers.licensor.post(f"{of_it}/withdrawal", json=REASON)) == (409, IMPOSED)
    assert code_of(callers, licensed.id) == "SUSPENDED"
    made(callers.licensee.post(f"{of_it}/cure", json={"evidence": "The label is there."}))
    assert told(callers.licensor.post(f"{of_it}/withdrawal", json=REASON)) == (409, IMPOSED)
    made(callers.licensor.post(f"{of_it}/acceptance", json=REASON))
    assert code_of(callers, licensed.id) == "ALLOWED"


def test_an_administrator_takes_back_what_it_told(callers: Callers, licensed: Licensed, path: str) -> None:
    suspended = made(callers.administrator.post(f"{path}/suspension", json=NOTICE | {"kind": "breach"}))
    assert suspended["standing"] == "SUSPENDED"
    [breach] = callers.licensee.get(f"{path}/breaches").get_json()["items"]
    made(callers.administrator.post(f"{path}/breaches/{breach['id']}/withdrawal", json=REASON))
    assert code_of(callers, licensed.id) == "ALLOWED"


def test_once_its_suspension_was_lifted_a_notice_is_the_licensor_s_to_take_back(
    callers: Callers, path: str
) -> None:
    breach = made(callers.administrator.post(f"{path}/breaches", json=NOTICE | {"suspends": True}))
    made(callers.administrator.post(f"{path}/reinstatement", json=REASON))
    made(callers.licensor.post(f"{path}/breaches/{breach['id']}/withdrawal", json=REASON))


def test_a_payment_that_stands_lifts_nothing_that_an_administrator_imposed(
    database: Database, callers: Callers, licensed: Licensed, path: str
) -> None:
    contest(database, licensed.id)
    made(callers.administrator.post(f"{path}/suspension", json=REASON))
    contest(database, licensed.id, is_over=True)
    assert code_of(callers, licensed.id) == "SUSPENDED"
    assert grounds(callers, path) == [("chargeback", False, False), ("other", True, True)]
