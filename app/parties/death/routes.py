"""The route by which a death is recorded."""

from typing import Any

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, session
from app.parties.death import schemas, service
from app.parties.models import Performer
from app.parties.schemas import PerformerOut

deaths = api_blueprint("deaths", "/v1/performers", "The death of a performer, and what ends with it")


@deaths.route("/<performer_id>/death", methods=["POST"])
@deaths.arguments(schemas.DeathIn)
@deaths.response(200, PerformerOut)
def post_death(death: dict[str, Any], performer_id: str) -> Performer:
    """Record, as an administrator, that a performer has died

    Powers of attorney, guardianships and what rested on the performer's own signature end with that day for new
    deals; licenses signed before run on.
    """
    return service.record_death(session=session(), actor=actor(), at=now(), performer_id=performer_id, **death)
