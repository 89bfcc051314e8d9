"""A document of deal terms in plain, exact English, for pages and for the contract that people read.

Pure: a document goes in, sections of rows come out, the same each time. Every row says by a JSON pointer which part
of the document it puts into words. What is not agreed is said too where silence could mislead.
"""

from collections.abc import Mapping
from typing import Any

from app.negotiation.terms.words import afterwards, general, parties, payments, royalties, use
from app.negotiation.terms.words.section import Row, Section

__all__ = ["Row", "Section", "sections"]


def sections(terms: Mapping[str, Any]) -> tuple[Section, ...]:
    """Return what a document of the current version says, in the order in which a contract is read."""
    return (
        Section("parties", "Parties and production", tuple(parties.rows(terms))),
        Section("term", "Term", tuple(use.term_rows(terms))),
        Section("grants", "What is licensed", tuple(use.grant_rows(terms))),
        Section("limits", "Limits and approvals", tuple(use.limit_rows(terms))),
        Section("delivery", "Delivery, label and credit", tuple(use.delivery_rows(terms))),
        Section("payments", "Fee, advance and guarantee", tuple(payments.rows(terms))),
        Section("royalty", "Royalty and reports", tuple(royalties.rows(terms))),
        Section("options", "Changes to the term and to the parties", tuple(general.option_rows(terms))),
        Section("afterwards", "After the end", tuple(afterwards.rows(terms))),
        Section("law", "Law and warranties", tuple(general.law_rows(terms))),
    )
