"""Show that a duty was done; accept or dispute what was shown."""

from datetime import date, datetime
from typing import BinaryIO

from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import SYSTEM, Actor
from app.infrastructure import events
from app.infrastructure.media_types import sniff_media_type
from app.infrastructure.storage import AssetStore
from app.licensing.closing import queries
from app.licensing.closing.ending import closing_view, end_of, terms_at_end
from app.licensing.closing.errors import AlreadyAnswered, NothingToFile, NotYours
from app.licensing.closing.events import EvidenceAnswered, EvidenceFiled
from app.licensing.closing.models import DutyEvidence, EvidenceAnswer, LicenseDuty
from app.licensing.closing.rules.calendar import final_report_day
from app.licensing.closing.service.planning import mark_done, mark_open
from app.licensing.closing.states import DutyKind, Verdict
from app.licensing.queries import license_of
from app.values.errors import InvalidInput

LARGEST_EVIDENCE_BYTES = 25 * 1024 * 1024
_INSTEAD = {
    DutyKind.DESTRUCTION: "Copies are destroyed with a certificate that an officer signs; sign one.",
    DutyKind.FINAL_REPORT: "Send the usage report itself; it is noted here by itself.",
}


def file_evidence(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    store: AssetStore,
    license_id: str,
    duty_id: str,
    text: str = "",
    stream: BinaryIO | None = None,
    filename: str = "",
) -> DutyEvidence:
    """Show by words, a file or both that a duty was done: it counts as done from now on unless it is disputed.

    The file is stored before the transaction begins its reads, so that no lock waits for a slow upload.
    Raises: NotFound, NotYours, NothingToFile, InvalidInput when nothing is shown, FileTooLarge, EmptyFile.
    """
    stored = None if stream is None else store.put(stream, max_bytes=LARGEST_EVIDENCE_BYTES)
    view = closing_view(session, actor, license_id)
    duty = queries.own_duty(session, view, actor, duty_id)
    if duty.party_id != actor.party_id:
        raise NotYours("The licensee shows that this was done; you can accept or dispute what it files.")
    if duty.kind not in {DutyKind.WIND_DOWN_STEP, DutyKind.INVENTORY}:
        raise NothingToFile(_INSTEAD.get(duty.kind, "This is a day on which nobody has to do anything."))
    if not text and stored is None:
        raise InvalidInput.at("/text", "Say what was done, or send a file that shows it.")
    evidence = DutyEvidence(
        duty_id=duty.id,
        by_party_id=actor.party_id,
        actor=actor.label,
        text=text,
        filename=filename if stored else None,
        sha256=stored.sha256 if stored else None,
        size_bytes=stored.size_bytes if stored else None,
        media_type=sniff_media_type(stored.head, filename) if stored else None,
        filed_at=at,
    )
    session.add(evidence)
    session.flush()
    mark_done(session, duty, at)
    _record(session, actor, at, "license.evidence_filed", duty, evidence_id=evidence.id, sha256=evidence.sha256)
    filed = EvidenceFiled(
        license_id=license_id,
        duty_id=duty.id,
        evidence_id=evidence.id,
        title=duty.title,
        party_id=duty.party_id,
        licensor_party_id=view.license.licensor_party_id,
    )
    events.publish(session=session, at=at, event=filed)
    return evidence


def answer_evidence(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    license_id: str,
    duty_id: str,
    evidence_id: str,
    verdict: Verdict,
    reason: str = "",
) -> EvidenceAnswer:
    """Accept evidence, or dispute it with a reason: then the duty is open again until something else is filed.

    Raises: NotFound, NotYours for all but the licensor, AlreadyAnswered, InvalidInput for no reason.
    """
    view, _, evidence = queries.own_evidence(session, actor, license_id, duty_id, evidence_id)
    duty = queries.own_duty(session, view, actor, duty_id)
    if view.license.licensor_party_id != actor.party_id:
        raise NotYours("The licensor accepts or disputes what was filed.")
    if verdict is Verdict.DISPUTED and not reason.strip():
        raise InvalidInput.at("/reason", "Say why: the licensee reads it and files something better.")
    if session.get(EvidenceAnswer, evidence.id, populate_existing=True) is not None:
        raise AlreadyAnswered("This evidence was answered before; answer what is filed next.")
    answer = EvidenceAnswer(
        evidence_id=evidence.id, verdict=verdict, reason=reason, actor=actor.label, answered_at=at
    )
    session.add(answer)
    session.flush()
    if not any(not each.is_disputed for each in queries.evidence_of(session, [duty.id])[duty.id]):
        mark_open(session, duty, at)
    action = f"license.evidence_{verdict.value}"
    _record(session, actor, at, action, duty, evidence_id=evidence.id, reason=reason)
    answered = EvidenceAnswered(
        license_id=license_id,
        duty_id=duty.id,
        evidence_id=evidence.id,
        title=duty.title,
        is_accepted=verdict is Verdict.ACCEPTED,
        reason=reason,
        party_id=evidence.by_party_id,
    )
    events.publish(session=session, at=at, event=answered)
    return answer


def note_reported(*, session: Session, at: datetime, license_id: str, last_day: date) -> None:
    """A usage report until this day was accepted: where it reaches the last day of sales, it was the final one."""
    wanted = (LicenseDuty.license_id == license_id, LicenseDuty.kind == DutyKind.FINAL_REPORT)
    duty = session.exec(
        select(LicenseDuty)
        .where(*wanted, col(LicenseDuty.lapsed_at).is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if duty is None or duty.done_at is not None:
        return
    view = license_of(session, license_id)
    end = end_of(session, view)
    if last_day >= final_report_day(terms_at_end(view, end).document, end=end):
        mark_done(session, duty, at)
        _record(session, SYSTEM, at, "license.final_report_noted", duty, last_day=last_day.isoformat())


def _record(
    session: Session, actor: Actor, at: datetime, action: str, duty: LicenseDuty, **detail: str | None
) -> None:
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action=action,
        subject_id=duty.license_id,
        duty_id=duty.id,
        **{name: value for name, value in detail.items() if value},
    )
