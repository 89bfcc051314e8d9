"""How stores export a period's sales, as data, and the one reader that follows such a description."""
