"""What can be done with parties: record them and their performers, prove authority, say who shares the income."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import BinaryIO

from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import Actor
from app.infrastructure.media_types import sniff_media_type
from app.infrastructure.storage import AssetStore
from app.parties import queries
from app.parties.errors import DocumentsMissing
from app.parties.models import Beneficiary, Party, Performer, Representation, RepresentationDocument
from app.parties.states import (
    DocumentKind,
    PartyKind,
    RepresentationAction,
    next_status,
)
from app.values.components import Component
from app.values.errors import InvalidInput
from app.values.rounding import BASIS_POINTS
from app.values.territory import Territory

LARGEST_DOCUMENT_BYTES = 25 * 1024 * 1024


def create_party(
    *, session: Session, actor: Actor, at: datetime, kind: PartyKind, name: str, country: str, email: str
) -> Party:
    """Record a party. Only an administrator can."""
    actor.require_administrator()
    party = Party(kind=kind, name=name, country=country, email=email.strip().lower(), created_at=at)
    session.add(party)
    session.flush()
    audit.record(
        session=session, actor=actor, at=at, action="party.created", subject_id=party.id, kind=kind.value, name=name
    )
    return party


def create_performer(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    name: str,
    is_living: bool,
    domicile: str,
    summary: str = "",
    born_on: date | None = None,
    died_on: date | None = None,
    isni: str | None = None,
) -> Performer:
    """Record a performer. Others learn of them once somebody's authority over their likeness is verified."""
    if is_living and died_on is not None:
        raise InvalidInput.at("/died_on", "A living performer has no date of death.")
    if born_on is not None and died_on is not None and died_on < born_on:
        raise InvalidInput.at("/died_on", "The date of death lies before the date of birth.")
    if isni is not None and session.exec(select(Performer.id).where(Performer.isni == isni)).first():
        raise InvalidInput.at("/isni", "A performer with this ISNI is recorded already.", code="taken")
    performer = Performer(
        name=name,
        is_living=is_living,
        born_on=born_on,
        died_on=died_on,
        domicile=domicile,
        summary=summary,
        isni=isni,
        recorded_by_party_id=actor.party_id,
        created_at=at,
    )
    session.add(performer)
    session.flush()
    audit.record(
        session=session, actor=actor, at=at, action="performer.created", subject_id=performer.id, name=name
    )
    return performer


def record_representation(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    performer_id: str,
    components: Iterable[Component],
    media: Iterable[str],
    territory: Territory,
    signs_until_at: datetime | None = None,
    licenses_until_at: datetime | None = None,
    holder_party_id: str | None = None,
) -> Representation:
    """Claim authority over a performer's likeness, for the actor's party; an administrator may name another.

    It counts for nothing until an administrator has verified it against its documents. `media` are leaves.
    """
    holder_id = holder_party_id or actor.party_id
    if holder_id != actor.party_id:
        actor.require_administrator()
        queries.party(session, holder_id)
    performer = queries.performer(session, performer_id)
    representation = Representation(
        performer_id=performer.id,
        holder_party_id=holder_id,
        components=sorted(component.value for component in components),
        media=sorted(media),
        territory_expression=territory.expression,
        territory_codes=list(territory.sorted_codes),
        signs_until_at=signs_until_at,
        licenses_until_at=licenses_until_at,
        created_at=at,
    )
    session.add(representation)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="representation.recorded",
        subject_id=representation.id,
        performer_id=performer.id,
        holder_party_id=holder_id,
        components=representation.components,
        territory=territory.expression,
    )
    return representation


def attach_document(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    store: AssetStore,
    representation_id: str,
    kind: DocumentKind,
    stream: BinaryIO,
    filename: str,
) -> RepresentationDocument:
    """Store a document that proves a representation still to be decided; the same file again is the same document.

    The file is stored before the transaction begins its reads, so that no lock waits for a slow disk.
    """
    stored = store.put(stream, max_bytes=LARGEST_DOCUMENT_BYTES)
    representation = queries.own_representation(session, actor, representation_id, lock=True)
    next_status(representation.status, RepresentationAction.VERIFY)
    already = session.exec(
        select(RepresentationDocument).where(
            RepresentationDocument.representation_id == representation.id,
            RepresentationDocument.sha256 == stored.sha256,
        )
    ).first()
    if already is not None:
        return already
    document = RepresentationDocument(
        representation_id=representation.id,
        kind=kind,
        filename=filename,
        sha256=stored.sha256,
        size_bytes=stored.size_bytes,
        media_type=sniff_media_type(stored.head, filename),
        uploaded_at=at,
    )
    session.add(document)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="representation.document_attached",
        subject_id=representation.id,
        document_id=document.id,
        kind=kind.value,
        sha256=stored.sha256,
    )
    return document


def verify_representation(
    *, session: Session, actor: Actor, at: datetime, representation_id: str, is_verified: bool, reason: str
) -> Representation:
    """Decide, as an administrator, whether the documents prove the authority.

    A verified one takes the place of the holder's earlier authority over the same performer.
    Raises: DocumentsMissing when there is nothing to verify it against; IllegalVerification when it is decided.
    """
    actor.require_administrator()
    representation = queries.own_representation(session, actor, representation_id, lock=True)
    action = RepresentationAction.VERIFY if is_verified else RepresentationAction.FAIL
    status = next_status(representation.status, action)
    if is_verified:
        if not queries.documents_of(session, [representation.id]):
            raise DocumentsMissing("Attach at least one document that proves the authority, then verify it.")
        _supersede_earlier(session, representation)
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
    return representation


def _supersede_earlier(session: Session, newer: Representation) -> None:
    earlier = queries.verified_representation(session, newer.performer_id, newer.holder_party_id)
    if earlier is not None:
        earlier.status = next_status(earlier.status, RepresentationAction.SUPERSEDE)
        session.add(earlier)
        session.flush()


def set_beneficiaries(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    estate_party_id: str,
    shares: Sequence[tuple[str, int]],
    from_at: datetime | None = None,
) -> list[Beneficiary]:
    """Say who shares what an estate earns from an instant on (now, unless said): (party id, basis points) each.

    The set replaces whatever was set from that instant on. Shares that were in force cannot be rewritten;
    only the first set may begin in the past.
    """
    from_at = from_at or at
    queries.own_party(session, actor, estate_party_id)
    session.exec(select(Party).where(Party.id == estate_party_id).with_for_update()).one()
    _check_shares(session, shares)
    existing = session.exec(select(Beneficiary).where(Beneficiary.estate_party_id == estate_party_id)).all()
    if existing and from_at < at:
        raise InvalidInput.at("/from_at", "Shares cannot change in the past; choose an instant from now on.")
    for row in existing:
        if row.valid_from_at >= from_at:
            session.delete(row)
        elif row.valid_until_at is None or row.valid_until_at > from_at:
            row.valid_until_at = from_at
            session.add(row)
    session.flush()
    rows = [
        Beneficiary(
            estate_party_id=estate_party_id, beneficiary_party_id=party_id, share_bps=bps, valid_from_at=from_at
        )
        for party_id, bps in shares
    ]
    session.add_all(rows)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="party.beneficiaries_set",
        subject_id=estate_party_id,
        from_at=from_at.isoformat(),
        shares=dict(shares),
    )
    return rows


def _check_shares(session: Session, shares: Sequence[tuple[str, int]]) -> None:
    ids = [party_id for party_id, _ in shares]
    known = set(session.exec(select(Party.id).where(col(Party.id).in_(ids))))
    for index, (party_id, bps) in enumerate(shares):
        if party_id not in known:
            raise InvalidInput.at(f"/shares/{index}/party_id", "There is no such party.", code="not_found")
        if party_id in ids[:index]:
            raise InvalidInput.at(f"/shares/{index}/party_id", "A party has one share.", code="repeated")
        if bps < 1:
            raise InvalidInput.at(f"/shares/{index}/share_bps", "A share is at least one basis point.")
    total = sum(bps for _, bps in shares)
    if total != BASIS_POINTS:
        raise InvalidInput.at("/shares", f"The shares add up to {total}; they must add up to {BASIS_POINTS}.")
