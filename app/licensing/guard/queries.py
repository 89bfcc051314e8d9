"""Read the guard list of a license as it stands at an instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.identity.actor import Actor
from app.licensing.queries import license_view
from app.licensing.rules.guard import GuardEntry, guard_entries
from app.negotiation.terms.vocabulary import GuardContext
from app.parties.directives.queries import directives_of


@dataclass(frozen=True, slots=True)
class GuardList:
    """What is excluded, and by which terms."""

    license_id: str
    terms_sha256: str
    contexts: Sequence[GuardContext]
    """What a decision refuses, in short."""
    items: Sequence[GuardEntry]


def guard_list(session: Session, actor: Actor, license_id: str, *, at: datetime) -> GuardList:
    """Return what a license of the actor's excludes at an instant. Raises: NotFound."""
    view = license_view(session, actor, license_id)
    version, performer_id = view.version_at(at), view.license.performer_id
    guard = version.terms.guard
    wishes = directives_of(session, [performer_id])[performer_id]
    return GuardList(
        license_id=view.license.id,
        terms_sha256=version.terms_sha256,
        contexts=[context for context in GuardContext if context in guard],
        items=guard_entries(deal_id=version.deal_id, contexts=guard, directives=wishes, at=at),
    )
