"""Let a change of a signed deal keep what it does not touch, also where the tables of today would write it anew."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from app.negotiation.deals.rules.touched import TOUCHES
from app.negotiation.terms.completion import complete_terms
from app.negotiation.terms.editing import as_proposal
from app.negotiation.terms.facts import DealFacts
from app.negotiation.terms.schema import DealTermsIn
from app.negotiation.terms.vocabulary import ChangeOf
from app.values.canonical import canonical_bytes


def with_signed_members(
    document: Mapping[str, Any], signed: Mapping[str, Any], change_of: ChangeOf, facts: DealFacts
) -> dict[str, Any]:
    """Return the document of a change with the members that say what was signed exactly as they were signed.

    That is for changes that leave most of a deal as it is: a survival preset, the media tree or a group of
    countries may have changed since, and would else read as a change that nobody asked for. What really differs
    stays, and is refused by the rules.
    """
    may = TOUCHES.get(change_of)
    if may is None:
        return dict(document)
    proposal = as_proposal(signed)
    try:
        again = complete_terms(DealTermsIn().load(proposal), facts)
    except ma.ValidationError:
        return dict(document)
    same = {
        name for name in proposal.keys() - may if canonical_bytes(document[name]) == canonical_bytes(again[name])
    }
    return {name: signed[name] if name in same else member for name, member in document.items()}
