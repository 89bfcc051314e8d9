"""Many processes want overlapping exclusive rights at the same moment: exactly one gets them."""

import multiprocessing
from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from app.infrastructure.db.database import Database
from app.rights.hold_queries import queue_of
from app.rights.models import RightsBlockRow, RightsBook
from app.rights.rules.standing import standing_of
from app.rights.states import BlockKind
from app.values.exclusivity import Exclusivity
from app.values.term import Term
from tests.factories.parties import make_actor
from tests.factories.rights import day, exclusive_block, make_block
from tests.rights.conftest import Listing
from tests.rights.racing import PATIENCE_SECONDS, Outcome, Racer, run
from tests.support.clock import START

RACERS = (2, 50)


def race(url: str, racers: Sequence[Racer]) -> list[Outcome]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([run.__module__])
    start, outcomes = context.Barrier(len(racers)), context.Queue()
    processes = [context.Process(target=run, args=(url, racer, start, outcomes)) for racer in racers]
    for process in processes:
        process.start()
    try:
        found = [outcomes.get(timeout=PATIENCE_SECONDS) for _ in processes]
    finally:
        for process in processes:
            process.join(PATIENCE_SECONDS)
            process.close()
        outcomes.close()
    return sorted(found, key=lambda outcome: outcome.reference)


@pytest.mark.parametrize("racers", RACERS)
def test_exactly_one_of_overlapping_exclusive_bookings_wins(
    database: Database, database_url: str, listing: Listing, racers: int
) -> None:
    """All terms share the June of 2027; the losers are told why, and nothing of theirs is stored."""
    manners = (Exclusivity.EXCLUSIVE, Exclusivity.SOLE)
    found = race(
        database_url,
        [
            Racer(
                listing.package.id,
                listing.studio.party_id,
                f"lic_{number:02}",
                make_block(
                    term=Term(day(1, 1 + number % 28), day(7, 1 + number % 28)), exclusivity=manners[number % 2]
                ),
            )
            for number in range(racers)
        ],
    )
    assert [outcome.error for outcome in found if outcome.error] == []
    winners = [outcome.reference for outcome in found if outcome.has_won]
    assert len(winners) == 1
    assert {outcome.reasons for outcome in found if not outcome.has_won} == {("EXCLUSIVELY_GRANTED",)}
    with database.read() as session:
        assert session.exec(select(RightsBlockRow.reference)).all() == winners
        assert session.exec(select(RightsBook.revision)).all() == [1]
        assert (
            session.execute(sa.text("SELECT count(*) FROM audit_record WHERE action = 'rights.granted'")).scalar()
            == 1
        )


def test_of_those_who_reserve_and_those_who_sign_only_one_kind_gets_in(
    database: Database, database_url: str, listing: Listing
) -> None:
    """Whoever signs first keeps every hold out; whoever reserves first keeps every signature out, in one queue."""
    with database.write() as session:
        parties = [make_actor(session).party_id for _ in range(12)]
    found = race(
        database_url,
        [
            Racer(listing.package.id, party_id, f"neg_{number:02}", exclusive_block(), is_hold=number % 2 == 0)
            for number, party_id in enumerate(parties)
        ],
    )
    assert [outcome.error for outcome in found if outcome.error] == []
    winners = {outcome.reference for outcome in found if outcome.has_won}
    holds = {f"neg_{number:02}" for number in range(0, len(parties), 2)}
    with database.read() as session:
        booked = session.exec(
            select(RightsBlockRow.kind, RightsBlockRow.reference).order_by(col(RightsBlockRow.id))
        )
        taken = {reference: kind for kind, reference in booked}
        queue = queue_of(session, listing.package.performer_id, START)
    assert taken.keys() == winners
    places = sorted(standing_of(one, queue, START).place for one in queue)
    if set(taken.values()) == {BlockKind.GRANT}:
        assert len(winners) == 1
        assert places == []
    else:
        assert winners == holds
        assert places == [1, 2, 3, 4, 5, 6]
    refusals = {outcome.reasons for outcome in found if not outcome.has_won}
    assert refusals == {("EXCLUSIVELY_GRANTED",) if places == [] else ("ON_HOLD",)}
