"""`python -m app.sandbox`: run the payment sandbox until it is told to stop."""

import argparse
import os
import signal
import sqlite3
import sys
import threading
import time
from pathlib import Path

from app.sandbox.server import Sandbox, Settings
from app.sandbox.webhooks import Target

PARENT_CHECK = 0.5
"""Seconds between looks at whether the parent is still there."""


def parse(arguments: list[str]) -> Settings:
    parser = argparse.ArgumentParser(
        prog="python -m app.sandbox", description="A payment provider for trying things out."
    )
    parser.add_argument("--port", type=int, default=0, help="0 picks a free port")
    parser.add_argument("--store", type=Path, required=True, help="SQLite file; made when it is not there")
    parser.add_argument("--webhook-url", help="where events are delivered")
    parser.add_argument("--webhook-secret", help="what they are signed with (whsec_...)")
    parser.add_argument("--thin-webhook-url", help="where thin events about accounts are delivered")
    parser.add_argument("--thin-webhook-secret", help="what those are signed with")
    parser.add_argument("--fast", action="store_true", help="money is available at once, every wait is short")
    parser.add_argument("--with-parent", action="store_true", help="end when the process that started it ends")
    given = parser.parse_args(arguments)
    for url, secret in (
        (given.webhook_url, given.webhook_secret),
        (given.thin_webhook_url, given.thin_webhook_secret),
    ):
        if bool(url) != bool(secret):
            parser.error("a webhook URL and its secret go together")
    return Settings(
        store=given.store,
        port=given.port,
        target=Target(given.webhook_url, given.webhook_secret) if given.webhook_url else None,
        thin_target=Target(given.thin_webhook_url, given.thin_webhook_secret) if given.thin_webhook_url else None,
        fast=given.fast,
        with_parent=given.with_parent,
    )


def end_with_parent(sandbox: Sandbox, parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK)
    sandbox.shut_down()


def main() -> int:
    settings = parse(sys.argv[1:])
    try:
        sandbox = Sandbox(settings)
    except (OSError, sqlite3.Error) as problem:
        sys.stderr.write(f"The payment sandbox cannot start: {problem} (store {settings.store}).\n")
        return 1

    def stop(_number: int, _frame: object) -> None:
        threading.Thread(target=sandbox.shut_down, name="stopper").start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if settings.with_parent:
        threading.Thread(target=end_with_parent, args=(sandbox, os.getppid()), daemon=True).start()
    sys.stdout.write(f"Payment sandbox ready at {sandbox.url}\n")
    sys.stdout.flush()
    sandbox.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
