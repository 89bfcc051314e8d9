"""Record that a system which uses a license is still there."""

from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from app.audit import service as audit
from app.identity.actor import Actor
from app.licensing import queries
from app.licensing.checkins.models import CheckIn
from app.licensing.rules.codes import Code
from app.licensing.rules.decision import standing
from app.values.errors import NotFound


class CheckedIn(NamedTuple):
    """A check-in, and until when the license now stands without another."""

    check_in: CheckIn
    next_due_at: datetime | None
    """Nothing where the deal asks for none."""
    lapses_at: datetime | None
    """When the grace after that is over, and use stops."""
    standing: Code


def check_in(
    *, session: Session, actor: Actor, at: datetime, license_id: str, client: str = "", build: str = ""
) -> CheckedIn:
    """Record a check-in of the licensee's, however the license stands: use after the end is worth knowing.

    Raises: NotFound.
    """
    view = queries.license_view(session, actor, license_id, lock=True)
    license = view.license
    if license.licensee_party_id != actor.party_id:
        raise NotFound("There is no such license of yours.")
    made = CheckIn(license_id=license.id, checked_in_at=at, actor=actor.label, client=client, build=build)
    license.checked_in_at = at
    session.add_all([made, license])
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="license.checked_in",
        subject_id=license.id,
        client=client,
        build=build,
    )
    facts = view.facts_at(at)
    return CheckedIn(made, facts.check_in_due_at, facts.check_in_lapses_at, standing(license=facts, at=at))
