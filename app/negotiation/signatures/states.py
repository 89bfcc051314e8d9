"""As what a party stands in a negotiation, how a holder answered, and how its signature stands."""

from enum import StrEnum


class Role(StrEnum):
    """As what a party reads and signs."""

    LICENSOR = "licensor"
    LICENSEE = "licensee"
    HOLDER = "holder"
    """Owns a share of the rights beside those for whom the licensor acts; signs for itself."""
    PRINCIPAL = "principal"
    """The licensor acts for it; sees everything, and signs through the licensor."""
    ASSIGNEE = "assignee"
    """To whom a license is to pass; nothing is executed without its signature, whatever the quorum."""

    @property
    def is_side(self) -> bool:
        """Whether it makes offers and answers them; only sides read messages."""
        return self in {Role.LICENSOR, Role.LICENSEE}

    @property
    def signs_apart(self) -> bool:
        """Whether it signs by itself, beside the two sides."""
        return self in {Role.HOLDER, Role.ASSIGNEE}


class AnswerKind(StrEnum):
    """What a holder said to an offer. The latest answer counts."""

    SIGNED = "signed"
    REFUSED = "refused"


class SignerState(StrEnum):
    """How the signature of one holder stands at an instant. Never stored."""

    SIGNED = "signed"
    REFUSED = "refused"
    CONSENTED = "consented"
    """By a standing consent to whatever the licensor licenses."""
    AWAITED = "awaited"
    NOT_NEEDED = "not_needed"
    """The quorum is met without it."""
