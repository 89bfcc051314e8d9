"""The question what terms come to, for a negotiation and for a license."""

from typing import Any

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, session
from app.infrastructure.http.unit_of_work import reads_only
from app.royalties.projecting import schemas
from app.royalties.projecting.service import Comparison, project_license, project_negotiation

projections = api_blueprint("projections", "/v1", "What terms come to if so much is sold, before they are agreed")


@projections.route("/negotiations/<negotiation_id>/projections", methods=["POST"])
@reads_only
@projections.arguments(schemas.ProjectionIn)
@projections.response(200, schemas.ProjectionOut)
def ask_of_negotiation(question: dict[str, Any], negotiation_id: str) -> Comparison:
    """Ask what a proposal changes in price, guarantee and projected royalties

    Computed line by line by what later bills. Everything has a usual value: an empty question shows the latest
    offer. Nothing is offered or stored by asking, and the other side does not learn of it.
    """
    return project_negotiation(
        session=session(), actor=actor(), at=now(), negotiation_id=negotiation_id, **question
    )


@projections.route("/licenses/<license_id>/projections", methods=["POST"])
@reads_only
@projections.arguments(schemas.LicenseProjectionIn)
@projections.response(200, schemas.ProjectionOut)
def ask_of_license(question: dict[str, Any], license_id: str) -> Comparison:
    """Ask what a change would do to the terms in force

    Looked at over the whole term, for this license alone. Nothing is proposed or stored by asking.
    """
    return project_license(session=session(), actor=actor(), at=now(), license_id=license_id, **question)
