"""Reviews open with a submission and end with one decision."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from app.catalog import service as catalog
from app.catalog.models import Package
from app.catalog.states import PackageStatus
from app.identity.actor import Actor
from app.infrastructure.http.context import Services
from app.moderation import queries, service
from app.moderation.errors import NoOpenReview
from app.moderation.models import ListingReview
from app.moderation.states import ReviewDecision, ReviewState
from app.values.errors import Forbidden, NotFound
from tests.factories.catalog import make_package
from tests.factories.parties import Estate, make_actor, make_administrator, make_estate
from tests.support.clock import START

LATER = START + timedelta(hours=3)


@pytest.fixture
def estate(session: Session, services: Services) -> Estate:
    return make_estate(session, services.store)


@pytest.fixture
def submitted(session: Session, services: Services, estate: Estate) -> Package:
    package = make_package(session, services.store, estate)
    return submit(session, estate, package)


def submit(session: Session, estate: Estate, package: Package) -> Package:
    return catalog.submit_package(session=session, actor=estate.actor, at=START, package_id=package.id)


def decide(session: Session, actor: Actor, package_id: str, decision: ReviewDecision) -> ListingReview:
    return service.decide_review(
        session=session, actor=actor, at=LATER, package_id=package_id, decision=decision, reason="Looked at it all."
    )


@pytest.mark.parametrize(
    ("decision", "status"),
    [(ReviewDecision.APPROVED, PackageStatus.LISTED), (ReviewDecision.REJECTED, PackageStatus.REJECTED)],
)
def test_a_decision_ends_the_review_and_moves_the_package(
    session: Session, submitted: Package, decision: ReviewDecision, status: PackageStatus
) -> None:
    administrator = make_administrator(session)
    review = decide(session, administrator, submitted.id, decision)
    assert submitted.status is status
    assert (review.submitted_at, review.decided_at) == (START, LATER)
    assert (review.decided_by, review.reason) == (administrator.user_id, "Looked at it all.")
    with pytest.raises(NoOpenReview):
        decide(session, administrator, submitted.id, decision)


def test_only_an_administrator_decides(session: Session, submitted: Package, estate: Estate) -> None:
    with pytest.raises(Forbidden):
        decide(session, estate.actor, submitted.id, ReviewDecision.APPROVED)
    assert submitted.status is PackageStatus.SUBMITTED


def test_others_do_not_learn_what_waits_for_a_review(session: Session, services: Services, estate: Estate) -> None:
    draft = make_package(session, services.store, estate)
    for package_id in (draft.id, "pkg_unknown"):
        with pytest.raises(Forbidden):
            decide(session, make_actor(session), package_id, ReviewDecision.APPROVED)


def test_there_is_nothing_to_decide_about_a_draft(session: Session, services: Services, estate: Estate) -> None:
    draft = make_package(session, services.store, estate)
    administrator = make_administrator(session)
    with pytest.raises(NoOpenReview):
        decide(session, administrator, draft.id, ReviewDecision.APPROVED)
    with pytest.raises(NotFound):
        decide(session, administrator, "pkg_unknown", ReviewDecision.APPROVED)


def test_a_second_submission_opens_a_second_review(session: Session, submitted: Package, estate: Estate) -> None:
    administrator = make_administrator(session)
    decide(session, administrator, submitted.id, ReviewDecision.REJECTED)
    submit(session, estate, submitted)
    decide(session, administrator, submitted.id, ReviewDecision.APPROVED)
    assert submitted.status is PackageStatus.LISTED
    assert len(session.exec(select(ListingReview)).all()) == 2


def test_a_withdrawn_package_waits_no_longer(session: Session, submitted: Package, estate: Estate) -> None:
    catalog.withdraw_package(
        session=session, actor=estate.actor, at=LATER, package_id=submitted.id, reason="Changed our minds"
    )
    [review] = session.exec(select(ListingReview)).all()
    assert (review.decision, review.decided_at) == (ReviewDecision.OBSOLETE, LATER)


def test_the_database_holds_one_open_review_a_package(session: Session, submitted: Package) -> None:
    with pytest.raises(IntegrityError):
        service.open_review(session=session, at=LATER, package_id=submitted.id)


def test_reviews_are_listed_to_the_platform_and_to_the_licensor(
    session: Session, submitted: Package, estate: Estate
) -> None:
    administrator, stranger = make_administrator(session), make_actor(session)

    def listed(actor: Actor, state: ReviewState) -> int:
        return len(queries.reviews_page(session, actor, state=state).items)

    assert [listed(actor, ReviewState.OPEN) for actor in (administrator, estate.actor, stranger)] == [1, 1, 0]
    assert listed(administrator, ReviewState.DECIDED) == 0
    decide(session, administrator, submitted.id, ReviewDecision.REJECTED)
    assert [listed(actor, ReviewState.DECIDED) for actor in (administrator, estate.actor, stranger)] == [1, 1, 0]
    assert listed(administrator, ReviewState.OPEN) == 0
