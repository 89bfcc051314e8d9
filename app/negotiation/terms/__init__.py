"""Deal terms: what a side proposes, the complete document it becomes, and what that document says.

A proposal (`DealTermsIn`) leaves out what the service knows: names, the territory's codes, the exact instants of
the term, the survival matrix, the platform's fee. `complete_terms` adds them and freezes everything into one
document, `terms_version` 1. Offers and deals keep that document as canonical JSON with its SHA-256.
"""
