"""The licensing API."""

from datetime import timedelta
from typing import Any

from flask import Response, jsonify, request
from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure import signing_keys
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, services, session
from app.infrastructure.http.paging import page_schema
from app.infrastructure.http.unit_of_work import reads_only
from app.licensing import queries, schemas
from app.licensing.listing import found_licenses
from app.licensing.queries import LicenseView
from app.licensing.rules.decision import Decision
from app.licensing.rules.facts import IntendedUse
from app.licensing.service import credentials, decisions, lifecycle
from app.payments.queries import charge_by_reference

licenses = api_blueprint("licenses", "/v1/licenses", "Licenses, their standing and credentials")
decisions_blueprint = api_blueprint("decisions", "/v1/licenses", "May this use be made now?")
credential_checks = api_blueprint(
    "credential_checks", "/v1/credential-checks", "Does a credential that was shown hold now?"
)
batches = api_blueprint("batches", "/v1/decisions", "Many questions in one call")
published = api_blueprint("published", "/", "What verifiers fetch: keys and the signed status list")


@licenses.route("")
class Licenses(MethodView):
    @licenses.arguments(schemas.LicensesArgs, location="query")
    @licenses.response(200, page_schema(schemas.LicenseSummaryOut))
    def get(self, asked: dict[str, Any]) -> Any:
        """List the licenses that you give or take, newest first, by how they stand now and when they end"""
        found = found_licenses(session(), actor(), at=now(), **{"cursor": None} | asked)
        views = queries.views_of(session(), found.items)
        items = [_out(view) for view in views]
        return {"items": items, "next_cursor": found.next_cursor}, 200, found.headers


@licenses.route("/<license_id>")
class OneLicense(MethodView):
    @licenses.response(200, schemas.LicenseOut)
    def get(self, license_id: str) -> Any:
        """Return a license, its terms and how it stands now"""
        return full_license(queries.license_view(session(), actor(), license_id))


@licenses.route("/<license_id>/history")
class History(MethodView):
    @licenses.response(200, schemas.HistoryOut)
    def get(self, license_id: str) -> Any:
        """Return every change of standing with its reason, and what is announced when"""
        queries.license_view(session(), actor(), license_id)
        return {
            "changes": queries.status_changes(session(), license_id),
            "notices": queries.notices_of(session(), license_id),
        }


@decisions_blueprint.route("/<license_id>/decision")
class DecisionResource(MethodView):
    @decisions_blueprint.arguments(schemas.IntendedUseIn)
    @decisions_blueprint.response(200, schemas.DecisionOut)
    @reads_only
    def post(self, use: IntendedUse, license_id: str) -> Decision:
        """Ask whether a use may be made now

        Asks only, so it needs no idempotency key. The scope `decide` is enough.
        """
        return decisions.decide_use(session=session(), actor=actor(), at=now(), license_id=license_id, use=use)


@batches.route("")
class Decisions(MethodView):
    @batches.arguments(schemas.UsesIn)
    @batches.response(200, schemas.DecisionsOut)
    @reads_only
    def post(self, asked: dict[str, Any]) -> Any:
        """Ask about up to 500 uses at once, of one license of yours or of several

        Answers come in the order of the uses. One about a license that is not there or not yours says NOT_FOUND.
        One use that cannot be read refuses the whole call, and the pointer names its place: `/uses/3/territory`.
        Asks only, so it needs no idempotency key. The scope `decide` is enough.
        """
        answers = decisions.decide_uses(session=session(), actor=actor(), at=now(), uses=asked["uses"])
        return {"decisions": answers}


@licenses.route("/<license_id>/credential")
class CredentialResource(MethodView):
    @licenses.arguments(schemas.CredentialIn)
    @licenses.response(201, schemas.CredentialOut)
    def post(self, body: dict[str, Any], license_id: str) -> Any:
        """Have a signed statement of a license for offline checks"""
        return credentials.issue_credential(
            session=session(),
            actor=actor(),
            at=now(),
            license_id=license_id,
            issuer=services().settings.public_url,
            audience=body.get("audience"),
        )


@credential_checks.route("")
class CredentialChecks(MethodView):
    @credential_checks.arguments(schemas.CredentialCheckIn)
    @credential_checks.response(200, schemas.CredentialCheckOut)
    @reads_only
    def post(self, body: dict[str, Any]) -> Any:
        """Ask whether a credential that you were shown holds at this instant

        Asks only, so it needs no idempotency key. Nothing is told that the credential does not say itself.
        """
        signing_keys.ensure_current_key(database=services().database, at=now())
        return credentials.check_credential(
            session=session(), at=now(), issuer=services().settings.public_url, **body
        )


@published.route("/.well-known/jwks.json")
@published.response(200, content_type="application/json")
@published.alt_response(304, description="Unchanged since the ETag that was sent")
def jwks() -> Response:
    """Return the public keys of credentials and status lists, past ones while they can still be met"""
    response = jsonify(signing_keys.public_jwks(session=session(), at=now()))
    response.add_etag()
    _let_all_keep(response, timedelta(minutes=5))
    response.make_conditional(request.environ)
    return response


@published.route("/v1/status-list")
@published.response(200, content_type="application/statuslist+jwt")
@published.alt_response(304, description="Unchanged since the ETag that was sent")
def status_list() -> Response:
    """Return which licenses are suspended or revoked: an IETF Token Status List, signed"""
    signing_keys.ensure_current_key(database=services().database, at=now())
    listed = credentials.StatusList.now(session=session(), at=now(), issuer=services().settings.public_url)
    if request.if_none_match.contains_weak(listed.tag):
        response = Response(status=304)
    else:
        token = listed.sign(session=session(), at=now())
        response = Response(token, content_type="application/statuslist+jwt")
    response.set_etag(listed.tag, weak=True)
    _let_all_keep(response, timedelta(minutes=1))
    return response


def _let_all_keep(response: Response, period: timedelta) -> None:
    response.headers["Cache-Control"] = f"public, max-age={int(period.total_seconds())}"
    response.headers["Access-Control-Allow-Origin"] = "*"


def _out(view: LicenseView) -> dict[str, Any]:
    in_force = view.version_at(now())
    return {
        "license": view.license,
        "in_force": in_force,
        "versions": view.versions,
        "standing": view.standing(now()).value,
        "check_in_due_at": view.facts_at(now()).check_in_due_at,
    }


def full_license(view: LicenseView) -> dict[str, Any]:
    """Return a license with its terms as they are answered."""
    charge = charge_by_reference(session(), lifecycle.fee_reference(view.license.id))
    return _out(view) | {"fee_charge_id": charge.id if charge else None}
