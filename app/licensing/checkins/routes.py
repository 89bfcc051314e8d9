"""Routes of check-ins."""

from typing import Any

from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, session
from app.infrastructure.http.paging import PageArgs, page_schema
from app.licensing.checkins import queries, schemas, service

check_ins = api_blueprint("check-ins", "/v1/licenses", "Which systems reported to use a license, and when")
reporting = api_blueprint("checking-in", "/v1/licenses", "Systems that use a license report to be there")


@reporting.route("/<license_id>/check-ins")
class CheckingIn(MethodView):
    @reporting.arguments(schemas.CheckInReportIn)
    @reporting.response(201, schemas.CheckedInOut)
    def post(self, told: dict[str, Any], license_id: str) -> service.CheckedIn:
        """Check in, as a system of the licensee's; the scope `decide` is enough

        Where the deal asks for check-ins and none comes in time, decisions say CHECK_IN_OVERDUE until the next one.
        It is recorded however the license stands; one check-in counts for the license as a whole.
        """
        return service.check_in(session=session(), actor=actor(), at=now(), license_id=license_id, **told)


@check_ins.route("/<license_id>/check-ins")
class CheckIns(MethodView):
    @check_ins.arguments(PageArgs, location="query")
    @check_ins.response(200, page_schema(schemas.CheckInOut))
    def get(self, page: dict[str, Any], license_id: str) -> Any:
        """List the check-ins of a license, newest first"""
        found = queries.check_ins_page(
            session(), actor(), license_id, cursor=page.get("cursor"), limit=page["limit"]
        )
        return found, 200, found.headers
