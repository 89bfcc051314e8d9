"""Open a case when an authority fails, close it when it is restored; money is held in between."""

from datetime import datetime

from sqlmodel import Session

from app.audit import service as audit
from app.identity.actor import SYSTEM
from app.infrastructure import events
from app.licensing.queries import licenses_resting_on
from app.moderation.authority import queries
from app.moderation.events import AuthorityCaseClosed, AuthorityCaseOpened
from app.moderation.models import AuthorityCase, AuthorityCaseLicense
from app.parties.events import RepresentationFailed, RepresentationRestored
from app.parties.queries import party
from app.royalties.service import holds


def open_case(*, session: Session, at: datetime, failed: RepresentationFailed) -> AuthorityCase:
    """Find the licenses signed by this authority since it ended, and hold what they earn.

    The licenses themselves go on: licensees took them in good faith. An administrator can suspend them one by one.
    """
    case = AuthorityCase(
        representation_id=failed.representation_id,
        performer_id=failed.performer_id,
        holder_party_id=failed.holder_party_id,
        as_of_at=failed.as_of,
        reason=failed.reason,
        opened_at=at,
    )
    session.add(case)
    session.flush()
    license_ids = licenses_resting_on(session, [failed.representation_id], since=failed.as_of)
    session.add_all(AuthorityCaseLicense(case_id=case.id, license_id=license_id) for license_id in license_ids)
    session.flush()
    holds.hold_for_authority(
        session=session,
        at=at,
        license_ids=license_ids,
        representation_id=failed.representation_id,
        reason=f"The authority of {party(session, failed.holder_party_id).name}, by which the license was signed, "
        f"is in doubt since {failed.as_of:%Y-%m-%d %H:%M} UTC.",
    )
    audit.record(
        session=session,
        actor=SYSTEM,
        at=at,
        action="authority_case.opened",
        subject_id=case.id,
        representation_id=case.representation_id,
        licenses=len(license_ids),
    )
    events.publish(session=session, event=AuthorityCaseOpened(case.id), at=at)
    return case


def close_case(*, session: Session, at: datetime, restored: RepresentationRestored) -> None:
    """The authority existed all along: what was held for it goes on. Without an open case nothing happens."""
    case = queries.open_case_of(session, restored.representation_id)
    if case is None:
        return
    case.closed_at, case.closing_reason = at, restored.reason
    session.add(case)
    session.flush()
    holds.release_authority_hold(
        session=session, at=at, representation_id=case.representation_id, reason="The authority was restored."
    )
    audit.record(
        session=session,
        actor=SYSTEM,
        at=at,
        action="authority_case.closed",
        subject_id=case.id,
        reason=case.closing_reason,
    )
    events.publish(session=session, event=AuthorityCaseClosed(case.id), at=at)
