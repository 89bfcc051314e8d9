"""All addresses of this audience on one screen."""

from flask import Blueprint

from app.web.licensee import charges, holds, reports, requests

blueprint = Blueprint("licensee", __name__)

blueprint.add_url_rule("/packages/<package_id>/request", "start", requests.show)
blueprint.add_url_rule("/packages/<package_id>/request", "request", requests.send, methods=["POST"])
blueprint.add_url_rule("/packages/<package_id>/request/check", "check", requests.check, methods=["POST"])
blueprint.add_url_rule("/productions", "add_production", requests.add_production, methods=["POST"])
blueprint.add_url_rule("/negotiations/<negotiation_id>/hold", "place_hold", holds.place, methods=["POST"])
blueprint.add_url_rule(
    "/negotiations/<negotiation_id>/hold/release", "release_hold", holds.release, methods=["POST"]
)
blueprint.add_url_rule(
    "/negotiations/<negotiation_id>/hold/challenge", "challenge_hold", holds.challenge, methods=["POST"]
)
blueprint.add_url_rule("/negotiations/<negotiation_id>/hold/match", "match_hold", holds.match, methods=["POST"])
blueprint.add_url_rule("/payments", "charges", charges.show)
blueprint.add_url_rule("/payments/<charge_id>", "renew", charges.renew, methods=["POST"])
blueprint.add_url_rule("/licenses/<license_id>/report", "report", reports.show)
blueprint.add_url_rule("/licenses/<license_id>/report", "upload", reports.upload, methods=["POST"])
