"""Pages about performers: who may license them, what they wished, which law protects them. For every audience."""
