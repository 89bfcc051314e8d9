"""The review queue: what waits, and one submission with the evidence and the decision."""

from flask import render_template, request, url_for

from app.catalog import queries as catalog
from app.catalog.presets import PRESETS
from app.infrastructure.http.context import now, session
from app.moderation import queries, service
from app.moderation.states import ReviewDecision, ReviewState
from app.parties import queries as parties
from app.values.errors import DomainError
from app.web import forms
from app.web.visitor import Audience, require


def show_queue() -> str:
    actor = require(Audience.BACKOFFICE).actor
    state = ReviewState.DECIDED if request.args.get("state") == ReviewState.DECIDED else ReviewState.OPEN
    page = queries.reviews_page(session(), actor, state=state, cursor=request.args.get("cursor"))
    following = url_for(".reviews", state=state.value, cursor=page.next_cursor) if page.next_cursor else None
    return render_template(
        "backoffice/reviews.html",
        views=queries.views_of(session(), page.items),
        is_open=state is ReviewState.OPEN,
        next_url=following,
    )


def show(package_id: str, refusal: DomainError | None = None) -> str:
    actor = require(Audience.BACKOFFICE).actor
    view = catalog.package_view(session(), actor, package_id)
    package = view.package
    held = parties.held_representations(session(), package.performer_id, package.licensor_party_id)
    return render_template(
        "backoffice/review.html",
        view=view,
        presets=PRESETS,
        authorities=parties.representation_views(session(), held),
        is_open=queries.open_review(session(), package_id) is not None,
        refusal=refusal,
        reason=request.form.get("reason", ""),
    )


def decide(package_id: str) -> forms.Answer:
    actor = require(Audience.BACKOFFICE).actor

    def work() -> str:
        approved = forms.text("decision") == ReviewDecision.APPROVED
        service.decide_review(
            session=session(),
            actor=actor,
            at=now(),
            package_id=package_id,
            decision=ReviewDecision.APPROVED if approved else ReviewDecision.REJECTED,
            reason=forms.needed("reason", "The reason", longest=2000),
        )
        return url_for(".reviews")

    return forms.answer(work, lambda refusal: show(package_id, refusal))
