"""What two sides say to each other about an offer: comments, fields they agree on, documents.

All of it belongs to the two sides of a negotiation. Whoever else may read its offers reads none of this, except an
administrator during an inspection that both sides hear of. Nothing is added once the talks have ended.
"""
