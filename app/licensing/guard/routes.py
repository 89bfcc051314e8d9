"""The route of the guard list."""

from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, session
from app.licensing.guard import queries, schemas

guard_lists = api_blueprint("guard-lists", "/v1/licenses", "What must never be made of a likeness")


@guard_lists.route("/<license_id>/guard-list")
class GuardListResource(MethodView):
    @guard_lists.etag
    @guard_lists.response(200, schemas.GuardListOut)
    def get(self, license_id: str) -> queries.GuardList:
        """Return what deal and performer exclude, each with its source; either scope, `decide` or `read`, is enough

        Keep it with its ETag and send `If-None-Match`: 304 says that nothing has changed.
        """
        return queries.guard_list(session(), actor(), license_id, at=now())
