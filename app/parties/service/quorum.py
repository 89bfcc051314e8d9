"""How several holders decide: the rule that binds them, and what each has consented to."""

from datetime import datetime

from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import Actor
from app.parties import queries
from app.parties.errors import ConsentNotPossible
from app.parties.models import HolderConsent, Performer, QuorumRule, Representation
from app.parties.service import history
from app.parties.states import AuthorityEventKind, QuorumKind, RepresentationStatus
from app.values.components import Component
from app.values.errors import InvalidInput, NotFound


def set_quorum_rule(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    performer_id: str,
    rule: QuorumKind,
    reason: str,
    component: Component | None = None,
) -> QuorumRule:
    """Say, as an administrator, which holders must license a component, or those without a rule of their own.

    Nothing changes for what is signed. Raises: NotFound.
    """
    actor.require_administrator()
    queries.performer(session, performer_id)
    session.exec(select(Performer).where(Performer.id == performer_id).with_for_update()).one()
    row = QuorumRule(
        performer_id=performer_id, component=component, rule=rule, reason=reason, set_at=at, set_by=actor.label
    )
    session.add(row)
    session.flush()
    about = component.value if component else "all components"
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="performer.quorum_set",
        subject_id=performer_id,
        rule=rule.value,
        component=about,
        reason=reason,
    )
    history.record_of_performer(
        session,
        actor,
        at,
        performer_id,
        AuthorityEventKind.QUORUM_SET,
        detail=f"{about}: {rule.value}",
        reason=reason,
    )
    return row


def give_consent(
    *, session: Session, actor: Actor, at: datetime, representation_id: str, licensor_party_id: str
) -> HolderConsent:
    """Consent, as an owner, that another licensor licenses one's share too; once given it stands until withdrawn.

    Raises: NotFound; ConsentNotPossible for an agent's representation and for one that failed or was superseded;
    InvalidInput for a party that does not represent the performer.
    """
    representation = queries.own_representation(session, actor, representation_id, lock=True)
    if representation.capacity.is_delegated:
        raise ConsentNotPossible("An agent licenses for its principal; only an owner of the right consents.")
    if representation.status not in {RepresentationStatus.PENDING, RepresentationStatus.VERIFIED}:
        raise ConsentNotPossible(
            f"This representation is {representation.status.value}; consent under a newer one."
        )
    if licensor_party_id == representation.holder_party_id:
        raise InvalidInput.at("/licensor_party_id", "You need no consent of your own; name another licensor.")
    represents = select(Representation.id).where(
        Representation.performer_id == representation.performer_id,
        Representation.holder_party_id == licensor_party_id,
    )
    if session.exec(represents).first() is None:
        raise InvalidInput.at(
            "/licensor_party_id", "This party does not represent the performer.", code="not_found"
        )
    standing = session.exec(
        select(HolderConsent)
        .where(HolderConsent.representation_id == representation.id)
        .where(HolderConsent.licensor_party_id == licensor_party_id)
        .where(col(HolderConsent.withdrawn_at).is_(None))
    ).first()
    if standing is not None:
        return standing
    consent = HolderConsent(
        representation_id=representation.id, licensor_party_id=licensor_party_id, given_at=at, given_by=actor.label
    )
    session.add(consent)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="representation.consented",
        subject_id=representation.id,
        licensor_party_id=licensor_party_id,
    )
    history.record(session, actor, at, representation, AuthorityEventKind.CONSENTED, detail=licensor_party_id)
    return consent


def withdraw_consent(
    *, session: Session, actor: Actor, at: datetime, representation_id: str, consent_id: str
) -> HolderConsent:
    """Consent no more to what is signed from now on; what was signed stays. Raises: NotFound."""
    representation = queries.own_representation(session, actor, representation_id, lock=True)
    consent = session.get(HolderConsent, consent_id)
    if consent is None or consent.representation_id != representation.id:
        raise NotFound("There is no such consent.")
    if consent.withdrawn_at is not None:
        return consent
    consent.withdrawn_at = at
    session.add(consent)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="representation.consent_withdrawn",
        subject_id=representation.id,
        licensor_party_id=consent.licensor_party_id,
    )
    history.record(
        session,
        actor,
        at,
        representation,
        AuthorityEventKind.CONSENT_WITHDRAWN,
        detail=consent.licensor_party_id,
    )
    return consent
