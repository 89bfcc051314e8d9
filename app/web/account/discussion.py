"""Say something about an offer, agree on its terms one by one, ask for documents and share them."""

from collections.abc import Callable
from typing import Any, BinaryIO, cast

import marshmallow as ma
from flask import Response, request, url_for

from app.infrastructure.http.context import now, services, session
from app.infrastructure.http.fields import file_name
from app.negotiation.discussion import queries, schemas, service
from app.negotiation.discussion.routes import send_shared
from app.values.errors import InvalidInput
from app.web import forms
from app.web.account import negotiations
from app.web.visitor import require


def comment(negotiation_id: str) -> forms.Answer:
    def work() -> str:
        number = forms.whole("offer_number", "The number of the offer", low=1, high=schemas.LARGEST_NUMBER)
        typed = {"offer_number": number, "pointer": forms.text("pointer"), "text": _lines("text")}
        service.write_comment(**_move(negotiation_id), **_read(schemas.CommentIn, typed))
        return _back(negotiation_id)

    return _answer(work, negotiation_id)


def agree(negotiation_id: str) -> forms.Answer:
    def work() -> str:
        number = forms.whole("offer_number", "The number of the offer", low=1, high=schemas.LARGEST_NUMBER)
        typed = {
            "offer_number": number,
            "pointer": forms.text("pointer"),
            "value_sha256": forms.text("value_sha256"),
        }
        service.agree_field(**_move(negotiation_id), **_read(schemas.AgreedFieldIn, typed))
        return _back(negotiation_id)

    return _answer(work, negotiation_id)


def reopen(negotiation_id: str) -> forms.Answer:
    def work() -> str:
        typed = {"pointer": forms.text("pointer"), "reason": _lines("reason")}
        service.reopen_field(**_move(negotiation_id), **_read(schemas.ReopeningIn, typed))
        return _back(negotiation_id)

    return _answer(work, negotiation_id)


def ask(negotiation_id: str) -> forms.Answer:
    def work() -> str:
        typed = {"what": forms.text("what"), "why": _lines("why")}
        service.ask_for_document(**_move(negotiation_id), **_read(schemas.DocumentRequestIn, typed))
        return _back(negotiation_id, "documents")

    return _answer(work, negotiation_id)


def share(negotiation_id: str) -> forms.Answer:
    def work() -> str:
        file = request.files.get("file")
        if file is None or not file.filename:
            raise InvalidInput.at("/file", "Choose a file to share.")
        service.share_document(
            **_move(negotiation_id),
            store=services().store,
            stream=cast(BinaryIO, file.stream),
            filename=file_name(file),
            description=forms.text("description", longest=200),
            request_id=forms.text("request_id", longest=32) or None,
        )
        return _back(negotiation_id, "documents")

    return _answer(work, negotiation_id)


def decline(negotiation_id: str, request_id: str) -> forms.Answer:
    def work() -> str:
        why = _read(schemas.DocumentDeclineIn, {"reason": _lines("reason")})
        service.decline_document(**_move(negotiation_id), request_id=request_id, **why)
        return _back(negotiation_id, "documents")

    return _answer(work, negotiation_id)


def withdraw(negotiation_id: str, request_id: str) -> forms.Answer:
    def work() -> str:
        service.withdraw_request(**_move(negotiation_id), request_id=request_id)
        return _back(negotiation_id, "documents")

    return _answer(work, negotiation_id)


def document(negotiation_id: str, document_id: str) -> Response:
    found = queries.own_document(session(), require().actor, negotiation_id, document_id)
    return send_shared(services().store, found)


def _answer(work: Callable[[], str], negotiation_id: str) -> forms.Answer:
    return forms.answer(work, lambda refusal: negotiations.show(negotiation_id, refusal))


def _move(negotiation_id: str) -> dict[str, Any]:
    return {"session": session(), "actor": require().actor, "at": now(), "negotiation_id": negotiation_id}


def _read(schema: type[ma.Schema], typed: dict[str, Any]) -> dict[str, Any]:
    """Hold what was typed to the same rules as the API does. Raises: ValidationError."""
    loaded: dict[str, Any] = schema().load(typed)
    return loaded


def _lines(name: str) -> str:
    """Return a text of several lines; browsers send them with carriage returns."""
    return forms.text(name).replace("\r\n", "\n")


def _back(negotiation_id: str, anchor: str = "discussion") -> str:
    return url_for(".negotiation", negotiation_id=negotiation_id, _anchor=anchor)
