"""The account of a license as it stands: what was reported for it, under which terms, and who recoups with it."""

from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.licensing.dues.queries import lapsed_advances
from app.licensing.models import License
from app.licensing.queries import LicenseView, licenses_signed_between, terminations, views_of
from app.royalties.models import RoyaltyAccount, RoyaltyAdjustment, UsageReport
from app.royalties.rules.account import Account, LicenseUsage, PeriodUsage
from app.royalties.rules.reckoning import make_account
from app.royalties.service.agreed import money_terms, terms_named, terms_of_account
from app.royalties.service.funding import lock_licenses, open_account
from app.royalties.service.lines import usage_sums
from app.royalties.states import ReportStatus

Movement = UsageReport | RoyaltyAdjustment
"""What moved an account, and was charged for it."""


def recouping_together(session: Session, view: LicenseView) -> list[LicenseView]:
    """Return the licenses of the same two sides that name the same recoupment group, by id; or this one alone.

    Only those in one currency: no amount is set against one of another. The sides are those who signed first: a
    license that is handed on keeps what it has recouped, and with whom.
    """
    group = _group_of(view)
    if group is None:
        return [view]
    of_both = licenses_signed_between(
        session,
        licensor_party_id=view.license.licensor_party_id,
        licensee_party_id=view.versions[0].terms.document["licensee"]["id"],
    )
    active = [license for license in of_both if license.activated_at is not None]
    together = [each for each in views_of(session, active) if _group_of(each) == group]
    return together if any(each.license.id == view.license.id for each in together) else [view]


def _group_of(view: LicenseView) -> tuple[str, str] | None:
    terms = money_terms(view.latest.terms.document)
    return None if terms.recoupment_group is None else (terms.currency, terms.recoupment_group)


def lock_together(session: Session, view: LicenseView) -> list[LicenseView]:
    """Return who recoups together, and lock their accounts, in one order for everybody."""
    views = recouping_together(session, view)
    if len(views) == 1:
        open_account(session, license_id=view.license.id, licensor_party_id=view.license.licensor_party_id)
    else:
        lock_licenses(session, [each.license.id for each in views])
    return views


def usage_of(session: Session, views: Sequence[LicenseView], *, as_of: date) -> list[LicenseUsage]:
    """Return all that counts by now of these licenses, in as many queries for one of them as for all."""
    ids = [view.license.id for view in views]
    lapsed, terminated = lapsed_advances(session, ids), terminations(session, ids)
    reports = session.exec(
        select(UsageReport)
        .where(col(UsageReport.license_id).in_(ids), UsageReport.status == ReportStatus.ACCEPTED)
        .order_by(col(UsageReport.id))
        .execution_options(populate_existing=True)
    ).all()
    sums = usage_sums(session, [report.id for report in reports])
    return [
        LicenseUsage(
            license_id=view.license.id,
            terms=terms_of_account(
                view,
                as_of,
                lapsed=lapsed.get(view.license.id, ()),
                terminated_at=terminated.get(view.license.id),
            ),
            periods=tuple(
                PeriodUsage(
                    key=report.id,
                    first_day=report.period_first_day,
                    last_day=report.period_last_day,
                    reported_on=report.uploaded_at.date(),
                    terms=money_terms(terms_named(view, report.terms_sha256).terms.document),
                    usage=tuple(sums[report.id]),
                )
                for report in reports
                if report.license_id == view.license.id
            ),
        )
        for view in views
    ]


def accounts_as_billed(session: Session, license_ids: Iterable[str]) -> dict[str, Account]:
    """Return the accounts of these licenses exactly as they were billed last."""
    wanted = set(license_ids)
    licenses = session.exec(select(License).where(col(License.id).in_(wanted)).order_by(col(License.id))).all()
    found: dict[str, Account] = {}
    for view in views_of(session, licenses):
        if view.license.id in found:
            continue
        views = recouping_together(session, view)
        billed_to = last_billed(session, [each.license.id for each in views]) or date.min
        account = make_account(usage_of(session, views, as_of=billed_to), as_of=billed_to)
        found |= {each.license.id: account.of_license(each.license.id) for each in views}
    return found


def last_billed(session: Session, license_ids: Iterable[str]) -> date | None:
    """Return up to when the accounts of licenses that recoup together were billed."""
    latest = sa.select(sa.func.max(RoyaltyAccount.billed_to))
    found: date | None = session.scalar(latest.where(col(RoyaltyAccount.license_id).in_(set(license_ids))))
    return found


def movements_of(session: Session, license_ids: Iterable[str]) -> list[Movement]:
    """Return all that moved these accounts, as it is now."""
    wanted = set(license_ids)
    reports = select(UsageReport).where(col(UsageReport.license_id).in_(wanted))
    adjustments = select(RoyaltyAdjustment).where(col(RoyaltyAdjustment.license_id).in_(wanted))
    return [
        *session.exec(reports.execution_options(populate_existing=True)),
        *session.exec(adjustments.execution_options(populate_existing=True)),
    ]
