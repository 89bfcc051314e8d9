"""What features beside the license itself have told: duties around the end, evidence, approvals."""

from collections import Counter
from datetime import timedelta

from app import registry
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.standing.service.breaches import answer_breach, settle_breach
from app.licensing.standing.states import BreachAction
from app.notifications.webhooks.catalog import EVENT_TYPES
from app.notifications.webhooks.subscribers import on_event
from tests.factories.approvals import answer, ask, make_asking_license
from tests.factories.closing import DESTRUCTION_DUE_AT, make_closing_license, make_deliveries, run_announcements
from tests.factories.licensing import DURING, make_license
from tests.factories.standing import make_breach
from tests.factories.webhooks import make_endpoint, send_due
from tests.notifications.hook_receiver import Receiver, receiving
from tests.support.clock import FrozenClock


def test_every_event_of_the_catalog_is_listened_to_once() -> None:
    for kind in EVENT_TYPES:
        assert list(registry.SUBSCRIBERS[kind.made_from]).count(on_event) == 1, kind.name


def test_duties_are_told_to_both_sides_once_each_however_late(
    database: Database, services: Services, clock: FrozenClock, receiver: Receiver
) -> None:
    with database.write() as session, receiving() as other:
        licensed = make_closing_license(session, services.store)
        make_deliveries(session, licensed)
        for actor, url in ((licensed.licensee, receiver.url), (licensed.licensor, other.url)):
            make_endpoint(session, actor, url, ["duty.due", "duty.overdue"])
        session.commit()
        clock.move_to(DESTRUCTION_DUE_AT + timedelta(days=40))
        for _ in range(3):
            run_announcements(services)
        send_due(services)
    assert Counter(receiver.types) == Counter(other.types)
    assert set(receiver.types) == {"duty.due", "duty.overdue"}
    assert max(Counter(got.id for got in receiver.got).values()) == 1
    for got in receiver.got:
        told = got.payload
        assert set(told["data"]) == {"license_id", "duty_id", "kind", "step", "due_at"}
        assert told["data"]["step"].startswith("overdue") is (told["type"] == "duty.overdue")
        assert told["standing_now"]["code"] == "EXPIRED"
    assert "voice pack" not in "".join(got.body.decode() for got in receiver.got)


def test_approvals_are_told_without_what_they_are_about(
    database: Database, services: Services, receiver: Receiver
) -> None:
    with database.write() as session, receiving() as other:
        licensed = make_asking_license(session, services.store)
        make_endpoint(session, licensed.licensee, receiver.url)
        make_endpoint(session, licensed.licensor, other.url)
        approval_id = ask(session, services.store, licensed, stage="script")
        answer(session, licensed, approval_id, "approve")
        session.commit()
        send_due(services)
    assert receiver.types == other.types == ["approval.asked", "approval.answered"]
    first, last = (got.payload["data"] for got in receiver.got)
    assert set(first) == {"license_id", "approval_id", "answer_by"}
    assert last == {"license_id": licensed.id, "approval_id": approval_id, "status": "approved"}
    everything = "".join(got.body.decode() for got in receiver.got)
    assert "harbor" not in everything
    assert "second chapter" not in everything


def test_a_breach_is_told_without_its_words(database: Database, services: Services, receiver: Receiver) -> None:
    with database.write() as session, receiving() as other:
        licensed = make_license(session, services.store)
        make_endpoint(session, licensed.licensee, receiver.url, ["breach.noticed", "breach.answered"])
        make_endpoint(session, licensed.licensor, other.url, ["breach.noticed", "breach.answered"])
        breach = make_breach(session, licensed.licensor, licensed.id)
        about = {"session": session, "at": DURING, "license_id": licensed.id, "breach_id": breach.id}
        answer_breach(**about, actor=licensed.licensee, evidence="It was cured yesterday.")
        settle_breach(**about, actor=licensed.licensor, action=BreachAction.DISPUTE, reason="It was not.")
        session.commit()
        send_due(services)
    assert receiver.types == other.types == ["breach.noticed", "breach.answered", "breach.answered"]
    assert len({got.id for got in receiver.got}) == 3
    assert set(receiver.got[0].payload["data"]) == {"license_id", "breach_id", "cure_until"}
    assert "cured" not in "".join(got.body.decode() for got in receiver.got)
