"""Refusals for people: the problem document of a page request, turned into a page that says what to do next."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, redirect, render_template, request

from app.infrastructure.http import problems

PAGES = frozenset({"storefront", "account", "people", "licensee", "licensor", "backoffice"})
"""The blueprints whose requests come from people."""

_MACHINES = ("/v1/", "/webhooks/", "/health/", "/.well-known/", "/openapi", "/metrics", "/static/")
_HEADINGS = {
    400: "That did not reach us whole",
    403: "This is not yours to do",
    404: "Nothing here, at least not for you",
    405: "This address does not work that way",
    409: "That is not possible right now",
    413: "That file is too large",
    422: "Something in the form cannot be used",
    429: "A moment, please",
    503: "Please try again in a moment",
}
_BROKEN = "Something went wrong on our side"


def install(app: Flask) -> None:
    app.after_request(for_people)


def for_people(response: Response) -> Response:
    """Replace a problem document by a page when a person asked; keep its status and headers."""
    if response.mimetype != problems.MEDIA_TYPE or not _is_for_a_person():
        return response
    if "session" in g:
        g.session.rollback()
    problem = response.get_json()
    if problem["code"] == "not_authenticated":
        return _to_sign_in()
    if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.method in {"GET", "HEAD"}:
        return _redirect(_page_above(request.path))
    page = Response(_render(problem), status=response.status_code, content_type="text/html; charset=utf-8")
    for name, value in response.headers:
        if name.lower() not in {"content-type", "content-length"}:
            page.headers[name] = value
    return page


def _is_for_a_person() -> bool:
    from_page = request.blueprint in PAGES or (request.url_rule is None and not request.path.startswith(_MACHINES))
    accepted = request.accept_mimetypes.best_match([problems.MEDIA_TYPE, "application/json", "text/html"])
    return from_page and accepted == "text/html"


def _to_sign_in() -> Response:
    is_get = request.method == "GET"
    wanted = request.full_path.rstrip("?") if is_get else "/"
    return _redirect(f"/sign-in?{urlencode({'next': wanted})}")


def _page_above(path: str) -> str:
    """Return the nearest page above an address that only takes forms; a refused form is shown there, and loaded
    again from there."""
    addresses = current_app.url_map.bind("")
    while path and not addresses.test(path, "GET"):
        path = path.rpartition("/")[0]
    return path or "/"


def _redirect(to: str) -> Response:
    response = redirect(to, 303)
    assert isinstance(response, Response)  # noqa: S101  werkzeug's own type is wider
    return response


def _render(problem: dict[str, Any]) -> str:
    status = problem["status"]
    if request.url_rule is None and status == HTTPStatus.NOT_FOUND:
        problem["detail"] = "There is no page at this address. It may have moved, or lost a few letters."
    return render_template(
        "error.html",
        heading=_HEADINGS.get(status, _BROKEN if status >= 500 else HTTPStatus(status).phrase),
        problem=problem,
        is_broken=status >= 500,
    )
