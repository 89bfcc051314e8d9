"""Routes of executed contracts: for their sides the document and the file, for anybody the check."""

from typing import Any

from flask import Response, request

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, services, session
from app.infrastructure.http.files import BINARY, send_stored_file
from app.infrastructure.http.unit_of_work import reads_only
from app.negotiation import queries
from app.negotiation.contract import checking, schemas
from app.negotiation.contract.files import contract_file, executed_contract

MOST_CHECKED_BYTES = 16 << 20

contracts = api_blueprint("contracts", "/v1/deals", "Executed contracts")
contract_checks = api_blueprint("contract-checks", "/v1/contract-checks", "Whether a contract is genuine")


@contract_checks.url_value_preprocessor
def limit_size(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Anybody may send a file here, so the limit is small; it is set before anything reads the request."""
    request.max_content_length = MOST_CHECKED_BYTES


@contracts.route("/<deal_id>/contract")
@contracts.response(200, {"type": "object"})
def get_contract(deal_id: str) -> Response:
    """Return the executed contract byte for byte as it was hashed

    Canonical JSON (RFC 8785): parties, terms, signatures and what was known of the law. The SHA-256 of these bytes
    is the contract's hash, which is its ETag too.
    """
    return document_response(deal_id)


@contracts.route("/<deal_id>/contract.pdf")
@contracts.response(200, BINARY, content_type="application/pdf")
def get_contract_file(deal_id: str) -> Response:
    """Return the contract as a PDF in plain words, with the document attached

    It is made once: whoever asks, and whenever, gets the same bytes, and anybody can have them checked.
    """
    return file_response(deal_id)


def document_response(deal_id: str) -> Response:
    """Answer one of its readers with the contract. Raises: NotFound, also for the contract of others."""
    queries.deal_view(session(), actor(), deal_id)
    found = executed_contract(services(), deal_id)
    response = Response(found.contract_json, content_type="application/json")
    response.set_etag(found.contract_sha256)
    response.make_conditional(request)
    return response


def file_response(deal_id: str) -> Response:
    """Answer one of its readers with the contract's PDF. Raises: NotFound, also for the contract of others."""
    queries.deal_view(session(), actor(), deal_id)
    file = contract_file(services(), deal_id, at=now())
    return send_stored_file(services().store, file, as_attachment=True)


@contract_checks.route("", methods=["POST"])
@contract_checks.arguments(schemas.ContractCheckIn, location="json_or_multipart")
@contract_checks.response(200, schemas.ContractCheckOut)
@reads_only
def post_contract_check(asked: dict[str, Any]) -> checking.ContractCheck:
    """Check whether a file or a hash is a contract of this service

    Open to everybody; a hash may come as JSON too. Nothing that is sent is kept. An altered copy is told from an
    unknown file where it still names its contract.
    """
    if "sha256" in asked:
        return checking.check_hash(session(), asked["sha256"])
    return checking.check_file(session(), asked["file"].stream.read())
