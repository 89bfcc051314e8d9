"""Who did what, when, to which thing. Append-only; each record is sealed to the one before, so tampering shows."""
