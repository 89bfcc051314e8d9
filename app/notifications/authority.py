"""Who hears that an authority failed, and that it was restored: everybody concerned, once each."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from app.moderation.authority.concerned import Concerned, concerned_by
from app.moderation.authority.queries import CaseView, case_views
from app.moderation.events import AuthorityCaseClosed, AuthorityCaseOpened
from app.moderation.models import AuthorityCase
from app.notifications.models import Message
from app.notifications.service import tell

NAMED_AT_MOST = 20


def on_case_opened(*, session: Session, event: AuthorityCaseOpened, at: datetime) -> None:
    """Tell licensors, licensees, beneficiaries and who negotiates what it means for them, in one mail each."""
    [view] = case_views(session, [session.get_one(AuthorityCase, event.case_id)])
    touched = concerned_by(session, view.case, at)
    for party_id in touched.party_ids:
        tell(
            session=session,
            at=at,
            party_id=party_id,
            about=view.case.id,
            subject=f"Authority in doubt: {view.performer_name}",
            body="\n\n".join(_meaning(view, touched, party_id)) + "\n",
        )


def on_case_closed(*, session: Session, event: AuthorityCaseClosed, at: datetime) -> None:
    """Tell everybody who heard of the failure that it was taken back."""
    [view] = case_views(session, [session.get_one(AuthorityCase, event.case_id)])
    told = select(Message.party_id).where(Message.about == view.case.id).order_by(col(Message.id))
    for party_id in dict.fromkeys(session.exec(told).all()):
        tell(
            session=session,
            at=at,
            party_id=party_id,
            about=view.case.id,
            subject=f"Authority restored: {view.performer_name}",
            body=f"The authority of {view.holder_name} over the likeness of {view.performer_name} is restored. "
            "Deals can be signed again, and money that was held for it goes out by itself.\n",
        )


def _meaning(view: CaseView, touched: Concerned, party_id: str) -> list[str]:
    case = view.case
    said = [
        f"The authority of {view.holder_name} over the likeness of {view.performer_name} is recorded as not having "
        f"existed since {case.as_of_at:%Y-%m-%d %H:%M} UTC (case {case.id})."
    ]
    if party_id in touched.licensors:
        said.append(f"Reason: {case.reason}")
        said.append("Nothing can be requested or signed by it until it is restored.")
    if party_id in touched.licensors or party_id in touched.beneficiaries:
        said.append(
            "What the licenses signed by it since then earn is held, not lost: it is stated as always, and goes "
            "out by itself if the authority is restored."
        )
    if licenses := touched.licensees.get(party_id):
        said.append(
            f"Signed by it with you: {_some(licenses)}. What you may do, report and pay stays as agreed; if that "
            "changes, you are told."
        )
    if talks := touched.negotiators.get(party_id):
        said.append(f"Your negotiations stay open but cannot be signed for now: {_some(talks)}.")
    return said


def _some(ids: Sequence[str]) -> str:
    named = ", ".join(ids[:NAMED_AT_MOST])
    return named if len(ids) <= NAMED_AT_MOST else f"{named} and {len(ids) - NAMED_AT_MOST} more"
