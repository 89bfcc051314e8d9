"""Begin to change a signed deal: amend, extend, assign or end it by agreement, or follow it by a renewal.

What is begun here is a negotiation like any other, countered, accepted and signed as such. What becomes of it is in
`app.negotiation.deals`.
"""
