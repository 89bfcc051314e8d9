"""The operator's commands: `likeness COMMAND` when installed, `python3 -m app COMMAND` from a checkout."""

import argparse
import runpy
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from app.config import InvalidSettings, load_settings

BENCHMARKS = Path(__file__).parent.parent / "tests" / "benchmarks"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(argv)
    try:
        status: int = options.run(options)
    except InvalidSettings as error:
        print(f"likeness: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="likeness",
        description="The likeness licensing marketplace.",
        epilog="Settings come from the environment as LIKENESS_...: see the README. "
        "From a checkout, `python3 -m app test` runs the tests.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="sample data, then one deal walked from listing to expiry")
    demo.add_argument("--exit", action="store_true", help="stop after the walk; status 0 only if all was seen")
    demo.add_argument("--port", type=int, default=8000, help="the first port to try (default 8000)")
    demo.set_defaults(run=_demo)

    serve = commands.add_parser("serve", help="serve the API and the pages with gunicorn")
    serve.add_argument("--bind", default="127.0.0.1:8000", metavar="HOST:PORT", help="default 127.0.0.1:8000")
    serve.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    serve.add_argument("--threads", type=int, default=4, help="threads in each (default 4)")
    serve.set_defaults(run=_serve)

    worker = commands.add_parser("worker", help="do queued and scheduled work until stopped")
    worker.set_defaults(run=_worker)

    migrate = commands.add_parser("migrate", help="bring the database up to this program's schema")
    migrate.set_defaults(run=_migrate)

    operator = commands.add_parser("create-operator", help="make the first administrator")
    operator.add_argument("email")
    operator.add_argument("--name", default="Administrator")
    operator.set_defaults(run=_create_operator)

    audit = commands.add_parser("verify-audit", help="check that the audit trail is whole")
    audit.set_defaults(run=_verify_audit)

    keys = commands.add_parser("keys", help="the keys that sign credentials: list, rotate, withdraw")
    verbs = keys.add_subparsers(title="what to do", required=True, dest="verb", metavar="VERB")
    verbs.add_parser("list", help="every key and how it stands")
    rotate = verbs.add_parser("rotate", help="publish a new key; it signs after ten minutes")
    rotate.add_argument("--at-once", action="store_true", help="it signs now, before verifiers can have fetched it")
    withdraw = verbs.add_parser("withdraw", help="a key was compromised: trust nothing that it signed")
    withdraw.add_argument("kid", metavar="KID", help="as `keys list` shows it")
    withdraw.add_argument("--reason", default="", help="kept in the audit trail")
    verbs.add_parser("list-marks", help="every key that signed stamped media and how it stands")
    withdraw_mark = verbs.add_parser("withdraw-mark", help="a key of stamped media was compromised")
    withdraw_mark.add_argument("serial", metavar="SERIAL", help="as `keys list-marks` shows it")
    withdraw_mark.add_argument("--reason", default="", help="kept in the audit trail")
    keys.set_defaults(run=_keys)

    manifest = commands.add_parser("check-manifest", help="may a build with these likenesses go out? For pipelines")
    manifest.add_argument("file", metavar="FILE", help="the manifest of the build, as JSON")
    manifest.add_argument("--url", required=True, help="of the service; the key is read from LIKENESS_API_KEY")
    manifest.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    manifest.set_defaults(run=_check_manifest)

    bench = commands.add_parser("bench", help="run one benchmark of tests/benchmarks; its last line is JSON")
    bench.add_argument("name", choices=_benchmarks() or None, help="which one")
    bench.set_defaults(run=_bench)
    return parser


def _demo(options: argparse.Namespace) -> int:
    from app.demo.program import run_demo

    return run_demo(port=options.port, exit_after_walk=options.exit)


def _serve(options: argparse.Namespace) -> int:
    from app.server import serve

    load_settings()
    serve(bind=options.bind, workers=options.workers, threads=options.threads)
    return 0


def _worker(_options: argparse.Namespace) -> int:
    import threading

    from app.factory import build_services
    from app.infrastructure.http.observability import configure_logging
    from app.infrastructure.jobs.worker import run_worker
    from app.registry import JOBS, SCHEDULE

    configure_logging()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    services = build_services(load_settings())
    try:
        run_worker(services=services, handlers=JOBS, schedule=SCHEDULE, stop=stop)
    finally:
        services.database.close()
    return 0


def _migrate(_options: argparse.Namespace) -> int:
    from app.factory import build_services
    from app.infrastructure.db.migrations import upgrade

    services = build_services(load_settings())
    print(f"The database is at revision {upgrade(services.database)}.")
    services.database.close()
    return 0


def _create_operator(options: argparse.Namespace) -> int:
    import getpass

    from app.factory import build_services
    from app.parties.operator import create_operator
    from app.values.errors import DomainError

    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    services = build_services(load_settings())
    try:
        with services.database.write() as session:
            create_operator(
                session=session,
                at=services.clock.now(),
                email=options.email,
                name=options.name,
                password=password,
            )
    except DomainError as error:
        print(f"likeness: {error.detail}", file=sys.stderr)
        return 1
    finally:
        services.database.close()
    print(f"{options.email} can sign in as administrator.")
    return 0


def _verify_audit(_options: argparse.Namespace) -> int:
    from app.audit.service import verify
    from app.factory import build_services

    services = build_services(load_settings())
    with services.database.read() as session:
        verdict = verify(session=session)
    services.database.close()
    if verdict.is_whole:
        print(f"The audit trail is whole: {verdict.records} records.")
        return 0
    print(f"The audit trail was tampered with at record {verdict.broken_at}.", file=sys.stderr)
    return 1


def _keys(options: argparse.Namespace) -> int:
    from app.factory import build_services
    from app.licensing.cli import KEY_COMMANDS

    services = build_services(load_settings())
    try:
        return KEY_COMMANDS[options.verb](services, options)
    finally:
        services.database.close()


def _check_manifest(options: argparse.Namespace) -> int:
    from app.licensing.manifest.client import check_manifest

    return check_manifest(path=options.file, url=options.url, as_json=options.json)


def _benchmarks() -> list[str]:
    return sorted(path.stem.removeprefix("bench_") for path in BENCHMARKS.glob("bench_*.py"))


def _bench(options: argparse.Namespace) -> int:
    sys.path.insert(0, str(BENCHMARKS.parent.parent))
    runpy.run_path(str(BENCHMARKS / f"bench_{options.name}.py"), run_name="__main__")
    return 0
