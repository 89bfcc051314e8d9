"""What every yes obliges to, read from the terms of a deal."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.licensing.rules.codes import ObligationCode
from app.licensing.rules.facts import Obligation
from app.negotiation.terms.vocabulary import ApprovalStage
from app.negotiation.terms.words.use import approval_sentence

_STEPS = {
    ApprovalStage.SCRIPT: ObligationCode.APPROVE_SCRIPT,
    ApprovalStage.SAMPLE: ObligationCode.APPROVE_SAMPLE,
    ApprovalStage.FINAL: ObligationCode.APPROVE_FINAL,
}
"""In the order in which they come."""


def obligations_of(document: Mapping[str, Any]) -> tuple[Obligation, ...]:
    """Return the label, the credit and the approval steps of terms in the shape of the latest version."""
    return tuple(_obligations(document))


def _obligations(document: Mapping[str, Any]) -> Iterator[Obligation]:
    label, credit = document["disclosure_label"], document["credit_line"]
    if label:
        yield Obligation(ObligationCode.DISCLOSURE_LABEL, f"Show the label: {label}", label)
    if credit:
        yield Obligation(ObligationCode.CREDIT_LINE, f"Give credit: {credit}", credit)
    steps = {ApprovalStage(approval["stage"]): approval for approval in document["approvals"]}
    for stage, code in _STEPS.items():
        if stage in steps:
            yield Obligation(code, approval_sentence(steps[stage]))
