"""Paged lists, newest first, as `/v1` answers them; and the metadata update that most objects share."""

from app.sandbox.dispatch import Call, Routes
from app.sandbox.errors import malformed
from app.sandbox.store import COMPARISONS, Body
from app.sandbox.wire import list_page

PAGING = "limit starting_after ending_before created"


def offer_list(routes: Routes, rule: str, kind: str, *, filters: str = "", connected: bool = False) -> None:
    """Add `GET rule`: a page of objects of this kind, filtered by equality of the named members."""

    def handler(call: Call) -> Body:
        return listed(call, kind, url=rule, filters=filters, account=call.account)

    routes.get(rule, f"{PAGING} {filters}", connected=connected)(handler)


def offer_retrieve(routes: Routes, rule: str, kind: str, *, what: str, connected: bool = False) -> None:
    """Add `GET rule/{id}`."""

    def handler(call: Call) -> Body:
        return call.tx.find(kind, call.ids["id"], account=call.account, what=what)

    routes.get(f"{rule}/<id>", connected=connected)(handler)


def offer_update(routes: Routes, rule: str, kind: str, *, what: str, fields: str = "metadata description") -> None:
    """Add `POST rule/{id}` for metadata and plain text members."""

    def handler(call: Call) -> Body:
        body = call.tx.find(kind, call.ids["id"], account=call.account, what=what)
        body["metadata"] = call.params.metadata(body["metadata"])
        for member in fields.split():
            if member != "metadata" and call.params.has(member):
                body[member] = call.params.optional(member)
        call.tx.save(body)
        return body

    routes.post(f"{rule}/<id>", fields)(handler)


def listed(
    call: Call, kind: str, *, url: str, filters: str = "", account: str | None = None, **where: object
) -> Body:
    params = call.params
    wanted = {name: params.optional(name) for name in filters.split()} | where
    data, has_more = call.tx.page(
        kind,
        account=account,
        limit=params.integer("limit", default=10, least=1, most=100),
        where=wanted,
        created=created_range(call),
        after=params.optional("starting_after"),
        before=params.optional("ending_before"),
    )
    return list_page(url, data, has_more=has_more)


def created_range(call: Call) -> dict[str, int]:
    if not call.params.has("created"):
        return {}
    bounds = call.params.group("created", accepts=" ".join(COMPARISONS))
    found = {operator: bounds.integer(operator) for operator in COMPARISONS if bounds.has(operator)}
    if not found:
        raise malformed("Invalid object: created", "created")
    return found
