"""What can be done with parties: record them, prove authority over a likeness, say who shares the income."""

from app.parties.service.beneficiaries import set_beneficiaries
from app.parties.service.people import create_party, create_performer
from app.parties.service.quorum import give_consent, set_quorum_rule, withdraw_consent
from app.parties.service.representations import attach_document, record_representation
from app.parties.service.verification import fail_representation, restore_representation, verify_representation

__all__ = [
    "attach_document",
    "create_party",
    "create_performer",
    "fail_representation",
    "give_consent",
    "record_representation",
    "restore_representation",
    "set_beneficiaries",
    "set_quorum_rule",
    "verify_representation",
    "withdraw_consent",
]
