"""An intended use must be described reasonably specifically: a likeness is not licensed for anything whatever.

Two statutes make a replica clause unenforceable when, among other things, it lacks such a description. Whether the
other things hold too is a lawyer's question; the marketplace simply asks everybody for the description.
"""

import re
import unicodedata

FEWEST_CHARACTERS = 40
FEWEST_WORDS = 8
"""Different ones, besides boilerplate."""


RULE = "HOUSE-SPECIFIC-USE"
"""The row of the law tables that asks it of everybody here."""
SOURCES = ("CA-927", "NY-5-302")
"""The rows of the statutes it follows."""

BOILERPLATE = (
    "any and all media",
    "any and all purposes",
    "any and all uses",
    "any lawful purpose",
    "any manner whatsoever",
    "any media",
    "any purpose",
    "all media",
    "all purposes",
    "as needed",
    "as required",
    "for commercial use",
    "for internal use",
    "for promotional purposes",
    "general use",
    "in all forms",
    "in any form",
    "in any manner",
    "in connection with the production",
    "in connection with the project",
    "in perpetuity",
    "lorem ipsum",
    "now known or hereafter devised",
    "now known or later developed",
    "now or hereafter known",
    "or any other purpose",
    "to be agreed",
    "to be announced",
    "to be confirmed",
    "to be decided",
    "to be determined",
    "throughout the universe",
    "throughout the world",
    "to use the likeness",
    "use of the likeness",
    "various purposes",
    "various uses",
    "whether now known or hereafter devised",
)
"""Phrases that fit every deal and so describe none. They may stand in a description, but do not count."""

_PHRASES = re.compile(r"\b(?:" + "|".join(sorted(BOILERPLATE, key=len, reverse=True)) + r")\b")
_WORD = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|[^\W\d_]{2,}")
"""A word; in scripts that put no space between words, a character."""


def missing_in(intended_use: str) -> str | None:
    """Return what is missing as a sentence, or nothing for a description that is specific enough."""
    own = _without_boilerplate(intended_use)
    words = set(_WORD.findall(own))
    if not words or (len(words) < FEWEST_WORDS and own != _folded(intended_use)):
        return (
            "The intended use is boilerplate that fits any deal; say what the likeness will do, in which scenes, "
            "items or spots, and how much of it."
        )
    if len(own) < FEWEST_CHARACTERS or len(words) < FEWEST_WORDS:
        return (
            "The intended use is not reasonably specific; say in a sentence or two what the likeness will do, in "
            f"which scenes, items or spots, and how much of it ({FEWEST_CHARACTERS} characters and {FEWEST_WORDS} "
            "different words at least)."
        )
    return None


def _without_boilerplate(text: str) -> str:
    return " ".join(_PHRASES.sub(" ", _folded(text)).split())


def _folded(text: str) -> str:
    """Fold case and width, and drop punctuation, so that a phrase is recognized however it is written."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in plain).split())
