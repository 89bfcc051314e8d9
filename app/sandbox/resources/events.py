"""What happened, as it was told to the receiver of webhooks; kept for ever here."""

from app.sandbox.dispatch import Call, Routes
from app.sandbox.errors import missing
from app.sandbox.listing import PAGING, listed
from app.sandbox.store import Body
from app.sandbox.webhooks import with_pending

routes = Routes()
routes.view("event")(with_pending)


@routes.get("/v1/events", f"{PAGING} type types", connected=True)
def list_events(call: Call) -> Body:
    wanted = call.params.texts("types") or call.params.optional("type")
    return listed(call, "event", url="/v1/events", account=call.account, type=wanted)


@routes.get("/v1/events/<id>", connected=True)
def retrieve_event(call: Call) -> Body:
    found = call.tx.load(call.ids["id"])
    if found is None or found["object"] != "event":
        raise missing("event", call.ids["id"])
    return found


@routes.get("/v2/core/events", "limit page object_id types")
def list_thin_events(call: Call) -> Body:
    about, types = call.params.optional("object_id"), call.params.texts("types")
    events = [
        event
        for event in call.tx.select("v2.core.event", type=types or None)
        if about in (None, event["related_object"]["id"])
    ]
    limit = call.params.integer("limit", default=20, least=1, most=100)
    return {"data": events[::-1][:limit], "next_page_url": None, "previous_page_url": None}


@routes.get("/v2/core/events/<id>")
def retrieve_thin_event(call: Call) -> Body:
    return call.tx.find("v2.core.event", call.ids["id"], what="event")
