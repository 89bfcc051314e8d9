"""Authentication, named for every blueprint where it is registered, and the one helper that scopes queries.

`api_key` asks for a key on every route, `decision_key` for one that may decide, as game servers have it, `sign_in`
looks at the session cookie and lets pages decide, `nobody` is open. All of them read in a session of their own, so
that claiming an idempotency key never waits for the request's own transaction.
"""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, g, request

from app.identity import service
from app.identity.actor import Actor
from app.identity.errors import NotAuthenticated, ScopeMissing
from app.identity.rules import bearer_of
from app.identity.states import Scope
from app.infrastructure.clock import machine_now
from app.infrastructure.http import idempotency
from app.infrastructure.http.context import services

COOKIE = "likeness_session"
OPEN_BLUEPRINTS = frozenset({"api-docs"})
"""The OpenAPI document."""

Authentication = Callable[[], Response | None]


def install(app: Flask, authentication: Mapping[str, Authentication]) -> None:
    """Authenticate every request as its blueprint's entry says; a route without an entry cannot be reached."""

    def authenticate() -> Response | None:
        if request.endpoint is None or request.blueprint in OPEN_BLUEPRINTS or request.endpoint == "static":
            return None
        return authentication[request.blueprint or ""]()

    app.before_request(authenticate)


def actor() -> Actor:
    """Return who acts in this request. Raises: NotAuthenticated."""
    found: Actor | None = g.get("actor")
    if found is None:
        raise NotAuthenticated("Sign in, or send an API key as `Authorization: Bearer lk_...`.")
    return found


def api_key() -> Response | None:
    """Authenticate by API key; claim the idempotency key of an unsafe call."""
    _recognize_key()
    _require_scope(Scope.READ if g.is_read_only else Scope.WRITE)
    return _claim_idempotency_key()


def decision_key() -> Response | None:
    """Authenticate by API key for what game servers do: the scope `decide` is enough, also for what is recorded.

    What can only be read takes `read` as well.
    """
    _recognize_key()
    if request.method == "POST" or Scope.READ not in g.actor.scopes:
        _require_scope(Scope.DECIDE)
    return _claim_idempotency_key()


def sign_in() -> Response | None:
    """Recognize the signed-in user of a page; a form sent twice is answered once."""
    token = request.cookies.get(COOKIE, "")
    if token:
        with services().database.read() as session:
            g.actor = service.actor_of_session(session=session, token=token, at=machine_now())
    if g.get("actor") is not None and request.method == "POST" and not g.is_read_only:
        return idempotency.begin(scope=g.actor.user_id)
    return None


def nobody() -> Response | None:
    """Open to everyone."""
    return None


def _recognize_key() -> None:
    text = bearer_of(request.headers.get("Authorization", ""))
    if text is None:
        raise NotAuthenticated("Send an API key as `Authorization: Bearer lk_...`.")
    with services().database.read() as session:
        g.actor = service.actor_of_key(session=session, text=text, at=machine_now())


def _claim_idempotency_key() -> Response | None:
    if request.method == "POST" and not g.is_read_only:
        return idempotency.begin(scope=g.actor.api_key_id)
    return None


def _require_scope(scope: Scope) -> None:
    if scope not in g.actor.scopes:
        raise ScopeMissing(f"This API key lacks the scope `{scope.value}`.")


def only_theirs(asker: Actor, *party_columns: Any) -> Any:
    """Return the WHERE clause that leaves an asker only rows in which one of the columns is their party.

    Administrators see every row; what they may not see (messages between two parties) is not asked through here.
    """
    if asker.is_administrator:
        return sa.true()
    return sa.or_(*(column == asker.party_id for column in party_columns))
