"""The quota API."""

from typing import Any

from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure.http.api import Empty, api_blueprint
from app.infrastructure.http.context import now, session
from app.infrastructure.http.paging import PageArgs, page_schema
from app.licensing.quotas import queries, schemas, service

quotas = api_blueprint("quotas", "/v1/licenses", "Caps of a deal, what is used of them and what is reserved")
reservations = api_blueprint("reservations", "/v1", "Take amounts of a cap before they are used")


@quotas.route("/<license_id>/quotas")
class Quotas(MethodView):
    @quotas.response(200, schemas.QuotasOut)
    def get(self, license_id: str) -> Any:
        """Return every cap of a license: used, reserved, left, and when counting starts anew

        Years and months are counted from the first day, in the zone of the deal. `concurrent_titles` counts what is
        in use now, so nothing resets it.
        """
        return {"items": queries.quotas_view(session(), actor(), license_id, at=now())}


@quotas.route("/<license_id>/reservations")
class ReservationsOfLicense(MethodView):
    @quotas.arguments(PageArgs, location="query")
    @quotas.response(200, page_schema(schemas.ReservationOut))
    def get(self, page: dict[str, Any], license_id: str) -> Any:
        """List the reservations of a license, newest first"""
        found = queries.reservations_page(
            session(), actor(), license_id, cursor=page.get("cursor"), limit=page["limit"]
        )
        amounts = queries.amounts_of(session(), [row.id for row in found.items])
        items = [_out(service.Reserved(row, amounts[row.id])) for row in found.items]
        return {"items": items, "next_cursor": found.next_cursor}, 200, found.headers


@reservations.route("/licenses/<license_id>/reservations")
class Reservations(MethodView):
    @reservations.arguments(schemas.ReservationIn)
    @reservations.response(201, schemas.ReservedOut)
    def post(self, body: dict[str, Any], license_id: str) -> Any:
        """Decide about a use and hold what it takes, in one step

        Refused with the code of the decision; `QUOTA_EXHAUSTED` says which cap, how much is left and when counting
        starts anew. The scope `decide` is enough.
        """
        return _out(service.reserve(session=session(), actor=actor(), at=now(), license_id=license_id, **body))


@reservations.route("/reservations/<reservation_id>/commit")
class Commit(MethodView):
    @reservations.arguments(schemas.CommitIn)
    @reservations.response(201, schemas.ReservationOut)
    def post(self, body: dict[str, Any], reservation_id: str) -> Any:
        """Use what was reserved, or less of it; the rest is given back

        Within its lifetime a reservation can be committed even when the license has ended meanwhile: it counts what
        was made under a yes. One that has run out is decided about anew. Titles stay in use until released.
        The scope `decide` is enough.
        """
        return _out(
            service.commit(session=session(), actor=actor(), at=now(), reservation_id=reservation_id, **body)
        )


@reservations.route("/reservations/<reservation_id>/release")
class Release(MethodView):
    @reservations.arguments(Empty)
    @reservations.response(201, schemas.ReservationOut)
    def post(self, _body: dict[str, Any], reservation_id: str) -> Any:
        """Give a reservation back unused, or take the titles of a committed one out of use

        Always possible, whatever has become of the license. The scope `decide` is enough.
        """
        return _out(service.release(session=session(), actor=actor(), at=now(), reservation_id=reservation_id))


def _out(found: service.Reserved) -> dict[str, Any]:
    return {
        "reservation": found.reservation,
        "amounts": found.amounts,
        "decision": found.decision,
        "status": service.standing(found.reservation, now()),
    }
