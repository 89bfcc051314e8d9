"""The account of a license as it stands: what was reported for it, under which terms, and who recoups with it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.licensing.dues.queries import lapsed_advances
from app.licensing.models import License
from app.licensing.queries import LicenseView, licenses_signed_between, terminations, views_of
from app.royalties.models import RoyaltyAccount, RoyaltyAdjustment, UsageReport
from app.royalties.rules.account import Account, LicenseUsage, PeriodUsage
from app.royalties.rules.calculation import UsageSum
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
    return _usages(session, [(view, as_of) for view in views])


def accounts_as_billed(session: Session, license_ids: Iterable[str]) -> dict[str, Account]:
    """Return the accounts of these licenses exactly as they were billed last.

    In as many queries for one license as for all, but for those that look for who recoups together.
    """
    groups = _groups_of(session, license_ids)
    billed = _days_billed(session, [view.license.id for group in groups for view in group])
    days = [max(billed.get(view.license.id, date.min) for view in group) for group in groups]
    counted = [(view, day) for group, day in zip(groups, days, strict=True) for view in group]
    usages = {usage.license_id: usage for usage in _usages(session, counted)}
    found: dict[str, Account] = {}
    for group, day in zip(groups, days, strict=True):
        account = make_account([usages[view.license.id] for view in group], as_of=day)
        found |= {view.license.id: account.of_license(view.license.id) for view in group}
    return found


def _groups_of(session: Session, license_ids: Iterable[str]) -> list[list[LicenseView]]:
    """Return these licenses and all that recoup with them, each once."""
    wanted = select(License).where(col(License.id).in_(set(license_ids))).order_by(col(License.id))
    groups: list[list[LicenseView]] = []
    seen: set[str] = set()
    for view in views_of(session, session.exec(wanted).all()):
        if view.license.id not in seen:
            groups.append(recouping_together(session, view))
            seen.update(each.license.id for each in groups[-1])
    return groups


def _usages(session: Session, counted: Sequence[tuple[LicenseView, date]]) -> list[LicenseUsage]:
    """Return all that counts of these licenses, each under the terms in force on a day of its own."""
    ids = [view.license.id for view, _ in counted]
    lapsed, terminated = lapsed_advances(session, ids), terminations(session, ids)
    reports = session.exec(
        select(UsageReport)
        .where(col(UsageReport.license_id).in_(ids), UsageReport.status == ReportStatus.ACCEPTED)
        .order_by(col(UsageReport.id))
        .execution_options(populate_existing=True)
    ).all()
    sums = usage_sums(session, [report.id for report in reports])
    by_license: defaultdict[str, list[UsageReport]] = defaultdict(list)
    for report in reports:
        by_license[report.license_id].append(report)
    return [
        LicenseUsage(
            license_id=view.license.id,
            terms=terms_of_account(
                view,
                as_of,
                lapsed=lapsed.get(view.license.id, ()),
                terminated_at=terminated.get(view.license.id),
            ),
            periods=tuple(_period(view, report, sums[report.id]) for report in by_license[view.license.id]),
        )
        for view, as_of in counted
    ]


def _period(view: LicenseView, report: UsageReport, sums: Iterable[UsageSum]) -> PeriodUsage:
    return PeriodUsage(
        key=report.id,
        first_day=report.period_first_day,
        last_day=report.period_last_day,
        reported_on=report.uploaded_at.date(),
        terms=money_terms(terms_named(view, report.terms_sha256).terms.document),
        usage=tuple(sums),
    )


def last_billed(session: Session, license_ids: Iterable[str]) -> date | None:
    """Return up to when the accounts of licenses that recoup together were billed."""
    return max(_days_billed(session, license_ids).values(), default=None)


def _days_billed(session: Session, license_ids: Iterable[str]) -> dict[str, date]:
    accounts = sa.select(col(RoyaltyAccount.license_id), col(RoyaltyAccount.billed_to)).where(
        col(RoyaltyAccount.license_id).in_(set(license_ids))
    )
    return {license_id: billed_to for license_id, billed_to in session.execute(accounts) if billed_to is not None}


def movements_of(session: Session, license_ids: Iterable[str]) -> list[Movement]:
    """Return all that moved these accounts, as it is now."""
    wanted = set(license_ids)
    reports = select(UsageReport).where(col(UsageReport.license_id).in_(wanted))
    adjustments = select(RoyaltyAdjustment).where(col(RoyaltyAdjustment.license_id).in_(wanted))
    return [
        *session.exec(reports.execution_options(populate_existing=True)),
        *session.exec(adjustments.execution_options(populate_existing=True)),
    ]
