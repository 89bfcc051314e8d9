"""The routes of files: what is granted, what was handed out, and the ways to fetch it."""

import base64
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response
from flask.views import MethodView
from sqlmodel import Session

from app.identity.access import actor
from app.infrastructure.clock import machine_now
from app.infrastructure.http import idempotency
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, services, session
from app.infrastructure.http.files import BINARY, StoredFileInfo, send_stored_file
from app.infrastructure.http.paging import PageArgs, page_schema
from app.licensing import queries
from app.licensing.delivery import schemas, service
from app.licensing.models import Delivery
from app.values.errors import DomainError

files = api_blueprint("license-files", "/v1/licenses", "The files of a license, and what was handed out of them")
deliveries = api_blueprint("deliveries", "/v1/deliveries", "Files handed out under a license")
delivery_links = api_blueprint("delivery-links", "/v1/delivery-links", "Files handed out, for who has their link")


@files.route("/<license_id>/assets")
class GrantedAssets(MethodView):
    @files.response(200, schemas.GrantedAssetsOut)
    def get(self, license_id: str) -> Any:
        """List the files of the granted components"""
        found = service.granted_assets(session=session(), actor=actor(), at=now(), license_id=license_id)
        return {"items": [{"asset": asset, "component": component} for asset, component in found]}


@files.route("/<license_id>/deliveries")
class Deliveries(MethodView):
    @files.arguments(PageArgs, location="query")
    @files.response(200, page_schema(schemas.DeliveryOut))
    def get(self, page: dict[str, Any], license_id: str) -> Any:
        """List every copy handed out under a license, newest first"""
        found = queries.deliveries_page(
            session(), actor(), license_id, cursor=page.get("cursor"), limit=page["limit"]
        )
        return found, 200, found.headers

    @files.arguments(schemas.DeliveryIn)
    @files.response(201, schemas.DeliveryOut)
    def post(self, body: dict[str, Any], license_id: str) -> Delivery:
        """Have a granted file handed out; fetch it at `content_url`"""
        return service.deliver_asset(
            session=session(), actor=actor(), at=now(), license_id=license_id, asset_id=body["asset_id"]
        )


@deliveries.route("/<delivery_id>/content")
class DeliveryContent(MethodView):
    @deliveries.response(200, BINARY, content_type="*/*")
    @deliveries.alt_response(206, description="The range asked for")
    def get(self, delivery_id: str) -> Response:
        """Fetch a delivered file, whole or in ranges, while the license stands

        The license is asked for every range, and again while an answer is under way: when it no longer stands, the
        answer is cut, and the body is shorter than `Content-Length` says. `If-Range` with the `ETag` resumes it.
        """
        asker = actor()
        found = service.content_of(session=session(), actor=asker, at=now(), delivery_id=delivery_id)
        return file_response(
            found,
            lambda own, at: service.content_by_key(
                session=own, actor=asker, at=at, present=machine_now(), delivery_id=delivery_id
            ),
        )


@deliveries.route("/<delivery_id>/links", methods=["POST"])
@deliveries.arguments(schemas.DeliveryLinkIn)
@deliveries.response(201, schemas.DeliveryLinkOut)
def post_link(wanted: dict[str, Any], delivery_id: str) -> dict[str, Any]:
    """Have an address signed at which a delivered file can be fetched without a key

    It ends with its own time at the latest, and before that with the license, the licensor's authority, the API
    key that made it, a suspension or an assignment. Once a suspension is lifted it works for the rest of its time.
    """
    made = service.make_link(
        session=session(), actor=actor(), at=now(), present=machine_now(), delivery_id=delivery_id, **wanted
    )
    idempotency.show_once("url")
    return {"link": made.link, "url": f"{services().settings.public_url}/v1/delivery-links/{made.token}"}


@delivery_links.route("/<token>")
class LinkedContent(MethodView):
    @delivery_links.response(200, BINARY, content_type="*/*")
    @delivery_links.alt_response(206, description="The range asked for")
    def get(self, token: str) -> Response:
        """Fetch a delivered file by a link, whole or in ranges, while everything it rests on stands"""
        found = service.linked_content(session=session(), at=now(), present=machine_now(), token=token)
        return file_response(
            found,
            lambda own, at: service.linked_content(session=own, at=at, present=machine_now(), token=token),
        )


def file_response(found: StoredFileInfo, ask_again: Callable[[Session, datetime], object]) -> Response:
    """Stream a file handed out; answers ranges, names its hash, and is kept by no cache.

    `ask_again` raises as soon as the file may no longer be read; then the answer is cut.
    """
    around = services()

    def may_go_on() -> bool:
        try:
            with around.database.read() as own:
                ask_again(own, around.clock.now())
        except DomainError:
            return False
        return True

    response = send_stored_file(around.store, found, as_attachment=True, may_go_on=may_go_on)
    digest = base64.b64encode(bytes.fromhex(found.sha256)).decode()
    response.headers["Repr-Digest"] = f"sha-256=:{digest}:"
    response.headers["Cache-Control"] = "private, no-store"
    return response
