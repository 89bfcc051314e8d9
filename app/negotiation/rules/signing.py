"""What must hold, besides the offer itself, when terms are offered and at the instant a deal is signed."""

from datetime import datetime

from app.negotiation.rules.authority import Basis
from app.negotiation.rules.verdict import ALLOWED, MoveCode, Verdict
from app.values.term import Term, format_instant


def judge_term(term: Term, *, at: datetime) -> Verdict:
    """A license that would be over before it begins is neither offered nor signed."""
    if term.ends_at is not None and term.ends_at <= at:
        sentence = f"The term ended at {format_instant(term.ends_at)}; make an offer with later days."
        return Verdict(MoveCode.TERM_OVER, sentence)
    return ALLOWED


def judge_reach(basis: Basis, *, term: Term) -> Verdict:
    """A license may end with the authority it rests on, not after it."""
    limit = basis.ends_at
    if limit is not None and (term.ends_at is None or term.ends_at > limit):
        sentence = f"The licensor can license until {format_instant(limit)}; make an offer that ends by then."
        return Verdict(MoveCode.AUTHORITY_ENDS_EARLIER, sentence)
    return ALLOWED
