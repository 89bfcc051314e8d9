"""May a build that contains these assets be released? Values in, reasons out, all of them at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import product

from app.licensing.rules.codes import Code
from app.licensing.rules.counting import Cap
from app.licensing.rules.decision import decide
from app.licensing.rules.facts import IntendedUse, LicenseFacts
from app.negotiation.terms.vocabulary import CapUnit, GuardContext
from app.values.components import Axis, Component
from app.values.rights_block import ALL, RightsBlock
from app.values.survival import Action
from app.values.term import Term

NAMED_AT_MOST = 12
TICK = timedelta(microseconds=1)


class AssetCode(StrEnum):
    """What is wrong with a file, beside the codes of decisions. Build pipelines read them: never rename one."""

    ASSET_UNKNOWN = "ASSET_UNKNOWN"
    """No file with this hash was handed out under any license of yours."""
    ASSET_OF_ANOTHER_LICENSE = "ASSET_OF_ANOTHER_LICENSE"
    ASSET_OF_ANOTHER_COMPONENT = "ASSET_OF_ANOTHER_COMPONENT"


@dataclass(frozen=True, slots=True)
class Line:
    """One likeness asset in a build."""

    license_id: str
    sha256: str
    component: Component
    axis: Axis
    medium: str
    territory: frozenset[str]
    release_on: date
    """The day of the release, in the zone of the license's term."""
    languages: frozenset[str] = frozenset()
    category: str | None = None
    contexts: frozenset[GuardContext] = frozenset()
    amounts: tuple[tuple[CapUnit, int], ...] = ()
    scenes: tuple[str, ...] = ()
    approval_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A license as it is at one instant of the day of a release."""

    at: datetime
    facts: LicenseFacts


@dataclass(frozen=True, slots=True)
class Held:
    """What a line is held against: how its license stands when the build is released, and what was handed out."""

    standings: Sequence[Standing]
    """At the first and at the last instant of the release that are still to come."""
    delivered: Mapping[str, frozenset[Component]]
    """Hashes of what was handed out under this license, and of which component."""
    terms_sha256: str
    caps: Sequence[Cap] = ()
    needs_final_approval: bool = False
    """Whether the deal has the licensor approve what is released."""
    approved_final: frozenset[str] = frozenset()
    """The approvals of final works that stand."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that stands in the way of a release."""

    pointer: str
    """Where in the manifest."""
    code: str
    sentence: str
    license_id: str
    scenes: tuple[str, ...] = ()
    """The scenes of that line, which would have to change."""


def release_instants(*, day: date, zone: str, now: datetime) -> tuple[datetime, datetime]:
    """Return the first and the last instant of a day of release. What lies before now is over: a date in the past
    brings back no license that has ended since, so such a release is judged as of now."""
    term = Term.of_days(day, day, zone)
    last = term.starts_at if term.ends_at is None else term.ends_at - TICK
    return max(term.starts_at, now), max(last, now)


def without_check_in(facts: LicenseFacts) -> LicenseFacts:
    """Nobody can have checked in for a day that is yet to come, so that is not asked for."""
    return replace(facts, check_in_due_at=None, check_in_lapses_at=None)


def reasons(
    lines: Sequence[Line], *, held: Mapping[int, Held], elsewhere: Mapping[str, Sequence[str]]
) -> list[Reason]:
    """Return everything that stands in the way, in the order of the lines.

    `held` has an entry for each line whose license is the asker's, by its number; `elsewhere` names the licenses of
    the asker under which a hash was handed out.
    """
    found: list[tuple[int, Reason]] = []
    for number, line in enumerate(lines):
        known = held.get(number)
        if known is None:
            found.append(
                (number, _at(number, "license_id", line, Code.NOT_FOUND, "There is no such license of yours."))
            )
            continue
        found += [(number, reason) for reason in _of_line(number, line, known, elsewhere)]
    found += _of_caps(lines, held)
    return [reason for _, reason in sorted(found, key=lambda pair: pair[0])]


def _of_line(number: int, line: Line, held: Held, elsewhere: Mapping[str, Sequence[str]]) -> Iterator[Reason]:
    yield from _of_file(number, line, held, elsewhere)
    yield from _of_standing(number, line, held)
    yield from _of_approval(number, line, held)
    yield from _Granted(number, line, held.standings[0].facts).reasons()


def _of_file(number: int, line: Line, held: Held, elsewhere: Mapping[str, Sequence[str]]) -> Iterator[Reason]:
    components = held.delivered.get(line.sha256)
    if components is None:
        others = [license_id for license_id in elsewhere.get(line.sha256, ()) if license_id != line.license_id]
        if others:
            sentence = f"This file was handed out under {_named(others)}, not under this license."
            yield _at(number, "sha256", line, AssetCode.ASSET_OF_ANOTHER_LICENSE, sentence)
        else:
            sentence = f"No file with the hash {line.sha256} was handed out to you."
            yield _at(number, "sha256", line, AssetCode.ASSET_UNKNOWN, sentence)
    elif line.component not in components:
        sentence = f"This file is of the {_named(sorted(components))}, not of the {line.component.value}."
        yield _at(number, "component", line, AssetCode.ASSET_OF_ANOTHER_COMPONENT, sentence)


def _of_standing(number: int, line: Line, held: Held) -> Iterator[Reason]:
    """Ask the rule that decides online whether anything at all may be released then."""
    for standing in held.standings:
        grant = standing.facts.grants[0]
        use = IntendedUse(
            component=grant.component,
            axis=min(grant.axes),
            medium=min(grant.media),
            territory=min(grant.territory),
            category=min(grant.categories),
            action=Action.RELEASE,
            approval_id=_approval_to_release(line, standing.facts),
        )
        decision = decide(license=standing.facts, use=use, at=standing.at)
        if not decision.is_allowed:
            member = "license_id" if decision.code in _WHATEVER_THE_DAY else "release_on"
            yield _at(number, member, line, decision.code, decision.sentence)
            return


def _approval_to_release(line: Line, facts: LicenseFacts) -> str | None:
    named = (each.approval_id for each in facts.approved if each.action is Action.RELEASE)
    return next((approval_id for approval_id in named if approval_id in line.approval_ids), None)


def _of_approval(number: int, line: Line, held: Held) -> Iterator[Reason]:
    if held.needs_final_approval and held.approved_final.isdisjoint(line.approval_ids):
        sentence = "The licensor approves what is released; name its approval of the final work."
        yield _at(number, "approval_ids", line, Code.APPROVAL_REQUIRED, sentence)


_WHATEVER_THE_DAY = frozenset({Code.TERMINATED, Code.SUSPENDED, Code.UNPAID, Code.CHECK_IN_OVERDUE})


@dataclass(frozen=True)
class _Granted:
    """One line held against the grants: whole sets of countries and languages at once."""

    number: int
    line: Line
    facts: LicenseFacts

    def reasons(self) -> Iterator[Reason]:
        line, component = self.line, self.line.component.value
        left = [grant for grant in self.facts.grants if grant.component is line.component]
        if not left:
            yield self._no(
                Code.COMPONENT_NOT_GRANTED, "component", f"The license does not include the {component}."
            )
            return
        yield from self._guarded()
        left = [grant for grant in left if line.axis in grant.axes]
        if not left:
            sentence = f"The {component} was not licensed for {line.axis.label.lower()}."
            yield self._no(Code.AXIS_NOT_CONSENTED, "axis", sentence)
            return
        left = [grant for grant in left if line.medium in grant.media]
        if not left:
            sentence = f"The license does not include {line.medium} for the {component}."
            yield self._no(Code.MEDIA_NOT_GRANTED, "media", sentence)
            return
        fitting = [grant for grant in left if ALL in grant.categories or line.category in grant.categories]
        if not fitting:
            sentence = "The license does not include this product category."
            yield self._no(Code.CATEGORY_NOT_GRANTED, "category", sentence)
        yield from self._territory_and_languages(fitting or left)

    def _territory_and_languages(self, grants: Sequence[RightsBlock]) -> Iterator[Reason]:
        missing = self.line.territory - _countries(grants)
        if missing:
            sentence = f"The license does not include the territory {_named(sorted(missing))}."
            yield self._no(Code.TERRITORY_NOT_GRANTED, "territory", sentence)
        for language in sorted(self.line.languages):
            speaking = [grant for grant in grants if grant.speaks(language)]
            silent = self.line.territory - missing - _countries(speaking)
            if not speaking or silent:
                where = f" in {_named(sorted(silent))}" if speaking else ""
                sentence = f"The license does not include the language {language}{where}."
                yield self._no(Code.PROHIBITED, "languages", sentence)

    def _guarded(self) -> Iterator[Reason]:
        for context in sorted(self.line.contexts & self.facts.guard):
            sentence = f"The deal never allows the likeness in the context of {context.words}."
            yield self._no(Code.PROHIBITED, "contexts", sentence)

    def _no(self, code: Code, member: str, sentence: str) -> Reason:
        return _at(self.number, member, self.line, code, sentence)


def _of_caps(lines: Sequence[Line], held: Mapping[int, Held]) -> Iterator[tuple[int, Reason]]:
    """Add up what the build holds under each license, and name every line from which on it is too much."""
    totals: dict[tuple[str, str, int], int] = {}
    for number, line in enumerate(lines):
        caps = enumerate(held[number].caps if number in held else (), 1)
        for (unit, amount), (place, cap) in product(line.amounts, caps):
            if not cap.concerns(unit, line.component):
                continue
            key = (line.license_id, held[number].terms_sha256, place)
            totals[key] = totals.get(key, 0) + amount
            if totals[key] > cap.most:
                counted = f"{totals[key]} {unit.value.replace('_', ' ')}"
                sentence = f"Up to here the build holds {counted}; cap {place} of the deal allows {cap.most}."
                yield number, _at(number, f"amounts/{unit.value}", line, Code.QUOTA_EXHAUSTED, sentence)


def _at(number: int, member: str, line: Line, code: StrEnum, sentence: str) -> Reason:
    return Reason(f"/assets/{number}/{member}", code.value, sentence, line.license_id, line.scenes)


def _countries(grants: Iterable[RightsBlock]) -> frozenset[str]:
    return frozenset[str]().union(*(grant.territory for grant in grants))


def _named(words: Sequence[str]) -> str:
    more = len(words) - NAMED_AT_MOST
    return ", ".join(words[:NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
