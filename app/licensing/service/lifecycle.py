"""From a signed deal to an active license, and the changes of its standing."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col

from app.audit import service as audit
from app.identity.actor import SYSTEM, Actor
from app.infrastructure import events
from app.ledger import accounts
from app.ledger import service as ledger
from app.ledger.service import Move
from app.licensing import queries
from app.licensing.closing.service.planning import plan as plan_calendar
from app.licensing.dues import service as dues
from app.licensing.dues.queries import is_signature_paid, license_owing
from app.licensing.dues.rules import due_reference
from app.licensing.dues.states import DueKind
from app.licensing.events import FeeEarned, LicenseActivated, LicenseStandingChanged
from app.licensing.models import License, LicenseNotice, LicenseStatusChange, StatusListHead
from app.licensing.queries import LicenseView
from app.licensing.states import NOTICE_DAYS, LicenseAction, LicenseStatus, NoticeKind, next_status
from app.licensing.terms import compile_document
from app.negotiation.deals.options import drop_options
from app.negotiation.events import DealSigned
from app.payments.events import PaymentCaptured
from app.rights import service as rights
from app.values.errors import InvalidInput, NotFound
from app.values.money import Money
from app.values.rounding import share_bps


def fee_reference(license_id: str) -> str:
    """Return the name under which payments and ledger know the fee of a license, or the first part of it."""
    return due_reference(license_id, DueKind.FEE, 1)


def draft_license(*, session: Session, at: datetime, deal: DealSigned) -> License:
    """Make the license of a signed deal, plan what it owes and ask for what is due at signature.

    Where nothing is due at signature, the license is active at once. Raises: AmountNotPayable.
    """
    terms = compile_document(deal.terms)
    performer_id = deal.terms["performer"]["id"]
    license = License(
        id=deal.reference,
        deal_id=deal.deal_id,
        package_id=deal.package_id,
        performer_id=performer_id,
        licensor_party_id=deal.licensor_party_id,
        licensee_party_id=deal.licensee_party_id,
        status=LicenseStatus.AWAITING_PAYMENT,
        starts_at=terms.term.starts_at,
        ends_at=terms.ends_at,
        authority_ends_at=deal.authority_ends_at,
        terms_sha256=deal.terms_sha256,
        status_index=next_status_index(session),
        created_at=at,
    )
    session.add(license)
    session.flush()
    audit.record(session=session, actor=SYSTEM, at=at, action="license.drafted", subject_id=license.id)
    dues.plan(session=session, at=at, license=license, terms=terms)
    if is_signature_paid(session, license.id):
        _activate(session=session, at=at, license=license, reason="Nothing is due at signature.")
    return license


def note_payment(*, session: Session, at: datetime, payment: PaymentCaptured) -> None:
    """A part of a fee or an advance was paid: book who is owed what, and activate a license that waited for it.

    Ignores other payments. Told again, nothing changes, whatever terms are in force by then.
    """
    license_id = license_owing(session, payment.reference)
    if license_id is None:
        return
    view = queries.license_of(session, license_id, lock=True)
    license = view.license
    due = dues.note_paid(session=session, at=at, reference=payment.reference)
    paid_at = due.paid_at or at
    platform_bps: int = view.terms_at(paid_at).document["platform_fee_bps"]
    platform = Money(share_bps(payment.money.amount_minor, platform_bps), payment.money.currency)
    net = payment.money - platform
    _book_earned(session=session, at=at, license=license, payment=payment, platform=platform, net=net)
    if license.status is LicenseStatus.AWAITING_PAYMENT and is_signature_paid(session, license.id):
        _activate(session=session, at=at, license=license, reason="What was due at signature was paid.")
    events.publish(
        session=session,
        at=at,
        event=FeeEarned(
            license_id=license.id,
            licensor_party_id=license.licensor_party_id,
            charge_id=payment.charge_id,
            gross=payment.money,
            platform_fee=platform,
            net=net,
            earned_at=paid_at,
            kind=due.kind,
            number=due.number,
            reference=due.reference,
        ),
    )


def change_standing(
    *, session: Session, actor: Actor, at: datetime, license_id: str, action: LicenseAction, reason: str
) -> LicenseView:
    """Suspend, reinstate or terminate a license: its licensor and administrators can.

    Grounds, breaches and the time to cure them are not asked here but in `licensing.standing.service`, through
    which everybody outside goes.
    """
    view = queries.license_view(session, actor, license_id, lock=True)
    license = view.license
    require_licensor(actor, license)
    if not reason.strip():
        raise InvalidInput.at("/reason", "Say why: the other side reads it.")
    apply_standing(session=session, actor=actor, at=at, license=license, action=action, reason=reason)
    return view


def require_licensor(actor: Actor, license: License) -> None:
    """Raise NotFound unless the actor gives the license, or administers the platform."""
    if not actor.is_administrator and license.licensor_party_id != actor.party_id:
        raise NotFound("There is no such license of yours to change.")


def apply_standing(
    *, session: Session, actor: Actor, at: datetime, license: License, action: LicenseAction, reason: str
) -> None:
    """Change the standing of a locked license, with all that follows, for callers that know that it may be.

    Raises: IllegalTransition.
    """
    _set_status(session=session, actor=actor, at=at, license=license, action=action, reason=reason)
    if action is LicenseAction.TERMINATE:
        rights.release(session=session, at=at, reference=license.id)
        drop_options(session, license.id)
        _forget_planned_notices(session, license)
        dues.lapse(session=session, at=at, license_id=license.id)
        plan_calendar(session=session, at=at, license=license)
    events.publish(session=session, at=at, event=LicenseStandingChanged(license.id, action.value, reason))


def _book_earned(
    *, session: Session, at: datetime, license: License, payment: PaymentCaptured, platform: Money, net: Money
) -> None:
    receivable = accounts.licensee_receivable(payment.payer_party_id)
    ledger.book(
        session=session,
        at=at,
        reference=f"{payment.reference}/earned",
        description="License fee or advance earned: platform's part, and the rest to the licensor",
        postings=[
            Move(from_, receivable, money)
            for from_, money in (
                (accounts.platform_fees(), platform),
                (accounts.licensor_payable(license.licensor_party_id), net),
            )
            if money.amount_minor
        ],
    )


def _activate(*, session: Session, at: datetime, license: License, reason: str) -> None:
    _set_status(session=session, actor=SYSTEM, at=at, license=license, action=LicenseAction.ACTIVATE, reason=reason)
    license.activated_at = at
    session.add_all(_notices_ahead(license, at))
    session.flush()
    plan_calendar(session=session, at=at, license=license)
    events.publish(session=session, at=at, event=LicenseActivated(license.id))


def replan_notices(session: Session, license: License, at: datetime) -> None:
    """Announce another end: what was announced of the old one stays, but for what lies ahead again.

    What was announced of this very day is not announced again, though a clock that was moved back has it ahead.
    What is to be done around the end moves with it.
    """
    known = queries.notices_of(session, license.id)
    told = {(row.kind, row.due_at) for row in known if row.announced_at is not None}
    ahead = [notice for notice in _notices_ahead(license, at) if (notice.kind, notice.due_at) not in told]
    again = col(LicenseNotice.kind).in_([notice.kind for notice in ahead])
    outdated = (
        col(LicenseNotice.license_id) == license.id,
        sa.or_(col(LicenseNotice.announced_at).is_(None), again),
    )
    session.execute(sa.delete(LicenseNotice).where(*outdated))
    session.add_all(ahead)
    session.flush()
    plan_calendar(session=session, at=at, license=license)


def _notices_ahead(license: License, at: datetime) -> list[LicenseNotice]:
    """Plan what lies ahead. That it has ended is always told, also of a license paid for after its end."""
    planned = [(kind, license.ends_at - timedelta(days=days)) for kind, days in NOTICE_DAYS.items()]
    return [
        LicenseNotice(license_id=license.id, kind=kind, due_at=due_at)
        for kind, due_at in planned
        if due_at > at or kind is NoticeKind.ENDED
    ]


def _forget_planned_notices(session: Session, license: License) -> None:
    """A terminated license comes to no other end: what was announced stays, what was planned goes."""
    planned = (col(LicenseNotice.license_id) == license.id, col(LicenseNotice.announced_at).is_(None))
    session.execute(sa.delete(LicenseNotice).where(*planned))


def _set_status(
    *, session: Session, actor: Actor, at: datetime, license: License, action: LicenseAction, reason: str
) -> None:
    """The one place where a license's stored standing changes."""
    before, license.status = license.status, next_status(license.status, action)
    session.add(license)
    session.add(
        LicenseStatusChange(
            license_id=license.id,
            changed_at=at,
            actor=actor.label,
            action=action,
            from_status=before,
            to_status=license.status,
            reason=reason,
        )
    )
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action=f"license.{action.value}",
        subject_id=license.id,
        reason=reason,
    )


def next_status_index(session: Session) -> int:
    """Take the next free place of the status list."""
    head = session.get(StatusListHead, 1, with_for_update=True) or StatusListHead()
    taken = head.next_index
    head.next_index = taken + 1
    session.add(head)
    return taken
