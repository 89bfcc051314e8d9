"""Build the sandbox: settings in, a server that is ready to run out."""

from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from app.sandbox import control, pages
from app.sandbox.dispatch import Dispatcher, Routes, unknown_url
from app.sandbox.misbehavior import Misbehavior
from app.sandbox.resources import (
    accounts,
    balance,
    checkout,
    customers,
    disputes,
    events,
    invoices,
    payments,
    payouts,
    refunds,
    transfers,
)
from app.sandbox.store import FAST, PATIENT, Store
from app.sandbox.timers import settle
from app.sandbox.webhooks import Deliverer, Target, set_target

RESOURCES: tuple[Routes, ...] = (
    accounts.routes,
    balance.routes,
    checkout.routes,
    customers.routes,
    disputes.routes,
    events.routes,
    invoices.routes,
    payments.routes,
    payouts.routes,
    refunds.routes,
    transfers.routes,
)
LOOPBACK = "127.0.0.1"
LARGEST_BODY = 1_000_000


@dataclass(frozen=True, slots=True)
class Settings:
    """How one sandbox is started. Without a target, events are kept but not delivered."""

    store: Path
    port: int = 0
    target: Target | None = None
    thin_target: Target | None = None
    fast: bool = False
    with_parent: bool = False


class QuietHandler(WSGIRequestHandler):
    """Says nothing about calls that went as they should."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if str(code).startswith("5"):
            super().log_request(code, size)


class Sandbox:
    """The running thing: the HTTP server, the deliverer and the store, started and ended together."""

    def __init__(self, settings: Settings) -> None:
        waits = FAST if settings.fast else PATIENT
        misbehavior = Misbehavior()
        self._store = Store(settings.store, waits=waits, misbehavior=misbehavior)
        with self._store.transaction() as tx:
            for target, thin in ((settings.target, False), (settings.thin_target, True)):
                if target:
                    set_target(tx, target, thin=thin)
        self._deliverer = Deliverer(
            self._store, settle=settle, retries=waits.webhook_retries, timeout=waits.webhook_timeout
        )
        self._server: BaseWSGIServer = make_server(
            LOOPBACK,
            settings.port,
            create_app(self._store, misbehavior),
            threaded=True,
            request_handler=QuietHandler,
        )
        self.url = f"http://{LOOPBACK}:{self._server.server_port}"

    def run(self) -> None:
        """Serve until `shut_down` is called from another thread."""
        self._deliverer.start()
        try:
            self._server.serve_forever()
        finally:
            self._server.server_close()
            self._deliverer.end()
            self._store.close()

    def shut_down(self) -> None:
        self._server.shutdown()


def create_app(store: Store, misbehavior: Misbehavior) -> Flask:
    app = Flask("app.sandbox", static_url_path="/_static")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    dispatcher = Dispatcher(store, misbehavior)
    for routes in RESOURCES:
        dispatcher.mount(app, routes)
    app.register_blueprint(control.create_blueprint(store, misbehavior))
    app.register_blueprint(pages.create_blueprint(store))
    app.register_error_handler(404, lambda _error: unknown_url())
    app.register_error_handler(405, lambda _error: unknown_url())
    return app
