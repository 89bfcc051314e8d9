"""The catalog-wide question: the index never leaves out what is free, and the pages together say it all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.catalog.models import Package
from app.catalog.states import PackageStatus
from app.identity.actor import Actor
from app.parties.models import Performer, Representation
from app.rights.rules.ask import Ask
from app.rights.search import service, strides
from app.rights.search.prefilter import EVERY_PACKAGE, Narrowing, promising
from app.rights.search.service import search_avails
from app.rights.service.asking import find_free_in
from app.rights.states import MatchMode
from tests.factories.parties import make_actor
from tests.rights.catalogs import Chance, fill

AT = datetime(2026, 6, 1, tzinfo=UTC)
SINCE = AT - timedelta(days=2)
"""Terms begin here or later: some asks are about days that are over."""
ASKS = int(os.environ.get("LIKENESS_PROPERTY_EXAMPLES", "120"))
"""How many questions are asked of the catalogs of each engine."""
CATALOGS = 3
PACKAGES = 30


@pytest.fixture(params=range(CATALOGS))
def chance(request: pytest.FixtureRequest) -> Chance:
    return Chance(request.param)


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strides, "LENGTHS", (2, 5, 9))
    monkeypatch.setattr(service, "JUDGED_MOST", 7)
    monkeypatch.setattr(service, "BATCH", 3)


@pytest.fixture
def owner(session: Session) -> Actor:
    return make_actor(session)


@pytest.fixture
def asker(session: Session) -> Actor:
    return make_actor(session)


def matching(session: Session, asked: Ask, package_ids: list[str], asker: Actor) -> list[str]:
    """Judge every package by the rules, whatever the index says."""
    packages = session.exec(select(Package).where(col(Package.id).in_(package_ids))).all()
    free = find_free_in(session=session, at=AT, packages=packages, asked=asked, asker_party_id=asker.party_id)
    return [package_id for package_id in package_ids if free[package_id].is_match]


def listed(session: Session) -> set[str]:
    return set(session.exec(select(Package.id).where(Package.status == PackageStatus.LISTED)).all())


def read_all(
    session: Session, asker: Actor, asked: Ask, *, limit: int, narrowing: Narrowing = EVERY_PACKAGE
) -> tuple[list[str], int]:
    """Follow the cursor to the end: what was found, and how many packages were looked at."""
    found: list[str] = []
    looked_at, cursor = 0, None
    while True:
        page = search_avails(
            session=session, actor=asker, at=AT, asked=asked, narrowing=narrowing, cursor=cursor, limit=limit
        )
        assert len(page.items) <= limit
        assert page.looked_at <= sum(strides.LENGTHS)
        assert all(item.free.is_match for item in page.items)
        found += [item.found.package.id for item in page.items]
        looked_at, cursor = looked_at + page.looked_at, page.next_cursor
        if cursor is None:
            return found, looked_at


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    engine = session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", note)
    yield statements
    sa.event.remove(engine, "before_cursor_execute", note)


def test_the_index_never_drops_what_is_free(session: Session, chance: Chance, owner: Actor, asker: Actor) -> None:
    """Random catalogs and asks: what the rules call free is promising to the index."""
    ids = fill(session, chance, owner, packages=PACKAGES, since=AT)
    everything = listed(session)
    free = dict.fromkeys(MatchMode, 0)
    dropped = 0
    for number in range(ASKS // CATALOGS):
        asked = chance.ask(SINCE)
        expected = matching(session, asked, ids, asker)
        promised = set(session.execute(promising(asked, EVERY_PACKAGE)).scalars())
        assert promised >= set(expected), f"Question {number} lost {set(expected) - promised}."
        assert promised <= everything
        free[asked.match] += len(expected)
        dropped += len(everything - promised)
    assert all(free.values()), f"Nothing was free for some match: {free}"
    assert dropped > ASKS // CATALOGS * len(everything) / 3, "The index leaves nearly everything to the rules."


def _is_over(asked: Ask) -> bool:
    return asked.term.ends_at is not None and asked.term.ends_at <= AT


@pytest.mark.usefixtures("small_steps")
def test_the_pages_together_are_all_that_is_free(
    session: Session, chance: Chance, owner: Actor, asker: Actor
) -> None:
    ids = fill(session, chance, owner, packages=PACKAGES, since=AT)
    for _ in range(5):
        asked = next(asked for asked in iter(lambda: chance.ask(SINCE), None) if not _is_over(asked))
        found, looked_at = read_all(session, asker, asked, limit=chance.randint(1, 6))
        assert found == matching(session, asked, ids, asker)
        assert looked_at == len(listed(session))


@pytest.mark.usefixtures("small_steps")
def test_a_request_ends_before_the_rules_have_refused_everything(
    session: Session, owner: Actor, asker: Actor
) -> None:
    """Nobody has authority any more, which the index does not know."""
    chance = Chance(0)
    ids = fill(session, chance, owner, packages=PACKAGES, since=AT)
    session.execute(sa.update(Representation).values(components=[]))
    asked = next(
        asked
        for asked in iter(lambda: chance.ask(AT), None)
        if len(session.execute(promising(asked, EVERY_PACKAGE)).all()) > service.JUDGED_MOST
    )
    first = search_avails(session=session, actor=asker, at=AT, asked=asked)
    assert first.items == []
    assert first.next_cursor in ids
    assert 0 < first.looked_at < len(listed(session))
    assert read_all(session, asker, asked, limit=5) == ([], len(listed(session)))


def test_many_packages_take_as_many_statements_as_a_few(session: Session, owner: Actor, asker: Actor) -> None:
    chance = Chance(2)
    ids = fill(session, chance, owner, packages=5, since=AT)
    asked = next(asked for asked in iter(lambda: chance.ask(AT), None) if matching(session, asked, ids, asker))
    found, counts = [], []
    for _ in range(2):
        with counted(session) as statements:
            page = search_avails(session=session, actor=asker, at=AT, asked=asked)
        found.append(len(page.items))
        counts.append(len(statements))
        fill(session, chance, owner, packages=service.BATCH - 10, since=AT)
    assert 0 < found[0] < found[1]
    assert counts[0] == counts[1]


def test_an_empty_catalog_has_one_empty_page(session: Session, asker: Actor) -> None:
    page = search_avails(session=session, actor=asker, at=AT, asked=Chance(0).ask(AT))
    assert (page.items, page.looked_at, page.next_cursor) == ([], 0, None)


def test_living_or_dead(session: Session, owner: Actor, asker: Actor) -> None:
    chance = Chance(1)
    ids = fill(session, chance, owner, packages=PACKAGES, since=AT)
    living = set(session.exec(select(Performer.id).where(col(Performer.is_living))).all())
    of = dict(session.exec(select(Package.id, Package.performer_id)).all())
    seen = set()
    for _ in range(8):
        asked = chance.ask(AT)
        expected = matching(session, asked, ids, asker)
        for is_living in (True, False):
            found, _ = read_all(session, asker, asked, limit=50, narrowing=Narrowing(is_living=is_living))
            assert found == [package_id for package_id in expected if (of[package_id] in living) == is_living]
            seen |= {is_living} if found else set()
    assert seen == {True, False}
