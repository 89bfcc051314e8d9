"""Whether a package is ready for review: everything that is missing, in a stable order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.parties.rules.authority import AuthorityGap, Resolution
from app.values.components import Component
from app.values.errors import FieldProblem

SUMMARY_MISSING = "summary_missing"
COMPONENTS_MISSING = "components_missing"
AUTHORITY_MISSING = "authority_missing"
DELIVERABLE_MISSING = "deliverable_missing"

NAMED_AT_MOST = 12
"""How many codes a sentence spells out before it counts the rest."""


@dataclass(frozen=True, slots=True)
class OfferedComponent:
    """What a package offers of one component, as far as its review asks."""

    component: Component
    media: frozenset[str]
    territory: frozenset[str]
    deliverables: int


def missing_for_submission(
    *, summary: str, components: Sequence[OfferedComponent], authority: Resolution
) -> list[FieldProblem]:
    """Return what stands between a package and its review; nothing when it is ready.

    Each gap in the licensor's authority over what is offered is a problem of its own, with the code of the gap.
    """
    found: list[FieldProblem] = []
    if not summary.strip():
        found.append(FieldProblem("/summary", SUMMARY_MISSING, "Say in a few sentences what the package offers."))
    if not components:
        if not authority.authorities:
            sentence = "Nothing lets you license this performer now; record your authority and have it verified."
            found.append(FieldProblem("/performer_id", AUTHORITY_MISSING, sentence))
        found.append(FieldProblem("/components", COMPONENTS_MISSING, "Add at least one component."))
    for offered in components:
        found += _beyond_authority(offered, authority)
        if not offered.deliverables:
            found.append(
                FieldProblem(
                    f"/components/{offered.component.value}/assets",
                    DELIVERABLE_MISSING,
                    f"Upload at least one deliverable file for the {offered.component.value}.",
                )
            )
    return found


def _beyond_authority(offered: OfferedComponent, authority: Resolution) -> Iterable[FieldProblem]:
    concerned = authority.within(components={offered.component}, media=offered.media, territory=offered.territory)
    for gap in concerned.gaps:
        part, where = _place(offered, gap)
        pointer = f"/components/{offered.component.value}{part}"
        yield FieldProblem(pointer, gap.code.value.lower(), gap.sentence + where)


def _place(offered: OfferedComponent, gap: AuthorityGap) -> tuple[str, str]:
    """Return the member that a gap is about and, in words, which part of it; nothing where it is all of it."""
    lacks_media, lacks_countries = gap.media < offered.media, gap.territory < offered.territory
    words = []
    if lacks_media:
        words.append(f"media {_named(gap.media)}")
    if lacks_countries:
        words.append(f"countries {_named(gap.territory)}")
    member = {(True, False): "/media", (False, True): "/territory"}.get((lacks_media, lacks_countries), "")
    return member, f" This concerns the {' in the '.join(words)}." if words else ""


def _named(codes: frozenset[str]) -> str:
    ordered = sorted(codes)
    rest = len(ordered) - NAMED_AT_MOST
    return ", ".join(ordered[:NAMED_AT_MOST]) + (f" and {rest} more" if rest > 0 else "")
