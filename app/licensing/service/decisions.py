"""Answer whether a use may be made now."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from app.identity.actor import Actor
from app.licensing import queries
from app.licensing.rules.decision import Decision, decide, unknown_license
from app.licensing.rules.facts import IntendedUse
from app.licensing.service.facts import facts_for

UseOfLicense = tuple[str, IntendedUse]
"""A license by its id, and what is meant to be done under it."""


class DecisionAbout(NamedTuple):
    """The answer about one use of a batch."""

    license_id: str
    decision: Decision


def decide_use(*, session: Session, actor: Actor, at: datetime, license_id: str, use: IntendedUse) -> Decision:
    """Decide about one use under a license of the actor's. Raises: NotFound."""
    view = queries.license_view(session, actor, license_id)
    return decide(license=facts_for(session, view, [use], at=at), use=use, at=at)


def decide_uses(
    *, session: Session, actor: Actor, at: datetime, uses: Sequence[UseOfLicense]
) -> list[DecisionAbout]:
    """Decide about many uses, in their order; each as if it were the only one, so that what two of them would take
    together is for reservations to say.

    All licenses are read in one query, and what is counted in a few for each license that such a use is of.
    """
    by_license = defaultdict[str, list[IntendedUse]](list)
    for license_id, use in uses:
        by_license[license_id].append(use)
    facts = {
        license_id: facts_for(session, view, by_license[license_id], at=at)
        for license_id, view in queries.views_among(session, actor, by_license).items()
    }
    return [
        DecisionAbout(
            license_id,
            decide(license=facts[license_id], use=use, at=at) if license_id in facts else unknown_license(at=at),
        )
        for license_id, use in uses
    ]
