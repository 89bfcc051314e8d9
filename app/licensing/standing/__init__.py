"""What stops a license for a while, and what its end for a breach takes.

A license is suspended for as long as one ground for it stands: a breach, a dispute between the sides, a
payment that the payer's bank contests, a strike, or something else. A notice of breach gives the licensee time
to cure; the license runs on meanwhile, unless the notice suspends it. Whether the time to cure is over follows
from the clock, and nothing ends by itself: the licensor ends the license, or does not. Days of suspension are
added to the term (tolling) only as both sides agree, by a signed change of the deal.
"""
