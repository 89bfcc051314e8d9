"""Work to be done after the transaction that asked for it: one table for jobs, outbox and schedule.

A job is enqueued in the business transaction, claimed by one worker under a lease with a fencing token, retried
with growing pauses, and kept as a dead letter when it keeps failing. Whoever dies in between loses nothing: the
lease runs out and another worker takes over. Handlers therefore must bear being run twice.
"""
