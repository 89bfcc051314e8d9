"""One request, one transaction: the edge alone commits, and an answer that refuses leaves nothing behind."""

import functools
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, g, request

from app.infrastructure.http import idempotency

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def reads_only(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a POST that only asks: it takes a reading session and needs no idempotency key."""

    @functools.wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    wrapper.reads_only = True  # type: ignore[attr-defined]
    wrapper._apidoc = {**getattr(view, "_apidoc", {}), "reads_only": True}  # type: ignore[attr-defined]
    return wrapper


def install(app: Flask) -> None:
    app.before_request(_open)
    app.after_request(_finish)
    app.teardown_request(_close)


def _open() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    method_view = getattr(view, "view_class", None)
    target = getattr(method_view, request.method.lower(), None) if method_view else view
    g.is_read_only = request.method in SAFE_METHODS or getattr(target, "reads_only", False)


def _finish(response: Response) -> Response:
    session = g.get("session")
    if g.get("is_read_only", True):
        return response
    if response.status_code >= 400:
        if session is not None:
            session.rollback()
        idempotency.forget()
    elif session is not None:
        idempotency.remember(response)
        session.commit()
    return response


def _close(error: BaseException | None) -> None:
    session = g.pop("session", None)
    if session is not None:
        session.close()
    if error is not None:
        idempotency.forget()
