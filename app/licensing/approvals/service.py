"""Ask for an approval, and answer it."""

from datetime import datetime
from typing import BinaryIO

from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import Actor
from app.infrastructure import events
from app.infrastructure.media_types import sniff_media_type
from app.infrastructure.storage import AssetStore, StoredFile
from app.licensing import queries as licenses
from app.licensing.approvals import queries
from app.licensing.approvals.errors import AlreadyAnswered, ApprovalNotNeeded, NotTheLastRound, RoundsUsedUp
from app.licensing.approvals.events import ApprovalAnswered, ApprovalAsked
from app.licensing.approvals.models import Approval
from app.licensing.approvals.rules import Manner, Subject, answer_until, manner_of
from app.licensing.approvals.states import ApprovalAnswer, ApprovalStanding, ApprovalStatus, next_status
from app.licensing.errors import NotRunning
from app.licensing.queries import LicenseView
from app.licensing.rules.decision import phase
from app.licensing.states import LicenseStatus
from app.negotiation.terms.vocabulary import ApprovalStage, Silence
from app.values.errors import InvalidInput, NotFound
from app.values.survival import Action, Phase

LARGEST_SHOWN_BYTES = 25 * 1024 * 1024
_OVER = frozenset({Phase.WINDING_DOWN, Phase.EXPIRED, Phase.TERMINATED})


def ask(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    store: AssetStore,
    license_id: str,
    description: str,
    action: Action | None = None,
    in_phase: Phase | None = None,
    stage: ApprovalStage | None = None,
    sha256: str | None = None,
    stream: BinaryIO | None = None,
    filename: str = "",
    follows_id: str | None = None,
) -> Approval:
    """Ask the licensor, as the licensee: for an action in a phase (nothing: the one that runs), or about a stage.

    A file is stored before the transaction begins its reads, so that no lock waits for a slow upload. Raises:
    NotFound, InvalidInput, ApprovalNotNeeded, NotRunning, NotTheLastRound, FileTooLarge, EmptyFile.
    """
    stored = None if stream is None else store.put(stream, max_bytes=LARGEST_SHOWN_BYTES)
    if stored is not None and sha256 not in (None, stored.sha256):
        raise InvalidInput.at("/sha256", "The file that came has another hash.")
    view = licenses.license_view(session, actor, license_id, lock=True)
    if view.license.licensee_party_id != actor.party_id:
        raise NotFound("There is no such license of yours.")
    current = phase(license=view.facts_at(at), at=at)
    subject = Subject(action, (in_phase or current) if action is not None else None, stage)
    manner = _require_needed(view, subject, at)
    _require_running(view, subject, current)
    before = None if follows_id is None else _round_before(session, view, subject, follows_id)
    asked = Approval(
        license_id=view.license.id,
        asked_by_party_id=actor.party_id,
        asked_by=actor.label,
        action=subject.action,
        phase=subject.phase,
        stage=subject.stage,
        description=description,
        sha256=sha256 if stored is None else stored.sha256,
        round=1 if before is None else before.round + 1,
        follows_id=follows_id,
        rounds=manner.rounds,
        silence=manner.silence,
        status=ApprovalStatus.ASKED,
        asked_at=at,
        answer_by=answer_until(at, manner.days, view.terms_at(at).document["term"]["zone"]),
    )
    if stored is not None:
        _keep_file(asked, stored, filename)
    session.add(asked)
    session.flush()
    _record(session, actor, at, "approval.asked", asked)
    _tell_licensor(session, at, asked, view)
    return asked


def answer(
    *, session: Session, actor: Actor, at: datetime, approval_id: str, answer: ApprovalAnswer, reason: str
) -> Approval:
    """Approve, want changes or refuse, as the licensor and in time.

    Raises: NotFound, InvalidInput without a reason for a no, AlreadyAnswered, RoundsUsedUp.
    """
    found, view = queries.locked_approval(session, approval_id)
    if view.license.licensor_party_id != actor.party_id:
        raise NotFound("There is no such approval of yours to give.")
    if answer is not ApprovalAnswer.APPROVE and not reason.strip():
        raise InvalidInput.at("/reason", "Say why: the licensee reads it.")
    status = next_status(found.status, answer)
    if queries.view_of(found, at=at).standing is not ApprovalStanding.ASKED:
        decided = "approved" if found.silence is Silence.APPROVED else "refused"
        raise AlreadyAnswered(
            f"The time to answer was over at {found.answer_by:%Y-%m-%d %H:%M} UTC; by the deal, silence has "
            f"{decided} it."
        )
    if answer is ApprovalAnswer.WANT_CHANGES and found.round > found.rounds:
        raise RoundsUsedUp(f"Changes were asked for {found.rounds} times already; approve, or refuse.")
    found.status, found.answered_at, found.answered_by, found.reason = status, at, actor.label, reason
    session.add(found)
    session.flush()
    _record(session, actor, at, f"approval.{status.value}", found)
    told = ApprovalAnswered(
        license_id=found.license_id,
        approval_id=found.id,
        asked_by_party_id=found.asked_by_party_id,
        title=queries.title_of(found.subject),
        status=status,
    )
    events.publish(session=session, at=at, event=told)
    return found


def _tell_licensor(session: Session, at: datetime, asked: Approval, view: LicenseView) -> None:
    told = ApprovalAsked(
        license_id=asked.license_id,
        approval_id=asked.id,
        licensor_party_id=view.license.licensor_party_id,
        title=queries.title_of(asked.subject),
        answer_by=asked.answer_by,
        is_silence_approval=asked.silence is Silence.APPROVED,
    )
    events.publish(session=session, at=at, event=told)


def _require_needed(view: LicenseView, subject: Subject, at: datetime) -> Manner:
    manner = manner_of(view.terms_at(at).document, subject)
    if manner is None:
        what = queries.title_of(subject)
        raise ApprovalNotNeeded(
            f"{what}: the deal does not leave this to the licensor. Ask for a decision instead."
        )
    return manner


def _require_running(view: LicenseView, subject: Subject, current: Phase) -> None:
    """Nothing is approved under a license that was not paid for, and no work in progress under one that is over."""
    if view.license.status is LicenseStatus.AWAITING_PAYMENT:
        raise NotRunning("What is due at signature has not been paid; ask once the license counts.")
    if subject.stage is not None and current in _OVER:
        raise NotRunning("The license is over; nothing new is made under it that could be shown.")


def _round_before(session: Session, view: LicenseView, subject: Subject, follows_id: str) -> Approval:
    """Return the round that another one follows. Raises: NotFound, NotTheLastRound."""
    found = session.get(Approval, follows_id, populate_existing=True)
    if found is None or found.license_id != view.license.id:
        raise NotFound("There is no such approval of this license.")
    if found.status is not ApprovalStatus.CHANGES_WANTED or found.subject != subject:
        raise NotTheLastRound("Only what the licensor wanted changed is followed by another round of the same.")
    later = session.exec(select(Approval.id).where(col(Approval.follows_id) == follows_id)).first()
    if later is not None:
        raise NotTheLastRound("This round was followed by another already; follow the last one.")
    return found


def _keep_file(asked: Approval, stored: StoredFile, filename: str) -> None:
    asked.filename, asked.size_bytes = filename, stored.size_bytes
    asked.media_type = sniff_media_type(stored.head, filename)


def _record(session: Session, actor: Actor, at: datetime, action: str, approval: Approval) -> None:
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action=action,
        subject_id=approval.license_id,
        approval_id=approval.id,
        sha256=approval.sha256,
    )
