"""For estates, heirs and agents: their packages, statements and payouts."""
