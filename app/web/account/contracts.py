"""The executed contract, for whoever may see the deal: as people read it, and as machines do."""

from flask import Response

from app.negotiation.contract import routes
from app.web.visitor import require


def document(deal_id: str) -> Response:
    require()
    response = routes.document_response(deal_id)
    response.headers["Content-Disposition"] = f'attachment; filename="contract-{deal_id}.json"'
    return response


def file(deal_id: str) -> Response:
    require()
    return routes.file_response(deal_id)
