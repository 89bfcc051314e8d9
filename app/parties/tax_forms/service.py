"""What can be done with tax forms: record one, confirm it, take one back."""

from datetime import date, datetime

from sqlmodel import Session

from app.audit import service as audit
from app.identity.actor import Actor
from app.infrastructure import events
from app.parties.queries import own_party
from app.parties.tax_forms.errors import TaxFormDecided, TaxFormEnded
from app.parties.tax_forms.events import TaxFormConfirmed, TaxFormRevoked
from app.parties.tax_forms.models import TaxForm
from app.parties.tax_forms.queries import locked_tax_form
from app.parties.tax_forms.rules import last_valid_day, objection
from app.parties.tax_forms.states import TaxFormKind


def record_tax_form(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    party_id: str,
    kind: TaxFormKind,
    country: str,
    signed_on: date,
    claims_treaty: bool = False,
) -> TaxForm:
    """Record what the actor's party declared. It counts once an administrator has confirmed it.

    Raises: NotFound for a party that is not the actor's; InvalidInput for a form that does not fit the facts.
    """
    party = own_party(session, actor, party_id)
    wrong = objection(kind=kind, country=country, signed_on=signed_on, claims_treaty=claims_treaty, today=at.date())
    if wrong is not None:
        raise wrong
    form = TaxForm(
        party_id=party.id,
        kind=kind,
        country=country,
        claims_treaty=claims_treaty,
        signed_on=signed_on,
        valid_until_on=last_valid_day(kind, signed_on),
        recorded_at=at,
        recorded_by=actor.label,
    )
    session.add(form)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="tax_form.recorded",
        subject_id=form.id,
        party_id=party.id,
        kind=kind.value,
        country=country,
    )
    return form


def confirm_tax_form(*, session: Session, actor: Actor, at: datetime, tax_form_id: str) -> TaxForm:
    """Say, as an administrator, that the signed form was seen and is complete. What waited for it goes on.

    Raises: Forbidden; NotFound; TaxFormDecided when it was confirmed or revoked before; TaxFormEnded.
    """
    actor.require_administrator()
    form = locked_tax_form(session, actor, tax_form_id)
    if form.confirmed_at is not None or form.revoked_at is not None:
        raise TaxFormDecided("This form was decided on before. Record the new one instead.")
    if form.valid_until_on is not None and form.valid_until_on < at.date():
        raise TaxFormEnded(f"This form held until {form.valid_until_on}. Ask the party for a new one.")
    form.confirmed_at, form.confirmed_by = at, actor.label
    session.add(form)
    session.flush()
    audit.record(session=session, actor=actor, at=at, action="tax_form.confirmed", subject_id=form.id)
    confirmed = TaxFormConfirmed(tax_form_id=form.id, party_id=form.party_id)
    events.publish(session=session, event=confirmed, at=at)
    return form


def revoke_tax_form(*, session: Session, actor: Actor, at: datetime, tax_form_id: str, reason: str) -> TaxForm:
    """End a form before its time: something on it changed, or was wrong. Its party or an administrator can.

    Raises: NotFound; TaxFormDecided when it was revoked before.
    """
    form = locked_tax_form(session, actor, tax_form_id)
    if form.revoked_at is not None:
        raise TaxFormDecided("This form was revoked before.")
    form.revoked_at, form.revoked_by, form.revocation_reason = at, actor.label, reason
    session.add(form)
    session.flush()
    audit.record(session=session, actor=actor, at=at, action="tax_form.revoked", subject_id=form.id, reason=reason)
    revoked = TaxFormRevoked(tax_form_id=form.id, party_id=form.party_id)
    events.publish(session=session, event=revoked, at=at)
    return form
