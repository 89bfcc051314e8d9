"""The royalty run: one statement for each estate and currency with something new."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import Actor
from app.royalties.errors import PeriodNotOver
from app.royalties.models import FeeEarning, RoyaltyAdjustment, RoyaltyRun, Statement, UsageReport
from app.royalties.rules.period import StatementPeriod
from app.royalties.service.funding import lock_accounts
from app.royalties.service.issuing import News, issue_statement
from app.royalties.states import ReportStatus


class EstateCurrency(NamedTuple):
    licensor_party_id: str
    currency: str


def issue_statements(*, session: Session, actor: Actor, at: datetime, period: StatementPeriod) -> RoyaltyRun:
    """State what estates earned until the end of a period and were not told before, and send them their shares.

    A correction of something stated is taken in whatever days it is for. An estate that has its statement for the
    period gets no second one: what comes later stands in the next. So a run can be repeated at any time.
    Raises: Forbidden for all but administrators; PeriodNotOver.
    """
    actor.require_administrator()
    if at < period.ends_at:
        raise PeriodNotOver(f"{period.name} runs until {period.last_day}; state it when it is over.")
    lock_accounts(session, _estates_with_news(session))
    run = RoyaltyRun(period=period.name, started_at=at, started_by=actor.label)
    session.add(run)
    session.flush()
    stated = _stated(session, period)
    issued = [
        issue_statement(session=session, at=at, run=run, period=period, news=news)
        for estate, news in sorted(_news(session, period).items())
        if estate not in stated
    ]
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="royalty_run.finished",
        subject_id=run.id,
        period=period.name,
        statements=[statement.id for statement in issued],
    )
    return run


def _estates_with_news(session: Session) -> Sequence[str]:
    fees = sa.select(col(FeeEarning.licensor_party_id)).where(col(FeeEarning.statement_id).is_(None))
    reports = sa.select(col(UsageReport.licensor_party_id)).where(*_counts_and_is_new())
    adjustments = sa.select(col(RoyaltyAdjustment.licensor_party_id)).where(
        col(RoyaltyAdjustment.statement_id).is_(None)
    )
    return session.execute(sa.union(fees, reports, adjustments)).scalars().all()


def _stated(session: Session, period: StatementPeriod) -> set[EstateCurrency]:
    rows = session.exec(
        select(Statement.licensor_party_id, Statement.currency).where(Statement.period == period.name)
    )
    return {EstateCurrency(*row) for row in rows}


def _news(session: Session, period: StatementPeriod) -> dict[EstateCurrency, News]:
    """Return fees, reports and adjustments to be stated, by estate and currency, each oldest first."""
    fees: defaultdict[EstateCurrency, list[FeeEarning]] = defaultdict(list)
    for fee in session.exec(
        select(FeeEarning)
        .where(col(FeeEarning.statement_id).is_(None), FeeEarning.earned_at < period.ends_at)
        .order_by(col(FeeEarning.id))
    ):
        fees[EstateCurrency(fee.licensor_party_id, fee.currency)].append(fee)
    reports: defaultdict[EstateCurrency, list[UsageReport]] = defaultdict(list)
    for report in session.exec(
        select(UsageReport)
        .where(*_counts_and_is_new())
        .where(sa.or_(col(UsageReport.period_last_day) <= period.last_day, _corrects_something_stated()))
        .order_by(col(UsageReport.id))
        .execution_options(populate_existing=True)
    ):
        reports[EstateCurrency(report.licensor_party_id, report.currency)].append(report)
    adjustments: defaultdict[EstateCurrency, list[RoyaltyAdjustment]] = defaultdict(list)
    for moved in session.exec(
        select(RoyaltyAdjustment)
        .where(col(RoyaltyAdjustment.statement_id).is_(None), RoyaltyAdjustment.on_day <= period.last_day)
        .order_by(col(RoyaltyAdjustment.id))
        .execution_options(populate_existing=True)
    ):
        adjustments[EstateCurrency(moved.licensor_party_id, moved.currency)].append(moved)
    return {
        estate: News(*estate, fees[estate], reports[estate], adjustments[estate])
        for estate in {*fees, *reports, *adjustments}
    }


def _counts_and_is_new() -> tuple[Any, ...]:
    return UsageReport.status == ReportStatus.ACCEPTED, col(UsageReport.statement_id).is_(None)


def _corrects_something_stated() -> Any:
    before = aliased(UsageReport)
    return sa.exists().where(
        col(before.statement_id).is_not(None),
        col(before.license_id) == col(UsageReport.license_id),
        col(before.period_first_day) == col(UsageReport.period_first_day),
        col(before.period_last_day) == col(UsageReport.period_last_day),
    )
