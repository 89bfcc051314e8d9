"""Deal terms: what a side proposes, the complete document it becomes, and what that document says.

A proposal (`schema.DealTermsIn`) leaves out what the service knows: names, the territory's codes, the exact
instants of the term, the survival matrix, the platform's fee. `complete_terms` adds them and freezes everything
into one document, `terms_version` 3. Offers and deals keep that document as canonical JSON with its SHA-256.
Readers go through `versions.as_current`, so that documents of every version say the same in the same place.
"""
