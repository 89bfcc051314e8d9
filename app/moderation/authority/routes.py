"""Routes of cases of failed authority."""

from typing import Any

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, session
from app.infrastructure.http.paging import PageArgs
from app.moderation.authority import listings, queries, schemas

cases = api_blueprint(
    "authority-cases", "/v1/authority-cases", "Authority that failed as of a date, and everything that rests on it"
)


@cases.route("")
@cases.arguments(schemas.CasesArgs, location="query")
@cases.response(200, schemas.AuthorityCasePageOut)
def get_cases(args: dict[str, Any]) -> Any:
    """List the cases of failed authority, newest first"""
    page = queries.cases_page(session(), actor(), **args)
    views = queries.case_views(session(), page.items)
    return {"items": views, "next_cursor": page.next_cursor}, page.headers


@cases.route("/<case_id>")
@cases.response(200, schemas.BlastRadiusOut)
def get_case(case_id: str) -> queries.BlastRadius:
    """Return a case and, in numbers, what it reaches: licenses, copies, open negotiations, money"""
    return queries.blast_radius(session(), actor(), case_id)


@cases.route("/<case_id>/licenses")
@cases.arguments(PageArgs, location="query")
@cases.response(200, schemas.AffectedLicensePageOut)
def get_licenses(args: dict[str, Any], case_id: str) -> Any:
    """List the licenses signed by the authority since it failed, newest first"""
    page = listings.licenses_page(session(), actor(), case_id, **args)
    views = listings.affected_licenses(session(), now(), page.items)
    return {"items": views, "next_cursor": page.next_cursor}, page.headers


@cases.route("/<case_id>/deliveries")
@cases.arguments(PageArgs, location="query")
@cases.response(200, schemas.AffectedDeliveryPageOut)
def get_deliveries(args: dict[str, Any], case_id: str) -> Any:
    """List the copies handed out under those licenses, newest first"""
    page = listings.deliveries_page(session(), actor(), case_id, **args)
    views = listings.affected_deliveries(session(), page.items)
    return {"items": views, "next_cursor": page.next_cursor}, page.headers


@cases.route("/<case_id>/payments")
@cases.arguments(schemas.CasePaymentsArgs, location="query")
@cases.response(200, schemas.AffectedPaymentPageOut)
def get_payments(args: dict[str, Any], case_id: str) -> Any:
    """List what those licenses were charged and what became of it: shares first, then charges, newest first"""
    page = listings.payments_page(session(), actor(), case_id, **args)
    views = listings.affected_payments(session(), page.items)
    return {"items": views, "next_cursor": page.next_cursor}, page.headers


@cases.route("/<case_id>/negotiations")
@cases.arguments(PageArgs, location="query")
@cases.response(200, schemas.FrozenNegotiationPageOut)
def get_negotiations(args: dict[str, Any], case_id: str) -> Any:
    """List the open negotiations that cannot be signed without the authority, newest first"""
    page = listings.negotiations_page(session(), actor(), case_id, **args)
    views = listings.frozen_negotiations(session(), page.items)
    return {"items": views, "next_cursor": page.next_cursor}, page.headers
