"""The API of approvals."""

from typing import Any

from flask import Response
from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, services, session
from app.infrastructure.http.fields import file_name
from app.infrastructure.http.files import BINARY, send_stored_file
from app.infrastructure.http.paging import PageArgs, page_schema
from app.infrastructure.storage import AssetStore
from app.licensing.approvals import queries, schemas, service
from app.licensing.approvals.models import Approval
from app.licensing.approvals.queries import ApprovalView
from app.values.errors import NotFound

approvals = api_blueprint("approvals", "/v1", "The licensor's approval of a stage, or of an action in a phase")


@approvals.route("/licenses/<license_id>/approvals")
class Approvals(MethodView):
    @approvals.arguments(PageArgs, location="query")
    @approvals.response(200, page_schema(schemas.ApprovalOut))
    def get(self, page: dict[str, Any], license_id: str) -> Any:
        """List what was asked under a license and how it stands now, newest first"""
        found = queries.approvals_page(
            session(), actor(), license_id, cursor=page.get("cursor"), limit=page["limit"]
        )
        items = [queries.view_of(row, at=now()) for row in found.items]
        return {"items": items, "next_cursor": found.next_cursor}, 200, found.headers

    @approvals.arguments(schemas.ApprovalAskIn, location="json_or_multipart")
    @approvals.response(201, schemas.ApprovalOut)
    def post(self, body: dict[str, Any], license_id: str) -> ApprovalView:
        """Ask the licensor, as the licensee, with a file or a hash of what is shown

        The licensor has the days and rounds of the deal; what no answer in time means is agreed there too. For an
        action of the survival matrix it is ten days, two rounds, and no. A decision or a reservation that names the
        approval is then allowed where only the approval was missing.
        """
        return queries.view_of(ask_of(body, license_id), at=now())


@approvals.route("/approvals/<approval_id>")
class OneApproval(MethodView):
    @approvals.response(200, schemas.ApprovalOut)
    def get(self, approval_id: str) -> ApprovalView:
        """Return an approval as it stands now"""
        return queries.view_of(queries.approval_of(session(), actor(), approval_id), at=now())


@approvals.route("/approvals/<approval_id>/content")
@approvals.response(200, content_type="*/*", schema=BINARY)
def get_approval_content(approval_id: str) -> Response:
    """Download what was shown"""
    return send_shown(services().store, queries.approval_of(session(), actor(), approval_id))


@approvals.route("/approvals/<approval_id>/answer")
class Answer(MethodView):
    @approvals.arguments(schemas.ApprovalAnswerIn)
    @approvals.response(201, schemas.ApprovalOut)
    def post(self, body: dict[str, Any], approval_id: str) -> ApprovalView:
        """Approve, want changes or refuse, as the licensor; a no has a reason"""
        found = service.answer(session=session(), actor=actor(), at=now(), approval_id=approval_id, **body)
        return queries.view_of(found, at=now())


def ask_of(body: dict[str, Any], license_id: str) -> Approval:
    """Ask for an approval as `ApprovalAskIn` read it."""
    file = body.pop("file", None)
    return service.ask(
        session=session(),
        actor=actor(),
        at=now(),
        store=services().store,
        license_id=license_id,
        in_phase=body.pop("phase"),
        stream=None if file is None else file.stream,
        filename="" if file is None else file_name(file),
        **body,
    )


def send_shown(store: AssetStore, approval: Approval) -> Response:
    """Stream the file that was shown, as one to save, kept by no cache. Raises: NotFound where there is none."""
    if approval.shown is None:
        raise NotFound("No file was shown with this.")
    response = send_stored_file(store, approval.shown, as_attachment=True)
    response.headers["Cache-Control"] = "private, no-store"
    return response
