"""Take in a usage report: read it, keep its lines, work out what it earns, ask the licensee to pay."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO

from sqlmodel import Session, col, select

from app.audit import service as audit
from app.identity.actor import Actor
from app.infrastructure import events
from app.licensing.queries import LicenseView, license_view
from app.royalties.errors import AlreadyReported, CurrencyNotAgreed, NothingToCorrect, PeriodNotOver
from app.royalties.events import UsageReported
from app.royalties.models import UsageReport
from app.royalties.service.accounts import lock_together
from app.royalties.service.agreed import AgreedRoyalty, agreed_royalty, terms_for, terms_named
from app.royalties.service.billing import bill_days, bill_report
from app.royalties.service.lines import ProductMapping, add_up, store_lines, totals_document
from app.royalties.states import ReportKind, ReportStatus
from app.royalties.stores.layout import StoreLayout
from app.royalties.stores.reading import ReportReader
from app.values.errors import Forbidden, InvalidInput
from app.values.money import Money

EARLIEST_DAY = date(2000, 1, 1)
LONGEST_PERIOD = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class ReportUpload:
    """What a licensee says about the file it sends."""

    first_day: date
    last_day: date
    """Included."""
    kind: ReportKind
    layout: StoreLayout
    mapping: ProductMapping
    filename: str


def upload_report(
    *, session: Session, actor: Actor, at: datetime, license_id: str, upload: ReportUpload, stream: BinaryIO
) -> UsageReport:
    """Accept a report for a license, whether it still runs or has long ended, and charge what it comes to.

    Raises: NotFound; Forbidden for all but the licensee; InvalidInput for an impossible period; PeriodNotOver;
    CurrencyNotAgreed; AlreadyReported; NothingToCorrect; ReportRefused. The caller rolls back then.
    """
    view = license_view(session, actor, license_id)
    if view.license.licensee_party_id != actor.party_id:
        raise Forbidden("Only the licensee reports usage.")
    _check_period(upload, at)
    views = lock_together(session, view)
    earlier = _reports_of(session, license_id)
    siblings = [report for report in earlier if _is_same_period(report, upload)]
    version = terms_named(view, siblings[0].terms_sha256) if siblings else terms_for(view, upload.first_day)
    agreed = agreed_royalty(version.terms.document)
    _check_currency(upload, agreed)
    _check_kind(upload, earlier, siblings)
    report = _new_report(actor, at, view, upload, agreed)
    report.terms_sha256 = version.terms_sha256
    session.add(report)
    session.flush()
    _read(session, report, upload, agreed, stream)
    if upload.kind is ReportKind.REPLACEMENT:
        _supersede(session, siblings)
    session.flush()
    bill_report(session=session, at=at, views=views, report=report)
    bill_days(session=session, at=at, license_id=license_id)
    _tell(session, actor, at, report)
    return report


def preview_report(
    *, session: Session, actor: Actor, at: datetime, license_id: str, upload: ReportUpload, stream: BinaryIO
) -> UsageReport:
    """Go the whole way of `upload_report` and back: the same answer, and the same refusals, with nothing stored."""
    with session.begin_nested() as trial:
        report = upload_report(
            session=session, actor=actor, at=at, license_id=license_id, upload=upload, stream=stream
        )
        answer = UsageReport(**report.model_dump())
        trial.rollback()
    return answer


def _check_period(upload: ReportUpload, at: datetime) -> None:
    if upload.last_day < upload.first_day:
        raise InvalidInput.at("/period_last_day", "The last day lies before the first.")
    if upload.first_day < EARLIEST_DAY:
        raise InvalidInput.at("/period_first_day", f"Reports begin on {EARLIEST_DAY} at the earliest.")
    if upload.last_day - upload.first_day >= LONGEST_PERIOD:
        raise InvalidInput.at("/period_last_day", "A report covers a year at most; send one for each period.")
    if upload.last_day > at.date():
        raise PeriodNotOver(f"The period runs until {upload.last_day}; report it when it is over.")


def _check_currency(upload: ReportUpload, agreed: AgreedRoyalty) -> None:
    if upload.layout.currency != agreed.terms.currency:
        raise CurrencyNotAgreed(
            f"A {upload.layout.label} is in {upload.layout.currency}, and the royalty of this license in "
            f"{agreed.terms.currency}. Agree with the licensor on a royalty in {upload.layout.currency}."
        )


def _check_kind(upload: ReportUpload, earlier: Sequence[UsageReport], siblings: Sequence[UsageReport]) -> None:
    days = f"{upload.first_day} to {upload.last_day}"
    if upload.kind is not ReportKind.ORIGINAL:
        if not siblings:
            raise NothingToCorrect(f"Nothing was reported for {days}. Send an original first.")
        return
    if siblings:
        raise AlreadyReported(
            f"{days} was reported already. Send an addendum for what was missing, or a replacement for everything."
        )
    for report in earlier:
        if report.period_first_day <= upload.last_day and upload.first_day <= report.period_last_day:
            raise AlreadyReported(
                f"{days} overlaps the reported {report.period_first_day} to {report.period_last_day}. "
                "Report each day once; correct that period with an addendum or a replacement."
            )


def _reports_of(session: Session, license_id: str) -> Sequence[UsageReport]:
    """Return all reports of a license as they are now, oldest first; its account is locked."""
    return session.exec(
        select(UsageReport)
        .where(UsageReport.license_id == license_id)
        .order_by(col(UsageReport.id))
        .execution_options(populate_existing=True)
    ).all()


def _is_same_period(report: UsageReport, upload: ReportUpload) -> bool:
    return (report.period_first_day, report.period_last_day) == (upload.first_day, upload.last_day)


def _new_report(
    actor: Actor, at: datetime, view: LicenseView, upload: ReportUpload, agreed: AgreedRoyalty
) -> UsageReport:
    return UsageReport(
        license_id=view.license.id,
        licensor_party_id=view.license.licensor_party_id,
        licensee_party_id=view.license.licensee_party_id,
        period_first_day=upload.first_day,
        period_last_day=upload.last_day,
        kind=upload.kind,
        layout=upload.layout.key,
        filename=upload.filename,
        mapping={product: asdict(mapped) for product, mapped in upload.mapping.items()},
        currency=agreed.terms.currency,
        is_on_net=agreed.terms.is_on_net,
        is_earned_on_sale=agreed.terms.is_earned_on_sale,
        rate_bps=agreed.terms.rate_bps,
        platform_fee_bps=agreed.terms.platform_fee_bps,
        uploaded_at=at,
        uploaded_by=actor.label,
    )


def _read(
    session: Session, report: UsageReport, upload: ReportUpload, agreed: AgreedRoyalty, stream: BinaryIO
) -> None:
    """Store the lines and their sums, and fill in what the file holds."""
    reader = ReportReader(
        stream,
        layout=upload.layout,
        products=upload.mapping,
        first_day=upload.first_day,
        last_day=upload.last_day,
    )
    left_out = store_lines(session, report=report, rows=reader, mapping=upload.mapping, coverage=agreed.coverage)
    sums = add_up(session, report.id)
    report.sha256 = reader.sha256
    report.row_count = reader.rows
    report.line_count = sum(usage.lines for usage in sums)
    report.lines_outside_grant = sum(usage.lines_outside_grant for usage in sums)
    report.totals = totals_document(sums, left_out, upload.mapping)


def _supersede(session: Session, siblings: Sequence[UsageReport]) -> None:
    for report in siblings:
        report.status = ReportStatus.SUPERSEDED
        session.add(report)


def _tell(session: Session, actor: Actor, at: datetime, report: UsageReport) -> None:
    detail: dict[str, Any] = {
        "license_id": report.license_id,
        "kind": report.kind.value,
        "period": f"{report.period_first_day}/{report.period_last_day}",
        "sha256": report.sha256,
        "royalty_minor": report.royalty_minor,
        "charged_minor": report.charged_minor,
        "currency": report.currency,
    }
    audit.record(
        session=session, actor=actor, at=at, action="usage_report.accepted", subject_id=report.id, **detail
    )
    events.publish(
        session=session,
        at=at,
        event=UsageReported(
            report_id=report.id,
            license_id=report.license_id,
            licensor_party_id=report.licensor_party_id,
            licensee_party_id=report.licensee_party_id,
            period_first_day=report.period_first_day,
            period_last_day=report.period_last_day,
            royalty=Money(report.royalty_minor, report.currency),
            charged=Money(report.charged_minor, report.currency),
        ),
    )
