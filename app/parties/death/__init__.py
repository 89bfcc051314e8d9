"""The death of a performer, and what ends with it."""
