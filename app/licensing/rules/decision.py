"""May this use be made now? A pure function of the license, the use and the instant."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.licensing.states import LicenseStatus
from app.values.components import Axis, Component
from app.values.rights_block import ALL, RightsBlock
from app.values.survival import Action, Permission, Phase
from app.values.term import Term

RELIANCE = timedelta(minutes=5)
"""How long an answer may be relied on when nothing known ends it earlier."""


class Code(StrEnum):
    """Why, in the order in which reasons are looked for: the first that applies is given."""

    NOT_FOUND = "NOT_FOUND"
    TERMINATED = "TERMINATED"
    SUSPENDED = "SUSPENDED"
    UNPAID = "UNPAID"
    NOT_STARTED = "NOT_STARTED"
    EXPIRED = "EXPIRED"
    AUTHORITY_ENDED = "AUTHORITY_ENDED"
    COMPONENT_NOT_GRANTED = "COMPONENT_NOT_GRANTED"
    AXIS_NOT_CONSENTED = "AXIS_NOT_CONSENTED"
    MEDIA_NOT_GRANTED = "MEDIA_NOT_GRANTED"
    TERRITORY_NOT_GRANTED = "TERRITORY_NOT_GRANTED"
    CATEGORY_NOT_GRANTED = "CATEGORY_NOT_GRANTED"
    PROHIBITED = "PROHIBITED"
    APPROVAL_REQUIRED = "APPROVAL_REQUIRED"
    QUOTA_EXHAUSTED = "QUOTA_EXHAUSTED"
    ALLOWED = "ALLOWED"


@dataclass(frozen=True, slots=True)
class LicenseFacts:
    """What a decision needs to know of a license."""

    status: LicenseStatus
    term: Term
    authority_ends_at: datetime | None
    """When the licensor's own authority ends; nothing means not before the license."""
    grants: tuple[RightsBlock, ...]
    survival: Mapping[Action, Mapping[Phase, Permission]]
    obligations: tuple[str, ...] = ()
    """What goes with every yes: disclosure label, credit line."""
    changes_at: datetime | None = None
    """When other terms take the place of these, where such were signed."""
    winds_down_until: datetime | None = None
    """When the time after the term is over in which to sell off and take down; nothing: the deal gives none."""


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


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer: yes or no, one stable code, a sentence, and until when it may be relied on."""

    code: Code
    sentence: str
    valid_until: datetime
    obligations: tuple[str, ...] = ()

    @property
    def is_allowed(self) -> bool:
        return self.code is Code.ALLOWED


def decide(*, license: LicenseFacts, use: IntendedUse, at: datetime) -> Decision:
    """Decide about one use at one instant.

    Standing comes first (ended, unpaid, not begun), then what was granted, narrowed one dimension at a time: the
    code names the first dimension in which no grant is left. What the survival matrix allows after the end is
    judged by the grants as well, but no longer by the term.
    """
    until = _reliable_until(license, at)
    phase, denial = _phase(license, at)
    permission = license.survival[use.action][phase]
    if denial is not None and (permission is Permission.DENY or denial in _BEFORE_ANY_USE):
        return Decision(denial, _standing_sentence(denial, license, f"to {use.action.value}"), until)
    code, sentence = _look_for_grant(license.grants, use)
    if code is None and permission is Permission.DENY:
        code, sentence = Code.PROHIBITED, f"The deal does not allow to {use.action.value} at all."
    if code is None and permission is Permission.APPROVAL:
        code, sentence = Code.APPROVAL_REQUIRED, f"To {use.action.value} now needs the licensor's approval."
    if code is not None:
        return Decision(code, sentence, until)
    return Decision(
        Code.ALLOWED, f"The license allows to {use.action.value} this.", until, obligations=license.obligations
    )


def decide_access(*, license: LicenseFacts, at: datetime) -> Decision:
    """Decide whether models and scans may be reached and credentials be had: only while the license stands."""
    _, denial = _phase(license, at)
    sentence = "The license stands." if denial is None else _standing_sentence(denial, license, "to be used")
    return Decision(denial or Code.ALLOWED, sentence, _reliable_until(license, at))


def standing(*, license: LicenseFacts, at: datetime) -> Code:
    """Say how a license stands as a whole, whatever the use: ALLOWED, or the first code that stops it."""
    _, denial = _phase(license, at)
    return denial or Code.ALLOWED


def phase(*, license: LicenseFacts, at: datetime) -> Phase:
    """Say which column of the survival matrix counts at an instant."""
    return _phase(license, at)[0]


_BEFORE_ANY_USE = frozenset({Code.UNPAID, Code.NOT_STARTED})
"""Before these are past, no matrix allows anything."""


def _phase(license: LicenseFacts, at: datetime) -> tuple[Phase, Code | None]:
    """Return the phase for the survival matrix, and the code if the phase allows no ordinary use."""
    if license.status is LicenseStatus.TERMINATED:
        return Phase.TERMINATED, Code.TERMINATED
    if license.status is LicenseStatus.SUSPENDED and not _is_over(license.term, at):
        return Phase.SUSPENDED, Code.SUSPENDED
    if license.status is LicenseStatus.AWAITING_PAYMENT:
        return Phase.ACTIVE, Code.UNPAID
    if at < license.term.starts_at:
        return Phase.ACTIVE, Code.NOT_STARTED
    if _is_over(license.term, at):
        if license.status is LicenseStatus.SUSPENDED:
            return Phase.EXPIRED, Code.SUSPENDED
        return Phase.WINDING_DOWN if _winds_down(license, at) else Phase.EXPIRED, Code.EXPIRED
    if license.authority_ends_at is not None and at >= license.authority_ends_at:
        return Phase.EXPIRED, Code.AUTHORITY_ENDED
    return Phase.ACTIVE, None


def _is_over(term: Term, at: datetime) -> bool:
    return term.ends_at is not None and at >= term.ends_at


def _winds_down(license: LicenseFacts, at: datetime) -> bool:
    """After the term, while the deal gives time for it and the licensor's authority to give it lasts."""
    has_authority = license.authority_ends_at is None or at < license.authority_ends_at
    return has_authority and license.winds_down_until is not None and at < license.winds_down_until


def _look_for_grant(grants: tuple[RightsBlock, ...], use: IntendedUse) -> tuple[Code | None, str]:
    tests: tuple[tuple[Code, Callable[[RightsBlock], bool], str], ...] = (
        (
            Code.COMPONENT_NOT_GRANTED,
            lambda g: g.component is use.component,
            f"The license does not include the {use.component.value}.",
        ),
        (
            Code.AXIS_NOT_CONSENTED,
            lambda g: use.axis in g.axes,
            f"The {use.component.value} was not licensed for {use.axis.label.lower()}.",
        ),
        (
            Code.MEDIA_NOT_GRANTED,
            lambda g: use.medium in g.media,
            f"The license does not include {use.medium} for the {use.component.value}.",
        ),
        (
            Code.TERRITORY_NOT_GRANTED,
            lambda g: use.territory in g.territory,
            f"The license does not include the territory {use.territory}.",
        ),
        (
            Code.CATEGORY_NOT_GRANTED,
            lambda g: ALL in g.categories or use.category in g.categories,
            "The license does not include this product category.",
        ),
        (
            Code.PROHIBITED,
            lambda g: use.language is None or g.speaks(use.language),
            f"The license does not include the language {use.language}.",
        ),
    )
    left = grants
    for code, fits, sentence in tests:
        left = tuple(grant for grant in left if fits(grant))
        if not left:
            return code, sentence
    return None, ""


def _standing_sentence(code: Code, license: LicenseFacts, act: str) -> str:
    match code:
        case Code.TERMINATED:
            return f"The license was terminated; it no longer allows {act}."
        case Code.SUSPENDED:
            return f"The license is suspended; until it is reinstated it does not allow {act}."
        case Code.UNPAID:
            return "What is due at signature has not been paid; the license begins to count when it is."
        case Code.NOT_STARTED:
            return f"The license starts at {license.term.starts_at:%Y-%m-%d %H:%M} UTC."
        case Code.EXPIRED:
            return f"The license ended at {license.term.ends_at:%Y-%m-%d %H:%M} UTC; it no longer allows {act}."
        case _:
            return f"The licensor's authority ended at {license.authority_ends_at:%Y-%m-%d %H:%M} UTC."


def _reliable_until(license: LicenseFacts, at: datetime) -> datetime:
    boundaries = (
        license.term.starts_at,
        license.term.ends_at,
        license.winds_down_until,
        license.authority_ends_at,
        license.changes_at,
        at + RELIANCE,
    )
    return min(boundary for boundary in boundaries if boundary is not None and boundary > at)
