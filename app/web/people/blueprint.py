"""All addresses of these pages on one screen."""

from flask import Blueprint

from app.web.people import performers, records, representations

blueprint = Blueprint("people", __name__)

_PERFORMER = "/performers/<performer_id>"
_REPRESENTATION = "/representations/<representation_id>"

blueprint.add_url_rule("/performers", "performers", performers.show_all)
blueprint.add_url_rule("/performers", "add_performer", performers.add, methods=["POST"])
blueprint.add_url_rule(_PERFORMER, "performer", performers.show)
blueprint.add_url_rule(f"{_PERFORMER}/representations", "claim", representations.claim, methods=["POST"])
blueprint.add_url_rule(f"{_PERFORMER}/directives", "direct", records.direct, methods=["POST"])
blueprint.add_url_rule(
    f"{_PERFORMER}/directives/<directive_id>/withdrawal", "withdraw_directive", records.withdraw, methods=["POST"]
)
blueprint.add_url_rule(f"{_PERFORMER}/claims", "register", records.register, methods=["POST"])
blueprint.add_url_rule(f"{_PERFORMER}/evidence", "evidence", records.evidence, methods=["POST"])
blueprint.add_url_rule(f"{_PERFORMER}/quorum", "quorum", records.quorum, methods=["POST"])
blueprint.add_url_rule(f"{_PERFORMER}/death", "death", records.death, methods=["POST"])
blueprint.add_url_rule(_REPRESENTATION, "representation", representations.show)
blueprint.add_url_rule(f"{_REPRESENTATION}/documents", "attach", representations.attach, methods=["POST"])
blueprint.add_url_rule(f"{_REPRESENTATION}/documents/<document_id>", "document", representations.document)
blueprint.add_url_rule(f"{_REPRESENTATION}/consents", "consent", representations.consent, methods=["POST"])
blueprint.add_url_rule(
    f"{_REPRESENTATION}/consents/<consent_id>/withdrawal",
    "withdraw_consent",
    representations.withdraw_consent,
    methods=["POST"],
)
blueprint.add_url_rule(f"{_REPRESENTATION}/decision", "decide", representations.decide, methods=["POST"])
blueprint.add_url_rule(f"{_REPRESENTATION}/failure", "fail", representations.fail, methods=["POST"])
blueprint.add_url_rule(f"{_REPRESENTATION}/restoration", "restore", representations.restore, methods=["POST"])
