"""Whether a package is ready for review: everything that is missing, in a stable order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.values.errors import FieldProblem

AUTHORITY_MISSING = "authority_missing"
AUTHORITY_ENDED = "authority_ended"
SUMMARY_MISSING = "summary_missing"
COMPONENTS_MISSING = "components_missing"
COMPONENT_NOT_REPRESENTED = "component_not_represented"
MEDIA_NOT_REPRESENTED = "media_not_represented"
TERRITORY_NOT_REPRESENTED = "territory_not_represented"
DELIVERABLE_MISSING = "deliverable_missing"

NAMED_AT_MOST = 12
"""How many codes a sentence spells out before it counts the rest."""


@dataclass(frozen=True, slots=True)
class OfferedComponent:
    """What a package offers of one component, as far as its review asks."""

    component: str
    media: frozenset[str]
    territory: frozenset[str]
    deliverables: int


@dataclass(frozen=True, slots=True)
class Authority:
    """What the licensor's verified representation covers."""

    components: frozenset[str]
    media: frozenset[str]
    territory: frozenset[str]
    signs_until_at: datetime | None


def missing_for_submission(
    *, summary: str, components: Sequence[OfferedComponent], authority: Authority | None, at: datetime
) -> list[FieldProblem]:
    """Return what stands between a package and its review; nothing when it is ready."""
    found: list[FieldProblem] = []
    if not summary.strip():
        found.append(FieldProblem("/summary", SUMMARY_MISSING, "Say in a few sentences what the package offers."))
    if authority is None:
        sentence = "No verified representation lets you license this performer; record one and have it verified."
        found.append(FieldProblem("/performer_id", AUTHORITY_MISSING, sentence))
    elif authority.signs_until_at is not None and authority.signs_until_at <= at:
        sentence = (
            f"Your authority to sign ended on {authority.signs_until_at:%Y-%m-%d}; have a newer one verified."
        )
        found.append(FieldProblem("/performer_id", AUTHORITY_ENDED, sentence))
    if not components:
        found.append(FieldProblem("/components", COMPONENTS_MISSING, "Add at least one component."))
    for offered in components:
        if authority is not None:
            found += _beyond_authority(offered, authority)
        if not offered.deliverables:
            found.append(
                FieldProblem(
                    f"/components/{offered.component}/assets",
                    DELIVERABLE_MISSING,
                    f"Upload at least one deliverable file for the {offered.component}.",
                )
            )
    return found


def _beyond_authority(offered: OfferedComponent, authority: Authority) -> Iterable[FieldProblem]:
    at = f"/components/{offered.component}"
    if offered.component not in authority.components:
        sentence = f"Your verified representation does not cover the {offered.component}."
        yield FieldProblem(at, COMPONENT_NOT_REPRESENTED, sentence)
        return
    if media := offered.media - authority.media:
        sentence = f"Your verified representation does not cover these media: {_named(media)}."
        yield FieldProblem(f"{at}/media", MEDIA_NOT_REPRESENTED, sentence)
    if territory := offered.territory - authority.territory:
        sentence = f"Your verified representation does not cover these countries: {_named(territory)}."
        yield FieldProblem(f"{at}/territory", TERRITORY_NOT_REPRESENTED, sentence)


def _named(codes: frozenset[str]) -> str:
    ordered = sorted(codes)
    rest = len(ordered) - NAMED_AT_MOST
    return ", ".join(ordered[:NAMED_AT_MOST]) + (f" and {rest} more" if rest > 0 else "")
