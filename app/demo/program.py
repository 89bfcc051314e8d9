"""`likeness demo`: start everything on embedded defaults, fill it with sample data, walk one deal, stay up."""

import os
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import requests

from app.config import load_settings
from app.demo.http import Client, NotSeen
from app.demo.narrator import Narrator
from app.demo.processes import DidNotStart, Processes, free_port
from app.demo.sample import PASSWORD, World, make_sample
from app.demo.walk.road import Road
from app.demo.walk.stages import STAGES
from app.factory import build_services
from app.infrastructure.clock import DemoClock
from app.infrastructure.db.migrations import upgrade

STARTS_AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
"""Where the demo's clock begins, some months before the quarter whose sales it reports."""
WEBHOOK_SECRET = "whsec_demo_only_on_loopback"
STRIPE_KEY = "sk_test_demo_only_on_loopback"


def run_demo(*, port: int, exit_after_walk: bool) -> int:
    """Run the demo; returns 0 only if every step of the walk was really seen."""
    say = Narrator()
    data_dir = Path(os.environ.get("LIKENESS_DATA_DIR", "var")).absolute() / "demo"
    try:
        _begin_anew(data_dir, say)
        with _interruptible(), _started(data_dir, port, say) as (processes, road, world):
            walk(road)
            if exit_after_walk:
                return 0
            _show_around(say, road, world)
            _stay(processes)
    except (NotSeen, DidNotStart, requests.RequestException) as problem:
        say.failure(f"Not seen: {problem}\nThe logs are in {data_dir / 'logs'}.")
        return 1
    except KeyboardInterrupt:
        say.title("Stopped.")
    return 0


def walk(road: Road) -> None:
    """Walk every stage. Raises: NotSeen."""
    for title, steps in STAGES:
        road.narrator.title(title)
        for step in steps:
            step(road)


@contextmanager
def _started(data_dir: Path, port: int, say: Narrator) -> Iterator[tuple[Processes, Road, World]]:
    """Start sandbox, service and worker on a freshly filled database."""
    sandbox_port = free_port(port + 1)
    url, sandbox_url = f"http://127.0.0.1:{free_port(port)}", f"http://127.0.0.1:{sandbox_port}"
    environment = environment_for(data_dir, url=url, sandbox_url=sandbox_url)
    say.title("Starting")
    with Processes(environment, data_dir / "logs") as processes:
        with say.step("The payment sandbox, a process of its own that speaks the provider's wire format"):
            processes.start("sandbox", *sandbox_arguments(data_dir, port=sandbox_port, url=url))
            processes.wait_for("sandbox", f"{sandbox_url}/_control/health")
        with say.step("The database, and sample data made through the services"):
            world = prepare(environment)
        say.say(f"{world.packages} packages of invented performers, {world.listed} of them listed")
        with say.step("The service under gunicorn, and a worker"):
            processes.start("service", "app", "serve", "--bind", url.removeprefix("http://"))
            processes.start("worker", "app", "worker")
            processes.wait_for("service", f"{url}/health/ready")
        yield processes, road_for(world, url=url, sandbox_url=sandbox_url, narrator=say), world


def sandbox_arguments(data_dir: Path, *, port: int, url: str) -> list[str]:
    """Return how to start a sandbox that reports to the service at `url`."""
    webhooks = f"{url}/webhooks/stripe"
    return [
        "app.sandbox", "--fast", "--with-parent", "--port", str(port), "--store", str(data_dir / "sandbox.db"),
        "--webhook-url", webhooks, "--webhook-secret", WEBHOOK_SECRET,
        "--thin-webhook-url", webhooks, "--thin-webhook-secret", WEBHOOK_SECRET,
    ]  # fmt: skip


def environment_for(data_dir: Path, *, url: str, sandbox_url: str, database_url: str = "") -> dict[str, str]:
    """Return the settings of a demo as environment variables."""
    return {
        "LIKENESS_DEMO": "1",
        "LIKENESS_DATA_DIR": str(data_dir),
        "LIKENESS_DATABASE_URL": database_url or f"sqlite:///{data_dir / 'likeness.db'}",
        "LIKENESS_PUBLIC_URL": url,
        "LIKENESS_STRIPE_KEY": STRIPE_KEY,
        "LIKENESS_STRIPE_URL": sandbox_url,
        "LIKENESS_STRIPE_WEBHOOK_SECRETS": WEBHOOK_SECRET,
    }


def prepare(environment: Mapping[str, str]) -> World:
    """Make the schema, set the clock, and fill in the sample data."""
    services = build_services(load_settings(environment))
    try:
        upgrade(services.database)
        assert isinstance(services.clock, DemoClock)  # noqa: S101  the environment says so
        services.clock.start_at(STARTS_AT)
        return make_sample(services)
    finally:
        services.database.close()


def road_for(world: World, *, url: str, sandbox_url: str, narrator: Narrator) -> Road:
    """Return the road with everybody's keys."""
    return Road(
        narrator=narrator,
        url=url,
        sandbox_url=sandbox_url,
        administrator=Client(url, world.administrator.key),
        estate=Client(url, world.estate.key),
        studio=Client(url, world.studio.key),
        heirs=(Client(url, world.heirs[0].key), Client(url, world.heirs[1].key)),
        performer_id=world.performer_id,
        estate_party_id=world.estate.party_id,
        heir_party_ids=(world.heirs[0].party_id, world.heirs[1].party_id),
    )


def _begin_anew(data_dir: Path, say: Narrator) -> None:
    """Make an empty folder; what an earlier demo left is kept once beside it."""
    if data_dir.exists():
        before = data_dir.with_name(f"{data_dir.name}-before")
        shutil.rmtree(before, ignore_errors=True)
        data_dir.rename(before)
        say.say(f"The demo before this one is kept in {before}.")
    data_dir.mkdir(parents=True)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let a polite end (SIGTERM) stop the processes as Ctrl-C does."""
    previous = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


def _show_around(say: Narrator, road: Road, world: World) -> None:
    license_id, package_id = road.made["license_id"], road.made["package_id"]
    statement_id = road.made["statement"]["statement"]["id"]
    say.title("Every step was seen. The service keeps running; have a look:")
    for label, path in (
        ("Catalog", "/"),
        ("Package", f"/packages/{package_id}"),
        ("License", f"/licenses/{license_id}"),
        ("Statement", f"/statements/{statement_id}"),
        ("API", "/docs"),
    ):
        say.say(f"{label:<10} {road.url}{path}")
    say.say(f"{'Payments':<10} {road.sandbox_url}/")
    say.title("Sign in with the password " + PASSWORD)
    visitors = (
        ("Studio", world.studio), ("Estate", world.estate), ("Heir", world.heirs[0]), ("Admin", world.administrator)
    )  # fmt: skip
    for label, visitor in visitors:
        say.say(f"{label:<10} {visitor.email:<36} API key {visitor.key}")
    say.say("\nThe administrator can move the demo's clock. Ctrl-C stops everything.")


def _stay(processes: Processes) -> None:
    while True:
        time.sleep(0.5)
        if ended := processes.first_ended():
            raise DidNotStart(f"The {ended} ended by itself.")
