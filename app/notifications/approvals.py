"""Who hears of approvals: the side that has to act. What is shown and said is read inside."""

from datetime import datetime

from sqlmodel import Session

from app.licensing.approvals.events import ApprovalAnswered, ApprovalAsked
from app.licensing.approvals.states import ApprovalStatus
from app.licensing.queries import license_of
from app.notifications.service import tell

_NEXT = {
    ApprovalStatus.APPROVED: "You can go on.",
    ApprovalStatus.CHANGES_WANTED: "Read what is to be changed, and ask again with the next round.",
    ApprovalStatus.REFUSED: "Read why, with the license.",
}


def on_approval_asked(*, session: Session, event: ApprovalAsked, at: datetime) -> None:
    """Tell the licensor what is waiting, until when, and what silence means."""
    silence = "approval" if event.is_silence_approval else "refusal"
    tell(
        session=session,
        at=at,
        party_id=event.licensor_party_id,
        about=event.approval_id,
        subject=f"Your approval is asked for: {_package(session, event.license_id)}",
        body=f"{event.title}: the licensee of {event.license_id} asks for your approval. Answer before "
        f"{event.answer_by:%Y-%m-%d %H:%M} UTC; after that silence counts as {silence}. What is shown is with the "
        "license, under Approvals.\n",
    )


def on_approval_answered(*, session: Session, event: ApprovalAnswered, at: datetime) -> None:
    """Tell the licensee that it is its turn."""
    said = event.status.value.replace("_", " ")
    tell(
        session=session,
        at=at,
        party_id=event.asked_by_party_id,
        about=event.approval_id,
        subject=f"{said.capitalize()}: {_package(session, event.license_id)}",
        body=f"{event.title}, license {event.license_id}: {said}. {_NEXT[event.status]}\n",
    )


def _package(session: Session, license_id: str) -> str:
    title: str = license_of(session, license_id).latest.terms.document["package"]["title"]
    return title
