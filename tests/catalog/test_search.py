"""The catalog finds what was asked for and nothing that is not listed, in the same few queries."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from app.catalog import service
from app.catalog.models import Package
from app.catalog.search import found_packages, search
from app.catalog.service.packages import Price
from app.catalog.states import PackageStatus
from app.infrastructure.http.context import Services
from app.values.components import Component
from app.values.money import Money
from app.values.territory import Territory
from tests.factories.catalog import approve, make_component, make_listed_package, make_package, upload
from tests.factories.parties import Estate, make_estate
from tests.support.clock import START


@pytest.fixture
def estate(session: Session, services: Services) -> Estate:
    return make_estate(session, services.store)


def found(session: Session, **wanted: Any) -> list[str]:
    return [package.title for package in search(session, **wanted).items]


def test_only_listed_packages_are_found(session: Session, services: Services, estate: Estate) -> None:
    make_package(session, services.store, estate, title="Draft")
    waiting = make_package(session, services.store, estate, title="Submitted")
    service.submit_package(session=session, actor=estate.actor, at=START, package_id=waiting.id)
    gone = make_listed_package(session, services.store, estate, title="Withdrawn")
    service.withdraw_package(session=session, actor=estate.actor, at=START, package_id=gone.id, reason="Sold")
    make_listed_package(session, services.store, estate, title="Listed")
    assert found(session) == ["Listed"]
    assert found(session, owner=estate.actor) == ["Listed", "Withdrawn", "Submitted", "Draft"]
    assert found(session, owner=estate.actor, status=PackageStatus.DRAFT) == ["Draft"]


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("", True),
        ("voice", True),
        ("LUNA", True),
        ("łuna", True),
        ("ádàëze", True),
        ("jazz", True),
        ("unhurried voi", True),
        ("narration, luna!", True),
        ("oice", False),
        ("voice opera", False),
        ("voices", False),
        ("100%", False),
        ("_oice", False),
        ("*", True),
    ],
)
def test_every_word_must_match(
    session: Session, services: Services, estate: Estate, text: str, is_found: bool
) -> None:
    make_listed_package(session, services.store, estate)
    assert bool(found(session, text=text)) is is_found


def test_edited_words_are_found_and_old_ones_are_not(session: Session, services: Services, estate: Estate) -> None:
    package = make_package(session, services.store, estate, tags=["opera"])
    service.edit_package(session=session, actor=estate.actor, at=START, package_id=package.id, tags=["cabaret"])
    assert found(session, owner=estate.actor, text="cabaret")
    assert not found(session, owner=estate.actor, text="opera")


@pytest.fixture
def mixed(session: Session, services: Services, estate: Estate) -> Package:
    """A face for films in Europe and a voice for games in the Americas."""
    package = make_package(session, services.store, estate, components=[], title="Mixed")
    make_component(
        session, estate, package, Component.FACE, media=["film.theatrical"], territory=Territory.parse("+EUROPE")
    )
    make_component(
        session,
        estate,
        package,
        Component.VOICE,
        media=["game.trailer"],
        territory=Territory.parse("+AMERICAS -CA"),
    )
    for component in (Component.FACE, Component.VOICE):
        upload(session, services.store, estate, package, component)
    service.submit_package(session=session, actor=estate.actor, at=START, package_id=package.id)
    return approve(session, package)


@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize(
    ("medium", "component", "territory", "is_found"),
    [
        ("film", None, None, True),
        ("film.theatrical", None, None, True),
        ("film.trailer", None, None, False),
        ("game", Component.VOICE, None, True),
        ("game", Component.FACE, None, False),
        (None, Component.BEHAVIOR, None, False),
        (None, None, "+US", True),
        (None, None, "+US -US +DE", True),
        (None, None, "+US +DE", False),
        (None, None, "+EUROPE", True),
        (None, None, "+EU", False),
        (None, None, "+AMERICAS", False),
        (None, None, "+AMERICAS -CA", True),
        ("film", None, "+US", False),
        ("game", None, "+US", True),
        ("game", Component.VOICE, "+CA", False),
    ],
)
def test_one_component_must_meet_everything(
    session: Session, medium: str | None, component: Component | None, territory: str | None, is_found: bool
) -> None:
    wanted = Territory.parse(territory) if territory else None
    assert bool(found(session, medium=medium, component=component, territory=wanted)) is is_found


def test_presets_and_headline_prices(session: Session, services: Services, estate: Estate) -> None:
    cheap = Price("film_trailer", Money(100, "USD"), royalty_bps=0)
    dear = Price("cosmetic_item", Money(900, "USD"), royalty_bps=500)
    make_listed_package(session, services.store, estate, title="Both", prices=[dear, cheap])
    make_listed_package(session, services.store, estate, title="On request", prices=[])
    assert found(session, preset="film_trailer") == ["Both"]
    assert found(session, preset="brand_campaign") == []
    page = search(session)
    headlines = [row.headline and row.headline.fee_minor for row in found_packages(session, page.items)]
    assert headlines == [None, 100]
    [row] = found_packages(session, search(session, preset="cosmetic_item").items, preset="cosmetic_item")
    assert row.headline is not None
    assert row.headline.fee_minor == 900


def test_pages_follow_each_other_without_gaps(session: Session, services: Services, estate: Estate) -> None:
    for number in range(5):
        make_listed_package(session, services.store, estate, title=f"Number {number}")
    seen: list[str] = []
    cursor = None
    while True:
        page = search(session, text="number", cursor=cursor, limit=2)
        seen += [package.title for package in page.items]
        make_listed_package(session, services.store, estate, title="Number new")
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [f"Number {number}" for number in (4, 3, 2, 1, 0)]


def test_a_page_costs_the_same_queries_however_long(session: Session, services: Services, estate: Estate) -> None:
    def cost() -> int:
        session.expire_all()
        with counted(session) as statements:
            found_packages(session, search(session, text="luna", medium="game").items)
        return len(statements)

    make_listed_package(session, services.store, estate)
    alone = cost()
    for number in range(4):
        other = make_estate(session, services.store, performer_name=f"Luna {number}")
        make_listed_package(session, services.store, other)
    assert cost() == alone <= 4


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    statements: list[str] = []
    connection = session.connection()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    sa.event.listen(connection, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(connection, "before_cursor_execute", note)
