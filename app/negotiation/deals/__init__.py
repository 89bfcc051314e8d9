"""Signed deals: their versions, of which each takes the place of the one before, and what they promise.

A *change* is signed like a first deal and says itself which deal it changes, how, and from which day (`amends`). It
is the next *version* of that deal, and the terms of the same license from then on; whatever lies before keeps the
terms it had. *Options* are what a deal promises its licensee about the time after its end: nobody else is given
those rights while they can be called in.
"""
