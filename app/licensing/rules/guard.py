"""What must never be made of a likeness: the contexts a deal guards against, and the performer's own wishes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.negotiation.terms.vocabulary import GuardContext
from app.parties.directives.rules import DirectiveBox
from app.values.components import Axis, Component


class GuardSource(StrEnum):
    """Who excludes it."""

    DEAL = "deal"
    """Both sides agreed on it, and a decision about a use that touches it says PROHIBITED."""
    DIRECTIVE = "directive"
    """The performer does not want it. No deal that goes against it is signed from then on; one that was signed
    before runs on, so that a decision does not refuse it."""


@dataclass(frozen=True, slots=True)
class GuardEntry:
    """One thing that is excluded, and by whom. A dimension that names nothing means all of it."""

    source: GuardSource
    source_id: str
    """Of the deal in force or of the directive."""
    sentence: str
    context: GuardContext | None = None
    """What a deal guards against; a directive speaks in its own words and of the uses below."""
    components: tuple[Component, ...] = ()
    axes: tuple[Axis, ...] = ()
    media: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    until_at: datetime | None = None
    """The first instant that it no longer binds; nothing: as long as the license, or for ever."""


def guard_entries(
    *, deal_id: str, contexts: frozenset[GuardContext], directives: Iterable[DirectiveBox], at: datetime
) -> tuple[GuardEntry, ...]:
    """Return what is excluded at an instant: the deal's contexts in their usual order, then the wishes."""
    agreed = [
        GuardEntry(
            source=GuardSource.DEAL,
            source_id=deal_id,
            sentence=f"Never in the context of {context.words}.",
            context=context,
        )
        for context in GuardContext
        if context in contexts
    ]
    wished = [
        GuardEntry(
            source=GuardSource.DIRECTIVE,
            source_id=directive.id,
            sentence=directive.wording,
            components=tuple(sorted(directive.components)),
            axes=tuple(sorted(directive.axes)),
            media=tuple(sorted(directive.media)),
            categories=tuple(sorted(directive.categories)),
            until_at=directive.until_at,
        )
        for directive in directives
        if directive.until_at is None or at < directive.until_at
    ]
    return (*agreed, *wished)
