"""What becomes of a signed deal: amended, extended, assigned to another licensee, ended by agreement, renewed.

A *change* is a negotiation about a signed deal. Its offers are complete terms that say themselves which deal they
change, how, and from which day (`amends`); signed, they are the next *version* of that deal, and the terms of the
same license from then on. Whatever lies before keeps the terms it had. A *renewal* is a negotiation for a license
of its own that follows an earlier one. *Options* are what a deal promises its licensee about the time after its
end: nobody else is given those rights while they can be called in.
"""
