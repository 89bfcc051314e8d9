"""Approvals: asked by the licensee, answered by the licensor in time, and what a decision makes of them."""

import hashlib
import io
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from app.audit.models import AuditRecord
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing import queries as licenses
from app.licensing.approvals import queries
from app.licensing.approvals.errors import AlreadyAnswered, ApprovalNotNeeded, NotTheLastRound, RoundsUsedUp
from app.licensing.approvals.models import Approval
from app.licensing.approvals.rules import FOR_ACTIONS
from app.licensing.errors import LicenseRefuses, NotRunning
from app.licensing.quotas import service as quotas
from app.licensing.rules.decision import Decision
from app.licensing.rules.facts import IntendedUse
from app.licensing.service import lifecycle
from app.licensing.service.decisions import decide_use
from app.licensing.states import LicenseAction
from app.negotiation.terms.vocabulary import CapUnit
from app.notifications.models import Message
from app.values.components import Axis, Component
from app.values.errors import InvalidInput, NotFound
from app.values.survival import Action
from tests.factories.approvals import answer, ask, make_asking_license
from tests.factories.changes import hand_on
from tests.factories.licensing import DURING, ENDS_AT, TICK, Licensed, make_unpaid_license

AFTER = ENDS_AT + timedelta(days=3)
DAY = timedelta(days=1)


@pytest.fixture
def licensed(database: Database, services: Services) -> Licensed:
    with database.write() as session:
        return make_asking_license(session, services.store)


def use(action: str = "patch", approval_id: str | None = None, **changes: Any) -> IntendedUse:
    return IntendedUse(
        **{
            "component": Component.VOICE,
            "axis": Axis.SCRIPTED,
            "medium": "game.scripted_performance",
            "territory": "DE",
            "action": Action(action),
            "approval_id": approval_id,
        }
        | changes
    )


def decide(database: Database, licensed: Licensed, wanted: IntendedUse, *, at: Any = AFTER) -> Decision:
    with database.read() as session:
        return decide_use(session=session, actor=licensed.licensee, at=at, license_id=licensed.id, use=wanted)


def asked(database: Database, services: Services, licensed: Licensed, **options: Any) -> str:
    with database.write() as session:
        return ask(session, services.store, licensed, **options)


def standing(database: Database, approval_id: str, at: Any) -> str:
    with database.read() as session:
        return queries.view_of(session.get_one(Approval, approval_id), at=at).standing.value


def test_a_use_is_allowed_once_its_approval_stands(
    database: Database, services: Services, licensed: Licensed
) -> None:
    assert decide(database, licensed, use()).code == "APPROVAL_REQUIRED"
    approval = asked(database, services, licensed, action="patch", at=AFTER)
    assert decide(database, licensed, use(approval_id=approval)).code == "APPROVAL_REQUIRED"
    with database.write() as session:
        answer(session, licensed, approval, "approve", at=AFTER, reason="")
    assert decide(database, licensed, use(approval_id=approval)).code == "ALLOWED"
    assert decide(database, licensed, use()).code == "APPROVAL_REQUIRED"


def test_an_approval_helps_only_where_it_was_the_only_thing_missing(
    database: Database, services: Services, licensed: Licensed
) -> None:
    approval = asked(database, services, licensed, action="patch", at=AFTER)
    with database.write() as session:
        answer(session, licensed, approval, "approve", at=AFTER)
    named = {"approval_id": approval}
    assert decide(database, licensed, use(**named, territory="CN")).code == "TERRITORY_NOT_GRANTED"
    assert decide(database, licensed, use("release", approval)).code == "EXPIRED"
    assert decide(database, licensed, use("generate", approval)).code == "EXPIRED"


def test_an_approval_of_another_action_or_phase_does_not_help(database: Database, services: Services) -> None:
    """Of a film: a first release after the end needs one word, a patch another, and each only in its phase."""
    with database.write() as session:
        made = make_asking_license(session, services.store, survival={"preset": "film"})
    early = asked(database, services, made, action="patch", phase="suspended")
    release = asked(database, services, made, action="release", at=AFTER)
    with database.write() as session:
        for approval in (early, release):
            answer(session, made, approval, "approve", at=DURING if approval == early else AFTER)
    assert decide(database, made, use("release", release)).code == "ALLOWED"
    assert decide(database, made, use("patch", release)).code == "APPROVAL_REQUIRED"
    assert decide(database, made, use("patch", early)).code == "APPROVAL_REQUIRED"
    suspend(database, made)
    assert decide(database, made, use("patch", early), at=DURING).code == "ALLOWED"


def suspend(database: Database, licensed: Licensed, action: LicenseAction = LicenseAction.SUSPEND) -> None:
    with database.write() as session:
        lifecycle.change_standing(
            session=session,
            actor=licensed.licensor,
            at=DURING,
            license_id=licensed.id,
            action=action,
            reason="Why.",
        )


def test_approvals_of_another_license_do_not_help(
    database: Database, services: Services, licensed: Licensed
) -> None:
    with database.write() as session:
        other = make_asking_license(session, services.store, sides=licensed.sides)
        foreign = ask(session, services.store, other, action="patch", at=AFTER)
        answer(session, other, foreign, "approve", at=AFTER)
    assert decide(database, other, use(approval_id=foreign)).code == "ALLOWED"
    assert decide(database, licensed, use(approval_id=foreign)).code == "APPROVAL_REQUIRED"
    assert decide(database, licensed, use(approval_id="apv_none")).code == "APPROVAL_REQUIRED"


@pytest.mark.parametrize("said", ["refuse", "want_changes"])
def test_a_no_is_a_no(database: Database, services: Services, licensed: Licensed, said: str) -> None:
    approval = asked(database, services, licensed, action="patch", at=AFTER)
    with database.write() as session:
        answer(session, licensed, approval, said, at=AFTER)
    assert decide(database, licensed, use(approval_id=approval)).code == "APPROVAL_REQUIRED"
    later = AFTER + 100 * DAY
    assert decide(database, licensed, use(approval_id=approval), at=later).code == "APPROVAL_REQUIRED"


def test_an_action_that_nobody_answers_is_refused_by_the_clock(
    database: Database, services: Services, licensed: Licensed
) -> None:
    approval = asked(database, services, licensed, action="patch", at=AFTER)
    with database.read() as session:
        answer_by = session.get_one(Approval, approval).answer_by
    assert answer_by == AFTER + timedelta(days=FOR_ACTIONS.days + 1)  # asked as a day begins in New York
    assert standing(database, approval, answer_by - TICK) == "asked"
    assert standing(database, approval, answer_by) == "refused_by_silence"
    assert decide(database, licensed, use(approval_id=approval), at=answer_by).code == "APPROVAL_REQUIRED"
    with pytest.raises(AlreadyAnswered, match="silence has refused it"), database.write() as session:
        answer(session, licensed, approval, "approve", at=answer_by)
    with database.write() as session:
        answer(session, licensed, approval, "approve", at=answer_by - TICK)
    assert decide(database, licensed, use(approval_id=approval), at=answer_by).code == "ALLOWED"


def test_a_script_that_nobody_answers_is_approved_where_the_deal_says_so(
    database: Database, services: Services, licensed: Licensed
) -> None:
    approval = asked(database, services, licensed, stage="script")
    with database.read() as session:
        answer_by = session.get_one(Approval, approval).answer_by
    assert standing(database, approval, answer_by - TICK) == "asked"
    assert standing(database, approval, answer_by) == "approved_by_silence"
    with pytest.raises(AlreadyAnswered, match="silence has approved it"), database.write() as session:
        answer(session, licensed, approval, "refuse", at=answer_by)


def test_what_the_deal_does_not_leave_to_the_licensor_is_not_asked(
    database: Database, services: Services, licensed: Licensed
) -> None:
    for wanted in (
        {"action": "generate"},
        {"action": "distribute", "phase": "expired"},
        {"action": "release", "phase": "expired"},
        {"stage": "sample"},
    ):
        with pytest.raises(ApprovalNotNeeded):
            asked(database, services, licensed, **wanted)
    asked(database, services, licensed, action="patch", phase="expired")


def test_changes_are_wanted_as_often_as_the_deal_says(
    database: Database, services: Services, licensed: Licensed
) -> None:
    """Two rounds of changes: the third time the licensor approves or refuses."""
    last = None
    with database.write() as session:
        for number in (1, 2, 3):
            last = ask(session, services.store, licensed, stage="final", follows_id=last)
            assert session.get_one(Approval, last).round == number
            if number < 3:
                answer(session, licensed, last, "want_changes")
    assert last is not None
    with pytest.raises(RoundsUsedUp), database.write() as session:
        answer(session, licensed, last, "want_changes")
    with database.write() as session:
        answer(session, licensed, last, "approve")


def test_only_what_was_to_be_changed_is_followed_once_and_by_the_same(
    database: Database, services: Services, licensed: Licensed
) -> None:
    with database.write() as session:
        changed, refused, waiting = (ask(session, services.store, licensed, stage="final") for _ in range(3))
        answer(session, licensed, changed, "want_changes")
        answer(session, licensed, refused, "refuse")
    for follows, stage in ((refused, "final"), (waiting, "final"), (changed, "script")):
        with pytest.raises(NotTheLastRound):
            asked(database, services, licensed, stage=stage, follows_id=follows)
    asked(database, services, licensed, stage="final", follows_id=changed)
    with pytest.raises(NotTheLastRound, match="followed by another already"):
        asked(database, services, licensed, stage="final", follows_id=changed)
    with pytest.raises(NotFound):
        asked(database, services, licensed, stage="final", follows_id="apv_none")


def test_each_side_has_its_part(database: Database, services: Services, licensed: Licensed) -> None:
    with pytest.raises(NotFound):
        asked(database, services, licensed, stage="final", by=licensed.licensor)
    approval = asked(database, services, licensed, stage="final")
    with pytest.raises(NotFound), database.write() as session:
        answer(session, licensed, approval, "approve", by=licensed.licensee)
    with pytest.raises(InvalidInput, match="Say why"), database.write() as session:
        answer(session, licensed, approval, "refuse", reason=" ")
    with database.write() as session:
        answer(session, licensed, approval, "approve")
    with pytest.raises(AlreadyAnswered), database.write() as session:
        answer(session, licensed, approval, "refuse")


def test_a_file_is_kept_with_its_hash(database: Database, services: Services, licensed: Licensed) -> None:
    content = b"%PDF-1.7\nThe second chapter\n"
    digest = hashlib.sha256(content).hexdigest()
    approval = asked(
        database,
        services,
        licensed,
        stage="script",
        stream=io.BytesIO(content),
        filename="script.pdf",
        sha256=digest,
    )
    with database.read() as session:
        shown = session.get_one(Approval, approval).shown
    assert shown is not None
    assert (shown.filename, shown.media_type, shown.sha256, shown.size_bytes) == (
        "script.pdf", "application/pdf", digest, len(content)
    )  # fmt: skip
    with pytest.raises(InvalidInput, match="another hash"):
        asked(database, services, licensed, stage="script", stream=io.BytesIO(content), sha256="0" * 64)
    by_hash = asked(database, services, licensed, stage="script", sha256=digest)
    with database.read() as session:
        assert session.get_one(Approval, by_hash).shown is None


def test_nothing_is_asked_before_the_license_counts_and_no_stage_after_it(
    database: Database, services: Services, licensed: Licensed
) -> None:
    with database.write() as session:
        unpaid = make_unpaid_license(session, services.store, sides=licensed.sides, approvals=[{"stage": "final"}])
    for wanted in ({"stage": "final"}, {"action": "patch", "phase": "expired"}):
        with pytest.raises(NotRunning):
            asked(database, services, unpaid, **wanted)
    with pytest.raises(NotRunning):
        asked(database, services, licensed, stage="final", at=ENDS_AT)
    asked(database, services, licensed, stage="final", at=ENDS_AT - TICK)


def test_whoever_takes_over_asks_for_itself(database: Database, services: Services) -> None:
    with database.write() as session:
        made = make_asking_license(session, services.store, assignment="with_consent")
        approval = ask(session, services.store, made, action="patch", phase="expired")
        answer(session, made, approval, "approve")
    assert decide(database, made, use(approval_id=approval)).code == "ALLOWED"
    with database.write() as session:
        deal_id = licenses.license_of(session, made.id).license.deal_id
        buyer = hand_on(session, made.licensee, made.licensor, deal_id, at=DURING)
    with database.read() as session:
        decision = decide_use(
            session=session, actor=buyer, at=AFTER, license_id=made.id, use=use(approval_id=approval)
        )
    assert decision.code == "APPROVAL_REQUIRED"


def test_what_a_licensee_before_showed_is_not_shown_to_whoever_takes_over(
    database: Database, services: Services
) -> None:
    with database.write() as session:
        made = make_asking_license(session, services.store, assignment="with_consent")
        shown = ask(
            session, services.store, made, stage="script", stream=io.BytesIO(b"A scene."), filename="scene.txt"
        )
        deal_id = licenses.license_of(session, made.id).license.deal_id
        buyer = hand_on(session, made.licensee, made.licensor, deal_id, at=DURING)
        own = ask(session, services.store, made, by=buyer, stage="script")
    with database.read() as session:
        seen = {
            actor.party_id: [
                row.id for row in queries.approvals_page(session, actor, made.id, cursor=None, limit=9).items
            ]
            for actor in (buyer, made.licensor)
        }
        assert seen == {buyer.party_id: [own], made.licensor.party_id: [own, shown]}
        assert queries.approval_of(session, made.licensor, shown).id == shown
        with pytest.raises(NotFound):
            queries.approval_of(session, buyer, shown)


def test_a_reservation_can_rest_on_an_approval(database: Database, services: Services, licensed: Licensed) -> None:
    approval = asked(database, services, licensed, action="patch", at=AFTER)

    def reserve(session: Session) -> Any:
        return quotas.reserve(
            session=session,
            actor=licensed.licensee,
            at=AFTER,
            license_id=licensed.id,
            use=use(approval_id=approval, amounts=((CapUnit.LINES, 1),)),
            lifetime=DAY,
        )

    with pytest.raises(LicenseRefuses) as error, database.write() as session:
        reserve(session)
    assert error.value.code == "APPROVAL_REQUIRED"
    with database.write() as session:
        answer(session, licensed, approval, "approve", at=AFTER)
        assert reserve(session).reservation.use["approval_id"] == approval


def test_two_answers_at_once_leave_one(database: Database, services: Services, licensed: Licensed) -> None:
    approval = asked(database, services, licensed, stage="final")
    start, ends = threading.Barrier(4), []

    def say(said: str) -> None:
        start.wait()
        try:
            with database.write() as session:
                answer(session, licensed, approval, said)
            ends.append(said)
        except AlreadyAnswered:
            ends.append("late")

    threads = [threading.Thread(target=say, args=(said,)) for said in ("approve", "refuse") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends.count("late") == 3
    with database.read() as session:
        said = next(end for end in ends if end != "late")
        assert (
            session.get_one(Approval, approval).status.value == {"approve": "approved", "refuse": "refused"}[said]
        )


def test_the_side_that_must_act_is_written_to(database: Database, services: Services, licensed: Licensed) -> None:
    approval = asked(database, services, licensed, stage="script")
    with database.write() as session:
        answer(session, licensed, approval, "want_changes")
    with database.read() as session:
        rows = session.exec(select(Message).where(Message.about == approval).order_by(col(Message.id))).all()
        trail = session.exec(
            select(AuditRecord.action)
            .where(col(AuditRecord.action).startswith("approval."))
            .order_by(col(AuditRecord.position))
        ).all()
    assert [(row.party_id, row.subject.partition(":")[0]) for row in rows] == [
        (licensed.licensor.party_id, "Your approval is asked for"),
        (licensed.licensee.party_id, "Changes wanted"),
    ]
    assert "before 2026-09-07 04:00 UTC; after that silence counts as approval" in rows[0].body
    assert "chapter" not in rows[1].body
    assert trail == ["approval.asked", "approval.changes_wanted"]
