"""Routes of inspections: an administrator's access to what two sides said, for a reason and for an hour."""

from typing import Any

from flask import Response
from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, services, session
from app.infrastructure.http.files import BINARY
from app.infrastructure.http.paging import PageArgs
from app.negotiation.discussion import queries, schemas, service
from app.negotiation.discussion.dossier import Dossier, dossier_of
from app.negotiation.discussion.models import Inspection
from app.negotiation.discussion.routes import send_shared

inspections = api_blueprint(
    "inspections", "/v1/negotiations", "An administrator's access to what two sides said, which both hear of"
)


@inspections.route("/<negotiation_id>/inspections")
class Inspections(MethodView):
    @inspections.arguments(PageArgs, location="query")
    @inspections.response(200, schemas.InspectionPageOut)
    def get(self, page: dict[str, Any], negotiation_id: str) -> Any:
        """List when an administrator could read your negotiation, and why; newest first"""
        found = queries.inspections_page(session(), actor(), negotiation_id, **page)
        return found, found.headers

    @inspections.arguments(schemas.InspectionIn)
    @inspections.response(201, schemas.InspectionOut)
    def post(self, why: dict[str, Any], negotiation_id: str) -> Inspection:
        """Look into a negotiation, as an administrator, for one hour

        Both sides are told the reason by mail. Every reading is in the audit trail.
        """
        return service.open_inspection(
            session=session(), actor=actor(), at=now(), negotiation_id=negotiation_id, **why
        )


@inspections.route("/<negotiation_id>/inspections/<inspection_id>")
@inspections.response(200, schemas.DossierOut)
def get_dossier(negotiation_id: str, inspection_id: str) -> Dossier:
    """Return all that was said, as the administrator whose inspection it is, while it lasts"""
    noted(negotiation_id=negotiation_id, inspection_id=inspection_id)
    return dossier_of(session(), now(), session().get_one(Inspection, inspection_id))


@inspections.route("/<negotiation_id>/inspections/<inspection_id>/documents/<document_id>")
@inspections.response(200, content_type="*/*", schema=BINARY)
def get_inspected_document(negotiation_id: str, inspection_id: str, document_id: str) -> Response:
    """Download a document that was shared, during an inspection"""
    noted(negotiation_id=negotiation_id, inspection_id=inspection_id, document_id=document_id)
    return send_shared(services().store, queries.document_of(session(), negotiation_id, document_id))


def noted(**reading: Any) -> None:
    """Commit the note of a reading before anything is read: what was shown is in the trail, whatever follows."""
    with services().database.write() as own:
        service.note_reading(session=own, actor=actor(), at=now(), **reading)
