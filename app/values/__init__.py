"""Pure values of the trade: money, term, territory, media and the like. No framework, no clock, no I/O."""
