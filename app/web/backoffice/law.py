"""The law tables with their sources, and what the operator lets count instead."""

from typing import Any

from flask import render_template, request, url_for

from app.infrastructure.http.context import now, session
from app.law import queries, service
from app.law.rules.listing import ListedRule, is_in
from app.law.schemas import LawOverrideEndIn, LawOverrideIn
from app.law.states import LawTable
from app.values.errors import DomainError
from app.values.law.tables import law_tables
from app.values.law.vocabulary import Enforcement
from app.web import forms, terms_form
from app.web.visitor import Audience, require

SHOWN = 100


def show(refusal: DomainError | None = None) -> str:
    actor = require(Audience.BACKOFFICE).actor
    table = _table()
    place = request.args.get("jurisdiction", "").strip().upper()[:40] or None
    return render_template(
        "backoffice/law.html",
        tables=list(LawTable),
        table=table,
        place=place or "",
        rules=_rules(table, place),
        overrides=queries.overrides_page(session(), actor, cursor=None, limit=SHOWN, table=table).items,
        enforcements=list(Enforcement),
        version=law_tables().version,
        typed=terms_form.typed(),
        refusal=refusal,
    )


def override() -> forms.Answer:
    who = _who()

    def work() -> str:
        typed: dict[str, Any] = {name: forms.text(name) for name in ("table", "row_key", "reason")}
        for name in ("performer_id", "enforcement"):
            typed[name] = forms.text(name) or None
        if forms.text("years"):
            typed["years"] = forms.whole("years", "The years", low=1, high=999)
        if forms.text("rate"):
            typed["rate_bps"] = forms.percentage("rate", "The rate")
        service.record_override(**who, **LawOverrideIn().load(typed))
        return url_for(".law", table=typed["table"], _anchor="overrides")

    return forms.answer(work, show)


def end(override_id: str) -> forms.Answer:
    who = _who()

    def work() -> str:
        given = LawOverrideEndIn().load({"reason": forms.text("reason")})
        ended = service.end_override(**who, override_id=override_id, **given)
        return url_for(".law", table=ended.law_table.value, _anchor="overrides")

    return forms.answer(work, show)


def _rules(table: LawTable, place: str | None) -> list[Any]:
    book, today = queries.law_book(session(), now()), now().date()
    if table is LawTable.POSTMORTEM:
        return [rule for rule in book.term_rules() if is_in(rule.row.jurisdiction, place)]
    if table is LawTable.WITHHOLDING:
        return [book.rate_rule(key) for key in book.tables.withholding if is_in(key, place)]
    rules = book.consent_rules(performer_id=None, first_day=today, last_day=today)
    return [ListedRule(rule) for rule in rules if is_in(rule.row.jurisdiction, place)]


def _table() -> LawTable:
    typed = request.values.get("table", "")
    return LawTable(typed) if typed in list(LawTable) else LawTable.CONSENT


def _who() -> dict[str, Any]:
    return {"session": session(), "actor": require(Audience.BACKOFFICE).actor, "at": now()}
