"""What is put on record about a performer: wishes, registered claims, evidence of use, quorum, death."""

from typing import Any

from flask import request, url_for

from app.infrastructure.http.context import now, session
from app.law import service as law
from app.law.schemas import ClaimRegistrationIn, UseEvidenceIn
from app.parties import service
from app.parties.authority_schemas import QuorumRuleIn
from app.parties.death.service import record_death
from app.parties.directives.schemas import DirectiveIn, DirectiveWithdrawalIn
from app.parties.directives.service import record_directive, withdraw_directive
from app.web import forms
from app.web.people import performers
from app.web.visitor import Audience, require

_LISTS = ("components", "axes", "media", "categories")


def direct(performer_id: str) -> forms.Answer:
    who = _who()

    def work() -> str:
        lists = {name: list(filter(None, request.form.getlist(name))) for name in _LISTS}
        given: dict[str, Any] = {name: entries for name, entries in lists.items() if entries}
        until = forms.end_of_day("until_day", "The last day")
        wish = DirectiveIn().load(given | {"wording": forms.text("wording")})
        record_directive(**who, performer_id=performer_id, **(wish | {"until_at": until}))
        return _page(performer_id, "directives")

    return _answer(work, performer_id)


def withdraw(performer_id: str, directive_id: str) -> forms.Answer:
    who = _who()

    def work() -> str:
        given = DirectiveWithdrawalIn().load({"reason": forms.text("reason")})
        withdraw_directive(**who, directive_id=directive_id, **given)
        return _page(performer_id, "directives")

    return _answer(work, performer_id)


def register(performer_id: str) -> forms.Answer:
    who = _who()

    def work() -> str:
        names = ("jurisdiction", "registered_on", "number")
        given = ClaimRegistrationIn().load({name: forms.text(name) for name in names})
        law.register_claim(**who, performer_id=performer_id, **given)
        return _page(performer_id, "law")

    return _answer(work, performer_id)


def evidence(performer_id: str) -> forms.Answer:
    who = _who()

    def work() -> str:
        typed = {name: forms.text(name) for name in ("used_on", "description")}
        given = UseEvidenceIn().load(typed | {"territory": forms.text("territory") or None})
        law.record_use_evidence(**who, performer_id=performer_id, **given)
        return _page(performer_id, "law")

    return _answer(work, performer_id)


def quorum(performer_id: str) -> forms.Answer:
    who = _who(Audience.BACKOFFICE)

    def work() -> str:
        typed = {name: forms.text(name) for name in ("rule", "reason")}
        given = QuorumRuleIn().load(typed | {"component": forms.text("component") or None})
        service.set_quorum_rule(**who, performer_id=performer_id, **given)
        return _page(performer_id, "chain")

    return _answer(work, performer_id)


def death(performer_id: str) -> forms.Answer:
    who = _who(Audience.BACKOFFICE)

    def work() -> str:
        died_on = forms.day("died_on", "The day of death")
        reason = forms.needed("reason", "What proves it", longest=2000)
        record_death(**who, performer_id=performer_id, died_on=died_on, reason=reason)
        return _page(performer_id, "chain")

    return _answer(work, performer_id)


def _answer(work: Any, performer_id: str) -> forms.Answer:
    return forms.answer(work, lambda refusal: performers.show(performer_id, refusal))


def _page(performer_id: str, anchor: str) -> str:
    return url_for(".performer", performer_id=performer_id, _anchor=anchor)


def _who(*audiences: Audience) -> dict[str, Any]:
    allowed = audiences or (Audience.LICENSOR, Audience.BACKOFFICE)
    return {"session": session(), "actor": require(*allowed).actor, "at": now()}
