"""Routes of usage reports and statements."""

from typing import Any

from flask import Response
from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, session
from app.infrastructure.http.fields import file_name
from app.infrastructure.http.paging import PageArgs
from app.royalties import queries, schemas
from app.royalties.models import UsageReport
from app.royalties.service.reports import ReportUpload, preview_report, upload_report
from app.royalties.service.runs import issue_statements

usage_reports = api_blueprint("usage_reports", "/v1", "What licensees sold, as the stores report it")
statements = api_blueprint("statements", "/v1", "What estates earned, line by line, and what was sent to whom")


@usage_reports.route("/licenses/<license_id>/usage-reports")
class UsageReports(MethodView):
    @usage_reports.arguments(schemas.UsageReportIn, location="multipart")
    @usage_reports.response(201, schemas.UsageReportOut)
    @usage_reports.alt_response(200, schema=schemas.UsageReportOut, success=True, description="Preview")
    def post(self, form: dict[str, Any], license_id: str) -> Any:
        """Report a period's sales with a store's own export, also after the license has ended

        Every row is stored or none: a refusal names line and column of what is wrong. Sales outside the grant are
        accepted, earn royalty and are flagged. The royalty is charged at once.
        """
        take = preview_report if form["preview"] else upload_report
        report = take(
            session=session(),
            actor=actor(),
            at=now(),
            license_id=license_id,
            upload=ReportUpload(
                first_day=form["period_first_day"],
                last_day=form["period_last_day"],
                kind=form["kind"],
                layout=form["layout"],
                mapping=form["mapping"],
                filename=file_name(form["file"]),
            ),
            stream=form["file"].stream,
        )
        return report, 200 if form["preview"] else 201

    @usage_reports.arguments(PageArgs, location="query")
    @usage_reports.response(200, schemas.UsageReportPageOut)
    def get(self, args: dict[str, Any], license_id: str) -> Any:
        """List the reports of a license, newest first"""
        page = queries.reports_page(session(), actor(), license_id, **_paging(args))
        return page, page.headers


@usage_reports.route("/usage-reports/<report_id>")
@usage_reports.response(200, schemas.UsageReportOut)
def get_report(report_id: str) -> UsageReport:
    """Return a report with its totals"""
    return queries.report(session(), actor(), report_id)


@usage_reports.route("/usage-reports/<report_id>/lines")
@usage_reports.arguments(schemas.ReportLineArgs, location="query")
@usage_reports.response(200, schemas.ReportLinePageOut)
def get_report_lines(args: dict[str, Any], report_id: str) -> Any:
    """List the lines of a report, the last of the file first"""
    page = queries.report_lines_page(
        session(), actor(), report_id, is_outside_grant=args.get("is_outside_grant"), **_paging(args)
    )
    return page, page.headers


@statements.route("/royalty-runs", methods=["POST"])
@statements.arguments(schemas.RoyaltyRunIn)
@statements.response(201, schemas.RoyaltyRunOut)
def post_run(body: dict[str, Any]) -> dict[str, Any]:
    """Issue the statements of a period that are not issued yet, and send the shares

    For administrators. Running a period again changes nothing that was issued.
    """
    run = issue_statements(session=session(), actor=actor(), at=now(), period=body["period"])
    return {"run": run, "statements": queries.statements_of_run(session(), run)}


@statements.route("/statements")
@statements.arguments(PageArgs, location="query")
@statements.response(200, schemas.StatementPageOut)
def get_statements(args: dict[str, Any]) -> Any:
    """List your statements, newest first"""
    page = queries.statements_page(session(), actor(), **_paging(args))
    return page, page.headers


@statements.route("/statements/<statement_id>")
@statements.response(200, schemas.StatementOut)
def get_statement(statement_id: str) -> queries.StatementView:
    """Return a statement: the frozen document, and how far the shares have come"""
    return queries.statement_view(session(), actor(), statement_id)


@statements.route("/statements/<statement_id>/document")
@statements.response(200, {"type": "object"})
def get_document(statement_id: str) -> Response:
    """Return the document byte for byte as it was hashed: its SHA-256 is the statement's `sha256`"""
    found = queries.statement(session(), actor(), statement_id)
    response = Response(found.document_json, content_type="application/json")
    response.set_etag(found.sha256)
    return response


@statements.route("/statements/<statement_id>/lines")
@statements.arguments(PageArgs, location="query")
@statements.response(200, schemas.StatementLinePageOut)
def get_statement_lines(args: dict[str, Any], statement_id: str) -> Any:
    """List the lines of a statement, the last first"""
    page = queries.statement_lines_page(session(), actor(), statement_id, **_paging(args))
    return page, page.headers


@statements.route("/statements/<statement_id>/lines/<line_id>/report-lines")
@statements.arguments(PageArgs, location="query")
@statements.response(200, schemas.ReportLinePageOut)
def get_traced_lines(args: dict[str, Any], statement_id: str, line_id: str) -> Any:
    """List the report lines that a statement line is made of"""
    page = queries.traced_lines_page(session(), actor(), statement_id, line_id, **_paging(args))
    return page, page.headers


@statements.route("/payout-holds")
@statements.arguments(schemas.PayoutHoldsArgs, location="query")
@statements.response(200, schemas.PayoutHoldPageOut)
def get_payout_holds(args: dict[str, Any]) -> Any:
    """List what holds your money back, newest first; `in_force` leaves those that still do, or those that ended"""
    page = queries.payout_holds_page(session(), actor(), in_force=args.get("in_force"), **_paging(args))
    return page, page.headers


def _paging(args: dict[str, Any]) -> dict[str, Any]:
    return {"cursor": args.get("cursor"), "limit": args["limit"]}
