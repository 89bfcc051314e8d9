"""The picture of a package: its own preview where there is one, else an abstract portrait."""

from flask import Response, g, request

from app.catalog import queries
from app.catalog.states import AssetPurpose
from app.infrastructure.http.context import services, session
from app.infrastructure.http.files import send_stored_file
from app.parties import queries as parties
from app.web.portraits import portrait as draw

MAX_AGE_SECONDS = 300


def portrait(package_id: str) -> Response:
    """Raises: NotFound for a package that the visitor may not see."""
    actor = g.get("actor")
    if actor is None:
        package = queries.listed_package(session(), package_id)
    else:
        package = queries.visible_package(session(), actor, package_id)
    previews = queries.assets_of(session(), [package.id], purpose=AssetPurpose.PREVIEW)
    picture = next((asset for asset in previews if asset.media_type.startswith("image/")), None)
    if picture is not None:
        return send_stored_file(services().store, picture, as_attachment=False)
    performer = parties.performer(session(), package.performer_id)
    drawing = draw(seed=performer.name, scene=package.title, title=f"Abstract portrait for {performer.name}")
    response = Response(drawing, content_type="image/svg+xml")
    response.headers["Cache-Control"] = f"private, max-age={MAX_AGE_SECONDS}"
    response.add_etag()
    response.make_conditional(request)
    return response
