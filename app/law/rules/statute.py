"""The statute clock: every law that may protect a dead performer's likeness, and where each one stands today.

Several laws apply at once: that of the domicile at death, and that of each place of use. A country's code does
not say in which of its states a likeness is used, so use in `US` may fall under the law of any of them. A right
that has ended, is open or unknown under one law is never clearance, and each sentence says so.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date

from app.law.rules.anniversary import anniversary
from app.law.rules.book import TermRule
from app.law.rules.evidence import EvidenceClock, evidence_clock
from app.law.rules.facts import DeathFacts, EvidenceFacts, RegistrationFacts
from app.law.states import Applies, Phase, RegistrationState
from app.values.law.citation import Citation
from app.values.law.places import country_of, reaches
from app.values.law.rows import PostmortemRow
from app.values.law.vocabulary import AppliesBy, RegistrationDuty, TermKind

NEVER_CLEARANCE = "That is not clearance: other laws, and relatives' and other rights, may still forbid the use."

_BY_PLACE_ONLY = {AppliesBy.USE_IN_STATE, AppliesBy.APPARENTLY_REGARDLESS_OF_DOMICILE}
_BY_DOMICILE_ONLY = {AppliesBy.DOMICILE_AT_DEATH}
_BY_LIFE_THERE = {AppliesBy.DOMICILE_OR_RESIDENCE, AppliesBy.RESIDENCE_OR_DEATH_OR_PROBATE_IN_STATE}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatuteClock:
    """One law that may protect the likeness, and where it stands."""

    jurisdiction: str
    applies: Applies
    applies_because: str
    phase: Phase
    ends_on: date | None
    """The last day of the longest protection this law states; nothing where there is none or it is not known."""
    first_tier_ends_on: date | None
    """Where the law has two tiers: the last day for somebody whose persona had no commercial value."""
    evidence: EvidenceClock | None
    """Where the right is used or lost."""
    registration: RegistrationState
    protects_voice: bool | None
    protects_mannerisms: bool | None
    sentence: str
    warnings: tuple[str, ...]
    citation: Citation
    override_reason: str | None


def statute_clocks(
    *,
    terms: Iterable[TermRule],
    death: DeathFacts,
    used_in: Set[str],
    today: date,
    evidence: Iterable[EvidenceFacts] = (),
    registrations: Iterable[RegistrationFacts] = (),
) -> tuple[StatuteClock, ...]:
    """Return a clock for each law that may apply, in the order of the table. `used_in` holds country codes."""
    shown, registered = tuple(evidence), tuple(registrations)
    return tuple(
        _clock(term, death, because, today, shown, registered)
        for term in terms
        if (because := _applies(term.row, death, used_in)) is not None
    )


def summary(clocks: Sequence[StatuteClock], *, is_living: bool) -> str:
    """Say in a sentence or two what the clocks come to. It is never that a likeness is free."""
    if is_living:
        return "The performer is living: what counts is their own consent, not how long a right lasts after death."
    protecting = [clock for clock in clocks if clock.phase.protects]
    sure = [clock for clock in protecting if clock.applies is Applies.YES]
    caution = "A law that has ended, is open or unknown clears nothing." if protecting else NEVER_CLEARANCE
    return (
        f"{len(clocks)} laws were looked at: {len(protecting)} protect the likeness today, {len(sure)} of them "
        f"certainly apply. {caution}"
    )


def _clock(
    term: TermRule,
    death: DeathFacts,
    because: tuple[Applies, str],
    today: date,
    evidence: tuple[EvidenceFacts, ...],
    registrations: tuple[RegistrationFacts, ...],
) -> StatuteClock:
    row = term.row
    ends_on, first_tier = _ends(term, death)
    proof = evidence_clock(row=row, years=term.years, death=death, evidence=evidence, ends_on=ends_on, today=today)
    phase = _phase(term, death, ends_on, proof, today)
    registration = _registration(row, registrations)
    return StatuteClock(
        jurisdiction=row.jurisdiction,
        applies=because[0],
        applies_because=because[1],
        phase=phase,
        ends_on=ends_on,
        first_tier_ends_on=first_tier,
        evidence=proof if phase is Phase.USE_IT_OR_LOSE_IT or (proof and phase.protects) else None,
        registration=registration,
        protects_voice=row.protects_voice,
        protects_mannerisms=row.protects_mannerisms,
        sentence=_sentence(term, death, phase, ends_on),
        warnings=tuple(_warnings(row, death, phase, proof, registration, first_tier, today)),
        citation=row.citation,
        override_reason=term.override_reason,
    )


def _applies(row: PostmortemRow, death: DeathFacts, used_in: Set[str]) -> tuple[Applies, str] | None:
    """Say whether a law applies and by what; nothing where neither domicile nor any place of use leads to it."""
    place, country = row.jurisdiction, country_of(row.jurisdiction)
    lived = death.domicile == place or (place == country and country_of(death.domicile) == place)
    may_have_lived = lived or death.domicile == country
    used = reaches(place, used_in)
    by = row.applies_by
    if by not in _BY_PLACE_ONLY and lived:
        return Applies.YES, f"domicile at death in {place}"
    if by not in _BY_PLACE_ONLY and may_have_lived:
        return Applies.MAYBE, f"domicile at death somewhere in {country}"
    if by in _BY_LIFE_THERE and used:
        return Applies.MAYBE, f"residence, death or probate in {place} is not recorded"
    if by not in _BY_DOMICILE_ONLY and used:
        if place == country:
            return Applies.YES, f"use in {place}"
        return Applies.MAYBE, f"use in {country}, which may be in {place}"
    return None


def _ends(term: TermRule, death: DeathFacts) -> tuple[date | None, date | None]:
    """Return the last day of the longest protection, and that of the first of two tiers."""
    kind, years = term.row.term_kind, term.years
    if death.died_on is None or years is None or kind.is_none or kind is TermKind.FIXED_THEN_USE_IT_OR_LOSE_IT:
        return None, None
    first = anniversary(death.died_on, years)
    if kind in {TermKind.FIXED_TWO_TIER, TermKind.FIXED_THEN_RENEWABLE} and term.row.max_years is not None:
        return anniversary(death.died_on, max(years, term.row.max_years)), first
    return first, None


def _phase(
    term: TermRule, death: DeathFacts, ends_on: date | None, proof: EvidenceClock | None, today: date
) -> Phase:
    row, kind = term.row, term.row.term_kind
    if row.status.is_bill or (row.in_force_from is not None and today < row.in_force_from):
        return Phase.PROPOSED_NOT_LAW
    if kind.is_none:
        return Phase.NO_RIGHT_REPORTED
    if kind is TermKind.UNSETTLED:
        return Phase.UNKNOWN
    if row.death_on_or_after is not None and death.died_on is not None and death.died_on < row.death_on_or_after:
        return Phase.NOT_COVERED
    if kind is TermKind.NO_STATED_LIMIT:
        return Phase.OPEN_ENDED
    if death.died_on is None:
        return Phase.UNKNOWN
    if ends_on is not None and today > ends_on:
        return Phase.UNKNOWN if kind is TermKind.LIMIT_ON_SOME_CLAIMANTS else Phase.ENDED_HERE
    return Phase.USE_IT_OR_LOSE_IT if proof is not None and proof.is_running(today) else Phase.PROTECTED


def _registration(row: PostmortemRow, registrations: tuple[RegistrationFacts, ...]) -> RegistrationState:
    if any(claim.jurisdiction == row.jurisdiction for claim in registrations):
        return RegistrationState.REGISTERED
    if row.registration is RegistrationDuty.UNKNOWN:
        return RegistrationState.UNKNOWN
    return RegistrationState.MISSING if row.registration.warning else RegistrationState.NOT_ASKED


def _sentence(term: TermRule, death: DeathFacts, phase: Phase, ends_on: date | None) -> str:
    """Say where the right stands, and that nothing short of a license clears a use."""
    parts = [_statement(term, death, phase, ends_on)]
    if term.row.status.note and phase is not Phase.PROPOSED_NOT_LAW:
        parts.append(term.row.status.note)
    if not phase.protects:
        parts.append(NEVER_CLEARANCE)
    return " ".join(parts)


def _statement(term: TermRule, death: DeathFacts, phase: Phase, ends_on: date | None) -> str:
    row, place = term.row, term.row.jurisdiction
    if phase is Phase.PROPOSED_NOT_LAW:
        would = f" It would protect until {ends_on} at the latest." if ends_on else ""
        return f"{place}: proposed, or not in force yet; not law today.{would}"
    if phase is Phase.NO_RIGHT_REPORTED:
        relatives = " Relatives may act." if row.term_kind is TermKind.NONE_BUT_RELATIVES_ACTION else ""
        return f"{place}: no right after death is reported.{relatives}"
    if phase is Phase.NOT_COVERED:
        return (
            f"{place}: this law reaches deaths from {row.death_on_or_after} on; the performer died {death.died_on}."
        )
    if phase is Phase.UNKNOWN:
        return f"{place}: {_why_unknown(term, death, ends_on)}"
    if phase is Phase.ENDED_HERE:
        bar = (
            " The years bar suits; the right may outlast them." if row.term_kind is TermKind.FIXED_SUIT_BAR else ""
        )
        return f"{place}: {_years(term)} after the death ended on {ends_on}.{bar}"
    return f"{place}: {_how_protected(term, phase, ends_on)}"


def _how_protected(term: TermRule, phase: Phase, ends_on: date | None) -> str:
    kind = term.row.term_kind
    if phase is Phase.OPEN_ENDED:
        return "the right outlives the performer and no limit is stated."
    if phase is Phase.USE_IT_OR_LOSE_IT:
        until = f"until {ends_on} at the latest, and" if ends_on else "without an outer limit, but"
        return f"protected {until} only while the likeness is used and dated proof of it is kept."
    if kind is TermKind.FIXED_SUIT_BAR:
        return f"protected; suits are barred after {ends_on}."
    if kind is TermKind.LIMIT_ON_SOME_CLAIMANTS:
        return f"protected; for some claimants until {ends_on}, for others without a limit."
    if ends_on is None:
        return f"protected, exclusively for {term.years} years after the death and then while it is used."
    return f"protected until {ends_on} ({_years(term)} after the death)."


def _years(term: TermRule) -> str:
    return f"{term.row.max_years or term.years} years"


def _why_unknown(term: TermRule, death: DeathFacts, ends_on: date | None) -> str:
    if term.row.term_kind is TermKind.UNSETTLED:
        return "a right after death is recognized or possible, but its length is unsettled."
    if death.died_on is None:
        return f"the day of death is not recorded, so the {term.years} years cannot be counted. Record it."
    return f"the limit of {term.years} years for some claimants ended on {ends_on}; others are not limited."


def _warnings(
    row: PostmortemRow,
    death: DeathFacts,
    phase: Phase,
    proof: EvidenceClock | None,
    registration: RegistrationState,
    first_tier: date | None,
    today: date,
) -> Iterator[str]:
    if not phase.protects:
        return
    if registration is RegistrationState.MISSING:
        yield f"No registered claim is recorded for {row.jurisdiction}: {row.registration.warning}."
    if first_tier is not None and today > first_tier:
        yield f"Protected since {first_tier} only because the persona had commercial value; keep the proof of it."
    if proof is not None:
        yield from proof.warnings(today)
    if death.domicile == country_of(death.domicile) and row.applies_by in _BY_DOMICILE_ONLY:
        yield f"Only the country of domicile is recorded ({death.domicile}); record the state."
