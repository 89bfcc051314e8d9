"""What a factory wrote is written again just as it was, and only into an empty database."""

import shutil
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from app.audit import service as audit
from app.catalog.models import Asset
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.ledger import queries as ledger
from tests.factories.licensing import Licensed, make_license

Making = Callable[..., tuple[Licensed, dict[str, list[str]]]]


@pytest.fixture
def making(database: Database, services: Services) -> Making:
    """Make a license, read every row there is, and undo it."""

    def make(**terms: Any) -> tuple[Licensed, dict[str, list[str]]]:
        with database.write_session() as session:
            licensed = make_license(session, services.store, **terms)
            rows = everything(session)
            session.rollback()
        return licensed, rows

    return make


def everything(session: Session) -> dict[str, list[str]]:
    tables = SQLModel.metadata.sorted_tables
    return {table.name: sorted(map(repr, session.execute(sa.select(table)).all())) for table in tables}


def test_every_row_is_the_same_again(making: Making) -> None:
    first, rows = making()
    second, rows_again = making()
    assert rows_again == rows
    assert second.id == first.id
    assert (second.licensor, second.licensee) == (first.licensor, first.licensee)


def test_it_is_as_whole_as_the_first(database: Database, services: Services, making: Making) -> None:
    making()
    with database.write() as session:
        make_license(session, services.store)
    with database.read() as session:
        verdict = audit.verify(session=session)
        assert verdict.is_whole
        assert verdict.records > 0
        assert not any(ledger.trial_balance(session).values())
        assert ledger.incomplete_entries(session) == []


def test_its_files_are_there_again(database: Database, services: Services, making: Making) -> None:
    making()
    shutil.rmtree(services.settings.asset_dir)
    making()
    with database.write() as session:
        make_license(session, services.store)
        names = session.execute(sa.select(col(Asset.sha256))).scalars().all()
    assert names
    for name in names:
        with services.store.open(name) as file:
            assert file.read(1)


def test_other_arguments_make_something_else(making: Making) -> None:
    first, _ = making()
    other, _ = making(credit_line="By permission")
    assert other.id != first.id


def test_a_database_with_something_in_it_gets_something_else(database: Database, services: Services) -> None:
    with database.write() as session:
        first = make_license(session, services.store)
    with database.write() as session:
        assert make_license(session, services.store).id != first.id


def test_who_patches_has_everything_made_anew(making: Making, monkeypatch: pytest.MonkeyPatch) -> None:
    assert monkeypatch is not None
    assert making()[0].id != making()[0].id
