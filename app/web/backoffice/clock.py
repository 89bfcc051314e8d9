"""The demo clock: move business time forward and watch licenses begin and end."""

from datetime import UTC, datetime, timedelta

from flask import render_template, request, url_for

from app.infrastructure.http.context import now, services, session
from app.values.errors import DomainError, InvalidInput
from app.web import forms
from app.web.backoffice.moving import demo_clock, move_clock
from app.web.visitor import Audience, require

LEAPS = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30),
}
"""Ways to go forward with one press."""


def show(refusal: DomainError | None = None) -> str:
    demo_clock(services().clock, require(Audience.BACKOFFICE).actor)
    return render_template(
        "backoffice/clock.html", leaps=LEAPS, typed=request.form.get("move_to", ""), refusal=refusal
    )


def move() -> forms.Answer:
    actor = require(Audience.BACKOFFICE).actor

    def work() -> str:
        move_clock(session=session(), actor=actor, clock=services().clock, move_to=_target())
        return url_for(".clock")

    return forms.answer(work, show)


def _target() -> datetime:
    leap = LEAPS.get(forms.text("leap"))
    if leap is not None:
        return now() + leap
    try:
        return datetime.fromisoformat(forms.needed("move_to", "The time")).replace(tzinfo=UTC)
    except ValueError:
        raise InvalidInput.at("/move_to", "The time must look like 2027-01-01T00:00.") from None
