"""Authority that failed: what rests on it, whose money is held, who must be told, until it is restored."""
