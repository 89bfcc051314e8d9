"""Several processes want overlapping exclusive rights at the same moment: exactly one gets them."""

import multiprocessing
from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import select

from app.infrastructure.db.database import Database
from app.rights.models import RightsBlockRow, RightsBook
from app.values.rights_block import RightsBlock
from app.values.term import Term
from tests.factories.rights import day, exclusive_block
from tests.rights.conftest import Listing
from tests.rights.racing import PATIENCE_SECONDS, Outcome, book

RACERS = 8


def race(url: str, listing: Listing, blocks: Sequence[RightsBlock]) -> list[Outcome]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([book.__module__])
    start, outcomes = context.Barrier(len(blocks)), context.Queue()
    processes = [
        context.Process(
            target=book,
            args=(url, listing.package.id, listing.studio.party_id, f"lic_{number}", block, start, outcomes),
        )
        for number, block in enumerate(blocks)
    ]
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


def test_exactly_one_of_overlapping_exclusive_bookings_wins(
    database: Database, database_url: str, listing: Listing
) -> None:
    """All terms share the June of 2027; the losers are told why, and nothing of theirs is stored."""
    blocks = [exclusive_block(term=Term(day(1, 1 + number), day(7, 1 + number))) for number in range(RACERS)]
    found = race(database_url, listing, blocks)
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
