"""The narrow door to the rights book: ask, and take or give back under a reference.

Callers have decided that the actor may act for the reference; what is free is decided here, under the lock of the
performer's book, in the caller's transaction. Two that race for one right are handled one after the other, on
every engine.
"""

from app.rights.service.asking import ask_avails, find_free_in, require_free
from app.rights.service.book import book_grants, change_grants, release
from app.rights.service.holds import challenge, hold_standing, match_hold, place_hold
from app.rights.service.milestones import (
    cancel_milestone,
    expect_milestone,
    milestone_happened,
    record_milestone,
)
from app.rights.service.restrictions import hold_back, lift_restriction, restrict

__all__ = [
    "ask_avails",
    "book_grants",
    "cancel_milestone",
    "challenge",
    "change_grants",
    "expect_milestone",
    "find_free_in",
    "hold_back",
    "hold_standing",
    "lift_restriction",
    "match_hold",
    "milestone_happened",
    "place_hold",
    "record_milestone",
    "release",
    "require_free",
    "restrict",
]
