"""Deciding whether documents prove authority; failing it as of a date, and taking that back."""

from datetime import datetime

from sqlmodel import Session, select

from app.audit import service as audit
from app.identity.actor import Actor
from app.infrastructure.events import publish
from app.parties import queries
from app.parties.errors import DocumentsMissing, IllegalVerification
from app.parties.events import RepresentationFailed, RepresentationRestored, RepresentationVerified
from app.parties.models import Performer, Representation
from app.parties.service import history
from app.parties.states import AuthorityEventKind, RepresentationAction, RepresentationStatus, next_status
from app.values.errors import InvalidInput


def verify_representation(
    *, session: Session, actor: Actor, at: datetime, representation_id: str, is_verified: bool, reason: str
) -> Representation:
    """Decide, as an administrator, whether the documents prove the authority.

    A verified one takes the place of the holder's earlier authority over the same performer.
    Raises: DocumentsMissing when there is nothing to verify it against; IllegalVerification when it is decided.
    """
    actor.require_administrator()
    representation = _locked(session, actor, representation_id)
    action = RepresentationAction.VERIFY if is_verified else RepresentationAction.FAIL
    status = next_status(representation.status, action)
    if is_verified:
        kinds = {document.kind for document in queries.documents_of(session, [representation.id])}
        if not kinds & representation.capacity.proofs:
            raise DocumentsMissing("Attach at least one document that proves the authority, then verify it.")
        _supersede_earlier(session, actor, at, representation)
    representation.status = status
    representation.verified_at = at
    representation.verified_by = actor.user_id
    representation.note = reason
    session.add(representation)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action=f"representation.{status.value}",
        subject_id=representation.id,
        reason=reason,
    )
    kind = AuthorityEventKind.VERIFIED if is_verified else AuthorityEventKind.REFUSED
    history.record(session, actor, at, representation, kind, reason=reason)
    if is_verified:
        news = RepresentationVerified(
            representation_id=representation.id,
            performer_id=representation.performer_id,
            holder_party_id=representation.holder_party_id,
        )
        publish(session=session, event=news, at=at)
    return representation


def fail_representation(
    *, session: Session, actor: Actor, at: datetime, representation_id: str, as_of: datetime, reason: str
) -> Representation:
    """Find, as an administrator, that a verified authority did not exist from an instant on.

    Nothing may be signed under it any more; features above look after what was signed since.
    Raises: NotFound; IllegalVerification; InvalidInput for an instant still to come.
    """
    actor.require_administrator()
    representation = _locked(session, actor, representation_id)
    status = next_status(representation.status, RepresentationAction.FAIL_AS_OF)
    if as_of > at:
        raise InvalidInput.at("/as_of", "Authority fails as of an instant that has come; choose one up to now.")
    representation.status, representation.failed_as_of_at = status, as_of
    representation.note = reason
    session.add(representation)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="representation.failed_as_of",
        subject_id=representation.id,
        as_of=as_of.isoformat(),
        reason=reason,
    )
    history.record(
        session, actor, at, representation, AuthorityEventKind.FAILED_AS_OF, reason=reason, as_of_at=as_of
    )
    news = RepresentationFailed(
        representation_id=representation.id,
        performer_id=representation.performer_id,
        holder_party_id=representation.holder_party_id,
        as_of=as_of,
        reason=reason,
    )
    publish(session=session, event=news, at=at)
    return representation


def restore_representation(
    *, session: Session, actor: Actor, at: datetime, representation_id: str, reason: str
) -> Representation:
    """Take, as an administrator, a failure as of a date back. Raises: NotFound; IllegalVerification."""
    actor.require_administrator()
    representation = _locked(session, actor, representation_id)
    status = next_status(representation.status, RepresentationAction.RESTORE)
    if representation.failed_as_of_at is None:
        raise IllegalVerification("This was never verified; record a new representation with its documents.")
    if representation.superseded_by_id is not None:
        status = RepresentationStatus.SUPERSEDED
    representation.status, representation.failed_as_of_at = status, None
    representation.note = reason
    session.add(representation)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="representation.restored",
        subject_id=representation.id,
        reason=reason,
    )
    history.record(session, actor, at, representation, AuthorityEventKind.RESTORED, reason=reason)
    news = RepresentationRestored(
        representation_id=representation.id,
        performer_id=representation.performer_id,
        holder_party_id=representation.holder_party_id,
        reason=reason,
    )
    publish(session=session, event=news, at=at)
    return representation


def _locked(session: Session, actor: Actor, representation_id: str) -> Representation:
    """Lock the performer, so that nothing else is verified over the same likeness meanwhile."""
    found = queries.own_representation(session, actor, representation_id)
    session.exec(select(Performer).where(Performer.id == found.performer_id).with_for_update()).one()
    return queries.own_representation(session, actor, representation_id, lock=True)


def _supersede_earlier(session: Session, actor: Actor, at: datetime, newer: Representation) -> None:
    earlier = queries.verified_representation(session, newer.performer_id, newer.holder_party_id)
    if earlier is not None:
        earlier.status = next_status(earlier.status, RepresentationAction.SUPERSEDE)
        earlier.superseded_by_id = newer.id
        session.add(earlier)
        session.flush()
        history.record(session, actor, at, earlier, AuthorityEventKind.SUPERSEDED, detail=newer.id)
