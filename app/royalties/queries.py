"""Reads of reports and statements, scoped to the asker.

A report is seen by both sides of its license. A statement is seen by its estate and by those who share in it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.identity.access import only_theirs
from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.licensing.queries import license_view
from app.royalties.models import (
    FundingSource,
    PayoutHold,
    ReportLine,
    RoyaltyAccount,
    RoyaltyRun,
    Statement,
    StatementBalance,
    StatementLine,
    StatementShare,
    UsageReport,
)
from app.royalties.states import LineKind, ReportStatus, ShareStatus
from app.values.errors import NotFound


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement with its document, and how far its shares have come by now."""

    statement: Statement
    shares: list["ShareView"]

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.statement.document_json)
        return found


@dataclass(frozen=True, slots=True)
class ShareView:
    """A beneficiary's share and, while it is held, why."""

    share: StatementShare
    held_because: tuple[str, ...]


def reports_page(
    session: Session, actor: Actor, license_id: str, *, cursor: str | None, limit: int
) -> Page[UsageReport]:
    """Return the reports of a license, newest first. Raises: NotFound."""
    license_view(session, actor, license_id)
    statement = select(UsageReport).where(UsageReport.license_id == license_id)
    return paginate(session, statement, id_column=col(UsageReport.id), cursor=cursor, limit=limit)


def report(session: Session, actor: Actor, report_id: str) -> UsageReport:
    """Raises: NotFound, also for a report between others."""
    found = session.exec(
        select(UsageReport).where(
            UsageReport.id == report_id,
            only_theirs(actor, col(UsageReport.licensee_party_id), col(UsageReport.licensor_party_id)),
        )
    ).first()
    if found is None:
        raise NotFound("There is no such usage report.")
    return found


def report_lines_page(
    session: Session,
    actor: Actor,
    report_id: str,
    *,
    cursor: str | None,
    limit: int,
    is_outside_grant: bool | None = None,
) -> Page[ReportLine]:
    """Return the lines of a report, last line of the file first. Raises: NotFound."""
    statement = select(ReportLine).where(ReportLine.report_id == report(session, actor, report_id).id)
    if is_outside_grant is not None:
        statement = statement.where(col(ReportLine.is_outside_grant).is_(is_outside_grant))
    return paginate(session, statement, id_column=col(ReportLine.id), cursor=cursor, limit=limit)


def statements_page(session: Session, actor: Actor, *, cursor: str | None, limit: int) -> Page[Statement]:
    return paginate(
        session, select(Statement).where(_visible(actor)), id_column=col(Statement.id), cursor=cursor, limit=limit
    )


def statement(session: Session, actor: Actor, statement_id: str) -> Statement:
    """Raises: NotFound, also for a statement of others."""
    found = session.exec(select(Statement).where(Statement.id == statement_id, _visible(actor))).first()
    if found is None:
        raise NotFound("There is no such statement.")
    return found


def statement_view(session: Session, actor: Actor, statement_id: str) -> StatementView:
    """Raises: NotFound."""
    found = statement(session, actor, statement_id)
    rows = select(StatementShare).where(StatementShare.statement_id == found.id)
    shares = session.exec(rows.order_by(col(StatementShare.id))).all()
    reasons = _reasons(session, [share for share in shares if share.status is ShareStatus.HELD])
    return StatementView(found, [ShareView(share, tuple(reasons.get(share.id, ()))) for share in shares])


def _reasons(session: Session, held: Sequence[StatementShare]) -> dict[str, list[str]]:
    """Return why each of the shares is held, in one query for all; oldest reason first."""
    rows = session.exec(
        select(PayoutHold)
        .where(col(PayoutHold.released_at).is_(None))
        .where(
            sa.or_(
                col(PayoutHold.license_id).in_({share.license_id for share in held}),
                col(PayoutHold.party_id).in_({share.beneficiary_party_id for share in held}),
            )
        )
        .order_by(col(PayoutHold.id))
    ).all()
    return {share.id: [hold.reason for hold in rows if hold.concerns(share)] for share in held}


def payout_holds_page(
    session: Session, actor: Actor, *, cursor: str | None, limit: int, in_force: bool | None = None
) -> Page[PayoutHold]:
    """Return the holds on the asker's money, as a beneficiary or as the licensor, newest first."""
    licenses = sa.select(col(RoyaltyAccount.license_id)).where(
        col(RoyaltyAccount.licensor_party_id) == actor.party_id
    )
    shared = sa.select(col(StatementShare.license_id)).where(
        col(StatementShare.beneficiary_party_id) == actor.party_id
    )
    statement = select(PayoutHold).where(
        sa.or_(
            only_theirs(actor, col(PayoutHold.party_id)),
            col(PayoutHold.license_id).in_(licenses),
            col(PayoutHold.license_id).in_(shared),
        )
    )
    if in_force is not None:
        ended = col(PayoutHold.released_at)
        statement = statement.where(ended.is_(None) if in_force else ended.is_not(None))
    return paginate(session, statement, id_column=col(PayoutHold.id), cursor=cursor, limit=limit)


def statement_lines_page(
    session: Session, actor: Actor, statement_id: str, *, cursor: str | None, limit: int
) -> Page[StatementLine]:
    """Return the lines of a statement, last first. Raises: NotFound."""
    lines = select(StatementLine).where(StatementLine.statement_id == statement(session, actor, statement_id).id)
    return paginate(session, lines, id_column=col(StatementLine.id), cursor=cursor, limit=limit)


def traced_lines_page(
    session: Session, actor: Actor, statement_id: str, line_id: str, *, cursor: str | None, limit: int
) -> Page[ReportLine]:
    """Return the report lines that a statement line is made of; none for a license fee. Raises: NotFound.

    A correction shows the lines of the new report and of those it took the place of; an escalation the sales that
    its band pays for, of whichever report. What fell due by itself shows
    the license's sales of the month that it is about, which for a guarantee is the month of its test.
    """
    found = statement(session, actor, statement_id)
    line = session.exec(
        select(StatementLine).where(StatementLine.id == line_id, StatementLine.statement_id == found.id)
    ).first()
    if line is None:
        raise NotFound("This statement has no such line.")
    return paginate(session, _traced(line), id_column=col(ReportLine.id), cursor=cursor, limit=limit)


def statements_of_run(session: Session, run: RoyaltyRun) -> list[Statement]:
    """Return what a run issued, in the order it was issued."""
    statement = select(Statement).where(Statement.run_id == run.id)
    return list(session.exec(statement.order_by(col(Statement.id))))


def _traced(line: StatementLine) -> Any:
    if line.due_on is not None or line.kind is LineKind.ESCALATION:
        reports = _of_license(line)
    else:
        reports = _same_days(line) if line.is_correction else sa.select(sa.literal(line.report_id))
    traced = select(ReportLine).where(col(ReportLine.report_id).in_(reports), col(ReportLine.month) == line.month)
    if line.kind.is_of_sales:
        traced = traced.where(
            ReportLine.item == line.item,
            ReportLine.media == line.media,
            ReportLine.territory == line.territory,
            ReportLine.channel == line.channel,
        )
    return traced


def _same_days(line: StatementLine) -> Any:
    """The report of a correction and all that came before it for the same days."""
    new = aliased(UsageReport)
    return (
        sa.select(col(UsageReport.id))
        .join(
            new,
            sa.and_(
                col(new.license_id) == col(UsageReport.license_id),
                col(new.period_first_day) == col(UsageReport.period_first_day),
                col(new.period_last_day) == col(UsageReport.period_last_day),
            ),
        )
        .where(col(new.id) == line.report_id, col(UsageReport.id) <= col(new.id))
    )


def _of_license(line: StatementLine) -> Any:
    """The reports that count of the license that a line is about."""
    return sa.select(col(UsageReport.id)).where(
        col(UsageReport.license_id) == line.license_id, col(UsageReport.status) == ReportStatus.ACCEPTED
    )


def _visible(actor: Actor) -> Any:
    shared = sa.select(col(StatementBalance.statement_id)).where(
        col(StatementBalance.beneficiary_party_id) == actor.party_id
    )
    return sa.or_(only_theirs(actor, col(Statement.licensor_party_id)), col(Statement.id).in_(shared))


def license_paid_by(session: Session, reference: str) -> str | None:
    """Return for which license's royalties a charge of this reference asks, if it does."""
    return session.exec(select(FundingSource.license_id).where(FundingSource.reference == reference)).first()
