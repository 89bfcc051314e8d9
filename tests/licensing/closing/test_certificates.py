"""Officers certify what was destroyed: copy by copy, each once, by the hash it was delivered with."""

import hashlib
import json
import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from app.audit.models import AuditRecord
from app.identity.states import Scope
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.closing.errors import CertificateRefused
from app.licensing.closing.models import DestroyedCopy, DestructionCertificate, LicenseDuty
from app.licensing.closing.queries import late_at
from app.licensing.closing.service.certificates import CertifiedCopy, sign_certificate
from app.licensing.closing.states import DestructionMethod, DutyKind, DutyStep
from app.licensing.models import Delivery
from app.licensing.queries import license_of
from app.negotiation.models import Deal
from app.notifications.models import Message
from app.values.canonical import canonical_bytes
from tests.factories.changes import hand_on
from tests.factories.closing import (
    DESTRUCTION_DUE_AT,
    WOUND_DOWN_AT,
    announced_steps,
    make_closing_license,
    make_deliveries,
    run_announcements,
)
from tests.factories.identity import Caller, caller_for, make_key
from tests.factories.licensing import DURING, Callers, Licensed
from tests.support.clock import FrozenClock

DAY = timedelta(days=1)
OFFICER = {
    "officer_name": "Robin Example",
    "officer_title": "Head of Archives",
    "statement": "I saw the copies named here destroyed.",
}
ON = "2027-04-10"
AT = WOUND_DOWN_AT + 10 * DAY


@pytest.fixture(autouse=True)
def afterwards(clock: FrozenClock) -> None:
    clock.move_to(AT)


def copies(caller: Caller, licensed: Licensed, query: str = "?outstanding=true") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caller.get(f"/v1/licenses/{licensed.id}/copies{query}").get_json()["items"]
    return found


def line(copy: dict[str, Any], **change: Any) -> dict[str, Any]:
    return {"id": copy["id"], "sha256": copy["sha256"], "method": "erased", "destroyed_on": ON} | change


def certify(caller: Caller, licensed: Licensed, *items: dict[str, Any]) -> Any:
    return caller.post(
        f"/v1/licenses/{licensed.id}/destruction-certificates", json=OFFICER | {"items": list(items)}
    )


def destruction(caller: Caller, licensed: Licensed) -> dict[str, Any]:
    found = caller.get(f"/v1/licenses/{licensed.id}/duties").get_json()["items"]
    return next(item for item in found if item["kind"] == "destruction")


def declare(caller: Caller, licensed: Licensed, sha256: str = "d" * 64) -> Any:
    body = {"name": "voice-tuned", "sha256": sha256}
    return caller.post(f"/v1/licenses/{licensed.id}/derived-models", json=body)


def test_parts_are_certified_until_nothing_is_left(database: Database, callers: Callers, closing: Licensed) -> None:
    with database.write() as session:
        make_deliveries(session, closing, at=DURING + DAY)
    model = declare(callers.licensee, closing).get_json()
    assert model["is_granted"] is False
    assert destruction(callers.licensor, closing)["outstanding"] == 3
    held = copies(callers.licensor, closing)
    assert [copy["kind"] for copy in held].count("derived_model") == 1
    for number, copy in enumerate(held):
        answer = certify(callers.licensee, closing, line(copy, method="key_destroyed"))
        assert answer.status_code == 201, answer.text
        assert answer.get_json()["outstanding"] == 2 - number
        shown = destruction(callers.licensor, closing)
        assert (shown["state"], shown["outstanding"]) == ("done" if number == 2 else "due", 2 - number)
    assert copies(callers.licensor, closing) == []
    assert all(copy["certificate_id"] for copy in copies(callers.licensor, closing, ""))


def test_a_certificate_is_a_document_named_by_its_hash(callers: Callers, closing: Licensed) -> None:
    (copy,) = copies(callers.licensee, closing)
    signed = certify(callers.licensee, closing, line(copy)).get_json()
    path = f"/v1/licenses/{closing.id}/destruction-certificates/{signed['id']}"
    raw = callers.licensor.get(f"{path}/document").data
    assert hashlib.sha256(raw).hexdigest() == signed["sha256"]
    shown = callers.licensor.get(path).get_json()
    document = json.loads(raw)
    assert shown["document"] == document
    assert canonical_bytes(document) == raw
    assert document["officer"] == {"name": "Robin Example", "title": "Head of Archives"}
    assert document["party"]["id"] == closing.licensee.party_id
    assert document["signed_at"] == "2027-04-11T04:00:00Z"
    (certified,) = document["copies"]
    assert (certified["delivery_id"], certified["sha256"], certified["destroyed_on"]) == (
        copy["id"], copy["sha256"], ON
    )  # fmt: skip
    listed = callers.licensor.get(f"/v1/licenses/{closing.id}/destruction-certificates").get_json()["items"]
    assert [each["sha256"] for each in listed] == [signed["sha256"]]


def test_a_certificate_is_a_file_as_well_the_same_each_time(callers: Callers, closing: Licensed) -> None:
    (copy,) = copies(callers.licensee, closing)
    body = OFFICER | {
        "officer_name": "Łucja *Example* 漢字 👩🏽\u200d💻",
        "statement": "#set page(fill: red)\n$x$ \\ `code` <b> @here",
        "items": [line(copy)],
    }
    path = f"/v1/licenses/{closing.id}/destruction-certificates"
    signed = callers.licensee.post(path, json=body)
    assert signed.status_code == 201, signed.text
    first, second = (callers.licensor.get(f"{path}/{signed.get_json()['id']}/document.pdf").data for _ in "12")
    assert first.startswith(b"%PDF-")
    assert first == second


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"sha256": "e" * 64}, "sha256", "hash_not_delivered"),
        ({"id": "dlv_01J8ZQ4T9M3N5V7X2B6C8D0F1G"}, "id", "not_delivered"),
        ({"destroyed_on": "2026-08-31"}, "destroyed_on", "before_delivery"),
        ({"destroyed_on": "2027-04-12"}, "destroyed_on", "not_yet"),
    ],
)
def test_a_line_that_is_not_so_refuses_the_whole_and_is_named(
    database: Database, callers: Callers, closing: Licensed, change: dict[str, Any], field: str, code: str
) -> None:
    with database.write() as session:
        make_deliveries(session, closing, at=DURING + DAY)
    first, second = copies(callers.licensee, closing)
    answer = certify(callers.licensee, closing, line(first), line(second, **change))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "certificate_refused")
    (problem,) = answer.get_json()["errors"]
    assert (problem["pointer"], problem["code"]) == (f"/items/1/{field}", code)
    assert answer.get_json()["detail"].startswith("Line 2: ")
    assert destruction(callers.licensee, closing)["outstanding"] == 2


def test_the_last_day_in_the_zone_of_the_deal_has_come(callers: Callers, closing: Licensed) -> None:
    (copy,) = copies(callers.licensee, closing)
    assert certify(callers.licensee, closing, line(copy, destroyed_on="2027-04-11")).status_code == 201


def test_a_copy_is_certified_once(callers: Callers, closing: Licensed) -> None:
    (copy,) = copies(callers.licensee, closing)
    twice = certify(callers.licensee, closing, line(copy), line(copy))
    assert [problem["code"] for problem in twice.get_json()["errors"]] == ["named_twice"]
    assert certify(callers.licensee, closing, line(copy)).status_code == 201
    again = certify(callers.licensee, closing, line(copy))
    assert [problem["code"] for problem in again.get_json()["errors"]] == ["already_certified"]


def test_of_two_certificates_at_once_for_a_copy_one_is_refused(database: Database, closing: Licensed) -> None:
    with database.read() as session:
        copy = session.exec(select(Delivery).where(Delivery.license_id == closing.id)).one()
    start, signed, refused = threading.Barrier(4), [], []

    def sign() -> None:
        start.wait()
        item = CertifiedCopy(copy.id, copy.sha256, DestructionMethod.ERASED, AT.date())
        try:
            with database.write() as session:
                signed.append(
                    sign_certificate(
                        session=session,
                        actor=closing.licensee,
                        at=AT,
                        license_id=closing.id,
                        items=[item],
                        **OFFICER,
                    )
                )
        except CertificateRefused:
            refused.append(1)

    threads = [threading.Thread(target=sign) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(signed), len(refused)) == (1, 3)
    with database.read() as session:
        assert len(session.exec(select(DestroyedCopy)).all()) == 1


def test_only_the_licensee_signs_and_only_with_a_key_that_writes(
    database: Database, client: Any, callers: Callers, closing: Licensed
) -> None:
    (copy,) = copies(callers.licensee, closing)
    for caller, status in ((callers.licensor, 403), (callers.administrator, 403), (callers.stranger, 404)):
        assert certify(caller, closing, line(copy)).status_code == status
        assert declare(caller, closing).status_code == status
    with database.write() as session:
        reader = Caller(client, make_key(session, closing.licensee, scopes=frozenset({Scope.READ})).text)
    assert certify(reader, closing, line(copy)).status_code == 403
    assert destruction(callers.licensee, closing)["outstanding"] == 1


def test_a_former_licensee_certifies_its_own_copies_and_sees_no_others(
    database: Database, client: Any, callers: Callers, closing: Licensed
) -> None:
    with database.write() as session:
        deal = session.get_one(Deal, license_of(session, closing.id).latest.deal_id)
        buyer = hand_on(session, closing.licensee, closing.licensor, deal.id, at=DURING + DAY)
        (other,) = make_deliveries(session, closing, actor=buyer, at=DURING + 2 * DAY)
        assignee = caller_for(session, client, buyer)
    (own,) = copies(callers.licensee, closing)
    assert own["id"] != other.id
    assert len(copies(callers.licensor, closing)) == 2
    foreign = {"id": other.id, "sha256": other.sha256}
    refused = certify(callers.licensee, closing, line(foreign))
    assert [problem["code"] for problem in refused.get_json()["errors"]] == ["not_delivered"]
    assert [problem["code"] for problem in certify(assignee, closing, line(own)).get_json()["errors"]] == [
        "not_delivered"
    ]
    mine = certify(callers.licensee, closing, line(own)).get_json()
    assert mine["outstanding"] == 0
    theirs = certify(assignee, closing, line(foreign)).get_json()
    path = f"/v1/licenses/{closing.id}/destruction-certificates"
    assert [each["id"] for each in callers.licensee.get(path).get_json()["items"]] == [mine["id"]]
    assert callers.licensee.get(f"{path}/{theirs['id']}").status_code == 404
    assert len(assignee.get(path).get_json()["items"]) == 2


def test_a_copy_destroyed_before_the_end_is_certified_and_the_duty_waits_for_the_end(
    database: Database, callers: Callers, closing: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(DURING + 5 * DAY)
    (copy,) = copies(callers.licensee, closing)
    assert certify(callers.licensee, closing, line(copy, destroyed_on="2026-09-03")).status_code == 201
    assert destruction(callers.licensee, closing)["state"] == "upcoming"
    with database.write() as session:
        make_deliveries(session, closing, at=DURING + 6 * DAY)
    clock.move_to(AT)
    assert destruction(callers.licensee, closing)["state"] == "due"
    (copy,) = copies(callers.licensee, closing)
    certify(callers.licensee, closing, line(copy))
    assert destruction(callers.licensee, closing)["state"] == "done"


def test_a_model_found_later_opens_the_duty_again(
    database: Database, services: Services, callers: Callers, closing: Licensed, clock: FrozenClock
) -> None:
    (copy,) = copies(callers.licensee, closing)
    certify(callers.licensee, closing, line(copy))
    clock.move_to(DESTRUCTION_DUE_AT + 5 * DAY)
    run_announcements(services)
    duty_id = destruction(callers.licensee, closing)["id"]
    with database.read() as session:
        assert DutyStep.OVERDUE not in announced_steps(session, duty_id)
    assert declare(callers.licensee, closing).status_code == 201
    assert declare(callers.licensee, closing).get_json()["code"] == "already_declared"
    shown = destruction(callers.licensee, closing)
    assert (shown["state"], shown["outstanding"]) == ("overdue", 1)
    run_announcements(services)
    with database.read() as session:
        assert announced_steps(session, duty_id) == [DutyStep.OVERDUE]


def test_what_is_overdue_is_told_once_each_and_then_shown_to_administrators(
    database: Database, services: Services, callers: Callers, closing: Licensed, clock: FrozenClock
) -> None:
    url = "/v1/duties?escalated=true"
    clock.move_to(DESTRUCTION_DUE_AT + 29 * DAY)
    run_announcements(services)
    kinds = {item["kind"] for item in callers.administrator.get(url).get_json()["items"]}
    assert "destruction" not in kinds
    clock.move_to(DESTRUCTION_DUE_AT + 30 * DAY)
    for _ in range(2):
        run_announcements(services)
    with database.read() as session:
        told = select(Message).where(Message.about == closing.id, col(Message.subject).contains("Destroy"))
        late = [message for message in session.exec(told) if message.subject.startswith("Overdue")]
        assert len(late) == 6
        assert sum("administrators" in message.body for message in late) == 2
    found = callers.administrator.get(url).get_json()["items"]
    assert "destruction" in {item["kind"] for item in found}
    assert all(item["is_escalated"] for item in found)
    (copy,) = copies(callers.licensee, closing)
    certify(callers.licensee, closing, line(copy))
    assert "destruction" not in {item["kind"] for item in callers.administrator.get(url).get_json()["items"]}


def test_certificates_are_announced_audited_and_never_change(
    database: Database, callers: Callers, closing: Licensed
) -> None:
    (copy,) = copies(callers.licensee, closing)
    signed = certify(callers.licensee, closing, line(copy)).get_json()
    with database.read() as session:
        record = session.exec(
            select(AuditRecord).where(AuditRecord.action == "license.destruction_certified")
        ).one()
        assert json.loads(record.detail)["sha256"] == signed["sha256"]
        about = Message.subject, Message.party_id
        mails = session.exec(select(*about).where(col(Message.subject).startswith("A destruction certificate")))
        assert [party_id for _, party_id in mails] == [closing.licensor.party_id]
    for statement in (
        sa.update(DestructionCertificate).values(officer_name="Somebody Else"),
        sa.delete(DestructionCertificate),
        sa.delete(DestroyedCopy),
    ):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.write() as session:
            session.execute(statement)


def test_the_database_holds_no_copy_twice(database: Database, callers: Callers, closing: Licensed) -> None:
    (copy,) = copies(callers.licensee, closing)
    signed = certify(callers.licensee, closing, line(copy)).get_json()
    with pytest.raises(sa.exc.IntegrityError), database.write() as session:
        session.add(
            DestroyedCopy(
                certificate_id=signed["id"],
                delivery_id=copy["id"],
                sha256=copy["sha256"],
                method=DestructionMethod.ERASED,
                destroyed_on=AT.date(),
            )
        )


def test_destruction_is_late_only_where_something_was_handed_out(
    database: Database, services: Services, callers: Callers, closing: Licensed
) -> None:
    with database.write() as session:
        make_closing_license(session, services.store)

    def late() -> list[str]:
        with database.read() as session:
            of_copies = LicenseDuty.kind == DutyKind.DESTRUCTION
            return list(session.exec(select(LicenseDuty.license_id).where(of_copies, *late_at(DESTRUCTION_DUE_AT))))

    assert late() == [closing.id]
    (copy,) = copies(callers.licensee, closing)
    certify(callers.licensee, closing, line(copy))
    assert late() == []
