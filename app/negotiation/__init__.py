"""From a request to a signed deal.

A *negotiation* is about one package and one production, between its licensor and one licensee. Its *offers* are
numbered, complete and frozen once sent; a counteroffer is the next one. An offer is accepted by number and hash,
by the side that did not send it, before it lapses, and becomes the *deal*: one immutable document that both signed.
The license that a deal brings about is not here: see `app.licensing`.
"""
