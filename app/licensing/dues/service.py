"""Plan what a license owes, ask for it on its day, note that it was paid, and let lapse what nobody owes."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import SYSTEM
from app.infrastructure import events
from app.licensing.dues import queries
from app.licensing.dues.events import DueCharged, DueOverdue
from app.licensing.dues.models import LicenseDue
from app.licensing.dues.rules import due_reference, grace_of, plan_dues, title_of
from app.licensing.models import License
from app.licensing.queries import views_of
from app.licensing.terms import CompiledTerms
from app.payments import service as payments
from app.payments.amounts import require_chargeable
from app.payments.errors import AmountNotPayable
from app.payments.models import Charge
from app.values.money import Money

BATCH = 100


def plan(*, session: Session, at: datetime, license: License, terms: CompiledTerms) -> None:
    """Write down everything a new license will owe, and ask for what is due at signature.

    Raises: AmountNotPayable, also for a part that falls due years later: it must not be signed what cannot be paid.
    """
    _require_floors_payable(terms)
    planned = plan_dues(terms.document, signed_at=at)
    for part in planned:
        parts = sum(other.kind is part.kind for other in planned)
        _require_payable(title_of(part.kind, part.number, parts), part.money)
        session.add(
            LicenseDue(
                license_id=license.id,
                kind=part.kind,
                number=part.number,
                reference=due_reference(license.id, part.kind, part.number),
                amount_minor=part.money.amount_minor,
                currency=part.money.currency,
                due_at=part.due_at,
                overdue_at=part.overdue_at,
                is_at_signature=part.is_at_signature,
            )
        )
    session.flush()
    counts = queries.part_counts(session, [license.id])
    for due in queries.dues_of(session, license.id):
        if due.is_at_signature:
            _charge(session=session, at=at, license=license, terms=terms, due=due, counts=counts)


def replan(*, session: Session, at: datetime, license: License, terms: CompiledTerms) -> None:
    """Plan anew what a locked license will owe under the terms of a change, and ask for what is due today.

    What was asked for stays as it is; the rules about changes see to it that it stands in the new terms as well. A
    part that the change leaves out lapses. Raises: AmountNotPayable.
    """
    _require_floors_payable(terms)
    planned = {(part.kind, part.number): part for part in plan_dues(terms.document, signed_at=at)}
    known = {(due.kind, due.number): due for due in queries.dues_of(session, license.id)}
    for place, part in planned.items():
        due = known.get(place)
        if due is not None and due.charged_at is not None:
            continue
        parts = sum(other.kind is part.kind for other in planned.values())
        _require_payable(title_of(part.kind, part.number, parts), part.money)
        row = due or LicenseDue(
            license_id=license.id,
            kind=part.kind,
            number=part.number,
            reference=due_reference(license.id, part.kind, part.number),
            is_at_signature=False,
            amount_minor=part.money.amount_minor,
            currency=part.money.currency,
            due_at=part.due_at,
            overdue_at=part.overdue_at,
        )
        row.amount_minor, row.currency = part.money.amount_minor, part.money.currency
        row.due_at, row.overdue_at, row.lapsed_at = part.due_at, part.overdue_at, None
        session.add(row)
    for place, due in known.items():
        if place not in planned and due.charged_at is None and due.lapsed_at is None:
            due.lapsed_at = at
            session.add(due)
            _record(session, at, "license.due_lapsed", due)
    session.flush()
    counts = queries.part_counts(session, [license.id])
    for due in queries.dues_of(session, license.id):
        if due.charged_at is None and due.lapsed_at is None and due.due_at <= at:
            _charge(session=session, at=at, license=license, terms=terms, due=due, counts=counts)


def charge_due(*, session: Session, at: datetime) -> int:
    """Ask for up to a batch of parts whose day has come, each once whoever runs; return how many.

    The licenses are locked as well, so that none is asked for a part that a termination lets lapse at this moment.
    What somebody else holds is left to them, or to the next time. Cost follows what is due.
    """
    found = session.exec(
        select(LicenseDue, License)
        .join(License, col(License.id) == col(LicenseDue.license_id))
        .where(
            col(LicenseDue.charged_at).is_(None), col(LicenseDue.lapsed_at).is_(None), col(LicenseDue.due_at) <= at
        )
        .order_by(col(LicenseDue.due_at), col(LicenseDue.id))
        .limit(BATCH)
        .with_for_update(of=[LicenseDue, License], skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    counts = queries.part_counts(session, {license.id for _, license in found})
    views = {view.license.id: view for view in views_of(session, [license for _, license in found])}
    for due, license in found:
        terms = views[license.id].terms_at(at)
        _charge(session=session, at=at, license=license, terms=terms, due=due, counts=counts)
    return len(found)


def remind_of_overdue(*, session: Session, at: datetime) -> int:
    """Tell of up to a batch of parts that are unpaid after the days of grace, once; return how many.

    Who was asked is told, also where another licensee has taken over the license since.
    """
    found = session.exec(
        select(LicenseDue, Charge.payer_party_id)
        .join(Charge, col(Charge.reference) == col(LicenseDue.reference))
        .where(
            col(LicenseDue.paid_at).is_(None),
            col(LicenseDue.reminded_at).is_(None),
            col(LicenseDue.remind_at).is_not(None),
            col(LicenseDue.remind_at) <= at,
        )
        .order_by(col(LicenseDue.remind_at), col(LicenseDue.id))
        .limit(BATCH)
        .with_for_update(of=LicenseDue, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    counts = queries.part_counts(session, {due.license_id for due, _ in found})
    for due, payer_party_id in found:
        due.reminded_at = at
        session.add(due)
        _record(session, at, "license.due_overdue", due)
        overdue = DueOverdue(
            due_id=due.id,
            license_id=due.license_id,
            payer_party_id=payer_party_id,
            title=queries.title(due, counts),
            money=_money(due),
            due_at=due.due_at,
        )
        events.publish(session=session, at=at, event=overdue)
    return len(found)


def note_paid(*, session: Session, at: datetime, reference: str) -> LicenseDue:
    """A part of a locked license was paid; told again, the first time counts."""
    due = queries.locked_due(session, reference)
    if due.paid_at is None:
        due.paid_at = at
        session.add(due)
        session.flush()
        _record(session, at, "license.due_paid", due)
    return due


def lapse(*, session: Session, at: datetime, license_id: str) -> None:
    """The locked license is terminated at this instant: what has not fallen due by then never will.

    A part that falls due at this very instant stays owed, so that it makes no difference whether the job came
    first.
    """
    later = select(LicenseDue).where(
        LicenseDue.license_id == license_id,
        col(LicenseDue.charged_at).is_(None),
        col(LicenseDue.lapsed_at).is_(None),
        LicenseDue.due_at > at,
    )
    for due in session.exec(later.order_by(col(LicenseDue.id)).with_for_update()).all():
        due.lapsed_at = at
        session.add(due)
        _record(session, at, "license.due_lapsed", due)


def _charge(
    *,
    session: Session,
    at: datetime,
    license: License,
    terms: CompiledTerms,
    due: LicenseDue,
    counts: queries.PartCounts,
) -> None:
    title = queries.title(due, counts)
    charge = payments.request_charge(
        session=session,
        at=at,
        reference=due.reference,
        payer_party_id=license.licensee_party_id,
        money=_money(due),
        description=f"{title}: {terms.document['package']['title']}",
        success_path=f"/licenses/{license.id}",
    )
    due.charged_at = at
    # Asked late, because nobody was there to ask, the licensee has the same time from then on.
    due.remind_at = max(due.overdue_at, at + timedelta(days=1)) + grace_of(terms.document)
    session.add(due)
    session.flush()
    charged = DueCharged(
        due_id=due.id,
        license_id=due.license_id,
        licensee_party_id=license.licensee_party_id,
        title=title,
        money=_money(due),
        charge_id=charge.id,
        overdue_at=due.overdue_at,
    )
    events.publish(session=session, at=at, event=charged)


def _require_floors_payable(terms: CompiledTerms) -> None:
    """What is missing from a floor is asked for in one payment, so that each floor must be what one can carry."""
    guarantee, currency = terms.document["guarantee"], terms.document["royalty"]["currency"]
    for test in guarantee["schedule"] if guarantee is not None else ():
        _require_payable(f"Guarantee tested on {test['test_on']}", Money(test["amount_minor"], currency))


def _require_payable(title: str, money: Money) -> None:
    try:
        require_chargeable(money)
    except AmountNotPayable as error:
        raise AmountNotPayable(f"{title}: {error.detail}") from None


def _money(due: LicenseDue) -> Money:
    return Money(due.amount_minor, due.currency)


def _record(session: Session, at: datetime, action: str, due: LicenseDue) -> None:
    audit.record(
        session=session,
        actor=SYSTEM,
        at=at,
        action=action,
        subject_id=due.license_id,
        kind=due.kind.value,
        number=due.number,
        amount_minor=due.amount_minor,
        currency=due.currency,
    )
