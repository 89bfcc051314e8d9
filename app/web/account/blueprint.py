"""All addresses of this audience on one screen."""

from flask import Blueprint

from app.web.account import (
    approvals,
    closing,
    contracts,
    discussion,
    files,
    home,
    later,
    licenses,
    marks,
    negotiations,
    projections,
    quotas,
    records,
    sign_in,
    signatures,
    standing,
    webhooks,
)

blueprint = Blueprint("account", __name__)

blueprint.add_url_rule("/", "home", home.show)
blueprint.add_url_rule("/sign-in", "sign_in", sign_in.show)
blueprint.add_url_rule("/sign-in", "sign_in_now", sign_in.sign_in, methods=["POST"])
blueprint.add_url_rule("/sign-out", "sign_out", sign_in.sign_out, methods=["POST"])

blueprint.add_url_rule("/negotiations", "negotiations", negotiations.show_all)
blueprint.add_url_rule("/negotiations/<negotiation_id>", "negotiation", negotiations.show)
blueprint.add_url_rule("/negotiations/<negotiation_id>/counter", "counter", negotiations.show_counter)
blueprint.add_url_rule(
    "/negotiations/<negotiation_id>/counter", "send_counter", negotiations.counter, methods=["POST"]
)
blueprint.add_url_rule("/negotiations/<negotiation_id>/accept", "accept", negotiations.accept, methods=["POST"])
blueprint.add_url_rule("/negotiations/<negotiation_id>/sign", "sign_as_holder", signatures.sign, methods=["POST"])
blueprint.add_url_rule(
    "/negotiations/<negotiation_id>/refuse", "refuse_as_holder", signatures.refuse, methods=["POST"]
)
blueprint.add_url_rule("/negotiations/<negotiation_id>/decline", "decline", negotiations.decline, methods=["POST"])
blueprint.add_url_rule(
    "/negotiations/<negotiation_id>/withdraw", "withdraw", negotiations.withdraw, methods=["POST"]
)

blueprint.add_url_rule("/deals/<deal_id>/contract.json", "contract", contracts.document)
blueprint.add_url_rule("/deals/<deal_id>/contract.pdf", "contract_file", contracts.file)
_TALKS = "/negotiations/<negotiation_id>"
_ASKED = f"{_TALKS}/document-requests/<request_id>"
blueprint.add_url_rule(f"{_TALKS}/comments", "comment", discussion.comment, methods=["POST"])
blueprint.add_url_rule(f"{_TALKS}/agreed", "agree", discussion.agree, methods=["POST"])
blueprint.add_url_rule(f"{_TALKS}/reopened", "reopen", discussion.reopen, methods=["POST"])
blueprint.add_url_rule(f"{_TALKS}/document-requests", "ask", discussion.ask, methods=["POST"])
blueprint.add_url_rule(f"{_ASKED}/decline", "decline_document", discussion.decline, methods=["POST"])
blueprint.add_url_rule(f"{_ASKED}/withdrawal", "withdraw_request", discussion.withdraw, methods=["POST"])
blueprint.add_url_rule(f"{_TALKS}/documents", "share", discussion.share, methods=["POST"])
blueprint.add_url_rule(f"{_TALKS}/documents/<document_id>", "document", discussion.document)
blueprint.add_url_rule("/negotiations/<negotiation_id>/projection", "projection", projections.show)

_LATER = "/licenses/<license_id>"
blueprint.add_url_rule(f"{_LATER}/amendment", "amendment", later.show_amendment)
blueprint.add_url_rule(f"{_LATER}/amendment", "amend", later.amend, methods=["POST"])
blueprint.add_url_rule(f"{_LATER}/renewal", "renewal", later.show_renewal)
blueprint.add_url_rule(f"{_LATER}/renewal", "renew", later.renew, methods=["POST"])
blueprint.add_url_rule(f"{_LATER}/early-end", "end_early", later.end_early, methods=["POST"])
blueprint.add_url_rule(f"{_LATER}/assignment", "assign", later.assign, methods=["POST"])
blueprint.add_url_rule(f"{_LATER}/extension", "extend", later.extend, methods=["POST"])

_CALENDAR = "/licenses/<license_id>/calendar"
_EVIDENCE = f"{_CALENDAR}/<duty_id>/evidence"
_CERTIFICATES = "/licenses/<license_id>/certificates"
blueprint.add_url_rule("/calendar", "all_days", closing.show_all)
blueprint.add_url_rule("/calendar.ics", "all_days_file", closing.file_of_all)
blueprint.add_url_rule(_CALENDAR, "calendar", closing.show)
blueprint.add_url_rule("/licenses/<license_id>/calendar.ics", "calendar_file", closing.license_file)
blueprint.add_url_rule(_EVIDENCE, "file_evidence", closing.file, methods=["POST"])
blueprint.add_url_rule(f"{_EVIDENCE}/<evidence_id>/file", "evidence_file", closing.evidence_file)
blueprint.add_url_rule(f"{_EVIDENCE}/<evidence_id>/answer", "answer_evidence", closing.answer, methods=["POST"])
blueprint.add_url_rule(f"{_CALENDAR}/models", "declare_model", closing.declare, methods=["POST"])
blueprint.add_url_rule(f"{_CALENDAR}/certificates", "certify", closing.certify, methods=["POST"])
blueprint.add_url_rule(f"{_CERTIFICATES}/<certificate_id>", "certificate", closing.certificate)
blueprint.add_url_rule(f"{_CERTIFICATES}/<certificate_id>.pdf", "certificate_paper", closing.certificate_paper)
blueprint.add_url_rule(
    f"{_CERTIFICATES}/<certificate_id>/document.json", "certificate_document", closing.certificate_document
)

blueprint.add_url_rule("/licenses", "licenses", licenses.show_all)
blueprint.add_url_rule("/licenses/<license_id>", "license", licenses.show)
blueprint.add_url_rule(
    "/licenses/<license_id>/credential", "credential", licenses.issue_credential, methods=["POST"]
)
blueprint.add_url_rule("/licenses/<license_id>/files", "files", files.show)
blueprint.add_url_rule("/licenses/<license_id>/files", "deliver", files.deliver, methods=["POST"])
_STANDING = "/licenses/<license_id>/standing"
blueprint.add_url_rule(_STANDING, "standing_page", standing.show)
blueprint.add_url_rule(_STANDING, "standing", standing.change, methods=["POST"])
blueprint.add_url_rule(f"{_STANDING}/termination", "terminate", standing.end, methods=["POST"])
blueprint.add_url_rule(f"{_STANDING}/breaches", "notice_breach", standing.notice, methods=["POST"])
blueprint.add_url_rule(f"{_STANDING}/breaches/<breach_id>", "breach_step", standing.step, methods=["POST"])
blueprint.add_url_rule(f"{_STANDING}/tollings", "propose_tolling", standing.propose, methods=["POST"])
blueprint.add_url_rule("/licenses/<license_id>/record", "record", records.show)
blueprint.add_url_rule("/licenses/<license_id>/quotas", "quotas", quotas.show)
_APPROVALS = "/licenses/<license_id>/approvals"
blueprint.add_url_rule(_APPROVALS, "approvals", approvals.show)
blueprint.add_url_rule(_APPROVALS, "ask_approval", approvals.ask, methods=["POST"])
blueprint.add_url_rule(f"{_APPROVALS}/<approval_id>", "answer_approval", approvals.answer, methods=["POST"])
blueprint.add_url_rule(f"{_APPROVALS}/<approval_id>/file", "approval_file", approvals.shown_file)
_HOOK = "/webhook-endpoints/<endpoint_id>"
blueprint.add_url_rule("/webhook-endpoints", "webhooks", webhooks.show_all)
blueprint.add_url_rule("/webhook-endpoints", "add_webhook", webhooks.create, methods=["POST"])
blueprint.add_url_rule(_HOOK, "webhook", webhooks.show)
blueprint.add_url_rule(f"{_HOOK}/switch", "switch_webhook", webhooks.switch, methods=["POST"])
blueprint.add_url_rule(f"{_HOOK}/secret", "rotate_webhook", webhooks.rotate, methods=["POST"])
blueprint.add_url_rule(f"{_HOOK}/ping", "ping_webhook", webhooks.ping, methods=["POST"])
blueprint.add_url_rule(f"{_HOOK}/deletion", "delete_webhook", webhooks.delete, methods=["POST"])
blueprint.add_url_rule(
    f"{_HOOK}/deliveries/<delivery_id>/redelivery", "redeliver", webhooks.redeliver, methods=["POST"]
)

blueprint.add_url_rule("/deliveries/<delivery_id>", "download", files.download)
blueprint.add_url_rule("/licenses/<license_id>/marks", "marks", marks.show)
blueprint.add_url_rule("/licenses/<license_id>/marks", "stamp", marks.stamp, methods=["POST"])
blueprint.add_url_rule("/marks/<mark_id>", "marked_file", marks.download)
blueprint.url_value_preprocessor(marks.limit_size)
