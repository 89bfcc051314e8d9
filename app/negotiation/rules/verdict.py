"""What a rule answers: whether a move is possible; if not, why, and what to do instead."""

from dataclasses import dataclass
from enum import StrEnum


class MoveCode(StrEnum):
    """Why a move is refused, in the order in which it is checked; the first that applies is the answer."""

    NEGOTIATION_CLOSED = "negotiation_closed"
    OFFER_SUPERSEDED = "offer_superseded"
    AWAITS_SIGNATURES = "awaits_signatures"
    NOT_A_SIGNER = "not_a_signer"
    OWN_OFFER = "own_offer"
    NOT_YOUR_OFFER = "not_your_offer"
    OFFER_LAPSED = "offer_lapsed"
    TERMS_DIFFER = "terms_differ"
    TERM_OVER = "term_over"
    AUTHORITY_ENDS_EARLIER = "authority_ends_earlier"
    DEAL_CHANGED = "deal_changed"
    DEAL_OVER = "deal_over"
    EFFECT_PAST = "effect_past"
    NO_OPTION = "no_option"
    OPTION_NOT_OPEN = "option_not_open"
    RESERVED_BY_OPTION = "reserved_by_option"
    ALLOWED = "allowed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a move is possible; if not, why, and what to do instead."""

    code: MoveCode
    sentence: str = ""

    @property
    def is_allowed(self) -> bool:
        return self.code is MoveCode.ALLOWED


ALLOWED = Verdict(MoveCode.ALLOWED)
