"""Authority as the operator sees it: what waits for a decision, and how far a failed one reaches."""

from typing import Any

from flask import render_template, request, url_for

from app.infrastructure.http.context import now, session
from app.moderation.authority import listings
from app.moderation.authority import queries as cases
from app.moderation.states import CaseState
from app.parties import queries as parties
from app.parties.states import RepresentationStatus
from app.web.visitor import Audience, require

SHOWN = 24
LISTS = ("licenses", "deliveries", "payments", "negotiations")


def show_queue() -> str:
    actor = require(Audience.BACKOFFICE).actor
    page = parties.representations_page(
        session(), actor, cursor=request.args.get("cursor"), limit=SHOWN, status=RepresentationStatus.PENDING
    )
    rows = page.items
    return render_template(
        "backoffice/authority.html",
        views=parties.representation_views(session(), rows),
        performers=parties.performers_by_id(session(), {row.performer_id for row in rows}),
        names=parties.party_names(session(), {row.holder_party_id for row in rows}),
        next_url=url_for(".authority", cursor=page.next_cursor) if page.next_cursor else None,
    )


def show_cases() -> str:
    actor = require(Audience.BACKOFFICE).actor
    state = CaseState.CLOSED if request.args.get("state") == CaseState.CLOSED else CaseState.OPEN
    page = cases.cases_page(session(), actor, state=state, cursor=request.args.get("cursor"), limit=SHOWN)
    following = url_for(".cases", state=state.value, cursor=page.next_cursor) if page.next_cursor else None
    return render_template(
        "backoffice/cases.html",
        views=cases.case_views(session(), page.items),
        is_open=state is CaseState.OPEN,
        next_url=following,
    )


def show_case(case_id: str) -> str:
    """One case: its numbers, and one of the lists behind them."""
    actor = require(Audience.BACKOFFICE).actor
    shown = request.args.get("list", LISTS[0])
    shown = shown if shown in LISTS else LISTS[0]
    items, cursor = _list(shown, actor, case_id)
    following = url_for(".case", case_id=case_id, list=shown, cursor=cursor, _anchor="list") if cursor else None
    return render_template(
        "backoffice/case.html",
        radius=cases.blast_radius(session(), actor, case_id),
        lists=LISTS,
        shown=shown,
        items=items,
        next_url=following,
    )


def _list(shown: str, actor: Any, case_id: str) -> tuple[list[Any], str | None]:
    asked: dict[str, Any] = {"cursor": request.args.get("cursor"), "limit": SHOWN}
    match shown:
        case "deliveries":
            page = listings.deliveries_page(session(), actor, case_id, **asked)
            return list(listings.affected_deliveries(session(), page.items)), page.next_cursor
        case "payments":
            money = listings.payments_page(session(), actor, case_id, **asked)
            return list(listings.affected_payments(session(), money.items)), money.next_cursor
        case "negotiations":
            talks = listings.negotiations_page(session(), actor, case_id, **asked)
            return list(listings.frozen_negotiations(session(), talks.items)), talks.next_cursor
    licenses = listings.licenses_page(session(), actor, case_id, **asked)
    return list(listings.affected_licenses(session(), now(), licenses.items)), licenses.next_cursor
