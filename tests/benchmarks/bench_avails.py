"""What a question for avails costs: for one package as catalog and book grow, and over the whole catalog.

Each is set against the bare SQL statement that must be run anyway, the very one that the question sent, run again
on the driver without the program around it. Both are measured in turn, so that a busy machine slows both; growth is
told by the fastest rounds, which it slows least.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from app.identity.actor import Actor
from app.identity.states import Role
from app.infrastructure.db.database import Database
from app.rights.rules.ask import Ask
from app.rights.search.service import CatalogAnswer, search_avails
from app.rights.service import ask_avails
from app.rights.states import MatchMode
from app.values.components import Axis, Component
from app.values.exclusivity import Exclusivity
from app.values.media import ROOTS, expand
from app.values.term import Term
from app.values.territory import Territory
from tests.benchmarks.avails_world import World
from tests.benchmarks.databases import postgresql, sqlite

CATALOGS = (1_000, 10_000, 100_000)
GRANTS_EACH = 10
BOOKS = (10, 100, 1_000, 10_000)
ROUNDS = 15

AT = datetime(2026, 11, 2, 12, tzinfo=UTC)
STUDIO = Actor(user_id="usr_bench", party_id="pty_bench", role=Role.OWNER)


@dataclass(frozen=True, slots=True)
class Question:
    """An ask in the words of a studio."""

    says: str
    ask: Ask


def question(says: str, *, media: str, territory: str, **changes: Any) -> Question:
    usual: dict[str, Any] = {
        "components": [Component.VOICE],
        "axes": frozenset({Axis.SCRIPTED}),
        "languages": frozenset({"*"}),
        "categories": frozenset({"*"}),
        "term": Term.of_days(date(2027, 1, 1), date(2027, 12, 31), "UTC"),
        "exclusivity": Exclusivity.EXCLUSIVE,
    }
    dimensions = {"media": expand(media.split()), "territory": Territory.parse(territory).codes}
    return Question(says, Ask.bundle(**(usual | dimensions | changes)))


TEN_YEARS = Term.of_days(date(2027, 1, 1), date(2036, 12, 31), "UTC")
OF_ONE_PACKAGE = question("voice in games, worldwide", media="game", territory="+WORLD -CN")
TYPICAL = (
    question("voice for VR, exclusive, Japan, 2027", media="vr", territory="+JP", axes=frozenset({Axis.REALTIME})),
    question(
        "face and voice, a series, Europe, shared",
        media="film.streaming",
        territory="+EUROPE",
        components=[Component.FACE, Component.VOICE],
        exclusivity=Exclusivity.NON_EXCLUSIVE,
    ),
    question("voice in games, sole, world, 2027", media="game", territory="+WORLD", exclusivity=Exclusivity.SOLE),
    question(
        "voice in films, half a year within ten",
        media="film",
        territory="+EU",
        match=MatchMode.OVERLAP,
        minimum_days=182,
        term=TEN_YEARS,
    ),
)
WORST = (
    question(
        "everything of everybody, for ten years",
        media=" ".join(ROOTS),
        territory="+WORLD",
        components=list(Component),
        axes=frozenset(Axis),
        term=TEN_YEARS,
    ),
    question("every use of a voice, for ever", media=" ".join(ROOTS), territory="+WORLD", axes=frozenset(Axis),
             term=Term(AT, None)),
    question("what the index cannot tell", media="game", territory="+JP +BR", languages=frozenset({"en-AU"}),
             axes=frozenset({Axis.SCRIPTED, Axis.REALTIME}), term=TEN_YEARS),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cost:
    """Medians in milliseconds, and the fastest and the slowest round."""

    question: float
    bare: float
    fastest: float
    slowest: float

    @property
    def ratio(self) -> float:
        return round(self.question / self.bare, 2)


def main() -> None:
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="likeness-bench-") as name:
        folder = Path(name)
        with sqlite(folder) as database:
            found["sqlite"] = measure("SQLite", database, folder)
        with postgresql() as database:
            found["postgresql"] = measure("PostgreSQL", database, folder)
    limit = "the bare SQL statement of the question, on the driver"
    print(json.dumps({"benchmark": "avails", "limit": limit, **found}))


def measure(engine: str, database: Database, folder: Path) -> dict[str, Any]:
    world = World(database, folder)
    print(f"{engine}: one package with {GRANTS_EACH} grants while the catalog grows")
    flat = {}
    for packages in CATALOGS:
        world.grow_to(packages, grants_each=GRANTS_EACH)
        flat[packages] = of_one_package(database, world, packages // 2)
        say(f"{packages:>7} packages", flat[packages])
    print(f"{engine}: one package of {world.packages:,} while its book grows")
    book, taken = {}, GRANTS_EACH
    for blocks in BOOKS:
        world.add_grants(1, blocks, already=taken)
        taken = blocks
        book[blocks] = of_one_package(database, world, 1)
        say(f"{blocks:>7} blocks", book[blocks])
    print(f"{engine}: the whole catalog, {world.packages:,} packages with {world.packages * GRANTS_EACH:,} grants")
    wide = {asked.says: of_the_catalog(database, asked) for asked in (*TYPICAL, *WORST)}
    first, last = flat[CATALOGS[0]], flat[CATALOGS[-1]]
    few, many = book[BOOKS[-2]], book[BOOKS[-1]]
    return {
        "catalog_growth": round(last.fastest / first.fastest, 2),
        "times_catalog": CATALOGS[-1] // CATALOGS[0],
        "book_growth": round(many.fastest / few.fastest, 2),
        "times_book": BOOKS[-1] // BOOKS[-2],
        "ratio_one_package": last.ratio,
        "ratio_largest_book": many.ratio,
        "typical_ms": round(max(wide[asked.says].question for asked in TYPICAL)),
        "worst_ms": round(max(cost.question for cost in wide.values())),
        "ratio_catalog": max(wide[asked.says].ratio for asked in TYPICAL),
    }


def of_one_package(database: Database, world: World, number: int) -> Cost:
    ask = OF_ONE_PACKAGE.ask
    block = ask.blocks[0]

    def answer(session: Session) -> object:
        return ask_avails(
            session=session,
            actor=STUDIO,
            at=AT,
            package_id=world.package_id(number),
            components=ask.components,
            axes=block.axes,
            media=block.media,
            territory=block.territory,
            term=block.term,
            exclusivity=block.exclusivity,
        )

    return timed(database, answer, bare="FROM rights_block")[0]


def of_the_catalog(database: Database, asked: Question) -> Cost:
    def answer(session: Session) -> CatalogAnswer:
        return search_avails(session=session, actor=STUDIO, at=AT, asked=asked.ask)

    cost, page = timed(database, answer, bare="FROM offer_index")
    say(f"{asked.says:<40} looked at {page.looked_at:>7,}, found {len(page.items):>2}", cost)
    return cost


def timed(database: Database, answer: Callable[[Session], Any], *, bare: str) -> tuple[Cost, Any]:
    """Measure a question, and in turn its statements that contain `bare`, run again by themselves."""
    with database.read() as session, noted(session) as statements:
        found = answer(session)
    again = [(sql, parameters) for sql, parameters in statements if bare in sql]
    times: dict[str, list[float]] = {"question": [], "bare": []}
    for _ in range(ROUNDS):
        with database.read() as session:
            session.connection()
            with clocked(times["question"]):
                answer(session)
        with database.read_engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            with clocked(times["bare"]):
                for sql, parameters in again:
                    driver.execute(sql, parameters).fetchall()
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    return Cost(medians["question"], medians["bare"], min(times["question"]), max(times["question"])), found


@contextmanager
def noted(session: Session) -> Iterator[list[tuple[str, Any]]]:
    statements: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, sql: str, parameters: Any, *_: object) -> None:
        statements.append((sql, parameters))

    engine = session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", note)
    yield statements
    sa.event.remove(engine, "before_cursor_execute", note)


@contextmanager
def clocked(times: list[float]) -> Iterator[None]:
    began = time.perf_counter()
    yield
    times.append((time.perf_counter() - began) * 1000)


def say(what: str, cost: Cost) -> None:
    print(
        f"  {what}  {cost.question:8.1f} ms ({cost.fastest:.0f} to {cost.slowest:.0f})  "
        f"bare SQL {cost.bare:8.2f} ms  ratio {cost.ratio:.1f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
