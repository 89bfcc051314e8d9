"""Routes of listing reviews."""

from typing import Any

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, session
from app.moderation import queries, schemas, service

decisions = api_blueprint("review-decisions", "/v1/packages", "The platform's decision about a submitted package")
reviews = api_blueprint(
    "listing-reviews", "/v1/listing-reviews", "Packages that wait for a decision, and decided ones"
)


@reviews.route("")
@reviews.arguments(schemas.ReviewsArgs, location="query")
@reviews.response(200, schemas.ListingReviewPageOut)
def get_reviews(args: dict[str, Any]) -> Any:
    """List the reviews of your packages, newest first; an administrator sees all"""
    page = queries.reviews_page(session(), actor(), **args)
    views = queries.views_of(session(), page.items)
    return {"items": views, "next_cursor": page.next_cursor}, page.headers


@decisions.route("/<package_id>/review-decision", methods=["POST"])
@decisions.arguments(schemas.ReviewDecisionIn)
@decisions.response(200, schemas.ListingReviewOut)
def post_decision(decision: dict[str, Any], package_id: str) -> queries.ReviewView:
    """List a submitted package or hand it back, as an administrator, with a reason its licensor reads"""
    review = service.decide_review(session=session(), actor=actor(), at=now(), package_id=package_id, **decision)
    return queries.views_of(session(), [review])[0]
