"""The book of an own package: what is kept back, the milestones that dates hang on, and who holds what."""

from typing import Any

from flask import render_template, request, url_for

from app.catalog import queries as catalog
from app.infrastructure.http.context import now, session
from app.rights import hold_queries, restriction_queries, service
from app.rights.restriction_schemas import (
    KINDS,
    MilestoneCancellationIn,
    MilestoneExpectationIn,
    MilestoneIn,
    MilestoneOccurrenceIn,
    RestrictionIn,
    RestrictionReleaseIn,
)
from app.values.errors import DomainError
from app.web import forms, terms_form
from app.web.visitor import Audience, require

SHOWN = 50
_LISTS = ("components", "media", "categories")


def show(package_id: str, refusal: DomainError | None = None) -> str:
    actor = require(Audience.LICENSOR).actor
    package = catalog.own_package(session(), actor, package_id)
    is_in_force = request.args.get("state") != "released"
    page = restriction_queries.restrictions_page(
        session(), actor, package_id, in_force=is_in_force, cursor=request.args.get("cursor"), limit=SHOWN
    )
    following: dict[str, Any] = {"state": request.args.get("state"), "cursor": page.next_cursor}
    milestones = restriction_queries.milestones_page(
        session(), actor, performer_id=package.performer_id, cursor=None, limit=SHOWN
    )
    return render_template(
        "licensor/book.html",
        package=package,
        restrictions=page.items,
        is_in_force=is_in_force,
        next_url=url_for(".book", package_id=package_id, **following) if page.next_cursor else None,
        milestones=milestones.items,
        holds=hold_queries.holds_on_package(session(), actor, package_id, now(), cursor=None, limit=SHOWN).items,
        kinds=KINDS,
        zones=terms_form.ZONES,
        typed=terms_form.typed(),
        refusal=refusal,
    )


def restrict(package_id: str) -> forms.Answer:
    def work() -> str:
        given = RestrictionIn().load(_restriction())
        service.restrict(**_who(), package_id=package_id, **given)
        return url_for(".book", package_id=package_id)

    return forms.answer(work, lambda refusal: show(package_id, refusal))


def release(package_id: str, restriction_id: str) -> forms.Answer:
    def work() -> str:
        given = RestrictionReleaseIn().load({"reason": forms.text("reason")})
        service.lift_restriction(**_who(), restriction_id=restriction_id, **given)
        return url_for(".book", package_id=package_id)

    return forms.answer(work, lambda refusal: show(package_id, refusal))


def record_milestone(package_id: str) -> forms.Answer:
    def work() -> str:
        actor = require(Audience.LICENSOR).actor
        package = catalog.own_package(session(), actor, package_id)
        given = MilestoneIn().load(
            {"performer_id": package.performer_id, "name": forms.text("name"), "earliest_on": _day("earliest_on")}
        )
        service.record_milestone(**_who(), **given)
        return url_for(".book", package_id=package_id, _anchor="milestones")

    return forms.answer(work, lambda refusal: show(package_id, refusal))


def move_milestone(package_id: str, milestone_id: str) -> forms.Answer:
    """It happened on a day, or it is expected from another day on: the button says which."""

    def work() -> str:
        given: dict[str, Any] = {**_who(), "milestone_id": milestone_id}
        if forms.text("step") == "happened":
            service.milestone_happened(**given, **MilestoneOccurrenceIn().load({"happened_on": _day("day")}))
        else:
            service.expect_milestone(**given, **MilestoneExpectationIn().load({"earliest_on": _day("day")}))
        return url_for(".book", package_id=package_id, _anchor="milestones")

    return forms.answer(work, lambda refusal: show(package_id, refusal))


def cancel_milestone(package_id: str, milestone_id: str) -> forms.Answer:
    def work() -> str:
        given = MilestoneCancellationIn().load({"reason": forms.text("reason")})
        service.cancel_milestone(**_who(), milestone_id=milestone_id, **given)
        return url_for(".book", package_id=package_id, _anchor="milestones")

    return forms.answer(work, lambda refusal: show(package_id, refusal))


def _who() -> dict[str, Any]:
    return {"session": session(), "actor": require(Audience.LICENSOR).actor, "at": now()}


def _restriction() -> dict[str, Any]:
    """Return what was typed as the API would be given it; what was left empty is left out."""
    given: dict[str, Any] = {name: forms.text(name) for name in ("kind", "territory", "zone", "note")}
    given |= {name: list(filter(None, request.form.getlist(name))) for name in _LISTS}
    given["languages"] = forms.words_of(forms.text("languages"))
    given |= {side: _end(side) for side in ("start", "end")}
    return {name: value for name, value in given.items() if value}


def _end(side: str) -> dict[str, Any] | None:
    if milestone_id := forms.text(f"{side}_milestone"):
        days = forms.text(f"{side}_offset") or "0"
        offset = int(days) if days.removeprefix("-").isdecimal() and len(days) < 7 else days
        return {"milestone_id": milestone_id, "offset_days": offset}
    return {"day": day} if (day := _day(f"{side}_day")) else None


def _day(name: str) -> str | None:
    return forms.text(name) or None
