"""The rights book: what may be licensed, what is taken, and therefore what is free, with reasons.

Avails are what the licensor has (rights in: offered components under verified authority) less grants, holds and
holdbacks (rights taken). Others write to the book through `service` only: a grant is booked under the lock of its
performer, so that no right is sold twice. The book knows references, never licenses or negotiations.
"""
