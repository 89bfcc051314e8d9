"""Who hears of moves in the queue for rights. Nobody learns who else waits: a message names places, not parties."""

from datetime import datetime

from sqlmodel import Session

from app.catalog.queries import package
from app.notifications.service import tell
from app.rights.events import HoldChallenged, HoldMatched, HoldReleased
from app.rights.states import HoldEnd

_OVER = {
    HoldEnd.RELEASED: "A hold before yours was given up.",
    HoldEnd.SIGNED: "A hold before yours became a license. Ask again whether what you hold is free.",
    HoldEnd.RENEWED: "A hold before yours was placed anew and now stands behind yours.",
    HoldEnd.LAPSED: "A hold before yours has lapsed.",
}


def on_hold_challenged(*, session: Session, event: HoldChallenged, at: datetime) -> None:
    """Tell whose hold it is until when it must be matched or released."""
    title = package(session, event.package_id).title
    tell(
        session=session,
        at=at,
        party_id=event.party_id,
        about=event.reference,
        subject=f"Your hold was challenged: {title}",
        body=f"Somebody behind you in the queue for {title} has challenged your hold for negotiation "
        f"{event.reference}. Match it, which commits you to sign soon, or release it. Without an answer it is over "
        f"at {event.respond_by_at:%Y-%m-%d %H:%M} UTC.\n",
    )


def on_hold_matched(*, session: Session, event: HoldMatched, at: datetime) -> None:
    """Tell the challenger that the hold before theirs stands, and until when."""
    title = package(session, event.package_id).title
    tell(
        session=session,
        at=at,
        party_id=event.challenger_party_id,
        about=event.challenger_reference,
        subject=f"Your challenge was matched: {title}",
        body=f"The hold before yours for {title} was matched: its party commits to sign before "
        f"{event.lapses_at:%Y-%m-%d %H:%M} UTC. Your hold for negotiation {event.challenger_reference} keeps its "
        "place behind it.\n",
    )


def on_hold_released(*, session: Session, event: HoldReleased, at: datetime) -> None:
    """Tell those who waited behind it where they stand now."""
    title = package(session, event.package_id).title
    for waiting in event.moved_up:
        tell(
            session=session,
            at=at,
            party_id=waiting.party_id,
            about=waiting.reference,
            subject=f"Your hold moved up: {title}",
            body=f"{_OVER[event.reason]} Yours for negotiation {waiting.reference} is number {waiting.place} in "
            f"the queue for {title}.\n",
        )
