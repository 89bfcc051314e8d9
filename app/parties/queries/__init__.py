"""Reads of parties. Those that take an actor are scoped to the asker; the others are for features above."""

from app.parties.queries.authority import authorities_of, authority_of, mandates_of
from app.parties.queries.beneficiaries import BeneficiaryShare, beneficiaries_at, beneficiaries_of
from app.parties.queries.people import (
    own_party,
    parties_page,
    party,
    party_names,
    performer,
    performers_by_id,
    performers_page,
    visible_performer,
)
from app.parties.queries.representations import (
    RepresentationView,
    documents_of,
    own_document,
    own_representation,
    representation_views,
    representations_of,
    representations_page,
    verified_representation,
)

__all__ = [
    "BeneficiaryShare",
    "RepresentationView",
    "authorities_of",
    "authority_of",
    "beneficiaries_at",
    "beneficiaries_of",
    "documents_of",
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
    "representation_views",
    "representations_of",
    "representations_page",
    "verified_representation",
    "visible_performer",
]
