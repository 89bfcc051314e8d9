"""Who signs beside the two sides: co-holders of the rights, and what an agent's principal is shown.

With every offer goes a *snapshot* of who stands on the licensor's side for the rights it is about. Those in it read
the talks; *holders* sign or refuse one offer in exactly its terms, by number and hash. A deal is executed once the
other side has accepted and the quorum is met by standing consents and signatures together, if nothing in the
snapshot changed meanwhile. Whatever is not executed when the offer lapses is void.
"""
