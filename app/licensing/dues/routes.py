"""The route of what is due."""

from typing import Any

from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, session
from app.licensing.dues import queries, schemas

dues = api_blueprint("dues", "/v1/licenses", "What a license owes on which days")


@dues.route("/<license_id>/dues")
class Dues(MethodView):
    @dues.response(200, schemas.DuesOut)
    def get(self, license_id: str) -> Any:
        """List the parts of fee and advance, when each falls due and how it stands now

        A part that is overdue does not stop a running license by itself; its licensor may. What fell due before a
        termination stays owed, what would fall due after it lapses. A part that a change of the deal leaves out
        before it is asked for lapses as well.
        """
        return {"items": queries.dues_view(session(), actor(), license_id, at=now())}
