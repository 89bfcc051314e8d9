"""Deciding whether documents prove authority; failing it as of a date, and taking that back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, select

from app.audit import service as audit
from app.identity.actor import Actor
from app.infrastructure.events import publish
from app.parties import queries
from app.parties.errors import DocumentsMissing, IllegalVerification, VerificationRefused
from app.parties.events import (
    RepresentationFailed,
    RepresentationRefused,
    RepresentationRestored,
    RepresentationVerified,
)
from app.parties.models import Performer, Representation
from app.parties.queries.authority import died_at, mandate, mandates_of
from app.parties.rules.lifetime import comes_of_age_at
from app.parties.rules.mandates import Mandate
from app.parties.rules.verification import Lifetime, Objection, objections_to, succession
from app.parties.service import history
from app.parties.states import AuthorityEventKind, RepresentationAction, RepresentationStatus, next_status
from app.values.errors import FieldProblem, InvalidInput


def verify_representation(
    *, session: Session, actor: Actor, at: datetime, representation_id: str, is_verified: bool, reason: str
) -> Representation:
    """Decide, as an administrator, whether the documents prove the authority.

    A verified one takes the place of the holder's earlier authority over the same part of the likeness.
    Raises: DocumentsMissing when none of them proves the capacity; VerificationRefused when it contradicts what is
    verified; IllegalVerification when it is decided.
    """
    actor.require_administrator()
    representation = _locked(session, actor, representation_id)
    action = RepresentationAction.VERIFY if is_verified else RepresentationAction.FAIL
    status = next_status(representation.status, action)
    if is_verified:
        _require_proof(session, representation)
        _make_room(session, actor, at, representation)
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
    whose = {
        "representation_id": representation.id,
        "performer_id": representation.performer_id,
        "holder_party_id": representation.holder_party_id,
    }
    news = RepresentationVerified(**whose) if is_verified else RepresentationRefused(**whose, reason=reason)
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
    """Take, as an administrator, a failure as of a date back.

    Where another representation took its place meanwhile it is superseded, as it would have been.
    Raises: NotFound; IllegalVerification; VerificationRefused when it contradicts what was verified since.
    """
    actor.require_administrator()
    representation = _locked(session, actor, representation_id)
    status = next_status(representation.status, RepresentationAction.RESTORE)
    if representation.failed_as_of_at is None:
        raise IllegalVerification("This was never verified; record a new representation with its documents.")
    if representation.superseded_by_id is not None or _is_replaced(session, at, representation):
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


def _require_proof(session: Session, representation: Representation) -> None:
    kinds = {document.kind for document in queries.documents_of(session, [representation.id])}
    capacity = representation.capacity
    if not kinds & capacity.proofs:
        proofs = " or ".join(sorted(proof.value for proof in capacity.proofs))
        raise DocumentsMissing(f"No document proves the capacity of {capacity.value}; attach: {proofs}.")


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """A representation about to count, and all that is verified over the same performer."""

    candidate: Mandate
    verified: tuple[Mandate, ...]
    lifetime: Lifetime

    @classmethod
    def of(cls, session: Session, representation: Representation) -> "_Surroundings":
        performer = queries.performer(session, representation.performer_id)
        mandates, successors = mandates_of(session, {performer.id: performer})
        return cls(
            candidate=replace(mandate(representation, performer, successors), status=RepresentationStatus.VERIFIED),
            verified=tuple(m for m in mandates[performer.id] if m.status.is_authority),
            lifetime=Lifetime(died_at(performer), comes_of_age_at(performer.born_on)),
        )

    def require_room(self, at: datetime, *, without: Iterable[Mandate] = ()) -> None:
        """Raises: VerificationRefused."""
        gone = {mandate.id for mandate in without}
        beside = [mandate for mandate in self.verified if mandate.id not in gone]
        _refuse(objections_to(self.candidate, beside, lifetime=self.lifetime, at=at))


def _make_room(session: Session, actor: Actor, at: datetime, newer: Representation) -> None:
    """Supersede what the newer one replaces, or refuse it with every reason."""
    around = _Surroundings.of(session, newer)
    found = succession(around.candidate, around.verified, at=at, died_at=around.lifetime.died_at)
    _refuse(found.objections)
    around.require_room(at, without=found.replaced)
    for replaced in found.replaced:
        earlier = session.get_one(Representation, replaced.id)
        earlier.status = next_status(earlier.status, RepresentationAction.SUPERSEDE)
        earlier.superseded_by_id = newer.id
        session.add(earlier)
        session.flush()
        history.record(session, actor, at, earlier, AuthorityEventKind.SUPERSEDED, detail=newer.id)


def _is_replaced(session: Session, at: datetime, restored: Representation) -> bool:
    """Say whether a newer one stands where the restored one stood, and note which; otherwise there must be room."""
    around = _Surroundings.of(session, restored)
    for newer in around.verified:
        if succession(newer, [around.candidate], at=at, died_at=around.lifetime.died_at).replaced:
            restored.superseded_by_id = newer.id
            return True
    around.require_room(at)
    return False


def _refuse(objections: Sequence[Objection]) -> None:
    """Raises: VerificationRefused, if there is any objection."""
    if objections:
        raise VerificationRefused(
            " ".join(objection.sentence for objection in objections),
            problems=tuple(FieldProblem(o.pointer, o.code, o.sentence) for o in objections),
        )
