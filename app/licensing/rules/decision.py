"""May this use be made now? A pure function of the license, the use and the instant."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.licensing.rules import grants
from app.licensing.rules.codes import Code
from app.licensing.rules.facts import IntendedUse, LicenseFacts, Obligation
from app.licensing.states import LicenseStatus
from app.negotiation.terms.vocabulary import GuardContext
from app.values.survival import Action, Permission, Phase
from app.values.term import Term

RELIANCE = timedelta(minutes=5)
"""How long an answer may be relied on when nothing known ends it earlier."""

_NEEDS_APPROVAL = {action: f"To {action.value} now needs the licensor's approval." for action in Action}
_ALLOWS = {action: f"The license allows to {action.value} this." for action in Action}
_NEVER = {action: f"The deal does not allow to {action.value} at all." for action in Action}


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer: yes or no, one stable code, a sentence, and until when it may be relied on."""

    code: Code
    sentence: str
    valid_until: datetime
    obligations: tuple[str, ...] = ()
    obligation_details: tuple[Obligation, ...] = ()

    @property
    def is_allowed(self) -> bool:
        return self.code is Code.ALLOWED


def decide(*, license: LicenseFacts, use: IntendedUse, at: datetime) -> Decision:
    """Decide about one use at one instant.

    The first reason that applies is given, in the order of `Code`. Standing comes first (ended, unpaid, not begun,
    not checked in), then what was granted, narrowed one dimension at a time: the code names the first dimension in
    which no grant is left. Then comes what is forbidden within the grants, then what needs an approval, then what
    is used up. What the survival matrix allows after the end is judged by the grants as well, but no longer by the
    term.
    """
    until = _reliable_until(license, at)
    phase, denial = _phase(license, at)
    permission = license.survival[use.action][phase]
    if denial is not None and (permission is Permission.DENY or not _has_begun(license, at)):
        return Decision(denial, _standing_sentence(denial, license, f"to {use.action.value}"), until)
    refused = grants.refusal(license.grants, use) or _beyond_the_grant(license, use, permission)
    if refused is not None:
        return Decision(*refused, until)
    return Decision(Code.ALLOWED, _ALLOWS[use.action], until, license.obligations, license.obligation_details)


def decide_access(*, license: LicenseFacts, at: datetime) -> Decision:
    """Decide whether models and scans may be reached and credentials be had: only while the license stands."""
    _, denial = _phase(license, at)
    sentence = "The license stands." if denial is None else _standing_sentence(denial, license, "to be used")
    return Decision(denial or Code.ALLOWED, sentence, _reliable_until(license, at))


def decide_overdue(*, license: LicenseFacts, at: datetime) -> Decision:
    """Answer about what has to wait for a check-in that is due, its grace notwithstanding."""
    sentence = _standing_sentence(Code.CHECK_IN_OVERDUE, license, "to be used offline")
    return Decision(Code.CHECK_IN_OVERDUE, sentence, _reliable_until(license, at))


def unknown_license(*, at: datetime) -> Decision:
    """Answer about a license that is not there, or not the asker's: the two are told apart for nobody."""
    return Decision(Code.NOT_FOUND, "There is no such license of yours.", at + RELIANCE)


def standing(*, license: LicenseFacts, at: datetime) -> Code:
    """Say how a license stands as a whole, whatever the use: ALLOWED, or the first code that stops it."""
    _, denial = _phase(license, at)
    return denial or Code.ALLOWED


def phase(*, license: LicenseFacts, at: datetime) -> Phase:
    """Say which column of the survival matrix counts at an instant."""
    return _phase(license, at)[0]


def _has_begun(license: LicenseFacts, at: datetime) -> bool:
    """Before the start, and of what was never paid for, no matrix allows anything, however the license stands."""
    is_unpaid = license.status is LicenseStatus.AWAITING_PAYMENT or not license.was_active
    return not is_unpaid and at >= license.term.starts_at


def _phase(license: LicenseFacts, at: datetime) -> tuple[Phase, Code | None]:
    """Return the phase for the survival matrix, and the code if the phase allows no ordinary use."""
    if license.status is LicenseStatus.TERMINATED:
        return Phase.TERMINATED, Code.TERMINATED
    if license.status is LicenseStatus.SUSPENDED:
        is_over = _is_over(license.term, at) or not _has_authority(license, at)
        return Phase.EXPIRED if is_over else Phase.SUSPENDED, Code.SUSPENDED
    if license.status is LicenseStatus.AWAITING_PAYMENT:
        return Phase.ACTIVE, Code.UNPAID
    if at < license.term.starts_at:
        return Phase.ACTIVE, Code.NOT_STARTED
    if _is_over(license.term, at):
        return Phase.WINDING_DOWN if _winds_down(license, at) else Phase.EXPIRED, Code.EXPIRED
    if not _has_authority(license, at):
        return Phase.EXPIRED, Code.AUTHORITY_ENDED
    if license.check_in_lapses_at is not None and at >= license.check_in_lapses_at:
        return Phase.SUSPENDED, Code.CHECK_IN_OVERDUE
    return Phase.ACTIVE, None


def _is_over(term: Term, at: datetime) -> bool:
    return term.ends_at is not None and at >= term.ends_at


def _has_authority(license: LicenseFacts, at: datetime) -> bool:
    return license.authority_ends_at is None or at < license.authority_ends_at


def _winds_down(license: LicenseFacts, at: datetime) -> bool:
    """After the term, while the deal gives time for it and the licensor's authority to give it lasts."""
    return _has_authority(license, at) and license.winds_down_until is not None and at < license.winds_down_until


def _beyond_the_grant(license: LicenseFacts, use: IntendedUse, permission: Permission) -> tuple[Code, str] | None:
    """Return what stands in the way of a use that is granted, or nothing."""
    if use.contexts and not license.guard.isdisjoint(use.contexts):
        named = [context.words for context in GuardContext if context in license.guard & use.contexts]
        return Code.PROHIBITED, f"The deal never allows the likeness in the context of {' or of '.join(named)}."
    if permission is Permission.DENY:
        return Code.PROHIBITED, _NEVER[use.action]
    if permission is Permission.APPROVAL and (use.approval_id, use.action) not in license.approved:
        return Code.APPROVAL_REQUIRED, _NEEDS_APPROVAL[use.action]
    return _used_up(license, use) if use.amounts and license.quotas else None


def _used_up(license: LicenseFacts, use: IntendedUse) -> tuple[Code, str] | None:
    """Return the first cap that has less left than is asked for; nothing left is too little for any use of it."""
    asked = dict(use.amounts)
    for quota in license.quotas:
        wanted = asked.get(quota.unit)
        if wanted is None or quota.component not in (None, use.component):
            continue
        if wanted > quota.left or quota.left <= 0:
            unit = quota.unit.value.replace("_", " ")
            anew = f"; counting starts anew at {quota.resets_at:%Y-%m-%d %H:%M} UTC" if quota.resets_at else ""
            left = f"{max(quota.left, 0)} {unit} left and {wanted} asked for"
            return Code.QUOTA_EXHAUSTED, f"Cap {quota.cap} of the deal has {left}{anew}."
    return None


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
        case Code.CHECK_IN_OVERDUE:
            due = f"{license.check_in_due_at:%Y-%m-%d %H:%M} UTC"
            return f"A check-in was due at {due}; until the next one the license does not allow {act}."
        case _:
            return f"The licensor's authority ended at {license.authority_ends_at:%Y-%m-%d %H:%M} UTC."


def _reliable_until(license: LicenseFacts, at: datetime) -> datetime:
    until = at + RELIANCE
    for boundary in (
        license.term.starts_at,
        license.term.ends_at,
        license.winds_down_until,
        license.authority_ends_at,
        license.changes_at,
        license.check_in_due_at,
        license.check_in_lapses_at,
        *(quota.resets_at for quota in license.quotas),
    ):
        if boundary is not None and at < boundary < until:
            until = boundary
    return until
