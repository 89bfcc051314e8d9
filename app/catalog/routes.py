"""Routes of packages: the catalog, a package and its parts, its way to being listed, its previews."""

from typing import Any

from flask import Response
from flask.views import MethodView

from app.catalog import queries, schemas, service
from app.catalog.models import Asset
from app.catalog.rules.pricing import IndicativePrice, Wanted
from app.catalog.search import found_packages, search
from app.identity.access import actor
from app.infrastructure.http.api import Empty, api_blueprint
from app.infrastructure.http.context import now, services, session
from app.infrastructure.http.fields import file_name
from app.infrastructure.http.files import BINARY, send_stored_file
from app.infrastructure.http.unit_of_work import reads_only
from app.values.components import Component

packages = api_blueprint("packages", "/v1/packages", "What is offered of a performer, and at what prices")
previews = api_blueprint("previews", "/v1/packages", "Pictures and sounds of listed packages, open to everybody")

COMPONENT = "/<package_id>/components/<any(face, voice, behavior):component>"
PREVIEW_MAX_AGE_SECONDS = 300
"""How long caches may show a preview of a package that has been withdrawn meanwhile."""


@packages.route("")
class Packages(MethodView):
    @packages.arguments(schemas.SearchArgs, location="query")
    @packages.response(200, schemas.PackagePageOut)
    def get(self, args: dict[str, Any]) -> Any:
        """Search the catalog, newest first

        Every word must match the beginning of a word of the title, summary, tags or performer's name; case and
        accents do not matter. One component must fit component, media and territory together.
        """
        owner = actor() if args.pop("mine") else None
        page = search(session(), owner=owner, **args)
        found = found_packages(session(), page.items, preset=args.get("preset"))
        return {"items": found, "next_cursor": page.next_cursor}, page.headers

    @packages.arguments(schemas.PackageIn)
    @packages.response(201, schemas.PackageOut)
    def post(self, draft: dict[str, Any]) -> queries.PackageView:
        """Begin a package as a draft"""
        row = service.create_package(session=session(), actor=actor(), at=now(), **draft)
        return queries.view_of(session(), actor(), row)


@packages.route("/<package_id>")
class PackageById(MethodView):
    @packages.etag
    @packages.response(200, schemas.PackageOut)
    def get(self, package_id: str) -> queries.PackageView:
        """Return a listed package, or your own in any status"""
        return queries.package_view(session(), actor(), package_id)

    @packages.etag
    @packages.arguments(schemas.PackageEditIn)
    @packages.response(200, schemas.PackageOut)
    def patch(self, changes: dict[str, Any], package_id: str) -> queries.PackageView:
        """Change title, summary or tags of your draft

        Send `If-Match` with the ETag of the package as you read it.
        """
        row = queries.own_package(session(), actor(), package_id, lock=True)
        packages.check_etag(queries.view_of(session(), actor(), row), schemas.PackageOut)
        service.edit_package(session=session(), actor=actor(), at=now(), package_id=package_id, **changes)
        return queries.view_of(session(), actor(), row)


@packages.route(COMPONENT)
class Components(MethodView):
    @packages.arguments(schemas.ComponentIn)
    @packages.response(200, schemas.PackageOut)
    def put(self, terms: dict[str, Any], package_id: str, component: str) -> queries.PackageView:
        """Say what you offer of a component; its files stay"""
        service.put_component(
            session=session(),
            actor=actor(),
            at=now(),
            package_id=package_id,
            component=Component(component),
            **terms,
        )
        return queries.package_view(session(), actor(), package_id)

    @packages.response(204)
    def delete(self, package_id: str, component: str) -> None:
        """Take a component and its files out of your draft"""
        service.remove_component(
            session=session(), actor=actor(), at=now(), package_id=package_id, component=Component(component)
        )


@packages.route(f"{COMPONENT}/assets", methods=["POST"])
@packages.arguments(schemas.AssetIn, location="multipart")
@packages.response(201, schemas.AssetOut)
def post_asset(form: dict[str, Any], package_id: str, component: str) -> Asset:
    """Upload a file of a component: a preview for everybody, or what a licensee receives"""
    return service.upload_asset(
        session=session(),
        actor=actor(),
        at=now(),
        store=services().store,
        package_id=package_id,
        component=Component(component),
        stream=form["file"].stream,
        filename=file_name(form["file"]),
        purpose=form["purpose"],
        max_bytes=services().settings.max_upload_mb * 1024 * 1024,
    )


@packages.route("/<package_id>/assets/<asset_id>", methods=["DELETE"])
@packages.response(204)
def delete_asset(package_id: str, asset_id: str) -> None:
    """Take a file out of your draft"""
    service.remove_asset(session=session(), actor=actor(), at=now(), package_id=package_id, asset_id=asset_id)


@packages.route("/<package_id>/rate-card", methods=["PUT"])
@packages.arguments(schemas.RateCardIn)
@packages.response(200, schemas.PackageOut)
def put_rate_card(card: dict[str, Any], package_id: str) -> queries.PackageView:
    """Replace the prices of your draft, all in one currency"""
    service.set_rate_card(session=session(), actor=actor(), at=now(), package_id=package_id, prices=card["lines"])
    return queries.package_view(session(), actor(), package_id)


@packages.route("/<package_id>/indicative-price", methods=["POST"])
@reads_only
@packages.arguments(schemas.WantedIn)
@packages.response(200, schemas.IndicativePriceOut)
def ask_price(wanted: Wanted, package_id: str) -> IndicativePrice:
    """Ask what a use may cost by the rate card

    Lines of the rate card are added up until they price all they can, each scaled to the term. Exclusivity and
    countries are not in the price, which the notes say; nothing is offered by the answer.
    """
    return queries.price_of(session(), actor(), package_id, wanted)


@packages.route("/<package_id>/submission", methods=["POST"])
@packages.arguments(Empty)
@packages.response(200, schemas.PackageOut)
def post_submission(_nothing: dict[str, Any], package_id: str) -> queries.PackageView:
    """Hand your package in for review; a refusal lists everything that is missing"""
    row = service.submit_package(session=session(), actor=actor(), at=now(), package_id=package_id)
    return queries.view_of(session(), actor(), row)


@packages.route("/<package_id>/withdrawal", methods=["POST"])
@packages.arguments(schemas.PackageWithdrawalIn)
@packages.response(200, schemas.PackageOut)
def post_withdrawal(why: dict[str, Any], package_id: str) -> queries.PackageView:
    """Offer a package no more; licenses already given go on"""
    row = service.withdraw_package(session=session(), actor=actor(), at=now(), package_id=package_id, **why)
    return queries.view_of(session(), actor(), row)


@previews.route("/<package_id>/assets/<asset_id>/preview")
@previews.response(200, BINARY, content_type="*/*")
@previews.doc(security=[])
def get_preview(package_id: str, asset_id: str) -> Response:
    """Show a preview of a listed package"""
    asset = queries.public_preview(session(), package_id, asset_id)
    return send_stored_file(services().store, asset, as_attachment=False, max_age=PREVIEW_MAX_AGE_SECONDS)
