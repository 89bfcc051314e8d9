"""What the licensee asks the licensor to approve, for both sides: ask, show, answer."""

from dataclasses import dataclass
from typing import BinaryIO, cast

from flask import Response, render_template, request, url_for

from app.infrastructure.http.context import now, services, session
from app.infrastructure.http.fields import file_name
from app.licensing.approvals import queries, service
from app.licensing.approvals.queries import ApprovalView
from app.licensing.approvals.routes import send_shown
from app.licensing.approvals.rules import Subject, manner_of
from app.licensing.approvals.schemas import ApprovalAnswerIn, ApprovalAskIn
from app.licensing.approvals.states import ApprovalAnswer
from app.licensing.queries import LicenseView, license_view
from app.licensing.rules.decision import phase
from app.licensing.states import LicenseStatus
from app.negotiation.terms.vocabulary import ApprovalStage
from app.values.errors import DomainError, InvalidInput, NotFound
from app.values.survival import Action, Phase
from app.web import forms
from app.web.visitor import require

SHOWN = 50
_RUNNING = (Phase.ACTIVE, Phase.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that the deal leaves to the licensor's word."""

    value: str
    label: str
    is_now: bool
    is_ahead: bool
    """It may still come to that."""


def show(license_id: str, refusal: DomainError | None = None) -> str:
    actor = require().actor
    view = license_view(session(), actor, license_id)
    page = queries.approvals_page(session(), actor, license_id, cursor=request.args.get("cursor"), limit=SHOWN)
    found = [queries.view_of(row, at=now()) for row in page.items]
    followed = {row.approval.follows_id for row in found}
    return render_template(
        "account/approvals.html",
        license=view.license,
        terms=view.terms_at(now()).document,
        standing=view.standing(now()),
        is_licensee=actor.party_id == view.license.licensee_party_id,
        is_licensor=actor.party_id == view.license.licensor_party_id,
        approvals=found,
        waiting_again=[row for row in found if _can_follow(row, followed)],
        choices=choices_of(view),
        can_ask=view.license.status is not LicenseStatus.AWAITING_PAYMENT,
        answers=[(answer.value, _ANSWERS[answer]) for answer in ApprovalAnswer],
        next_cursor=page.next_cursor,
        refusal=refusal,
    )


def ask(license_id: str) -> forms.Answer:
    actor = require().actor

    def work() -> str:
        read = ApprovalAskIn().load(_asked())
        sent = request.files.get("file")
        file = sent if sent is not None and sent.filename else None
        service.ask(
            session=session(),
            actor=actor,
            at=now(),
            store=services().store,
            license_id=license_id,
            in_phase=read.pop("phase"),
            stream=None if file is None else cast("BinaryIO", file.stream),
            filename="" if file is None else file_name(file),
            **read,
        )
        return url_for(".approvals", license_id=license_id)

    return forms.answer(work, lambda refusal: show(license_id, refusal))


def answer(license_id: str, approval_id: str) -> forms.Answer:
    actor = require().actor

    def work() -> str:
        read = ApprovalAnswerIn().load({name: forms.text(name) for name in ("answer", "reason")})
        service.answer(session=session(), actor=actor, at=now(), approval_id=approval_id, **read)
        return url_for(".approvals", license_id=license_id)

    return forms.answer(work, lambda refusal: show(license_id, refusal))


def shown_file(license_id: str, approval_id: str) -> Response:
    """Send what was shown under this license."""
    found = queries.approval_of(session(), require().actor, approval_id)
    if found.license_id != license_id:
        raise NotFound("There is no such approval of this license.")
    return send_shown(services().store, found)


def choices_of(view: LicenseView) -> list[Choice]:
    """Return what the deal in force leaves to the licensor: stages as they come, then actions by phase."""
    terms = view.terms_at(now()).document
    current = phase(license=view.facts_at(now()), at=now())
    is_over = current not in _RUNNING
    subjects = [
        *(Subject(stage=stage) for stage in ApprovalStage),
        *(Subject(action=action, phase=each) for each in Phase for action in Action),
    ]
    return [
        Choice(
            value=f"{subject.stage or subject.action}/{subject.phase or ''}",
            label=queries.title_of(subject),
            is_now=not is_over if subject.phase is None else subject.phase is current,
            is_ahead=subject.phase is not None and _is_ahead(subject.phase, current),
        )
        for subject in subjects
        if manner_of(terms, subject) is not None
    ]


def _is_ahead(wanted: Phase, current: Phase) -> bool:
    """Say whether another phase may follow: a suspension ends, the end of a license does not."""
    in_order = list(Phase)
    if current in _RUNNING:
        return wanted is not current
    return in_order.index(wanted) > in_order.index(current)


def _asked() -> dict[str, str]:
    """Return the form as the API reads it. What is asked for is `stage/`, or `action/phase`."""
    found = {name: forms.text(name) for name in ("description", "sha256", "follows_id", "action", "phase")}
    what, _, phase = forms.text("what").partition("/")
    if not what and not found["action"]:
        raise InvalidInput.at("/what", "Choose what is to be approved.")
    if phase:
        found |= {"action": what, "phase": phase}
    elif what:
        found["stage"] = what
    return {name: value for name, value in found.items() if value}


def _can_follow(row: ApprovalView, followed: set[str | None]) -> bool:
    return row.standing.value == "changes_wanted" and row.approval.id not in followed


_ANSWERS = {
    ApprovalAnswer.APPROVE: "Approve it",
    ApprovalAnswer.WANT_CHANGES: "Ask for changes",
    ApprovalAnswer.REFUSE: "Refuse it",
}
