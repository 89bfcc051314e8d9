"""All addresses of this audience on one screen."""

from flask import Blueprint

from app.web.storefront import catalog, docs, free, package, pictures

blueprint = Blueprint("storefront", __name__)

blueprint.add_url_rule("/catalog", "catalog", catalog.show)
blueprint.add_url_rule("/avails", "free", free.show)
blueprint.add_url_rule("/packages/<package_id>", "package", package.show)
blueprint.add_url_rule("/packages/<package_id>/portrait.svg", "portrait", pictures.portrait)
blueprint.add_url_rule("/docs", "docs", docs.show)
