"""Decisions about what is said, from values alone."""
