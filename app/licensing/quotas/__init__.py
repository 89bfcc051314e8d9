"""What may be used how much: caps of the deal, what is used of them, and reservations that game servers take.

A reservation holds amounts for a while, a commit uses them, a release gives them back. One that ran out counts no
more; that follows from the clock, no job takes it away. Whoever reserves is asked the same question as a decision
answers, in the same transaction, under the lock of the license: two servers never use the same last render.
"""
