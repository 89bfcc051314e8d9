"""Reads of approvals, as they stand at an instant."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.licensing.approvals.models import Approval
from app.licensing.approvals.rules import Subject, standing_of
from app.licensing.approvals.states import ApprovalStanding
from app.licensing.models import License
from app.licensing.queries import LicenseView, license_of, license_view
from app.licensing.rules.decision import phase
from app.licensing.rules.facts import Approved, IntendedUse
from app.negotiation.terms.vocabulary import ApprovalStage
from app.values.errors import NotFound


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """An approval as it stands."""

    approval: Approval
    standing: ApprovalStanding

    @property
    def title(self) -> str:
        return title_of(self.approval.subject)


def title_of(subject: Subject) -> str:
    """Say for people what an approval is about."""
    if subject.action is not None and subject.phase is not None:
        return f"To {subject.action.value}, {subject.phase.label.lower()}"
    return _STAGES[subject.stage or ApprovalStage.FINAL]


_STAGES = {
    ApprovalStage.SCRIPT: "The script",
    ApprovalStage.SAMPLE: "A first sample",
    ApprovalStage.FINAL: "The final work",
}


def view_of(approval: Approval, *, at: datetime) -> ApprovalView:
    standing = standing_of(approval.status, silence=approval.silence, answer_by=approval.answer_by, at=at)
    return ApprovalView(approval, standing)


def approvals_page(
    session: Session, actor: Actor, license_id: str, *, cursor: str | None, limit: int
) -> Page[Approval]:
    """Return one page of what was asked under a license of the actor's, newest first. Raises: NotFound.

    What a licensee before showed is between it and the licensor.
    """
    license = license_view(session, actor, license_id).license
    statement = select(Approval).where(Approval.license_id == license.id)
    if not _sees_all(actor, license):
        statement = statement.where(Approval.asked_by_party_id == actor.party_id)
    return paginate(session, statement, id_column=col(Approval.id), cursor=cursor, limit=limit)


def approval_of(session: Session, actor: Actor, approval_id: str) -> Approval:
    """Return an approval of a license of the actor's. Raises: NotFound."""
    found = session.get(Approval, approval_id)
    if found is None:
        raise NotFound("There is no such approval.")
    license = license_view(session, actor, found.license_id).license
    if not _sees_all(actor, license) and found.asked_by_party_id != actor.party_id:
        raise NotFound("There is no such approval.")
    return found


def _sees_all(actor: Actor, license: License) -> bool:
    return actor.is_administrator or actor.party_id == license.licensor_party_id


def locked_approval(session: Session, approval_id: str) -> tuple[Approval, LicenseView]:
    """Return an approval as it is now, its license locked before it. Raises: NotFound."""
    found = session.get(Approval, approval_id)
    if found is None:
        raise NotFound("There is no such approval.")
    view = license_of(session, found.license_id, lock=True)
    session.refresh(found)
    return found, view


def approved_for(
    session: Session, view: LicenseView, uses: Iterable[IntendedUse], *, at: datetime
) -> frozenset[Approved]:
    """Return which of the approvals that uses name stand now, for which actions; one read for all.

    An approval is of its license, of the licensee that asked for it, and of the phase that it was asked for.
    """
    named = {use.approval_id for use in uses if use.approval_id is not None}
    if not named:
        return frozenset()
    current = phase(license=view.facts_at(at), at=at)
    rows = session.exec(
        select(Approval).where(
            col(Approval.id).in_(named),
            Approval.license_id == view.license.id,
            Approval.asked_by_party_id == view.license.licensee_party_id,
            Approval.phase == current,
        )
    )
    return frozenset(
        Approved(row.id, row.action)
        for row in rows
        if row.action is not None and view_of(row, at=at).standing.is_approved
    )
