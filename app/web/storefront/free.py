"""What is free in the whole catalog: one question, the packages that match, each with its free periods."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import marshmallow as ma
from flask import render_template, request, url_for

from app.catalog.search import FoundPackage
from app.infrastructure.http.context import now, session
from app.rights.answers import free_document
from app.rights.rules.ask import Ask
from app.rights.search.prefilter import Narrowing
from app.rights.search.schemas import CatalogAvailsIn
from app.rights.search.service import CatalogAnswer, search_avails
from app.rights.states import MatchMode
from app.values.errors import InvalidInput, InvalidValue
from app.values.term import add_months
from app.values.territory import Territory
from app.web import forms, windows
from app.web.storefront import asking
from app.web.visitor import require

PAGE_SIZE = 12


@dataclass(frozen=True, slots=True)
class Match:
    """A package that matches, and the picture of when."""

    found: FoundPackage
    chart: windows.Chart | None


def show() -> str:
    asked = _asked()
    answer, complaint = _answer()
    address = partial(url_for, ".free", **{name: value for name, value in asked.items() if value})
    return render_template(
        "storefront/free.html",
        asked=asked,
        answer=answer,
        matches=[_match(asked, item.found, free_document(item.free)) for item in answer.items] if answer else [],
        complaint=complaint,
        match_modes=list(MatchMode),
        is_continued="cursor" in request.args,
        first_url=address(),
        next_url=address(cursor=answer.next_cursor) if answer and answer.next_cursor else None,
    )


def _asked() -> asking.Asked:
    """Return the question in the address; before anybody asked, one to begin with."""
    if asking.is_asked():
        return asking.in_address() | {"text": request.args.get("text", "").strip()}
    first_day = now().date() + timedelta(days=14)
    return {
        "components": ["voice"],
        "axes": ["scripted"],
        "media": ["game.scripted_performance"],
        "categories": [],
        "languages": "",
        "territory": "+WORLD",
        "first_day": first_day.isoformat(),
        "last_day": (add_months(first_day, 12) - timedelta(days=1)).isoformat(),
        "zone": "UTC",
        "exclusivity": "exclusive",
        "match": "cover",
        "minimum_days": "",
        "text": "",
    }


def _answer() -> tuple[CatalogAnswer | None, str]:
    actor = require().actor
    if not asking.is_asked():
        return None, ""
    more = {name: request.args[name] for name in ("text", "cursor") if request.args.get(name, "").strip()}
    try:
        question: dict[str, Any] = asking.loaded(CatalogAvailsIn(), more | {"limit": PAGE_SIZE})
        territory: Territory = question.pop("territory")
        narrowing = Narrowing(text=question.pop("text"), is_living=question.pop("performer_is_living"))
        page = {name: question.pop(name) for name in ("cursor", "limit")}
        question["axes"] = frozenset(question["axes"])
        found = search_avails(
            session=session(),
            actor=actor,
            at=now(),
            asked=Ask.bundle(territory=territory.codes, **question),
            narrowing=narrowing,
            **page,
        )
    except ma.ValidationError as error:
        return None, forms.first_complaint(error)
    except (InvalidValue, InvalidInput) as error:
        return None, str(error)
    return found, ""


def _match(asked: asking.Asked, found: FoundPackage, document: dict[str, Any]) -> Match:
    return Match(found, asking.chart(asked, document))
