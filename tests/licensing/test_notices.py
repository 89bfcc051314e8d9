"""The end is announced in steps, each exactly once, however long nobody was there to do it."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from app import registry
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.infrastructure.jobs.worker import JobContext
from app.licensing import queries
from app.licensing.events import LicenseEnded, LicenseNoticeDue
from app.licensing.jobs import announce_due
from app.licensing.service import lifecycle, notices
from app.licensing.states import LicenseAction, NoticeKind
from app.notifications.models import Message
from tests.factories.catalog import make_listed_package
from tests.factories.licensing import DURING, ENDS_AT, TICK, Licensed, make_license, make_unpaid_license, pay_fee
from tests.factories.negotiation import Sides, make_production
from tests.factories.parties import make_actor, make_estate
from tests.factories.payments import Publisher
from tests.support.clock import FrozenClock

DAY = timedelta(days=1)
KINDS = list(NoticeKind)
OF_THE_END = sa.or_(
    col(Message.subject).startswith("The license ends "), col(Message.subject).startswith("The license has ended")
)


def announce(services: Services) -> None:
    announce_due(context=JobContext(services, 1), payload={})


def announced(database: Database, license_id: str) -> list[NoticeKind]:
    with database.read() as session:
        return [n.kind for n in queries.notices_of(session, license_id) if n.announced_at is not None]


def told(database: Database, license_id: str) -> Counter[str]:
    """How often each party was written to about the end, by subject."""
    with database.read() as session:
        about = select(Message.party_id, Message.subject).where(Message.about == license_id, OF_THE_END)
        return Counter(f"{party_id} {subject}" for party_id, subject in session.exec(about).all())


def test_activation_plans_every_step(database: Database, licensed: Licensed) -> None:
    with database.read() as session:
        planned = [(n.kind, n.due_at, n.announced_at) for n in queries.notices_of(session, licensed.id)]
    days = {
        NoticeKind.ENDS_IN_90_DAYS: 90,
        NoticeKind.ENDS_IN_30_DAYS: 30,
        NoticeKind.ENDS_IN_7_DAYS: 7,
        NoticeKind.ENDS_IN_1_DAY: 1,
        NoticeKind.ENDED: 0,
    }
    assert planned == [(kind, ENDS_AT - timedelta(days=n), None) for kind, n in days.items()]


@pytest.mark.parametrize(
    ("before_end", "kinds"),
    [
        (90 * DAY + TICK, KINDS),
        (90 * DAY, KINDS[1:]),
        (8 * DAY, KINDS[2:]),
        (TICK, KINDS[4:]),
        (timedelta(0), KINDS[4:]),
        (-3 * DAY, KINDS[4:]),
    ],
)
def test_a_late_activation_plans_only_what_lies_ahead_and_the_end_always(
    database: Database, services: Services, before_end: timedelta, kinds: list[NoticeKind]
) -> None:
    with database.write() as session:
        made = make_unpaid_license(session, services.store)
    with database.write() as session:
        pay_fee(session, made.id, at=ENDS_AT - before_end)
    with database.read() as session:
        assert [n.kind for n in queries.notices_of(session, made.id)] == kinds


def test_each_step_is_announced_at_its_instant_and_not_before(
    database: Database, services: Services, licensed: Licensed, clock: FrozenClock
) -> None:
    for step, days in enumerate((90, 30, 7, 1, 0)):
        clock.move_to(ENDS_AT - days * DAY - TICK)
        announce(services)
        assert announced(database, licensed.id) == KINDS[:step]
        clock.advance(TICK)
        announce(services)
        announce(services)
        assert announced(database, licensed.id) == KINDS[: step + 1]
    mails = told(database, licensed.id)
    assert len(mails) == 10
    assert set(mails.values()) == {1}
    for party in (licensed.licensee.party_id, licensed.licensor.party_id):
        wording = ("in 90 days", "in 30 days", "in 7 days", "within a day")
        subjects = [f"{party} The license ends {when}: " for when in wording] + [f"{party} The license has ended: "]
        assert all(any(mail.startswith(subject) for mail in mails) for subject in subjects)


def test_after_a_long_sleep_each_step_goes_out_once_and_says_what_is_true_then(
    database: Database, services: Services, licensed: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(ENDS_AT + 400 * DAY)
    for _ in range(3):
        announce(services)
    assert announced(database, licensed.id) == KINDS
    mails = told(database, licensed.id)
    assert sum(mails.values()) == 10
    assert all("has ended" in mail for mail in mails)


def test_the_end_itself_is_told_once(services: Services, licensed: Licensed) -> None:
    publisher = Publisher()
    heard = {LicenseEnded: [publisher], LicenseNoticeDue: [publisher]}
    database = Database(
        services.database.url,
        subscribers={**registry.SUBSCRIBERS, **heard},
        secret_key=services.settings.secret_key,
    )
    for at in (ENDS_AT - TICK, ENDS_AT, ENDS_AT + DAY):
        with database.write() as session:
            notices.announce_due(session=session, at=at)
    database.close()
    ends = [event for event in publisher.heard if isinstance(event, LicenseEnded)]
    assert ends == [LicenseEnded(licensed.id, ENDS_AT)]
    due = [event for event in publisher.heard if isinstance(event, LicenseNoticeDue)]
    assert [event.kind for event in due] == KINDS
    assert (due[0].licensor_party_id, due[0].licensee_party_id) == (
        licensed.licensor.party_id,
        licensed.licensee.party_id,
    )


def test_nothing_is_announced_after_termination(
    database: Database, services: Services, licensed: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(ENDS_AT - 60 * DAY)
    announce(services)
    with database.write() as session:
        lifecycle.change_standing(
            session=session,
            actor=licensed.licensor,
            at=clock.now(),
            license_id=licensed.id,
            action=LicenseAction.TERMINATE,
            reason="Breach that was not cured.",
        )
    before = sum(told(database, licensed.id).values())
    clock.move_to(ENDS_AT + DAY)
    announce(services)
    assert sum(told(database, licensed.id).values()) == before
    with database.read() as session:
        kept = [(n.kind, n.announced_at) for n in queries.notices_of(session, licensed.id)]
    assert kept == [(NoticeKind.ENDS_IN_90_DAYS, ENDS_AT - 60 * DAY)]


def test_a_suspended_license_comes_to_its_end_as_any_other(
    database: Database, services: Services, licensed: Licensed, clock: FrozenClock
) -> None:
    with database.write() as session:
        lifecycle.change_standing(
            session=session,
            actor=licensed.licensor,
            at=DURING,
            license_id=licensed.id,
            action=LicenseAction.SUSPEND,
            reason="The credit line is missing.",
        )
    clock.move_to(ENDS_AT)
    announce(services)
    assert announced(database, licensed.id) == KINDS


def test_four_workers_at_once_announce_each_step_once(
    database: Database, services: Services, licensed: Licensed, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "BATCH", 2)
    with database.write() as session:
        ids = [licensed.id, *(make_license(session, services.store).id for _ in range(2))]
    clock.move_to(ENDS_AT + DAY)
    start, errors = threading.Barrier(4), []

    def work() -> None:
        start.wait()
        try:
            announce(services)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    announce(services)
    with database.read() as session:
        about = select(Message.about).where(col(Message.about).in_(ids), OF_THE_END)
        counts = Counter(session.exec(about).all())
    assert counts == dict.fromkeys(ids, 10)


def test_a_step_that_cannot_be_told_is_announced_later_and_not_lost(
    services: Services, licensed: Licensed, clock: FrozenClock
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("the listener is broken")

    database = Database(
        services.database.url,
        subscribers={**registry.SUBSCRIBERS, LicenseNoticeDue: [fail]},
        secret_key=services.settings.secret_key,
    )
    with pytest.raises(RuntimeError), database.write() as session:
        notices.announce_due(session=session, at=ENDS_AT)
    database.close()
    assert announced(services.database, licensed.id) == []
    clock.move_to(ENDS_AT)
    announce(services)
    assert announced(services.database, licensed.id) == KINDS


def test_titles_of_any_length_fit_into_a_subject(
    database: Database, services: Services, clock: FrozenClock
) -> None:
    with database.write() as session:
        estate = make_estate(session, services.store)
        package = make_listed_package(session, services.store, estate, title="Ł" * 120)
        studio = make_actor(session)
        sides = Sides(estate, package, studio, make_production(session, studio, title="Ł" * 200))
        made = make_license(session, services.store, sides=sides)
    clock.move_to(ENDS_AT + DAY)
    announce(services)
    with database.read() as session:
        subjects = session.exec(select(Message.subject).where(Message.about == made.id, OF_THE_END)).all()
    assert len(subjects) == 10
    assert all(len(subject) == 200 and subject.startswith("The license has ended: Ł") for subject in subjects)
