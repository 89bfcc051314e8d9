"""Reads of parties. Those that take an actor are scoped to the asker; the others are for features above."""

from app.parties.queries.authority import authorities_of, authority_of, mandates_of, successors_of
from app.parties.queries.beneficiaries import BeneficiaryShare, beneficiaries_at, beneficiaries_of
from app.parties.queries.chain import (
    AuthorityView,
    authority_history,
    authority_view,
    consents_page,
    quorum_rules,
    representation_history,
)
from app.parties.queries.people import (
    own_party,
    parties_page,
    party,
    party_names,
    performer,
    performers_by_id,
    performers_page,
    represented_performer,
    visible_performer,
)
from app.parties.queries.representations import (
    RepresentationView,
    documents_of,
    held_representations,
    own_document,
    own_representation,
    representation_views,
    representations_of,
    representations_page,
)

__all__ = [
    "AuthorityView",
    "BeneficiaryShare",
    "RepresentationView",
    "authorities_of",
    "authority_history",
    "authority_of",
    "authority_view",
    "beneficiaries_at",
    "beneficiaries_of",
    "consents_page",
    "documents_of",
    "held_representations",
    "mandates_of",
    "own_document",
    "own_party",
    "own_representation",
    "parties_page",
    "party",
    "party_names",
    "performer",
    "performers_by_id",
    "performers_page",
    "quorum_rules",
    "representation_history",
    "representation_views",
    "representations_of",
    "representations_page",
    "represented_performer",
    "successors_of",
    "visible_performer",
]
