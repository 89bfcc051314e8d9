"""The rows of a report: stored in batches as they are read, and added up by the database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.infrastructure.ids import new_id
from app.royalties.errors import CellProblem, ReportRefused
from app.royalties.models import ReportLine, UsageReport, UsageReportSum
from app.royalties.rules.calculation import UsageSum
from app.royalties.rules.coverage import Coverage
from app.royalties.rules.period import month_of
from app.royalties.stores.layout import UsageRow

BATCH = 2_000
LARGEST_TOTAL = 10**15
"""Units or minor units, signs aside: sums of a report stay exact wherever they are written."""

_COLUMNS = ("month", "item", "media", "territory", "channel")
_SUMS = ("units", "gross_minor", "deductions_minor", "net_minor", "lines", "lines_outside_grant")


@dataclass(frozen=True, slots=True)
class MappedItem:
    """What a store's product is under the license: an item, and the medium the likeness is used in."""

    item: str
    media: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A product of the file that the license has no part in."""

    reason: str


ProductMapping = Mapping[str, MappedItem | LeftOut]


@dataclass(slots=True)
class LeftOutTotal:
    """What was left out of one product."""

    rows: int = 0
    units: int = 0
    gross_minor: int = 0
    net_minor: int = 0

    def add(self, row: UsageRow) -> None:
        self.rows += 1
        self.units += row.units
        self.gross_minor += row.gross_minor
        self.net_minor += row.net_minor


def store_lines(
    session: Session,
    *,
    report: UsageReport,
    rows: Iterable[UsageRow],
    mapping: ProductMapping,
    coverage: Coverage,
) -> dict[str, LeftOutTotal]:
    """Insert a line for every row of a mapped product; return what was left out, by product.

    Raises: ReportRefused, from the reading too; lines inserted before are then for the caller to roll back.
    """
    insert = sa.insert(ReportLine.__table__)  # type: ignore[attr-defined]
    left_out: defaultdict[str, LeftOutTotal] = defaultdict(LeftOutTotal)
    batch: list[dict[str, Any]] = []
    total = 0
    for row in rows:
        total += abs(row.units) + abs(row.gross_minor) + abs(row.deductions_minor)
        if total > LARGEST_TOTAL:
            raise ReportRefused.because([_too_much(row.line_number)])
        match mapping[row.product]:
            case LeftOut():
                left_out[row.product].add(row)
            case MappedItem() as mapped:
                batch.append(_line(report, row, mapped, coverage))
        if len(batch) == BATCH:
            session.execute(insert, batch)
            batch = []
    if batch:
        session.execute(insert, batch)
    return left_out


def add_up(session: Session, report_id: str) -> list[UsageSum]:
    """Add up the lines of a report by item, medium, territory, month and channel, and keep the sums."""
    groups = [col(getattr(ReportLine, name)) for name in _COLUMNS]
    sums = [
        sa.cast(sa.func.sum(column), sa.BigInteger)
        for column in (
            col(ReportLine.units),
            col(ReportLine.gross_minor),
            col(ReportLine.deductions_minor),
            col(ReportLine.net_minor),
            sa.literal(1),
            sa.case((col(ReportLine.is_outside_grant), 1), else_=0),
        )
    ]
    added_up = (
        sa.select(col(ReportLine.report_id), *groups, *sums)
        .where(col(ReportLine.report_id) == report_id)
        .group_by(col(ReportLine.report_id), *groups)
    )
    table = UsageReportSum.__table__  # type: ignore[attr-defined]
    session.execute(sa.insert(table).from_select(["report_id", *_COLUMNS, *_SUMS], added_up))
    return usage_sums(session, [report_id])[report_id]


def usage_sums(session: Session, report_ids: Iterable[str]) -> defaultdict[str, list[UsageSum]]:
    """Return the sums of reports, in one query; their lines are not read again."""
    columns = [col(getattr(UsageReportSum, name)) for name in ("report_id", *_COLUMNS, *_SUMS)]
    rows = session.execute(sa.select(*columns).where(col(UsageReportSum.report_id).in_(set(report_ids))))
    found: defaultdict[str, list[UsageSum]] = defaultdict(list)
    for report_id, *values in rows:
        found[report_id].append(UsageSum(*values))
    return found


def totals_document(
    sums: Sequence[UsageSum], left_out: Mapping[str, LeftOutTotal], mapping: ProductMapping
) -> dict[str, Any]:
    """Return the totals that are kept with a report: per item and channel, and what was left out and why."""
    by_item: defaultdict[tuple[str, str], list[UsageSum]] = defaultdict(list)
    for usage in sums:
        by_item[usage.item, usage.channel].append(usage)
    amounts = ("units", "gross_minor", "deductions_minor", "net_minor", "lines", "lines_outside_grant")
    return {
        "items": [
            {"item": item, "channel": channel}
            | {name: sum(getattr(usage, name) for usage in group) for name in amounts}
            for (item, channel), group in sorted(by_item.items())
        ],
        "left_out": [
            {
                "product": product,
                "reason": reason.reason,
                "rows": total.rows,
                "units": total.units,
                "gross_minor": total.gross_minor,
                "net_minor": total.net_minor,
            }
            for product, total in sorted(left_out.items())
            if isinstance(reason := mapping[product], LeftOut)
        ],
    }


def _line(report: UsageReport, row: UsageRow, mapped: MappedItem, coverage: Coverage) -> dict[str, Any]:
    is_covered = coverage.covers(sold_on=row.sold_on, territory=row.territory, media=mapped.media)
    return {
        "id": new_id("rln"),
        "report_id": report.id,
        "line_number": row.line_number,
        "sold_on": row.sold_on,
        "month": month_of(row.sold_on),
        "item": mapped.item,
        "media": mapped.media,
        "territory": row.territory,
        "channel": row.channel,
        "units": row.units,
        "gross_minor": row.gross_minor,
        "deductions_minor": row.deductions_minor,
        "net_minor": row.net_minor,
        "currency": report.currency,
        "is_outside_grant": not is_covered,
    }


def _too_much(line: int) -> CellProblem:
    detail = "the report adds up to more than this system can count."
    return CellProblem(line=line, column=None, code="too_large", detail=detail)
