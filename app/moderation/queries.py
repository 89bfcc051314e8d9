"""Reads of reviews: the platform sees all, a licensor those of its own packages."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.catalog.models import Package
from app.identity.access import only_theirs
from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.moderation.models import ListingReview
from app.moderation.states import ReviewState


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review and the title of the package it is about."""

    review: ListingReview
    package_title: str


def reviews_page(
    session: Session, actor: Actor, *, state: ReviewState | None = None, cursor: str | None = None, limit: int = 25
) -> Page[ListingReview]:
    """Return one page of reviews, newest first."""
    statement = (
        select(ListingReview)
        .join(Package, col(Package.id) == col(ListingReview.package_id))
        .where(only_theirs(actor, Package.licensor_party_id))
    )
    if state is ReviewState.OPEN:
        statement = statement.where(col(ListingReview.decided_at).is_(None))
    elif state is ReviewState.DECIDED:
        statement = statement.where(col(ListingReview.decided_at).is_not(None))
    return paginate(session, statement, id_column=col(ListingReview.id), cursor=cursor, limit=limit)


def views_of(session: Session, reviews: Sequence[ListingReview]) -> list[ReviewView]:
    """Return reviews with the titles of their packages, in one query."""
    wanted = col(Package.id).in_({review.package_id for review in reviews})
    titles = dict(session.exec(select(Package.id, Package.title).where(wanted)).all())
    return [ReviewView(review, titles[review.package_id]) for review in reviews]


def open_review(session: Session, package_id: str) -> ListingReview | None:
    """Return the review of a package that waits for a decision, locked."""
    statement = select(ListingReview).where(
        ListingReview.package_id == package_id, col(ListingReview.decided_at).is_(None)
    )
    return session.exec(statement.with_for_update()).first()
