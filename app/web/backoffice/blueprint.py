"""All addresses of this audience on one screen."""

from flask import Blueprint

from app.web.backoffice import authority, clock, inspections, law, reviews, runs, tax_forms

blueprint = Blueprint("backoffice", __name__)

blueprint.add_url_rule("/reviews", "reviews", reviews.show_queue)
blueprint.add_url_rule("/reviews/<package_id>", "review", reviews.show)
blueprint.add_url_rule("/reviews/<package_id>", "decide", reviews.decide, methods=["POST"])
blueprint.add_url_rule("/authority", "authority", authority.show_queue)
blueprint.add_url_rule("/authority-cases", "cases", authority.show_cases)
blueprint.add_url_rule("/authority-cases/<case_id>", "case", authority.show_case)
blueprint.add_url_rule("/law", "law", law.show)
blueprint.add_url_rule("/law/overrides", "override", law.override, methods=["POST"])
blueprint.add_url_rule("/law/overrides/<override_id>/end", "end_override", law.end, methods=["POST"])
blueprint.add_url_rule("/clock", "clock", clock.show)
blueprint.add_url_rule("/clock", "move_clock", clock.move, methods=["POST"])
blueprint.add_url_rule("/runs", "runs", runs.show)
blueprint.add_url_rule("/runs", "run", runs.issue, methods=["POST"])
blueprint.add_url_rule("/tax-forms", "tax_forms", tax_forms.show)
blueprint.add_url_rule("/tax-forms/<tax_form_id>", "confirm_tax_form", tax_forms.confirm, methods=["POST"])
blueprint.add_url_rule("/inspections", "inspections", inspections.show)
blueprint.add_url_rule("/inspections", "inspect", inspections.begin, methods=["POST"])
blueprint.add_url_rule("/inspections/<inspection_id>", "inspection", inspections.dossier)
blueprint.add_url_rule(
    "/inspections/<inspection_id>/documents/<document_id>", "inspected_document", inspections.document
)
