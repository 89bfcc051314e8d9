"""What a member may do for a party, and what an API key is for."""

from enum import StrEnum


class Role(StrEnum):
    """A user's part in a party."""

    ADMINISTRATOR = "administrator"
    """Runs the platform: verifies representations, moderates listings. Only in the operator's own party."""
    OWNER = "owner"
    """Acts for the party and lets others act for it."""
    MEMBER = "member"
    """Acts for the party."""


class Scope(StrEnum):
    """What an API key may be used for."""

    READ = "read"
    WRITE = "write"
    DECIDE = "decide"
    """Ask for decisions, and nothing else: the scope for game servers."""
