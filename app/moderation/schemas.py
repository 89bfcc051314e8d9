"""What goes in and out of the routes about reviews."""

import marshmallow as ma

from app.infrastructure.http.fields import Instant, Paragraphs
from app.infrastructure.http.paging import PageArgs, page_schema
from app.moderation.states import ReviewDecision, ReviewState


class ReviewDecisionIn(ma.Schema):
    decision = ma.fields.Enum(
        ReviewDecision,
        by_value=True,
        required=True,
        validate=ma.validate.OneOf([ReviewDecision.APPROVED, ReviewDecision.REJECTED]),
    )
    reason = Paragraphs(2000, required=True)


class ListingReviewOut(ma.Schema):
    id = ma.fields.Str(required=True, attribute="review.id")
    package_id = ma.fields.Str(required=True, attribute="review.package_id")
    package_title = ma.fields.Str(required=True)
    submitted_at = Instant(required=True, attribute="review.submitted_at")
    decided_at = Instant(required=True, allow_none=True, attribute="review.decided_at")
    decision = ma.fields.Enum(
        ReviewDecision, by_value=True, required=True, allow_none=True, attribute="review.decision"
    )
    reason = ma.fields.Str(required=True, attribute="review.reason")


class ReviewsArgs(PageArgs):
    state = ma.fields.Enum(ReviewState, by_value=True)


ListingReviewPageOut = page_schema(ListingReviewOut)
