"""Open a review when a package is submitted; decide it, as an administrator, with a reason."""

from datetime import datetime

from sqlmodel import Session

from app.audit import service as audit
from app.catalog import queries as catalog_queries
from app.catalog import service as catalog
from app.identity.actor import Actor
from app.moderation import queries
from app.moderation.errors import NoOpenReview
from app.moderation.models import ListingReview
from app.moderation.states import ReviewDecision


def open_review(*, session: Session, at: datetime, package_id: str) -> ListingReview:
    """Queue a submitted package for review."""
    review = ListingReview(package_id=package_id, submitted_at=at)
    session.add(review)
    session.flush()
    return review


def decide_review(
    *, session: Session, actor: Actor, at: datetime, package_id: str, decision: ReviewDecision, reason: str
) -> ListingReview:
    """Approve a package, which lists it, or reject it, which hands it back to its licensor.

    Raises: Forbidden; NotFound; NoOpenReview when the package does not wait for a decision.
    """
    actor.require_administrator()
    package = catalog_queries.package(session, package_id, lock=True)
    review = queries.open_review(session, package.id)
    if review is None:
        raise NoOpenReview("This package does not wait for a review; its licensor must submit it first.")
    step = catalog.list_package if decision is ReviewDecision.APPROVED else catalog.reject_package
    step(session=session, actor=actor, at=at, package_id=package_id, reason=reason)
    _close(session, actor, at, review, decision, reason)
    return review


def close_obsolete_review(*, session: Session, actor: Actor, at: datetime, package_id: str) -> None:
    """Close the open review of a package that its licensor has withdrawn, if there is one."""
    review = queries.open_review(session, package_id)
    if review is not None:
        _close(session, actor, at, review, ReviewDecision.OBSOLETE, "The licensor withdrew the package.")


def _close(
    session: Session, actor: Actor, at: datetime, review: ListingReview, decision: ReviewDecision, reason: str
) -> None:
    review.decided_at = at
    review.decision = decision
    review.reason = reason
    review.decided_by = actor.label
    session.add(review)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action=f"listing_review.{decision.value}",
        subject_id=review.id,
        package_id=review.package_id,
        reason=reason,
    )
