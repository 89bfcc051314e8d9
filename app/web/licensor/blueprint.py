"""All addresses of this audience on one screen."""

from flask import Blueprint

from app.web.licensor import book, holdings, packages, payouts, statements

blueprint = Blueprint("licensor", __name__)

blueprint.add_url_rule("/my/packages", "packages", packages.show)
blueprint.add_url_rule("/my/licenses", "holdings", holdings.show)
blueprint.add_url_rule("/packages/<package_id>/book", "book", book.show)
blueprint.add_url_rule("/packages/<package_id>/book/restrictions", "restrict", book.restrict, methods=["POST"])
blueprint.add_url_rule(
    "/packages/<package_id>/book/restrictions/<restriction_id>/release", "release", book.release, methods=["POST"]
)
blueprint.add_url_rule(
    "/packages/<package_id>/book/milestones", "record_milestone", book.record_milestone, methods=["POST"]
)
blueprint.add_url_rule(
    "/packages/<package_id>/book/milestones/<milestone_id>",
    "move_milestone",
    book.move_milestone,
    methods=["POST"],
)
blueprint.add_url_rule(
    "/packages/<package_id>/book/milestones/<milestone_id>/cancellation",
    "cancel_milestone",
    book.cancel_milestone,
    methods=["POST"],
)
blueprint.add_url_rule("/statements", "statements", statements.show_all)
blueprint.add_url_rule("/statements/<statement_id>", "statement", statements.show)
blueprint.add_url_rule("/statements/<statement_id>/lines/<line_id>", "trace", statements.trace)
blueprint.add_url_rule("/payouts", "payouts", payouts.show)
blueprint.add_url_rule("/payouts", "open_account", payouts.open_account, methods=["POST"])
blueprint.add_url_rule("/payouts/tax-form", "send_tax_form", payouts.send_tax_form, methods=["POST"])
