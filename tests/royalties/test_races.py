"""Runs and payments at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.royalties import queries
from app.royalties.models import (
    StatementShare,
)
from app.royalties.states import ShareStatus
from tests.factories.royalties import (
    make_earning_license,
    pay,
    report_usage,
)
from tests.royalties.steps import HUNDRED, issue


def test_concurrent_runs_issue_one_statement(database: Database, services: Services) -> None:
    with database.write() as session:
        license = make_earning_license(session, services.store)
        report_usage(session, license, HUNDRED)

    def run(_: int) -> list[str]:
        with database.write() as own:
            return [statement.id for statement in queries.statements_of_run(own, issue(own, license))]

    with ThreadPoolExecutor(4) as pool:
        issued = [statement for ids in pool.map(run, range(4)) for statement in ids]
    assert len(issued) == 1
    with database.read() as session:
        assert session.exec(select(sa.func.count()).select_from(StatementShare)).one() == 4


@pytest.mark.parametrize("first", ["run", "payment"])
def test_a_payment_that_arrives_during_a_run_is_not_missed(
    database: Database, services: Services, first: str
) -> None:
    with database.write() as session:
        license = make_earning_license(session, services.store)
        reference = f"report/{report_usage(session, license, HUNDRED).id}/royalty"
    steps: dict[str, Callable[[Session], object]] = {
        "run": lambda own: issue(own, license),
        "payment": lambda own: pay(own, reference),
    }
    one, other = steps.pop(first), steps.popitem()[1]

    def in_its_own_transaction() -> None:
        with database.write() as own:
            other(own)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as session:
            one(session)
            waiting = pool.submit(in_its_own_transaction)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=1)
        waiting.result(timeout=60)
    with database.read() as session:
        assert set(session.exec(select(StatementShare.status)).all()) == {ShareStatus.REQUESTED}
