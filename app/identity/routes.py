"""Routes of API keys and of the caller. They run on machine time, as everything about identity does."""

from typing import Any

from flask.views import MethodView

from app.identity import queries, schemas, service
from app.identity.access import actor
from app.infrastructure.clock import machine_now
from app.infrastructure.http import idempotency
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import session
from app.infrastructure.http.paging import PageArgs

api_keys = api_blueprint("api-keys", "/v1/api-keys", "Keys with which a party's systems call this API")
me = api_blueprint("me", "/v1/me", "Who is calling")


@api_keys.route("")
class ApiKeys(MethodView):
    @api_keys.arguments(PageArgs, location="query")
    @api_keys.response(200, schemas.ApiKeyPageOut)
    def get(self, page: dict[str, Any]) -> Any:
        """List your party's keys, newest first"""
        found = queries.api_keys_page(session(), actor(), cursor=page.get("cursor"), limit=page["limit"])
        return found, found.headers

    @api_keys.arguments(schemas.ApiKeyIn)
    @api_keys.response(201, schemas.NewApiKeyOut)
    def post(self, wanted: dict[str, Any]) -> service.NewApiKey:
        """Make a key that acts for your party; its text is shown this once"""
        idempotency.show_once("text")
        return service.create_api_key(session=session(), actor=actor(), at=machine_now(), **wanted)


@api_keys.route("/<key_id>", methods=["DELETE"])
@api_keys.response(204)
def delete_api_key(key_id: str) -> None:
    """Revoke a key of your party; it is refused from the next request on"""
    service.revoke_api_key(session=session(), actor=actor(), at=machine_now(), key_id=key_id)


@me.route("")
@me.response(200, schemas.MeOut)
def get_me() -> dict[str, Any]:
    """Return who you are to this API"""
    caller = actor()
    return {
        "user": queries.user_of(session(), caller),
        "party_id": caller.party_id,
        "role": caller.role,
        "api_key_id": caller.api_key_id,
        "scopes": sorted(caller.scopes),
    }
