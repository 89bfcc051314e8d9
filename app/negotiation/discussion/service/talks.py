"""What all words share: talks that are open and locked, a person who speaks, and a reader who hears of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.identity.actor import Actor
from app.infrastructure import events
from app.negotiation.discussion.events import WordsWaiting
from app.negotiation.discussion.models import DiscussionMail
from app.negotiation.discussion.queries import own_talks
from app.negotiation.discussion.rules.talking import is_mail_due, judge_word
from app.negotiation.errors import MoveRefused
from app.negotiation.models import Negotiation
from app.values.errors import Forbidden


@dataclass(frozen=True, slots=True)
class OpenTalks:
    """Talks in which nobody else says anything until the transaction ends, and who speaks."""

    negotiation: Negotiation
    by_party_id: str
    by_user_id: str
    to_party_id: str


def open_talks(session: Session, actor: Actor, negotiation_id: str) -> OpenTalks:
    """Raises: NotFound, MoveRefused once the negotiation has ended, Forbidden where no person acts."""
    negotiation = own_talks(session, actor, negotiation_id, lock=True)
    verdict = judge_word(negotiation.status)
    if not verdict.is_allowed:
        raise MoveRefused(verdict)
    if actor.user_id is None:
        raise Forbidden("Only a person can speak for a party.")
    sides = (negotiation.licensor_party_id, negotiation.licensee_party_id)
    other = sides[0] if actor.party_id == sides[1] else sides[1]
    return OpenTalks(negotiation, actor.party_id, actor.user_id, other)


def tell_reader(session: Session, talks: OpenTalks, *, offer_number: int, at: datetime) -> None:
    """Mail the other side about something said, unless a mail already waits for its answer."""
    has_spoken(session, talks)
    waiting = _mail(session, talks.negotiation.id, talks.to_party_id)
    if not is_mail_due(waiting.mailed_at, at):
        return
    waiting.mailed_at = at
    session.add(waiting)
    session.flush()
    words = WordsWaiting(
        negotiation_id=talks.negotiation.id,
        offer_number=offer_number,
        by_party_id=talks.by_party_id,
        to_party_id=talks.to_party_id,
    )
    events.publish(session=session, event=words, at=at)


def has_spoken(session: Session, talks: OpenTalks) -> None:
    """Note that a side says something, so that it is mailed about the next word of the other."""
    own = _mail(session, talks.negotiation.id, talks.by_party_id)
    own.mailed_at = None
    session.add(own)


def _mail(session: Session, negotiation_id: str, party_id: str) -> DiscussionMail:
    """The negotiation is locked, so nobody else makes the row meanwhile."""
    found = session.get(DiscussionMail, (negotiation_id, party_id))
    return found or DiscussionMail(negotiation_id=negotiation_id, party_id=party_id)
