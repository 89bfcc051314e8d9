"""Issue the statements of a period."""

from flask import render_template, request, url_for

from app.infrastructure.http.context import now, session
from app.royalties.rules.period import StatementPeriod
from app.royalties.service.runs import issue_statements
from app.values.errors import DomainError
from app.web import forms
from app.web.visitor import Audience, require


def show(refusal: DomainError | None = None) -> str:
    require(Audience.BACKOFFICE)
    return render_template("backoffice/runs.html", typed=request.form.get("period", ""), refusal=refusal)


def issue() -> forms.Answer:
    actor = require(Audience.BACKOFFICE).actor

    def work() -> str:
        period = StatementPeriod.parse(forms.needed("period", "The period", longest=20).upper())
        issue_statements(session=session(), actor=actor, at=now(), period=period)
        return url_for("licensor.statements")

    return forms.answer(work, show)
