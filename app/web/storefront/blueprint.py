"""All addresses of this audience on one screen."""

from flask import Blueprint

from app.web.storefront import catalog, contract_check, docs, free, media_check, package, pictures, record

blueprint = Blueprint("storefront", __name__)

blueprint.add_url_rule("/catalog", "catalog", catalog.show)
blueprint.add_url_rule("/avails", "free", free.show)
blueprint.add_url_rule("/packages/<package_id>", "package", package.show)
blueprint.add_url_rule("/packages/<package_id>/portrait.svg", "portrait", pictures.portrait)
blueprint.add_url_rule("/contract-check", "contract_check", contract_check.show)
blueprint.add_url_rule("/contract-check", "check_contract", contract_check.check, methods=["POST"])
blueprint.add_url_rule("/contract-check/<sha256>", "checked_contract", contract_check.show_hash)
blueprint.url_value_preprocessor(contract_check.limit_size)
blueprint.add_url_rule("/verify/<license_id>", "record", record.show)
blueprint.add_url_rule("/verify/<license_id>/qr.svg", "record_svg", record.code_svg)
blueprint.add_url_rule("/verify/<license_id>/qr.png", "record_png", record.code_png)
blueprint.add_url_rule("/check-media", "media_check", media_check.show)
blueprint.add_url_rule("/check-media", "check_media", media_check.check, methods=["POST"])
blueprint.url_value_preprocessor(media_check.limit_size)
blueprint.add_url_rule("/docs", "docs", docs.show)
