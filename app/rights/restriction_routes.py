"""Routes of what a licensor keeps back, of milestones that periods hang on, and of the holds on its packages."""

from typing import Any

from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, session
from app.infrastructure.http.paging import PageArgs
from app.rights import hold_queries, restriction_queries, service
from app.rights import restriction_schemas as schemas
from app.rights.models import Milestone
from app.rights.restriction_queries import RestrictionView

restrictions = api_blueprint("restrictions", "/v1", "What a licensor keeps back from what it offers")
milestones = api_blueprint("milestones", "/v1/milestones", "What periods hang on before its date is known")
package_holds = api_blueprint(
    "package-holds", "/v1/packages", "Who has reserved rights of a package, in which order"
)


@restrictions.route("/packages/<package_id>/restrictions")
class PackageRestrictions(MethodView):
    @restrictions.arguments(schemas.RestrictionsArgs, location="query")
    @restrictions.response(200, schemas.RestrictionPageOut)
    def get(self, args: dict[str, Any], package_id: str) -> Any:
        """List what you keep back of your package, newest first"""
        page = restriction_queries.restrictions_page(session(), actor(), package_id, **args)
        return {"items": page.items, "next_cursor": page.next_cursor}, page.headers

    @restrictions.arguments(schemas.RestrictionIn)
    @restrictions.response(201, schemas.RestrictionOut)
    def post(self, restriction: dict[str, Any], package_id: str) -> RestrictionView:
        """Keep back: for nobody (holdback), for no brand of some categories (opt_out), for your own use (own_use)

        Licenses already given go on. A start that hangs on a milestone counts from the earliest day on which it
        can be; an end that does counts as none until the milestone has happened.
        """
        return service.restrict(session=session(), actor=actor(), at=now(), package_id=package_id, **restriction)


@restrictions.route("/restrictions/<restriction_id>/release", methods=["POST"])
@restrictions.arguments(schemas.RestrictionReleaseIn)
@restrictions.response(200, schemas.RestrictionOut)
def post_release(why: dict[str, Any], restriction_id: str) -> RestrictionView:
    """Give back what a restriction keeps, from now on"""
    return service.lift_restriction(
        session=session(), actor=actor(), at=now(), restriction_id=restriction_id, **why
    )


@milestones.route("")
class Milestones(MethodView):
    @milestones.arguments(schemas.MilestonesArgs, location="query")
    @milestones.response(200, schemas.MilestonePageOut)
    def get(self, args: dict[str, Any]) -> Any:
        """List your milestones, newest first"""
        page = restriction_queries.milestones_page(session(), actor(), **args)
        return {"items": page.items, "next_cursor": page.next_cursor}, page.headers

    @milestones.arguments(schemas.MilestoneIn)
    @milestones.response(201, schemas.MilestoneOut)
    def post(self, milestone: dict[str, Any]) -> Milestone:
        """Record something that has no date yet, such as the release of a film"""
        return service.record_milestone(session=session(), actor=actor(), at=now(), **milestone)


@milestones.route("/<milestone_id>/expectation", methods=["POST"])
@milestones.arguments(schemas.MilestoneExpectationIn)
@milestones.response(200, schemas.MilestoneOut)
def post_expectation(expected: dict[str, Any], milestone_id: str) -> Milestone:
    """Say anew from which day on it may happen; restrictions that hang on it move along"""
    return service.expect_milestone(
        session=session(), actor=actor(), at=now(), milestone_id=milestone_id, **expected
    )


@milestones.route("/<milestone_id>/occurrence", methods=["POST"])
@milestones.arguments(schemas.MilestoneOccurrenceIn)
@milestones.response(200, schemas.MilestoneOut)
def post_occurrence(happened: dict[str, Any], milestone_id: str) -> Milestone:
    """Say on which day it happened, or correct that day; restrictions that hang on it move along"""
    return service.milestone_happened(
        session=session(), actor=actor(), at=now(), milestone_id=milestone_id, **happened
    )


@milestones.route("/<milestone_id>/cancellation", methods=["POST"])
@milestones.arguments(schemas.MilestoneCancellationIn)
@milestones.response(200, schemas.MilestoneOut)
def post_cancellation(why: dict[str, Any], milestone_id: str) -> Milestone:
    """Say that it will never happen; restrictions that hang on it are released"""
    return service.cancel_milestone(session=session(), actor=actor(), at=now(), milestone_id=milestone_id, **why)


@package_holds.route("/<package_id>/holds")
@package_holds.arguments(PageArgs, location="query")
@package_holds.response(200, schemas.PackageHoldPageOut)
def get_holds(args: dict[str, Any], package_id: str) -> Any:
    """List the holds in force on your package, newest first, each with its place in the queue

    Holds queue across all packages of the performer, for what they have in common.
    """
    page = hold_queries.holds_on_package(session(), actor(), package_id, now(), **args)
    return {"items": page.items, "next_cursor": page.next_cursor}, page.headers
