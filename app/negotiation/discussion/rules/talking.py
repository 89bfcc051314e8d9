"""When something may be said, when the other side hears of it by mail, and how long an inspection lasts."""

from datetime import datetime, timedelta

from app.negotiation.rules.verdict import ALLOWED, MoveCode, Verdict
from app.negotiation.states import NegotiationStatus

MAIL_RESTS = timedelta(hours=24)
"""For how long after a mail about what was said there is no other, unless its reader answers before."""

INSPECTION_LASTS = timedelta(hours=1)


def judge_word(status: NegotiationStatus) -> Verdict:
    """While the talks are open both sides may speak, also while no offer stands; afterwards nothing is added."""
    if status.is_open:
        return ALLOWED
    sentence = f"This negotiation is {status.value}: what was said in it stays as it is, and nothing is added."
    return Verdict(MoveCode.NEGOTIATION_CLOSED, sentence)


def is_mail_due(mailed_at: datetime | None, at: datetime) -> bool:
    """Say whether a word is told by mail.

    `mailed_at` is when the reader was last mailed and has not spoken since. So a reader has at most one such mail
    to answer, and one more for each whole day in which nothing was answered and something was added.
    """
    return mailed_at is None or at - mailed_at >= MAIL_RESTS


def is_lasting(ends_at: datetime, at: datetime) -> bool:
    """Say whether an inspection lasts; at the very instant of its end it is over."""
    return at < ends_at
