"""All addresses of this audience on one screen."""

from flask import Blueprint

from app.web.licensor import packages, payouts, statements

blueprint = Blueprint("licensor", __name__)

blueprint.add_url_rule("/my/packages", "packages", packages.show)
blueprint.add_url_rule("/statements", "statements", statements.show_all)
blueprint.add_url_rule("/statements/<statement_id>", "statement", statements.show)
blueprint.add_url_rule("/statements/<statement_id>/lines/<line_id>", "trace", statements.trace)
blueprint.add_url_rule("/payouts", "payouts", payouts.show)
blueprint.add_url_rule("/payouts", "open_account", payouts.open_account, methods=["POST"])
