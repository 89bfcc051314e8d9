"""Royalties: what licensees sold, what it earns the estates, and the statements that say so.

A usage report is a store's own export, read row by row (`stores/`). The rules (`rules/`) turn its sums into
royalty lines and the lines into statements and shares. Everything stated stays as it was sent: a later correction
is a delta line in the next statement. Money itself moves in `ledger` and `payments`; here is only who is owed what.
"""
