"""The online decision with 1,000,000 licenses, the key checked, against limits measured in the same run.

The limit over HTTP is a bare Flask route that returns a constant, under the same gunicorn settings, asked in turn
by the same load generator with the same bodies and headers. The generator is one thread with some kept
connections; it runs on the same machine, which slows both sides alike. Batches of 100 are set against single
decisions. The pure rule is set against a general policy engine that is asked the same about the same grants.
"""

import cProfile
import io
import json
import os
import pstats
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.demo.processes import Processes, free_port
from app.factory import create_app
from app.infrastructure.clock import machine_now
from app.infrastructure.db.database import Database
from app.licensing.queries import license_of
from app.licensing.rules.decision import decide
from app.licensing.rules.facts import IntendedUse, LicenseFacts
from app.licensing.schemas import IntendedUseIn
from app.values.territory import world as every_country
from tests.benchmarks.databases import ENGINES, empty_database
from tests.benchmarks.licenses_world import LicensesWorld
from tests.benchmarks.load import interleaved, ratio_of, request_bytes, requests_per_second
from tests.benchmarks.policies import Policies, request_of
from tests.support.settings import SECRET_KEY, make_settings

LICENSES, TEMPLATES = 1_000_000, 24
QUESTIONS, BATCHES, BATCH = 20_000, 200, 100
WORKERS, THREADS = "2", "4"
SECONDS, ROUNDS = 2.0, 5
LIMITS = {"sqlite": 0.80, "postgresql": 0.65}
BATCH_LIMIT, POLICIES_LIMIT, GROWTH_LIMIT = 25, 10, 1.10

Question = tuple[int, dict[str, str]]
"""The number of a license, and a use."""


def main() -> None:
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="likeness-bench-") as name:
        for engine, says in ENGINES.items():
            folder = Path(name) / engine
            folder.mkdir()
            with empty_database(engine, folder) as database:
                began = time.perf_counter()
                world = LicensesWorld(database, folder, templates=TEMPLATES)
                world.grow_to(LICENSES)
                print(f"{says}: {LICENSES:,} licenses, made in {time.perf_counter() - began:.0f} s", flush=True)
                found[engine] = over_http(engine, database, folder, world)
                if engine == "sqlite":
                    found["time"] = where_time_goes(database, folder, world)
                    found["times_policies"] = against_policies(database, world)
    print(json.dumps({"benchmark": "decision", "limit": "bare Flask constant, same gunicorn", **found}))


def over_http(engine: str, database: Database, folder: Path, world: LicensesWorld) -> dict[str, Any]:
    chance = random.Random(1)  # noqa: S311  the same questions every time
    asked = [question(chance, LICENSES) for _ in range(QUESTIONS)]
    single = [request_bytes(*single_question(world, *each)) for each in asked]
    bare = [request_bytes("/constant", *single_question(world, *each)[1:]) for each in asked]
    batches = [request_bytes(*batch_question(world, chance)) for _ in range(BATCHES)]
    first = [request_bytes(*template_question(world, number)) for number in range(TEMPLATES)]
    with servers(database.url, folder) as (processes, service, limit):
        for _ in range(10):  # a new connection may come to either worker: by now each has read all terms
            requests_per_second(service, first, seconds=0.3, must_hold=b'"code"')

        def rate(port: int, requests: list[bytes]) -> Callable[[], float]:
            return lambda: requests_per_second(port, requests, seconds=SECONDS, must_hold=b'"code"')

        measures = {"decision": rate(service, single), "bare": rate(limit, bare), "batch": rate(service, batches)}
        interleaved(measures, rounds=1)
        before, memory = memory_of(processes), list[float]()
        rates = interleaved(measures, rounds=ROUNDS)
        memory = memory_of(processes)
    growth = round(max(after / was for was, after in zip(before, memory, strict=True)), 3)
    ratio, times = (
        round(ratio_of(rates, "decision", "bare"), 3),
        round(BATCH * ratio_of(rates, "batch", "decision"), 1),
    )
    for what, unit in (("bare", "requests"), ("decision", "decisions"), ("batch", f"batches of {BATCH}")):
        low, middle, high = min(rates[what]), statistics.median(rates[what]), max(rates[what])
        print(f"  {what:<10}{middle:8.0f} {unit} a second ({low:.0f} to {high:.0f})")
    print(f"  of bare Flask       {ratio:6.2f}  limit {LIMITS[engine]:.2f}")
    print(f"  batches, times      {times:6.1f}  limit {BATCH_LIMIT}")
    print(f"  memory of a worker  {growth:6.2f}  limit {GROWTH_LIMIT:.2f} ({max(memory):.0f} MB)", flush=True)
    return {"ratio": ratio, "times_batch": times, "memory_growth": growth}


def question(chance: random.Random, licenses: int) -> Question:
    """Ask about any license and a use that may be granted or not, in one country or another."""
    kind = chance.choice((("scripted", "game.scripted_performance"), ("realtime", "game.realtime_character")))
    territory = chance.choice(sorted(every_country()))
    use = {"component": "voice", "axis": kind[0], "media": kind[1], "territory": territory}
    return chance.randint(1, licenses), use


def single_question(world: LicensesWorld, number: int, use: dict[str, str]) -> tuple[str, bytes, dict[str, str]]:
    path = f"/v1/licenses/{world.license_id(number)}/decision"
    return path, json.dumps(use).encode(), authorized(world.template_of(number).key)


def batch_question(world: LicensesWorld, chance: random.Random) -> tuple[str, bytes, dict[str, str]]:
    """Ask as one studio about 100 uses of 10 of its licenses."""
    template = chance.randrange(TEMPLATES)
    numbers = [template + TEMPLATES * chance.randint(1, LICENSES // TEMPLATES - 1) for _ in range(10)]
    uses = [question(chance, 1)[1] | {"license_id": world.license_id(chance.choice(numbers))} for _ in range(BATCH)]
    return "/v1/decisions", json.dumps({"uses": uses}).encode(), authorized(world.template_of(template).key)


def template_question(world: LicensesWorld, number: int) -> tuple[str, bytes, dict[str, str]]:
    template = world.template_of(number)
    use = question(random.Random(number), 1)[1]  # noqa: S311
    return f"/v1/licenses/{template.license_id}/decision", json.dumps(use).encode(), authorized(template.key)


def authorized(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@contextmanager
def servers(database_url: str, folder: Path) -> Iterator[tuple[Processes, int, int]]:
    """The service and the bare route, each under gunicorn with the same settings; yields their ports."""
    environment = os.environ | {
        "LIKENESS_DATABASE_URL": database_url,
        "LIKENESS_DATA_DIR": str(folder),
        "LIKENESS_SECRET_KEY": SECRET_KEY,
    }
    service, bare = free_port(18_000), free_port(18_200)
    settings = ("--workers", WORKERS, "--threads", THREADS)
    with Processes(environment, folder / "logs") as processes:
        processes.start("service", "app", "serve", "--bind", f"127.0.0.1:{service}", *settings)
        processes.start("bare", "tests.benchmarks.bare", f"127.0.0.1:{bare}", WORKERS, THREADS)
        processes.wait_for("service", f"http://127.0.0.1:{service}/health/ready")
        processes.wait_for("bare", f"http://127.0.0.1:{bare}/constant")
        yield processes, service, bare


def memory_of(processes: Processes) -> list[float]:
    """Return the resident memory of each worker, in MB."""
    master = processes.pid("service")
    workers = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    status = [Path(f"/proc/{worker}/status").read_text() for worker in workers]
    return [int(text.split("VmRSS:")[1].split()[0]) / 1024 for text in status]


PARTS = {
    "parse": ("questions.py:use_of", "wsgi.py:_key_of", "wsgi.py:_body_of", "wsgi.py:_is_plain"),
    "row": ("driver_reads.py:rows",),
    "key": ("rows.py:speaks",),
    "terms": ("rows.py:facts_of",),
    "rule": ("decision.py:decide",),
    "write": ("answers.py:one",),
    "log and metrics": (
        "observability.py:report",
        "observability.py:begin_request",
        "observability.py:end_request",
    ),
}
"""Functions that the door calls once for each question, and which do not call one another."""


def where_time_goes(database: Database, folder: Path, world: LicensesWorld) -> dict[str, float]:
    """Profile the door within this process; shares of its own time, without gunicorn."""
    app = create_app(make_settings(database_url=database.url, data_dir=folder))
    chance = random.Random(2)  # noqa: S311
    asked = [template_question(world, number) for number in range(TEMPLATES)]
    asked += [single_question(world, *question(chance, LICENSES)) for _ in range(5000)]
    environs = [environ_of(*each) for each in asked]

    def run() -> None:
        for environ, body in environs:
            app.wsgi_app(environ | {"wsgi.input": io.BytesIO(body)}, lambda *_: None)

    run()
    profile = cProfile.Profile()
    profile.runcall(run)
    app.extensions["likeness"].database.close()
    stats = pstats.Stats(profile).stats
    whole = _spent(stats, ("door/wsgi.py:__call__",))
    spent = {part: _spent(stats, names) for part, names in PARTS.items()}
    shares = {part: round(seconds / whole, 2) for part, seconds in spent.items()}
    print(
        "  of the door's own time: " + ", ".join(f"{part} {share:.0%}" for part, share in shares.items()),
        flush=True,
    )
    return shares


def _spent(stats: Any, functions: Iterable[str]) -> float:
    """Return the time within functions, what they call included."""
    places = {f"{Path(file).as_posix()}:{name}": row[3] for (file, _, name), row in stats.items()}
    return sum(max((spent for place, spent in places.items() if place.endswith(f)), default=0.0) for f in functions)


def environ_of(path: str, body: bytes, headers: dict[str, str]) -> tuple[dict[str, Any], bytes]:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": headers["Authorization"],
    }, body


def against_policies(database: Database, world: LicensesWorld) -> float:
    """Ask the pure rule and the policy engine the same, in turn, in batches; both must say the same."""
    at, chance = machine_now(), random.Random(3)  # noqa: S311
    with database.read() as session:
        facts: LicenseFacts = license_of(session, world.templates[1].license_id).facts_at(at)
    uses: list[IntendedUse] = [IntendedUseIn().load(question(chance, 1)[1]) for _ in range(2000)]
    policies, requests = Policies(facts), [request_of(use, at) for use in uses]

    def rule() -> list[bool]:
        return [decide(license=facts, use=use, at=at).is_allowed for use in uses]

    assert rule() == policies.allow(requests), "The rule and the policies disagree."
    assert 100 < sum(rule()) < 1900, "Some must be granted and some not."
    measures: dict[str, Callable[[], object]] = {"rule": rule, "policies": lambda: policies.allow(requests)}
    rates = interleaved(
        {name: lambda ask=ask: per_second(ask, len(uses)) for name, ask in measures.items()}, rounds=9
    )
    times = round(ratio_of(rates, "rule", "policies"), 1)
    for what, values in rates.items():
        print(f"  {what:<10}{statistics.median(values):8.0f} questions a second, without HTTP")
    print(f"  rule, times the policy engine  {times:6.1f}  limit {POLICIES_LIMIT}", flush=True)
    return times


def per_second(ask: Callable[[], object], questions: int) -> float:
    began = time.perf_counter()
    ask()
    return questions / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
