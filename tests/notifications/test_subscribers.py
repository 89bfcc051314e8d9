"""Who is told what about a license."""

from typing import Any

import pytest
from sqlmodel import col, select

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.service import lifecycle, notices
from app.licensing.states import LicenseAction
from app.negotiation.service import decline
from app.notifications.models import Message
from tests.factories.licensing import DURING, ENDS_AT, make_license, make_unpaid_license, pay_fee
from tests.factories.negotiation import make_counter, make_request, make_sides
from tests.factories.royalties import make_earning_license, report_usage, sales, steam_file
from tests.royalties.steps import issue, the_statement
from tests.support.clock import START


def about(words: str) -> Any:
    return col(Message.subject).contains(words)


@pytest.mark.parametrize(
    ("action", "done"), [(LicenseAction.SUSPEND, "suspended"), (LicenseAction.TERMINATE, "terminated")]
)
def test_both_sides_hear_of_a_change_of_standing_with_its_reason(
    database: Database, services: Services, action: LicenseAction, done: str
) -> None:
    with database.write() as session:
        made = make_license(session, services.store)
        lifecycle.change_standing(
            session=session,
            actor=made.licensor,
            at=DURING,
            license_id=made.id,
            action=action,
            reason="The credit line is missing.",
        )
        told = session.exec(select(Message).where(Message.about == made.id, about(f"was {done}"))).all()
        found = {message.party_id: message for message in told}
    assert len(told) == 2
    assert found.keys() == {made.licensee.party_id, made.licensor.party_id}
    for message in found.values():
        assert message.subject.startswith(f"The license was {done}: ")
        assert "The credit line is missing." in message.body
        assert "2026-09-01 12:00 UTC" in message.body


def test_the_last_notice_says_what_may_go_on_after_the_end(database: Database, services: Services) -> None:
    with database.write() as session:
        made = make_license(session, services.store)
        notices.announce_due(session=session, at=ENDS_AT)
        told = session.exec(select(Message).where(Message.about == made.id, about("has ended"))).all()
    assert {message.party_id for message in told} == {made.licensee.party_id, made.licensor.party_id}
    for message in told:
        assert "2027-01-01 05:00 UTC" in message.body
        assert "Usage reports, corrections and payments are still accepted." in message.body


def test_both_sides_hear_when_a_license_is_active(database: Database, services: Services) -> None:
    with database.write() as session:
        made = make_unpaid_license(session, services.store)
        assert not session.exec(select(Message).where(Message.about == made.id)).all()
        pay_fee(session, made.id)
        pay_fee(session, made.id)
        told = session.exec(select(Message).where(Message.about == made.id)).all()
    assert sorted(message.party_id for message in told) == sorted([made.licensee.party_id, made.licensor.party_id])
    assert all("from 2026-06-15 04:00 until 2027-01-01 05:00 UTC" in message.body for message in told)


def test_the_side_that_must_answer_hears_of_an_offer_and_of_its_end(database: Database, services: Services) -> None:
    with database.write() as session:
        sides = make_sides(session, services.store)
        talks = make_request(session, sides)
        make_counter(session, sides.licensor, talks)
        decline(session=session, actor=sides.studio, at=START, negotiation_id=talks.id, reason="Too dear.")
        told = session.exec(select(Message).where(Message.about == talks.id).order_by(col(Message.id))).all()
    assert [(message.party_id, message.subject) for message in told] == [
        (sides.licensor.party_id, "A license request has arrived"),
        (sides.studio.party_id, "A new offer waits for your answer"),
        (sides.licensor.party_id, "The negotiation was declined"),
    ]
    assert "2026-06-15 09:00 UTC" in told[0].body
    assert "Too dear." in told[2].body


def test_the_estate_hears_of_sales_and_all_who_share_of_the_statement(
    database: Database, services: Services
) -> None:
    with database.write() as session:
        license = make_earning_license(session, services.store)
        report = report_usage(session, license, steam_file(sales(100_00)))
        run = issue(session, license)
        reported = session.exec(select(Message).where(Message.about == report.id)).all()
        statement = the_statement(session, run)
        told = session.exec(select(Message).where(Message.about == statement.id)).all()
    assert [message.party_id for message in reported] == [license.estate.party.id]
    assert "it appears in your next statement" in reported[0].body
    assert {message.party_id for message in told} == {license.estate.party.id, *(heir.id for heir in license.heirs)}
    assert len(told) == 3
    assert {message.subject for message in told} == {"Royalty statement for 2026-Q3"}
