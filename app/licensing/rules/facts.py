"""What a decision is made from: what is known of the license, and the use that is meant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from app.licensing.rules.codes import ObligationCode
from app.licensing.states import LicenseStatus
from app.negotiation.terms.vocabulary import CapUnit, GuardContext
from app.values.components import Axis, Component
from app.values.rights_block import RightsBlock
from app.values.survival import Action, Permission, Phase
from app.values.term import Term


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something that goes with every yes."""

    code: ObligationCode
    sentence: str
    text: str = ""
    """The label to show or the credit to give, word for word; empty for the others."""


@dataclass(frozen=True, slots=True)
class QuotaLeft:
    """What is left of one cap of the deal at the instant of asking; what is reserved is not left."""

    cap: int
    """Its number in the deal: 1 is the first."""
    unit: CapUnit
    component: Component | None
    """The component it is for; nothing: all of them together."""
    left: int
    resets_at: datetime | None = None
    """When counting starts anew; nothing: never."""


class Approved(NamedTuple):
    """What the licensor has approved: this action, under this approval."""

    approval_id: str
    action: Action


@dataclass(frozen=True, slots=True)
class LicenseFacts:
    """What a decision needs to know of a license."""

    status: LicenseStatus
    term: Term
    authority_ends_at: datetime | None
    """When the licensor's own authority ends; nothing means not before the license."""
    grants: tuple[RightsBlock, ...]
    survival: Mapping[Action, Mapping[Phase, Permission]]
    was_active: bool = True
    """Whether what was due at signature was ever paid."""
    obligations: tuple[str, ...] = ()
    """What goes with every yes, in sentences: disclosure label, credit line, approval steps."""
    obligation_details: tuple[Obligation, ...] = ()
    """The same for machines."""
    changes_at: datetime | None = None
    """When other terms take the place of these, where such were signed."""
    winds_down_until: datetime | None = None
    """When the time after the term is over in which to sell off and take down; nothing: the deal gives none."""
    guard: frozenset[GuardContext] = frozenset()
    """Contexts in which the likeness must never appear."""
    check_in_due_at: datetime | None = None
    """When the next check-in is due; nothing: the deal asks for none."""
    check_in_lapses_at: datetime | None = None
    """When the grace after that is over, and the license stands still until the next check-in."""
    quotas: tuple[QuotaLeft, ...] = ()
    approved: frozenset[Approved] = frozenset()


@dataclass(frozen=True, slots=True)
class IntendedUse:
    """One use somebody means to make."""

    component: Component
    axis: Axis
    medium: str
    """A leaf of the media tree."""
    territory: str
    """An ISO 3166-1 alpha-2 code."""
    language: str | None = None
    """A BCP 47 tag; nothing when the use has no language."""
    category: str | None = None
    """A product category; nothing outside brand use."""
    action: Action = Action.GENERATE
    contexts: frozenset[GuardContext] = frozenset()
    """What the use touches of the contexts that a deal can guard against."""
    amounts: tuple[tuple[CapUnit, int], ...] = ()
    """How much of each unit it would take; a unit that is not named is not held against any cap."""
    approval_id: str | None = None
    """The licensor's approval that the use rests on, if it needs one."""
