"""The question for avails over the whole catalog."""

from typing import Any

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, session
from app.infrastructure.http.unit_of_work import reads_only
from app.rights.answers import free_document
from app.rights.rules.ask import Ask
from app.rights.search import schemas
from app.rights.search.prefilter import Narrowing
from app.rights.search.service import search_avails
from app.values.territory import Territory

catalog_avails = api_blueprint("catalog_avails", "/v1/avails", "What is free in the whole catalog")


@catalog_avails.route("", methods=["POST"])
@reads_only
@catalog_avails.arguments(schemas.CatalogAvailsIn)
@catalog_avails.response(200, schemas.CatalogAvailsOut)
def ask(question: dict[str, Any]) -> dict[str, Any]:
    """Find packages of which rights are free

    Every listed package is checked as the question for one package does it. Nothing is reserved by asking.
    """
    territory: Territory = question.pop("territory")
    narrowing = Narrowing(text=question.pop("text"), is_living=question.pop("performer_is_living"))
    answer = search_avails(
        session=session(),
        actor=actor(),
        at=now(),
        cursor=question.pop("cursor"),
        limit=question.pop("limit"),
        narrowing=narrowing,
        asked=Ask.bundle(territory=territory.codes, axes=frozenset(question.pop("axes")), **question),
    )
    return {
        "items": [{"found": item.found, **free_document(item.free)} for item in answer.items],
        "looked_at": answer.looked_at,
        "matching": len(answer.items),
        "next_cursor": answer.next_cursor,
        "asked_at": now(),
    }
