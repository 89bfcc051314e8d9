"""Statements: what was earned, line by line, who got which share, and the report lines behind each sum."""

from typing import Any

from flask import render_template, request, url_for

from app.infrastructure.http.context import session
from app.licensing import queries as licensing
from app.royalties import queries
from app.royalties.states import LineKind, ShareStatus
from app.values.errors import NotFound
from app.web.visitor import Audience, require

SHOWN_LINES = 200
"""Lines of a statement on its page; all of them are in the document."""


def show_all() -> str:
    actor = require(Audience.LICENSOR, Audience.BACKOFFICE).actor
    page = queries.statements_page(session(), actor, cursor=request.args.get("cursor"), limit=25)
    return render_template(
        "licensor/statements.html",
        statements=page.items,
        next_url=url_for(".statements", cursor=page.next_cursor) if page.next_cursor else None,
    )


def show(statement_id: str) -> str:
    view = queries.statement_view(session(), require().actor, statement_id)
    document = view.document
    return render_template(
        "licensor/statement.html",
        statement=view.statement,
        document=document,
        lines=document["lines"][:SHOWN_LINES],
        kinds=LineKind,
        shares=view.shares,
        names={balance["beneficiary"]["id"]: balance["beneficiary"]["name"] for balance in document["balances"]},
        ShareStatus=ShareStatus,
    )


def trace(statement_id: str, line_id: str) -> str:
    """The report lines that one line of a statement is the sum of."""
    actor = require().actor
    view = queries.statement_view(session(), actor, statement_id)
    line = next((line for line in view.document["lines"] if line["id"] == line_id), None)
    if line is None:
        raise NotFound("This statement has no such line.")
    cursor = request.args.get("cursor")
    page = queries.traced_lines_page(session(), actor, statement_id, line_id, cursor=cursor, limit=50)
    here: dict[str, Any] = {"statement_id": statement_id, "line_id": line_id}
    return render_template(
        "licensor/trace.html",
        statement=view.statement,
        line=line,
        kinds=LineKind,
        production=licensing.license_of(session(), line["license_id"]).latest.terms.document["production"]["title"],
        rows=page.items,
        next_url=url_for(".trace", **here, cursor=page.next_cursor) if page.next_cursor else None,
    )
