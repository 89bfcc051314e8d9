"""Offers for overlapping exclusive rights are accepted at the same moment by processes: exactly one is signed."""

import multiprocessing
from collections.abc import Sequence

import pytest
from sqlmodel import Session, select

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.models import License
from app.negotiation import queries, service
from app.negotiation.models import Deal, Negotiation, Signature
from app.negotiation.states import NegotiationStatus
from app.rights.models import RightsBlockRow
from tests.factories.negotiation import Sides, grant, make_request, make_sides
from tests.negotiation.racing import PATIENCE_SECONDS, Acceptance, Outcome, accept
from tests.support.clock import START

PROCESSES = 10
"""At most; each accepts its part of the offers in threads with connections of their own."""


def race(url: str, acceptances: Sequence[Acceptance]) -> list[Outcome]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([accept.__module__])
    start, outcomes = context.Barrier(len(acceptances)), context.Queue()
    parts = [acceptances[number::PROCESSES] for number in range(min(PROCESSES, len(acceptances)))]
    processes = [context.Process(target=accept, args=(url, part, start, outcomes)) for part in parts]
    for process in processes:
        process.start()
    try:
        found = [outcomes.get(timeout=PATIENCE_SECONDS) for _ in acceptances]
    finally:
        for process in processes:
            process.join(PATIENCE_SECONDS)
            process.close()
        outcomes.close()
    return sorted(found, key=lambda outcome: outcome.negotiation_id)


def acceptance_of(session: Session, sides: Sides, negotiation: Negotiation) -> Acceptance:
    latest = queries.latest_offer(session, negotiation.id)
    return Acceptance(negotiation.id, latest.terms_sha256, sides.licensor, START)


@pytest.mark.parametrize("racers", [2, 50])
def test_exactly_one_of_the_offers_for_a_right_is_signed(
    database: Database, database_url: str, services: Services, racers: int
) -> None:
    """All terms share the last days of August; the losers are told why, and nothing of theirs is stored."""
    with database.write() as session:
        sides = make_sides(session, services.store)
        talks = [
            make_request(
                session,
                sides,
                term={"first_day": f"2026-07-{1 + number % 31:02}", "last_day": "2026-08-31", "zone": "UTC"},
                grants=[grant(exclusivity="exclusive", territory="+DE +FR" if number % 2 else "+DE +JP")],
            )
            for number in range(racers)
        ]
        acceptances = [acceptance_of(session, sides, negotiation) for negotiation in talks]
    found = race(database_url, acceptances)
    assert [outcome.error for outcome in found if outcome.error] == []
    winners = [outcome.negotiation_id for outcome in found if outcome.has_won]
    assert len(winners) == 1
    assert {outcome.reasons for outcome in found if not outcome.has_won} == {("EXCLUSIVELY_GRANTED",)}
    with database.read() as session:
        deal = session.exec(select(Deal)).one()
        assert [deal.negotiation_id] == winners
        assert session.exec(select(License.id)).all() == [deal.license_id]
        assert session.exec(select(RightsBlockRow.reference)).all() == [deal.license_id]
        assert len(session.exec(select(Signature)).all()) == 2
        signed = select(Negotiation.id).where(Negotiation.status == NegotiationStatus.SIGNED)
        assert session.exec(signed).all() == winners


def test_the_first_hold_wins_every_race(database: Database, database_url: str, services: Services) -> None:
    """Whoever is behind in the queue is refused, whether the first has signed already or not."""
    with database.write() as session:
        sides = make_sides(session, services.store)
        exclusive = [grant(exclusivity="exclusive", territory="+DE")]
        talks = [make_request(session, sides, grants=exclusive) for _ in range(4)]
        for negotiation in talks[2:]:
            service.place_hold(session=session, actor=sides.studio, at=START, negotiation_id=negotiation.id)
        acceptances = [acceptance_of(session, sides, negotiation) for negotiation in talks]
    found = race(database_url, acceptances)
    assert [outcome.error for outcome in found if outcome.error] == []
    assert [outcome.negotiation_id for outcome in found if outcome.has_won] == [talks[2].id]
    refusals = [outcome.reasons for outcome in found if not outcome.has_won]
    assert all(refusals)
    assert {code for reasons in refusals for code in reasons} <= {"ON_HOLD", "EXCLUSIVELY_GRANTED"}
