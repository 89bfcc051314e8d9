"""What terms come to: the latest offer beside what somebody would change in it, under sales they assume."""

from flask import render_template

from app.infrastructure.http.context import now, session
from app.negotiation import queries
from app.negotiation.terms.versions import as_current
from app.royalties.projecting.service import Comparison, compare
from app.values.errors import InvalidInput
from app.web import forms, projecting
from app.web.visitor import require


def show(negotiation_id: str) -> forms.Answer:
    """A page of its own; the negotiation's page takes the answer out of it. Nothing typed here is kept."""
    actor = require().actor
    negotiation = queries.own_negotiation(session(), actor, negotiation_id)
    number = queries.latest_offer(session(), negotiation.id).number
    latest = queries.offer_view(session(), actor, now(), negotiation_id, number)
    document = as_current(latest.terms or {})
    asked = projecting.typed()
    comparison: Comparison | None = None
    refusal: InvalidInput | None = None
    try:
        currency = document["royalty"]["currency"] or document["fee"]["currency"]
        usage = projecting.usage(asked, currency)
        comparison = compare(document, projecting.changed(document, asked), usage)
    except InvalidInput as error:
        refusal = error
    page = render_template(
        "account/projection.html",
        negotiation_id=negotiation_id,
        number=number,
        terms=document,
        asked=asked,
        comparison=comparison,
        bars=projecting.bars(comparison) if comparison else [],
        refusal=refusal,
    )
    return (page, 422) if refusal else page
