"""Signing in and out. Runs on machine time: moving the demo clock signs nobody out."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.identity import service
from app.identity.access import COOKIE
from app.identity.errors import TooManyAttempts, WrongCredentials
from app.infrastructure.clock import machine_now
from app.infrastructure.http.context import services
from app.values.errors import DomainError
from app.web import forms
from app.web.visitor import visitor

LONGEST_PASSWORD = 1000


def show() -> forms.Answer:
    target = forms.same_site(request.args.get("next", ""))
    if visitor() is not None:
        return redirect(target, 303)
    return _page(target=target, email="", refusal=None)


def sign_in() -> forms.Answer:
    """Open a session; a failed attempt is counted in a transaction of its own, so that it stays counted."""
    email, target = forms.text("email", longest=254), forms.same_site(request.form.get("next", ""))
    password, address = request.form.get("password", "")[:LONGEST_PASSWORD], request.remote_addr or ""
    at, database = machine_now(), services().database
    try:
        with database.read() as reading:
            service.require_few_attempts(session=reading, at=at, email=email, address=address)
        with database.write() as writing:
            opened, token = service.sign_in(session=writing, at=at, email=email, password=password)
    except WrongCredentials as refusal:
        with database.write() as writing:
            service.note_failed_sign_in(session=writing, at=at, email=email, address=address)
        return _page(target=target, email=email, refusal=refusal), refusal.status
    except TooManyAttempts as refusal:
        return _page(target=target, email=email, refusal=refusal), refusal.status
    response = redirect(target, 303)
    response.set_cookie(
        COOKIE,
        token,
        expires=opened.expires_at,
        httponly=True,
        secure=services().settings.is_https,
        samesite="Lax",
    )
    return response


def sign_out() -> Response:
    with services().database.write() as writing:
        service.sign_out(session=writing, at=machine_now(), token=request.cookies.get(COOKIE, ""))
    response = redirect(url_for("account.sign_in"), 303)
    response.delete_cookie(COOKIE, httponly=True, secure=services().settings.is_https, samesite="Lax")
    return response


def _page(*, target: str, email: str, refusal: DomainError | None) -> str:
    return render_template("account/sign_in.html", next=target, email=email, refusal=refusal)
