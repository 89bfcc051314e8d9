"""Routes of directives."""

from typing import Any

from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, session
from app.infrastructure.http.paging import PageArgs
from app.parties.directives import queries, schemas, service
from app.parties.directives.models import Directive

directives = api_blueprint("directives", "/v1", "What performers do not want done, which binds everyone")


@directives.route("/performers/<performer_id>/directives")
class Directives(MethodView):
    @directives.arguments(PageArgs, location="query")
    @directives.response(200, schemas.DirectivePageOut)
    def get(self, page: dict[str, Any], performer_id: str) -> Any:
        """List a performer's directives, newest first, those withdrawn included"""
        found = queries.directives_page(
            session(), actor(), performer_id, cursor=page.get("cursor"), limit=page["limit"]
        )
        return found, found.headers

    @directives.arguments(schemas.DirectiveIn)
    @directives.response(201, schemas.DirectiveOut)
    def post(self, wish: dict[str, Any], performer_id: str) -> Directive:
        """Record what a performer does not want done

        The performer's own party can, after death the executor or administrator of the estate. From then on no
        request that goes against it can be sent or accepted; what was signed before stays signed.
        """
        return service.record_directive(
            session=session(), actor=actor(), at=now(), performer_id=performer_id, **wish
        )


@directives.route("/directives/<directive_id>/withdrawal", methods=["POST"])
@directives.arguments(schemas.DirectiveWithdrawalIn)
@directives.response(200, schemas.DirectiveOut)
def post_withdrawal(why: dict[str, Any], directive_id: str) -> Directive:
    """Withdraw a directive: as the living performer's party, or to correct an error as an administrator"""
    return service.withdraw_directive(session=session(), actor=actor(), at=now(), directive_id=directive_id, **why)
