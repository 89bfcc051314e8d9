"""Whether a claimed authority may be verified beside what is verified already. Every objection is named."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.parties.rules import space
from app.parties.rules.mandates import GapCode, Mandate, chain_of, earliest
from app.parties.states import Capacity
from app.values.components import Component
from app.values.rounding import BASIS_POINTS, percent

ALWAYS = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Objection:
    """Why it cannot be verified; `pointer` names the member of the representation."""

    pointer: str
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Since when the performer is dead and from when on they are of age, as far as it is known."""

    died_at: datetime | None
    of_age_at: datetime | None


@dataclass(frozen=True, slots=True)
class Succession:
    """Whose place the candidate takes, and what it leaves uncovered."""

    replaced: tuple[Mandate, ...]
    objections: tuple[Objection, ...]


def succession(
    candidate: Mandate, verified: Iterable[Mandate], *, at: datetime, died_at: datetime | None
) -> Succession:
    """Return the earlier mandates of the same holder for the same principal that the candidate takes the place of.

    An earlier one that lies elsewhere in the space or in time goes on beside it, and so does an office without a
    share beside a share.
    """
    replaced, objections = [], []
    for earlier in verified:
        same = (earlier.holder_party_id, earlier.principal_id) == (
            candidate.holder_party_id,
            candidate.principal_id,
        )
        is_beside = _is_office(earlier) != _is_office(candidate)
        if not same or is_beside or not _overlap(earlier, candidate, at=at, died_at=died_at):
            continue
        lacking = _lacking(earlier, candidate)
        if lacking is None:
            replaced.append(earlier)
            if _period(earlier, at=at, died_at=died_at)[0] < _period(candidate, at=at, died_at=died_at)[0]:
                sentence = (
                    f"It begins on {candidate.begins_at:%Y-%m-%d} and would take the place of {earlier.id} at "
                    "once, so that nothing could be signed until then; verify it from that day on, or record one "
                    "that begins now."
                )
                objections.append(Objection("/begins_at", "succession_too_early", sentence))
        else:
            pointer, lost = lacking
            sentence = (
                f"It would take the place of {earlier.id}, which also covers {lost}. Record one that covers all of "
                f"it too; or, if it does not hold there, fail {earlier.id} first."
            )
            objections.append(Objection(pointer, "succession_incomplete", sentence))
    return Succession(tuple(replaced), tuple(objections))


def _lacking(earlier: Mandate, candidate: Mandate) -> tuple[str, str] | None:
    """Return in which dimension the candidate covers less, and what; nothing where it covers all of the earlier."""
    if components := earlier.components - candidate.components:
        return "/components", f"the {_listed(components)}"
    if media := earlier.media - candidate.media:
        return "/media", f"{len(media)} more {'medium' if len(media) == 1 else 'media'}"
    if territory := earlier.territory - candidate.territory:
        return "/territory", f"{len(territory)} more {'country' if len(territory) == 1 else 'countries'}"
    return None


def objections_to(
    candidate: Mandate, verified: Sequence[Mandate], *, lifetime: Lifetime, at: datetime
) -> tuple[Objection, ...]:
    """Return all that speaks against verifying it beside `verified`, those it replaces left out."""
    died_at = lifetime.died_at
    found = list(_of_capacity(candidate.capacity, lifetime, at))
    if candidate.capacity.is_delegated:
        found += _of_principal(candidate, {m.id: m for m in verified}, at=at, died_at=died_at)
        found += _of_agencies(candidate, verified, at=at, died_at=died_at)
    else:
        found += _of_shares(candidate, verified, at=at, died_at=died_at)
    return tuple(found)


def _of_capacity(capacity: Capacity, lifetime: Lifetime, at: datetime) -> Iterable[Objection]:
    is_dead = lifetime.died_at is not None and lifetime.died_at <= at
    if is_dead and capacity.ends_at_death:
        sentence = {
            Capacity.PERFORMER: "The performer is dead; record the executor, or whoever the right passed to.",
            Capacity.GUARDIAN: "The performer is dead, and guardianship ended with the death; record the executor.",
            Capacity.ATTORNEY: "A power of attorney ended with the performer's death; record an estate's agency.",
        }[capacity]
        yield Objection("/capacity", "ended_at_death", sentence)
    elif not is_dead and capacity.follows_death:
        sentence = f"A living performer has no {capacity.value}; record the death first, or another capacity."
        yield Objection("/capacity", "performer_living", sentence)
    elif capacity is Capacity.GUARDIAN and (lifetime.of_age_at is None or lifetime.of_age_at <= at):
        sentence = (
            "Only a minor has a guardian, and no date of birth is recorded."
            if lifetime.of_age_at is None
            else f"The performer came of age on {lifetime.of_age_at:%Y-%m-%d} and acts alone; record the performer."
        )
        yield Objection("/capacity", "guardian_of_adult", sentence)


def _of_principal(
    candidate: Mandate, by_id: Mapping[str, Mandate], *, at: datetime, died_at: datetime | None
) -> Iterable[Objection]:
    chain = chain_of(candidate, by_id, at=at, died_at=died_at)
    above = chain.links[1:]
    if any(link.holder_party_id == candidate.holder_party_id for link in above):
        sentence = "The holder stands further up the same chain, so nobody would be the principal in the end."
        yield Objection("/principal_id", "circular_agency", sentence)
    if not above or above[-1].capacity.is_delegated:
        sentence = (
            "The representation of the principal is not verified; verify it first, up to an owner of the right."
        )
        yield Objection("/principal_id", "principal_not_verified", sentence)
        return
    troubles = {link.trouble(at=at, died_at=died_at) for link in above} - {None, GapCode.NOT_BEGUN}
    if troubles:
        sentence = "The authority of a principal above it has ended; have the principal's newer authority verified."
        yield Objection("/principal_id", "principal_not_in_force", sentence)
    if not all(link.may_delegate for link in above):
        sentence = "A principal above it may not appoint agents; its authority must be verified with that right."
        yield Objection("/principal_id", "principal_may_not_delegate", sentence)
    yield from _of_reach(candidate, above[0])


def _of_reach(candidate: Mandate, principal: Mandate) -> Iterable[Objection]:
    for pointer, wider in (
        ("/components", candidate.components - principal.components),
        ("/media", candidate.media - principal.media),
        ("/territory", candidate.territory - principal.territory),
    ):
        if wider:
            sentence = f"The principal itself does not hold {_listed(wider)}; an agency reaches no further."
            yield Objection(pointer, "beyond_principal", sentence)


def _of_agencies(
    candidate: Mandate, verified: Iterable[Mandate], *, at: datetime, died_at: datetime | None
) -> Iterable[Objection]:
    for other in verified:
        is_beside = other.id != candidate.id and other.principal_id == candidate.principal_id
        if not is_beside or not (other.is_exclusive or candidate.is_exclusive):
            continue
        if _overlap(other, candidate, at=at, died_at=died_at):
            which = "It is exclusive" if candidate.is_exclusive else "The other is exclusive"
            sentence = (
                f"The same principal appointed another agent ({other.id}) for a part of it. {which}, so they "
                "cannot stand side by side: narrow one of them, or let it end before the other begins."
            )
            yield Objection("/is_exclusive", "exclusive_agencies_overlap", sentence)


def _of_shares(
    candidate: Mandate, verified: Iterable[Mandate], *, at: datetime, died_at: datetime | None
) -> Iterable[Objection]:
    others = [
        other
        for other in verified
        if other.id != candidate.id
        and not other.capacity.is_delegated
        and _overlap(other, candidate, at=at, died_at=died_at)
    ]
    held = {c: _most_held(candidate, c, others, at=at, died_at=died_at) for c in sorted(candidate.components)}
    beyond = [c.label.lower() for c, share in held.items() if share + candidate.share_bps > BASIS_POINTS]
    if candidate.share_bps and beyond:
        sentence = (
            f"With it the verified shares of the {', '.join(beyond)} would add up to "
            f"{percent(candidate.share_bps + max(held.values()))}; "
            "fail or replace another holder's first, or record a smaller share."
        )
        yield Objection("/share_bps", "shares_exceed_whole", sentence)


def _most_held(
    candidate: Mandate, component: Component, others: Iterable[Mandate], *, at: datetime, died_at: datetime | None
) -> int:
    """Return the largest sum of the others' shares in any medium, country and instant of the candidate."""
    holders = [other for other in others if component in other.components]
    begin = _period(candidate, at=at, died_at=died_at)[0]
    instants = {max(begin, _period(other, at=at, died_at=died_at)[0]) for other in holders}
    most = 0
    for leaves in space.parts_of(candidate.media, [other.media for other in holders]):
        for codes in space.parts_of(candidate.territory, [other.territory for other in holders]):
            here = [other for other in holders if leaves <= other.media and codes <= other.territory]
            for instant in instants:
                held = (o.share_bps for o in here if _is_within(instant, _period(o, at=at, died_at=died_at)))
                most = max(most, sum(held))
    return most


Period = tuple[datetime, datetime]


def _period(mandate: Mandate, *, at: datetime, died_at: datetime | None) -> Period:
    """Return from when to when it can be signed under, as far as that is not past."""
    death = died_at if mandate.capacity.ends_at_death else None
    return max(mandate.begins_at or at, at), earliest(mandate.signs_until_at, death) or ALWAYS


def _is_within(instant: datetime, period: Period) -> bool:
    return period[0] <= instant < period[1]


def _overlap(one: Mandate, other: Mandate, *, at: datetime, died_at: datetime | None) -> bool:
    begin_one, end_one = _period(one, at=at, died_at=died_at)
    begin_other, end_other = _period(other, at=at, died_at=died_at)
    return (
        max(begin_one, begin_other) < min(end_one, end_other)
        and not one.components.isdisjoint(other.components)
        and not one.media.isdisjoint(other.media)
        and not one.territory.isdisjoint(other.territory)
    )


def _is_office(mandate: Mandate) -> bool:
    return not mandate.capacity.is_delegated and mandate.share_bps == 0


def _listed(codes: Iterable[str], *, most: int = 8) -> str:
    ordered = sorted(codes)
    rest = len(ordered) - most
    return ", ".join(ordered[:most]) + (f" and {rest} more" if rest > 0 else "")
