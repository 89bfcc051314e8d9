"""The way of one API call: who asks, what goes wrong on request, was it asked before, do it, answer.

Resources register plain functions: parameters in, object out. Everything around them is here, once.
"""

import json
import socket
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request

from app.sandbox import idempotency
from app.sandbox.errors import StripeError, malformed, missing
from app.sandbox.idempotency import Answer, Fingerprint, UnderWay
from app.sandbox.misbehavior import CallFault, Misbehavior
from app.sandbox.store import PLATFORM, Body, Origin, Store, Transaction, new_token
from app.sandbox.webhooks import API_VERSION
from app.sandbox.wire import Params, decode_form, decode_json, expand

UNDONE = {
    "error": StripeError("An unknown error occurred.", status=500, kind="api_error", remembered=True, retry=False),
    "unavailable": StripeError(
        "The service is unavailable for a moment.", status=503, kind="api_error", retry=True
    ),
    "rate_limit": StripeError("Too many requests hit the API too quickly.", status=429, code="rate_limit"),
    "conflict": StripeError("Another request holds this object.", status=409, code="lock_timeout"),
}
"""Faults that answer without doing anything."""

DONE_BUT_LOST = StripeError("The answer did not come in time.", status=504, kind="api_error")


@dataclass(frozen=True, slots=True)
class Call:
    """One API call as a resource sees it. `account` is the connected account it is made for, if any."""

    tx: Transaction
    params: Params
    account: str
    ids: dict[str, str]
    base_url: str


Handler = Callable[[Call], Body]
View = Callable[[Transaction, Body], Body]


@dataclass(frozen=True, slots=True)
class Endpoint:
    method: str
    rule: str
    accepts: str
    handler: Handler
    connected: bool
    """May be called for a connected account, through `Stripe-Account`."""


@dataclass(slots=True)
class Routes:
    """What one resource offers."""

    endpoints: list[Endpoint] = field(default_factory=list)
    unfolders: dict[tuple[str, str], View] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)

    def get(self, rule: str, accepts: str = "", *, connected: bool = False) -> Callable[[Handler], Handler]:
        return self._register("GET", rule, accepts, connected)

    def post(self, rule: str, accepts: str = "", *, connected: bool = False) -> Callable[[Handler], Handler]:
        return self._register("POST", rule, accepts, connected)

    def delete(self, rule: str) -> Callable[[Handler], Handler]:
        return self._register("DELETE", rule, "", connected=False)

    def view(self, kind: str) -> Callable[[View], View]:
        """Register how objects of a kind are completed by what is never stored because the clock decides it."""

        def register(function: View) -> View:
            self.views[kind] = function
            return function

        return register

    def unfold(self, kind: str, member: str) -> Callable[[View], View]:
        """Register how a member is made that a response only carries when it is expanded."""

        def register(function: View) -> View:
            self.unfolders[kind, member] = function
            return function

        return register

    def _register(self, method: str, rule: str, accepts: str, connected: bool) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self.endpoints.append(Endpoint(method, rule, accepts, handler, connected))
            return handler

        return register


class Dispatcher:
    """Puts the resources' endpoints on a Flask app."""

    def __init__(self, store: Store, misbehavior: Misbehavior) -> None:
        self._store = store
        self._misbehavior = misbehavior
        self._under_way = UnderWay()
        self._unfolders: dict[tuple[str, str], View] = {}
        self._views: dict[str, View] = {}

    def mount(self, app: Flask, routes: Routes) -> None:
        self._unfolders.update(routes.unfolders)
        self._views.update(routes.views)
        for endpoint in routes.endpoints:
            app.add_url_rule(
                endpoint.rule,
                endpoint=f"{endpoint.method} {endpoint.rule}",
                view_func=self._view(endpoint),
                methods=[endpoint.method],
            )

    def _view(self, endpoint: Endpoint) -> Callable[..., Response]:
        def view(**ids: str) -> Response:
            origin = Origin(f"req_{new_token(14)}", request.headers.get("Idempotency-Key") or None)
            try:
                answer = self._serve(endpoint, ids, origin)
            except StripeError as error:
                answer = refusal(error)
            return respond(answer, origin)

        return view

    def _serve(self, endpoint: Endpoint, ids: dict[str, str], origin: Origin) -> Answer:
        account = authenticate()
        raw = read_parameters()
        fault = self._misbehavior.for_call(request.method, request.path)
        key = origin.idempotency_key
        if request.method == "GET" or key is None:
            return self._faulty(fault, lambda: self._perform(endpoint, ids, raw, account, origin, None, fault))
        call = Fingerprint.of(account=account, key=key, endpoint=f"{request.method} {request.path}", params=raw)
        with self._under_way.claim(call):
            return self._faulty(fault, lambda: self._perform(endpoint, ids, raw, account, origin, call, fault))

    def _faulty(self, fault: CallFault | None, perform: Callable[[], Answer]) -> Answer:
        """Answer a call the way it was asked to go wrong."""
        if fault is None:
            return perform()
        if fault.answer in ("unavailable", "rate_limit", "conflict"):
            return refusal(UNDONE[fault.answer])
        answer = perform()
        if fault.answer == "slow":
            time.sleep(fault.ms / 1000)
        if fault.answer == "timeout":
            return refusal(DONE_BUT_LOST)
        if fault.answer == "lost":
            hang_up()
        return answer

    def _perform(
        self,
        endpoint: Endpoint,
        ids: dict[str, str],
        raw: Body,
        account: str,
        origin: Origin,
        key: Fingerprint | None,
        fault: CallFault | None,
    ) -> Answer:
        with self._store.transaction(origin=origin) as tx:
            answer = idempotency.recall(tx, key) if key else None
            if answer is not None:
                return answer
            if fault and fault.answer == "error":
                answer = refusal(UNDONE["error"])
            else:
                answer = self._execute(tx, endpoint, ids, raw, account)
                if fault and fault.answer == "error_done" and answer.status < 400:
                    answer = refusal(UNDONE["error"])
            if key:
                idempotency.remember(tx, key, answer)
            return answer

    def _execute(self, tx: Transaction, endpoint: Endpoint, ids: dict[str, str], raw: Body, account: str) -> Answer:
        try:
            with tx.undone_on_error():
                if account != PLATFORM:
                    check_account(tx, account, endpoint)
                paths = paths_of(raw.get("expand", []))
                fields = {name: value for name, value in raw.items() if name != "expand"}
                params = Params(fields, accepts=endpoint.accepts)
                body = endpoint.handler(Call(tx, params, account, ids, request.host_url))
                for path in paths:
                    expand(body, path, load=self._loading(tx), unfold=self._unfolding(tx))
                return Answer(200, json.dumps(self._present(tx, body), indent=2))
        except StripeError as error:
            return refusal(error)
        except Exception:
            traceback.print_exc(file=sys.stderr)
            return refusal(StripeError("The payment sandbox has a fault of its own.", status=500, kind="api_error"))

    def _present(self, tx: Transaction, value: Any) -> Any:
        if isinstance(value, list):
            return [self._present(tx, item) for item in value]
        if not isinstance(value, dict):
            return value
        whole = {name: self._present(tx, item) for name, item in value.items()}
        view = self._views.get(str(whole.get("object")))
        return view(tx, whole) if view else whole

    def _loading(self, tx: Transaction) -> Callable[[str], Body | None]:
        def load(identifier: str) -> Body | None:
            found = tx.load(identifier)
            return None if found is None or found["object"].startswith(("sandbox.", "v2.")) else found

        return load

    def _unfolding(self, tx: Transaction) -> Callable[[Body, str], Any]:
        def unfold(body: Body, member: str) -> Any:
            found = self._unfolders.get((body.get("object", ""), member))
            return found(tx, body) if found else None

        return unfold


def refusal(error: StripeError) -> Answer:
    return Answer(error.status, json.dumps(error.body(), indent=2), remembered=error.remembered, retry=error.retry)


def check_account(tx: Transaction, account: str, endpoint: Endpoint) -> None:
    if not endpoint.connected:
        raise malformed(
            f"The payment sandbox does not offer {endpoint.method} {endpoint.rule} for connected accounts.",
            "Stripe-Account",
        )
    tx.find("v2.core.account", account, what="account", param="Stripe-Account")


def paths_of(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(path, str) for path in value):
        raise malformed("Invalid array: expand", "expand")
    return value


def authenticate() -> str:
    """Return the account this call is made for; refuse whoever shows no test key, and live keys above all."""
    given = request.authorization
    key = (given.token or given.username or "") if given else ""
    if "_live_" in key:
        raise StripeError("The payment sandbox refuses live keys. Use a key that starts with sk_test_.", status=401)
    if not key.startswith(("sk_test_", "rk_test_")):
        raise StripeError("Invalid API Key provided. Use a key that starts with sk_test_.", status=401)
    version = request.headers.get("Stripe-Version", API_VERSION)
    if version != API_VERSION:
        raise StripeError(f"Invalid Stripe API version: {version}. The payment sandbox speaks {API_VERSION}.")
    return request.headers.get("Stripe-Account") or request.headers.get("Stripe-Context") or PLATFORM


def read_parameters() -> Body:
    if request.method != "POST":
        return decode_form(request.query_string.decode("latin-1"))
    raw = request.get_data()
    if request.path.startswith("/v2/"):
        return decode_json(raw)
    try:
        return decode_form(raw.decode())
    except UnicodeDecodeError as problem:
        raise malformed("The request body is not valid UTF-8.", None) from problem


def hang_up() -> None:
    """Cut the connection: whatever is answered now reaches nobody."""
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)


def respond(answer: Answer, origin: Origin) -> Response:
    response = Response(answer.body, answer.status, content_type="application/json")
    response.headers["Request-Id"] = origin.request_id
    response.headers["Stripe-Version"] = API_VERSION
    if origin.idempotency_key:
        response.headers["Idempotency-Key"] = origin.idempotency_key
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    if answer.retry is not None:
        response.headers["Stripe-Should-Retry"] = str(answer.retry).lower()
    return response


def unknown_url() -> Response:
    error = missing("URL", f"{request.method} {request.path}")
    error.message = (
        f"Unrecognized request URL ({request.method}: {request.path}). The payment sandbox does not offer it."
    )
    return respond(refusal(error), Origin(f"req_{new_token(14)}", None))
