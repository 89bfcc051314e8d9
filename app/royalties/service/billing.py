"""Bill what has moved in the account of a license: after a report, and when something falls due by itself.

What is new is the account as it is now, less all that was accrued for it before: whoever asks twice, however late,
finds nothing new the second time. Everything here happens under the lock of all licenses that recoup together.
"""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import SYSTEM
from app.licensing.queries import LicenseView, license_of
from app.royalties.models import RoyaltyAccount, RoyaltyAdjustment, UsageReport
from app.royalties.rules.account import Account, LicenseUsage
from app.royalties.rules.reckoning import falls_due, make_account
from app.royalties.service.accounts import last_billed, lock_together, movements_of, usage_of
from app.royalties.service.accrual import accrue, has_moved
from app.royalties.service.agreed import money_terms
from app.royalties.states import LineKind


def bill_report(*, session: Session, at: datetime, views: Sequence[LicenseView], report: UsageReport) -> None:
    """Work out what a report comes to and bill what it changes; `views` are locked and recoup together.

    What falls due by itself meanwhile is left to `bill_days`, so that the report is charged for itself alone.
    """
    as_of = last_billed(session, [view.license.id for view in views]) or at.date()
    account = _bill(session, at, views, as_of, report)
    own = account.of_license(report.license_id).of_report(report.id)
    report.royalty_minor = own.total(LineKind.ROYALTY, LineKind.ESCALATION)
    report.platform_fee_minor = own.platform_fee_minor
    session.add(report)
    session.flush()


def bill_days(*, session: Session, at: datetime, license_id: str) -> None:
    """Bill what fell due by itself up to today: reserves released, guarantees tested, advances at their end.

    Also for a license whose terms have changed: what the change means for periods to come is looked at anew.
    """
    view = license_of(session, license_id)
    if not _has_days(view):
        return
    views = lock_together(session, view)
    before = last_billed(session, [each.license.id for each in views])
    _bill(session, at, views, max(at.date(), before or at.date()), None)


def licenses_due(session: Session, today: date, *, limit: int, after: str = "") -> Sequence[str]:
    """Return licenses for which something falls due by itself by today, by id."""
    due = select(RoyaltyAccount.license_id).where(
        col(RoyaltyAccount.next_on) <= today, col(RoyaltyAccount.license_id) > after
    )
    return session.exec(due.order_by(col(RoyaltyAccount.license_id)).limit(limit)).all()


def _has_days(view: LicenseView) -> bool:
    """Say whether anything can ever fall due by itself, or move by what another license reports."""
    return any(
        terms.reserve or terms.guarantee or terms.advance or terms.recoupment_group
        for terms in (money_terms(version.terms.document) for version in view.versions)
    )


def _bill(
    session: Session, at: datetime, views: Sequence[LicenseView], as_of: date, report: UsageReport | None
) -> Account:
    usages = usage_of(session, views, as_of=as_of)
    account = make_account(usages, as_of=as_of)
    ids = [view.license.id for view in views]
    movements = movements_of(session, ids)
    billed = last_billed(session, ids)
    known = _dated(make_account(usages, as_of=billed)) if billed else set()
    for view in views:
        own = account.of_license(view.license.id)
        earlier = [each for each in movements if each.license_id == view.license.id]
        if report is not None and report.license_id == view.license.id:
            accrue(session=session, at=at, movement=report, account=own, earlier=earlier)
        elif has_moved(own, earlier) or _dated(own) - known:  # what is recouped at once is stated, if not charged
            adjustment = _adjustment(session, at, view, own, report)
            accrue(session=session, at=at, movement=adjustment, account=own, earlier=earlier)
            _tell(session, at, adjustment)
    _look_ahead(session, views, usages, as_of)
    return account


def _dated(account: Account) -> set[tuple[str, date]]:
    """Return the days on which something fell due by itself, by license."""
    return {(line.license_id, line.day) for line in account.lines if line.report is None}


def _adjustment(
    session: Session, at: datetime, view: LicenseView, account: Account, cause: UsageReport | None
) -> RoyaltyAdjustment:
    """Return what moved the account of a license that was not reported itself."""
    license = view.license
    last = sa.select(sa.func.coalesce(sa.func.max(RoyaltyAdjustment.number), 0))
    number = session.execute(last.where(col(RoyaltyAdjustment.license_id) == license.id)).scalar_one() + 1
    dated = [line for line in account.lines if line.report is None]
    if cause is not None:
        on_day = cause.period_last_day
        reason = f"Report {cause.id} changed what this license recoups: the two recoup together."
    else:
        on_day = max((line.day for line in dated), default=at.date())
        kinds = {line.earned.slot.kind for line in dated if not line.earned.slot.kind.is_platform_share}
        named = ", ".join(kind.label.lower() for kind in LineKind if kind in kinds)
        reason = f"Due by itself up to {on_day}: {named or 'terms that changed'}."
    return RoyaltyAdjustment(
        license_id=license.id,
        number=number,
        licensor_party_id=license.licensor_party_id,
        licensee_party_id=license.licensee_party_id,
        on_day=on_day,
        reason=reason,
        currency=money_terms(view.latest.terms.document).currency,
        made_at=at,
    )


def _look_ahead(
    session: Session, views: Sequence[LicenseView], usages: Sequence[LicenseUsage], as_of: date
) -> None:
    """Note up to when the accounts are billed, and the next day that brings something by itself.

    Also the day of a change to come, unless it changes nothing that falls due.
    """
    everything = make_account(usages) if any(map(_has_days, views)) else None
    for view, usage in zip(views, usages, strict=True):
        days: list[date | None] = []
        if everything:
            changes = (version.effective_at.date() for version in view.versions[1:])
            days = [falls_due(usage, everything, after=as_of), *(day for day in changes if day > as_of)]
        row = session.get_one(RoyaltyAccount, view.license.id)
        row.billed_to, row.next_on = as_of, min((day for day in days if day), default=None)
        session.add(row)
    session.flush()


def _tell(session: Session, at: datetime, adjustment: RoyaltyAdjustment) -> None:
    audit.record(
        session=session,
        actor=SYSTEM,
        at=at,
        action="royalty_account.adjusted",
        subject_id=adjustment.id,
        license_id=adjustment.license_id,
        reason=adjustment.reason,
        accrued_minor=adjustment.accrued_minor,
        charged_minor=adjustment.charged_minor,
        currency=adjustment.currency,
    )
