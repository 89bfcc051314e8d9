"""Pure decisions of a negotiation: moves, what signing needs, and what an intended use must say."""
