"""What must hold, besides the offer itself, at the instant a deal is signed."""

from dataclasses import dataclass
from datetime import datetime

from app.negotiation.rules.verdict import ALLOWED, MoveCode, Verdict
from app.values.term import Term, format_instant


@dataclass(frozen=True, slots=True)
class Authority:
    """The licensor's proven right to license, as its two dates stand when the deal is signed."""

    signs_until_at: datetime | None
    """The first instant at which no deal may be signed any more."""
    licenses_until_at: datetime | None
    """The latest instant at which a license may end."""


def judge_term(term: Term, *, at: datetime) -> Verdict:
    """A license that would be over before it begins is neither offered nor signed."""
    if term.ends_at is not None and term.ends_at <= at:
        sentence = f"The term ended at {format_instant(term.ends_at)}; make an offer with later days."
        return Verdict(MoveCode.TERM_OVER, sentence)
    return ALLOWED


def no_authority() -> Verdict:
    sentence = "The licensor has no verified representation of this performer; nothing can be signed until it has."
    return Verdict(MoveCode.NO_AUTHORITY, sentence)


def judge_authority(authority: Authority, *, term: Term, at: datetime) -> Verdict:
    """The licensor signs until the last day of its authority, for licenses that end within it."""
    if authority.signs_until_at is not None and at >= authority.signs_until_at:
        until = format_instant(authority.signs_until_at)
        sentence = f"The licensor's authority to sign ended at {until}; it needs a newer representation first."
        return Verdict(MoveCode.SIGNING_AUTHORITY_ENDED, sentence)
    limit = authority.licenses_until_at
    if limit is not None and (term.ends_at is None or term.ends_at > limit):
        sentence = f"The licensor can license until {format_instant(limit)}; make an offer that ends by then."
        return Verdict(MoveCode.AUTHORITY_ENDS_EARLIER, sentence)
    return ALLOWED
