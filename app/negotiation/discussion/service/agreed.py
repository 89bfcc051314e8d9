"""Agree on fields of the latest offer one by one, and take that back."""

from datetime import datetime

from sqlmodel import Session

from app.audit import service as audit
from app.identity.actor import Actor
from app.infrastructure import events
from app.negotiation.discussion.errors import NothingAgreed, OfferNotLatest, ValueDiffers
from app.negotiation.discussion.events import FieldReopened
from app.negotiation.discussion.models import AgreedFieldMove
from app.negotiation.discussion.queries import AgreedFields, agreed_fields_of, moves_of, standing
from app.negotiation.discussion.rules.agreement import Agreed, NotAgreeable, agreeable, touched, value_hash
from app.negotiation.discussion.rules.pointers import Steps, read_pointer
from app.negotiation.discussion.service.talks import OpenTalks, has_spoken, open_talks, tell_reader
from app.negotiation.discussion.states import AgreedMoveKind
from app.values.canonical import sha256_hex
from app.values.errors import InvalidInput, InvalidValue


def agree_field(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    negotiation_id: str,
    offer_number: int,
    pointer: str,
    value_sha256: str,
) -> AgreedFields:
    """Agree to the value of a field; once both sides have, no offer changes it until a side reopens it.

    `value_sha256` is the hash of the canonical JSON of the value that was read. Agreeing again changes nothing.
    Raises: NotFound, MoveRefused once the negotiation has ended, OfferNotLatest, ValueDiffers, InvalidInput.
    """
    talks = open_talks(session, actor, negotiation_id)
    found = standing(session, talks.negotiation.id)
    if offer_number != found.offer_number:
        raise OfferNotLatest(f"The latest offer is number {found.offer_number}; fields are agreed on in that one.")
    steps = _steps(pointer)
    try:
        value = agreeable(found.document, steps)
    except InvalidValue as error:
        raise _refused(error) from error
    if value_sha256 not in (sha256_hex(value), value_hash(found.as_sent, steps)):
        raise ValueDiffers(f"The hash is not that of {pointer} in offer {offer_number}; read it again.")
    mark = Agreed(offer_number, steps, talks.by_party_id, sha256_hex(value))
    if not any((mark.steps, mark.by_party_id) == (m.steps, m.by_party_id) for m in found.marks):
        _write(
            session,
            actor,
            talks,
            at=at,
            kind=AgreedMoveKind.AGREED,
            offer_number=offer_number,
            pointer=pointer,
            value_sha256=mark.value_sha256,
        )
        tell_reader(session, talks, offer_number=offer_number, at=at)
    return agreed_fields_of(session, talks.negotiation.id)


def reopen_field(
    *, session: Session, actor: Actor, at: datetime, negotiation_id: str, pointer: str, reason: str
) -> AgreedFields:
    """Take back what one's own side agreed to at, above and below a field; the other side is told why.

    What the other side agreed to stays, as a proposal. Raises: NotFound, MoveRefused once the negotiation has
    ended, NothingAgreed, InvalidInput.
    """
    talks = open_talks(session, actor, negotiation_id)
    found = standing(session, talks.negotiation.id)
    if not touched(found.marks, _steps(pointer), talks.by_party_id):
        raise NothingAgreed(f"Your side has not agreed on {pointer or 'any field'}, so there is nothing to reopen.")
    _write(
        session,
        actor,
        talks,
        at=at,
        kind=AgreedMoveKind.REOPENED,
        offer_number=found.offer_number,
        pointer=pointer,
        reason=reason,
    )
    has_spoken(session, talks)
    reopened = FieldReopened(
        negotiation_id=talks.negotiation.id,
        pointer=pointer,
        by_party_id=talks.by_party_id,
        to_party_id=talks.to_party_id,
        reason=reason,
    )
    events.publish(session=session, event=reopened, at=at)
    return agreed_fields_of(session, talks.negotiation.id)


def _write(
    session: Session,
    actor: Actor,
    talks: OpenTalks,
    *,
    at: datetime,
    kind: AgreedMoveKind,
    offer_number: int,
    pointer: str,
    value_sha256: str | None = None,
    reason: str = "",
) -> None:
    move = AgreedFieldMove(
        negotiation_id=talks.negotiation.id,
        position=len(moves_of(session, talks.negotiation.id)) + 1,
        offer_number=offer_number,
        kind=kind,
        pointer=pointer,
        value_sha256=value_sha256,
        by_party_id=talks.by_party_id,
        by_user_id=talks.by_user_id,
        reason=reason,
        made_at=at,
    )
    session.add(move)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action=f"field.{kind.value}",
        subject_id=talks.negotiation.id,
        offer_number=offer_number,
        pointer=pointer,
        **({"reason": reason} if reason else {"value_sha256": value_sha256}),
    )


def _steps(pointer: str) -> Steps:
    try:
        return read_pointer(pointer)
    except InvalidValue as error:
        raise _refused(error) from error


def _refused(error: InvalidValue) -> InvalidInput:
    code = error.code if isinstance(error, NotAgreeable) else "invalid"
    return InvalidInput.at("/pointer", str(error), code=code)
