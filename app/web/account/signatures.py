"""What a holder of the rights does on the page of a negotiation: sign the latest offer, or refuse it."""

from typing import Any

from flask import url_for

from app.infrastructure.http.context import now, session
from app.negotiation.holders import service
from app.web import forms
from app.web.account import negotiations
from app.web.visitor import require


def sign(negotiation_id: str) -> forms.Answer:
    def work() -> str:
        service.sign_as_holder(**_named(negotiation_id))
        return url_for(".negotiation", negotiation_id=negotiation_id)

    return forms.answer(work, lambda refusal: negotiations.show(negotiation_id, refusal))


def refuse(negotiation_id: str) -> forms.Answer:
    def work() -> str:
        reason = forms.needed("reason", "The reason", longest=2000)
        service.refuse_as_holder(**_named(negotiation_id), reason=reason)
        return url_for(".negotiation", negotiation_id=negotiation_id)

    return forms.answer(work, lambda refusal: negotiations.show(negotiation_id, refusal))


def _named(negotiation_id: str) -> dict[str, Any]:
    return {
        "session": session(),
        "actor": require().actor,
        "at": now(),
        "negotiation_id": negotiation_id,
        "offer_number": forms.whole("offer_number", "The number of the offer", low=1, high=1_000_000),
        "terms_sha256": forms.needed("terms_sha256", "The hash of the terms", longest=64),
    }
