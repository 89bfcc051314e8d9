"""The calendar is planned when a license becomes active, and anew whenever its end moves."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.closing.models import LicenseDuty
from app.licensing.closing.service.certificates import CertifiedCopy, sign_certificate
from app.licensing.closing.service.evidence import file_evidence
from app.licensing.closing.states import DestructionMethod, DutyKind, DutyState, Proof
from app.licensing.queries import license_of
from app.licensing.states import LicenseAction
from app.negotiation.changes import service as changes
from app.negotiation.models import Deal
from app.values.term import parse_instant
from tests.factories.changes import FREE, accept, agree, amend, hand_on
from tests.factories.closing import (
    CLOSING,
    DESTRUCTION_DUE_AT,
    STEP_DUE_AT,
    WOUND_DOWN_AT,
    calendar,
    change,
    duty,
    make_closing_license,
    make_deliveries,
    step_duty,
)
from tests.factories.licensing import DURING, ENDS_AT, TICK, Licensed, make_license, make_unpaid_license, pay_fee
from tests.factories.signatures import sign
from tests.support.clock import START

DAY = timedelta(days=1)


@pytest.fixture
def closing(database: Database, services: Services) -> Licensed:
    with database.write() as session:
        return make_closing_license(session, services.store)


def deal_of(session: Session, licensed: Licensed) -> Deal:
    return session.get_one(Deal, license_of(session, licensed.id).latest.deal_id)


def days(database: Database, licensed: Licensed) -> dict[str, datetime]:
    """The day of each kind of the calendar as it is shown to the licensor."""
    with database.read() as session:
        return {
            view.duty.kind.value: view.duty.due_at
            for view in calendar(session, licensed.id, licensed.licensor, at=DURING)
        }


def test_activation_plans_the_calendar(database: Database, closing: Licensed) -> None:
    planned = days(database, closing)
    assert set(planned) == {kind.value for kind in DutyKind}
    assert planned["license_ends"] == ENDS_AT
    assert planned["winding_down_ends"] == WOUND_DOWN_AT
    assert planned["destruction"] == DESTRUCTION_DUE_AT
    assert planned["inventory"] == ENDS_AT - 30 * DAY
    with database.read() as session:
        assert step_duty(session, closing.id).due_at == STEP_DUE_AT


def test_an_unpaid_license_has_no_calendar(database: Database, services: Services) -> None:
    with database.write() as session:
        made = make_unpaid_license(session, services.store, **CLOSING)
        change(session, made, LicenseAction.TERMINATE, at=START)
    assert days(database, made) == {}


def test_a_license_that_costs_nothing_has_its_calendar_at_once(database: Database, services: Services) -> None:
    with database.write() as session:
        made = make_license(session, services.store, fee=FREE, **CLOSING)
    assert days(database, made)["license_ends"] == ENDS_AT


def test_a_license_paid_for_after_its_end_has_what_comes_after(database: Database, services: Services) -> None:
    with database.write() as session:
        made = make_unpaid_license(session, services.store, **CLOSING)
    with database.write() as session:
        pay_fee(session, made.id, at=ENDS_AT + DAY)
    planned = days(database, made)
    assert "extension_opens" not in planned
    assert planned["destruction"] == DESTRUCTION_DUE_AT


def test_an_earlier_end_by_agreement_moves_every_day(database: Database, closing: Licensed) -> None:
    with database.write() as session:
        talks = changes.open_termination(
            session=session,
            actor=closing.licensee,
            at=DURING,
            deal_id=deal_of(session, closing).id,
            last_day=date(2026, 10, 31),
        )
        agree(session, closing.licensor, talks, at=DURING)
    planned = days(database, closing)
    assert planned["license_ends"] == parse_instant("2026-11-01T04:00:00Z")
    assert planned["winding_down_ends"] == parse_instant("2027-01-30T05:00:00Z")
    assert planned["destruction"] == parse_instant("2027-03-01T05:00:00Z")
    assert "extension_opens" not in planned
    with database.read() as session:
        assert step_duty(session, closing.id).due_at == parse_instant("2026-11-15T05:00:00Z")
        lapsed = session.exec(select(LicenseDuty).where(LicenseDuty.kind == DutyKind.EXTENSION_OPENS)).one()
        assert lapsed.lapsed_at == DURING


def test_the_option_moves_every_day_to_a_later_end(database: Database, closing: Licensed) -> None:
    at = ENDS_AT - 60 * DAY
    with database.write() as session:
        deal_id = deal_of(session, closing).id
        changes.exercise_extension(session=session, actor=closing.licensee, at=at, deal_id=deal_id)
    planned = days(database, closing)
    assert planned["license_ends"] == parse_instant("2028-01-01T05:00:00Z")
    assert planned["destruction"] == parse_instant("2028-04-30T04:00:00Z")


def test_what_was_done_before_a_later_end_is_to_be_done_again(
    database: Database, services: Services, closing: Licensed
) -> None:
    at = ENDS_AT - 60 * DAY
    with database.write() as session:
        for filed in (duty(session, closing.id, DutyKind.INVENTORY), step_duty(session, closing.id)):
            file_evidence(
                session=session,
                actor=closing.licensee,
                at=at,
                store=services.store,
                license_id=closing.id,
                duty_id=filed.id,
                text="300 pieces, and nothing in the shop.",
            )
    with database.write() as session:
        deal_id = deal_of(session, closing).id
        changes.exercise_extension(session=session, actor=closing.licensee, at=at + DAY, deal_id=deal_id)
    with database.read() as session:
        views = calendar(session, closing.id, closing.licensor, at=at + DAY)
        asked = {view.duty.kind: view.state for view in views if view.duty.proof is Proof.EVIDENCE}
    assert asked == {DutyKind.INVENTORY: DutyState.UPCOMING, DutyKind.WIND_DOWN_STEP: DutyState.UPCOMING}


def test_an_amendment_changes_what_is_to_be_done_and_leaves_what_stays(
    database: Database, closing: Licensed
) -> None:
    steps = [
        {"step": "Remove the character from the lobby", "within_days": 20, "needs_evidence": True},
        {"step": "Take the voice pack out of the shop", "within_days": 30, "needs_evidence": True},
    ]
    with database.read() as session:
        before = step_duty(session, closing.id).id
    with database.write() as session:
        talks = amend(
            session,
            closing.licensee,
            deal_of(session, closing),
            at=DURING,
            **CLOSING | {"wind_down": {"days": 60, "steps": steps}, "deletion": {"covers": []}},
            fee={"amount_minor": 1_250_000, "currency": "USD"},
        )
        agree(session, closing.licensor, talks, at=DURING)
    with database.read() as session:
        views = calendar(session, closing.id, closing.licensor, at=DURING)
    found = {view.duty.title: view.duty for view in views}
    assert found["Take the voice pack out of the shop"].id == before
    assert found["Take the voice pack out of the shop"].due_at == parse_instant("2027-01-31T05:00:00Z")
    assert "Remove the character from the lobby" in found
    assert "Tell the players" not in found
    assert DutyKind.DESTRUCTION not in {view.duty.kind for view in views}


def test_a_termination_starts_its_own_days(database: Database, closing: Licensed) -> None:
    at = parse_instant("2026-09-10T20:30:00Z")
    with database.write() as session:
        make_deliveries(session, closing)
        change(session, closing, LicenseAction.TERMINATE, at=at)
    planned = days(database, closing)
    assert planned["license_ends"] == at
    assert planned["destruction"] == parse_instant("2026-10-11T04:00:00Z")
    assert {"winding_down_ends", "inventory", "extension_opens", "first_refusal_opens"}.isdisjoint(planned)
    with database.read() as session:
        assert step_duty(session, closing.id).due_at == parse_instant("2026-09-25T04:00:00Z")


def test_suspension_moves_no_day_nor_does_reinstatement(database: Database, closing: Licensed) -> None:
    before = days(database, closing)
    for action, at in (
        (LicenseAction.SUSPEND, DURING),
        (LicenseAction.REINSTATE, DURING + DAY),
        (LicenseAction.SUSPEND, ENDS_AT + DAY),
        (LicenseAction.REINSTATE, ENDS_AT + 9 * DAY),
    ):
        with database.write() as session:
            change(session, closing, action, at=at)
        assert days(database, closing) == before


def test_a_termination_while_winding_down_brings_the_destruction_forward(
    database: Database, closing: Licensed
) -> None:
    at = ENDS_AT + 40 * DAY + TICK
    with database.write() as session:
        change(session, closing, LicenseAction.SUSPEND, at=ENDS_AT + 30 * DAY)
        change(session, closing, LicenseAction.TERMINATE, at=at)
    planned = days(database, closing)
    assert planned["license_ends"] == ENDS_AT
    assert planned["winding_down_ends"] == at
    assert planned["destruction"] == parse_instant("2027-03-13T05:00:00Z")
    with database.read() as session:
        assert step_duty(session, closing.id).due_at == STEP_DUE_AT


def test_after_an_assignment_both_licensees_destroy_what_they_received(
    database: Database, closing: Licensed
) -> None:
    with database.write() as session:
        make_deliveries(session, closing)
        buyer = hand_on(session, closing.licensee, closing.licensor, deal_of(session, closing).id, at=DURING + DAY)
        make_deliveries(session, closing, actor=buyer, number=2, at=DURING + 2 * DAY)
    with database.read() as session:
        former = duty(session, closing.id, DutyKind.DESTRUCTION, party_id=closing.licensee.party_id)
        today = duty(session, closing.id, DutyKind.DESTRUCTION, party_id=buyer.party_id)
        assert former.due_at == parse_instant("2026-10-03T04:00:00Z")
        assert today.due_at == DESTRUCTION_DUE_AT
        assert step_duty(session, closing.id).party_id == buyer.party_id
        seen = calendar(session, closing.id, closing.licensee, at=former.due_at)
        assert [(view.duty.id, view.state, view.outstanding) for view in seen] == [
            (former.id, DutyState.OVERDUE, 1)
        ]
        left = {
            view.duty.party_id: view.outstanding
            for view in calendar(session, closing.id, buyer, at=DURING)
            if view.duty.kind is DutyKind.DESTRUCTION
        }
        assert left == {closing.licensee.party_id: 1, buyer.party_id: 2}


def test_who_gets_a_license_back_destroys_what_it_receives_from_then_on(
    database: Database, closing: Licensed
) -> None:
    with database.write() as session:
        [first] = make_deliveries(session, closing)
        buyer = hand_on(session, closing.licensee, closing.licensor, deal_of(session, closing).id, at=DURING + DAY)
        copy = CertifiedCopy(first.id, first.sha256, DestructionMethod.ERASED, first.delivered_at.date())
        sign_certificate(
            session=session,
            actor=closing.licensee,
            at=DURING + DAY,
            license_id=closing.id,
            officer_name="Mara Lindqvist",
            officer_title="Head of Production",
            statement="Erased from every medium.",
            items=[copy],
        )
        assert duty(session, closing.id, DutyKind.DESTRUCTION, party_id=closing.licensee.party_id).done_at
    with database.write() as session:
        talks = changes.open_assignment(
            session=session,
            actor=buyer,
            at=DURING + 2 * DAY,
            deal_id=deal_of(session, closing).id,
            assignee_party_id=closing.licensee.party_id,
        )
        accept(session, closing.licensor, talks, at=DURING + 2 * DAY)
        assert sign(session, closing.licensee, talks, at=DURING + 2 * DAY) is not None
        make_deliveries(session, closing, at=DURING + 3 * DAY)
    with database.read() as session:
        again = duty(session, closing.id, DutyKind.DESTRUCTION, party_id=closing.licensee.party_id)
        assert (again.done_at, again.due_at) == (None, DESTRUCTION_DUE_AT)
        seen = calendar(session, closing.id, closing.licensee, at=DESTRUCTION_DUE_AT)
        assert [v.state for v in seen if v.duty.id == again.id] == [DutyState.OVERDUE]
