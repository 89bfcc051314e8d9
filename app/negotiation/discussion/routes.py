"""Routes of comments, agreed fields and documents, for the two sides of a negotiation."""

from typing import Any

from flask import Response
from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure.http.api import Empty, api_blueprint
from app.infrastructure.http.context import now, services, session
from app.infrastructure.http.fields import file_name
from app.infrastructure.http.files import BINARY, send_stored_file
from app.infrastructure.http.paging import PageArgs
from app.infrastructure.storage import AssetStore
from app.negotiation.discussion import queries, schemas, service
from app.negotiation.discussion.models import DocumentRequest, OfferComment, SharedDocument

discussion = api_blueprint("discussion", "/v1/negotiations", "Comments, agreed fields and documents of two sides")


@discussion.route("/<negotiation_id>/comments")
class Comments(MethodView):
    @discussion.arguments(schemas.CommentsArgs, location="query")
    @discussion.response(200, schemas.CommentPageOut)
    def get(self, args: dict[str, Any], negotiation_id: str) -> Any:
        """List what the two sides said about offers and their fields, newest first"""
        found = queries.comments_page(session(), actor(), negotiation_id, **args)
        return found, found.headers

    @discussion.arguments(schemas.CommentIn)
    @discussion.response(201, schemas.CommentOut)
    def post(self, comment: dict[str, Any], negotiation_id: str) -> OfferComment:
        """Comment on a field of an offer, or on the offer as a whole

        A comment is never changed. While a mail about earlier ones waits for an answer the other side gets no
        other within a day. Once the negotiation has ended nothing is added (`negotiation_closed`).
        """
        return service.write_comment(**_move(negotiation_id), **comment)


@discussion.route("/<negotiation_id>/agreed-fields")
class AgreedFields(MethodView):
    @discussion.response(200, schemas.AgreedFieldsOut)
    def get(self, negotiation_id: str) -> queries.AgreedFields:
        """Return which fields are agreed so far, and what each side proposes to agree on"""
        return queries.agreed_fields(session(), actor(), negotiation_id)

    @discussion.arguments(schemas.AgreedFieldIn)
    @discussion.response(201, schemas.AgreedFieldsOut)
    def post(self, agreed: dict[str, Any], negotiation_id: str) -> queries.AgreedFields:
        """Agree to a field of the latest offer, by the hash of its value

        Once both sides have agreed to a field, or one to it and the other to a section around it, no offer changes
        it (`field_agreed`) until a side reopens it. An offer that changes a field to which one side alone agreed
        takes that mark away. Lists are agreed on as wholes.
        """
        return service.agree_field(**_move(negotiation_id), **agreed)


@discussion.route("/<negotiation_id>/agreed-fields/reopening", methods=["POST"])
@discussion.arguments(schemas.ReopeningIn)
@discussion.response(200, schemas.AgreedFieldsOut)
def post_reopening(reopened: dict[str, Any], negotiation_id: str) -> queries.AgreedFields:
    """Take back what your side agreed to at, above and below a field

    What the other side agreed to stays, as its proposal.
    """
    return service.reopen_field(**_move(negotiation_id), **reopened)


@discussion.route("/<negotiation_id>/document-requests")
class DocumentRequests(MethodView):
    @discussion.arguments(PageArgs, location="query")
    @discussion.response(200, schemas.DocumentRequestPageOut)
    def get(self, page: dict[str, Any], negotiation_id: str) -> Any:
        """List the documents that were asked for, newest first"""
        found = queries.requests_page(session(), actor(), negotiation_id, **page)
        return found, found.headers

    @discussion.arguments(schemas.DocumentRequestIn)
    @discussion.response(201, schemas.DocumentRequestOut)
    def post(self, wanted: dict[str, Any], negotiation_id: str) -> DocumentRequest:
        """Ask the other side for a document"""
        return service.ask_for_document(**_move(negotiation_id), **wanted)


@discussion.route("/<negotiation_id>/document-requests/<request_id>/decline", methods=["POST"])
@discussion.arguments(schemas.DocumentDeclineIn)
@discussion.response(200, schemas.DocumentRequestOut)
def post_document_decline(answer: dict[str, Any], negotiation_id: str, request_id: str) -> DocumentRequest:
    """Say why a document that the other side asked for will not come; it can still be provided later"""
    return service.decline_document(**_move(negotiation_id), request_id=request_id, **answer)


@discussion.route("/<negotiation_id>/document-requests/<request_id>/withdrawal", methods=["POST"])
@discussion.arguments(Empty)
@discussion.response(200, schemas.DocumentRequestOut)
def post_document_withdrawal(_body: dict[str, Any], negotiation_id: str, request_id: str) -> DocumentRequest:
    """Take back your own request for a document"""
    return service.withdraw_request(**_move(negotiation_id), request_id=request_id)


@discussion.route("/<negotiation_id>/documents")
class Documents(MethodView):
    @discussion.arguments(PageArgs, location="query")
    @discussion.response(200, schemas.SharedDocumentPageOut)
    def get(self, page: dict[str, Any], negotiation_id: str) -> Any:
        """List the documents that the two sides shared, newest first"""
        found = queries.documents_page(session(), actor(), negotiation_id, **page)
        return found, found.headers

    @discussion.arguments(schemas.SharedDocumentIn, location="multipart")
    @discussion.response(201, schemas.SharedDocumentOut)
    def post(self, form: dict[str, Any], negotiation_id: str) -> SharedDocument:
        """Share a document with the other side, as the answer to its request or unasked; at most 25 MiB"""
        return service.share_document(
            **_move(negotiation_id),
            store=services().store,
            stream=form["file"].stream,
            filename=file_name(form["file"]),
            description=form["description"],
            request_id=form["request_id"],
        )


@discussion.route("/<negotiation_id>/documents/<document_id>/content")
@discussion.response(200, content_type="*/*", schema=BINARY)
def get_document_content(negotiation_id: str, document_id: str) -> Response:
    """Download a document that was shared in your negotiation"""
    return send_shared(services().store, queries.own_document(session(), actor(), negotiation_id, document_id))


def send_shared(store: AssetStore, document: SharedDocument) -> Response:
    """Stream a document as a file to save, kept by no cache."""
    response = send_stored_file(store, document, as_attachment=True)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _move(negotiation_id: str) -> dict[str, Any]:
    return {"session": session(), "actor": actor(), "at": now(), "negotiation_id": negotiation_id}
