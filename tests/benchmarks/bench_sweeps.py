"""Sweeps and notices cost what is due, not what exists: as much is due among 10,000 licenses as among 1,000,000.

Each step of the jobs is measured in both worlds in turn, by its fastest rounds, which a busy machine slows least;
what a round did is rolled back, so that the next one finds the same due.
"""

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from app.infrastructure.db.database import Database
from app.licensing.closing.service import announcing
from app.licensing.dues import service as dues
from app.licensing.service import notices
from tests.benchmarks.databases import ENGINES, empty_database
from tests.benchmarks.licenses_world import LicensesWorld
from tests.factories.dues import SECOND_FEE_AT

WORLDS = (10_000, 1_000_000)
TEMPLATES, ROUNDS, FASTEST = 12, 25, 5
LIMIT = 1.5
FAR = "2400-01-01 00:00:00.000000"
TERM = {"first_day": "2026-06-15", "last_day": "2026-12-31", "zone": "America/New_York"}
IN_PARTS = {
    "amount_minor": 1_250_000,
    "currency": "USD",
    "instalments": [{"amount_minor": 500_000}, {"amount_minor": 750_000, "due_on": "2026-08-01"}],
}

Step = Callable[..., int]


def main() -> None:
    found: dict[str, dict[str, float]] = {}
    for engine, says in ENGINES.items():
        with tempfile.TemporaryDirectory(prefix="likeness-bench-") as name, ExitStack() as opened:
            worlds = [opened.enter_context(world_of(licenses, engine, Path(name))) for licenses in WORLDS]
            found[engine] = ratios(worlds, says)
    print(json.dumps({"benchmark": "sweeps", "times_licenses": WORLDS[1] // WORLDS[0], "limit": LIMIT, **found}))


@contextmanager
def world_of(licenses: int, engine: str, parent: Path) -> Iterator[Database]:
    folder = parent / str(licenses)
    folder.mkdir()
    with empty_database(engine, folder) as database:
        world = LicensesWorld(database, folder, templates=TEMPLATES, term=TERM, fee=IN_PARTS)
        world.grow_to(licenses)
        world.plan_far_ahead(FAR)
        yield database


def ratios(worlds: Sequence[Database], says: str) -> dict[str, float]:
    """Return for each step how many times as much it costs in the large world."""
    found = {"announce": compared(worlds, notices.announce_due, at=SECOND_FEE_AT + timedelta(days=200))}
    found["duties"] = compared(worlds, announcing.announce_duties, at=SECOND_FEE_AT + timedelta(days=200))
    found["charge"] = compared(worlds, dues.charge_due, at=SECOND_FEE_AT)
    for database in worlds:
        with database.write() as session:
            assert dues.charge_due(session=session, at=SECOND_FEE_AT) == TEMPLATES
    found["remind"] = compared(worlds, dues.remind_of_overdue, at=SECOND_FEE_AT + timedelta(days=60))
    for what, (few, many) in found.items():
        print(
            f"{says}, {what}: {few:6.1f} ms and {many:6.1f} ms, times {many / few:.2f}, limit {LIMIT}", flush=True
        )
    return {what: round(many / few, 2) for what, (few, many) in found.items()}


def compared(worlds: Sequence[Database], step: Step, *, at: datetime) -> list[float]:
    """Return the milliseconds of the fastest rounds in each world, measured in turn."""
    taken: list[list[float]] = [[] for _ in worlds]
    for _ in range(ROUNDS):
        for database, times in zip(worlds, taken, strict=True):
            times.append(timed(database, step, at))
    return [sum(sorted(times)[:FASTEST]) / FASTEST for times in taken]


def timed(database: Database, step: Step, at: datetime) -> float:
    with database.write_session() as session:
        session.connection()
        began = time.perf_counter()
        done = step(session=session, at=at)
        session.flush()
        took = (time.perf_counter() - began) * 1000
        session.rollback()
    assert done >= TEMPLATES, f"{done} were due"
    return took


if __name__ == "__main__":
    main()
