"""All addresses of this audience on one screen."""

from flask import Blueprint

from app.web.backoffice import clock, reviews, runs, tax_forms

blueprint = Blueprint("backoffice", __name__)

blueprint.add_url_rule("/reviews", "reviews", reviews.show_queue)
blueprint.add_url_rule("/reviews/<package_id>", "review", reviews.show)
blueprint.add_url_rule("/reviews/<package_id>", "decide", reviews.decide, methods=["POST"])
blueprint.add_url_rule("/clock", "clock", clock.show)
blueprint.add_url_rule("/clock", "move_clock", clock.move, methods=["POST"])
blueprint.add_url_rule("/runs", "runs", runs.show)
blueprint.add_url_rule("/runs", "run", runs.issue, methods=["POST"])
blueprint.add_url_rule("/tax-forms", "tax_forms", tax_forms.show)
blueprint.add_url_rule("/tax-forms/<tax_form_id>", "confirm_tax_form", tax_forms.confirm, methods=["POST"])
