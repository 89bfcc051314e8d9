"""A proposal as it comes in. Loading gives `ProposedTerms`; what is wrong is named by its path."""

from app.negotiation.terms.schema.deal import DealTermsIn

__all__ = ["DealTermsIn"]
