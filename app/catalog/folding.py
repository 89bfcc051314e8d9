"""Folds text for search: case, accents and other marks make no difference."""

import re
import unicodedata

LONGEST_WORD = 64
"""Longer words are cut, in what is stored and in what is asked alike."""

_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "\u0131": "i"})
_WORD = re.compile(r"[^\W_]+")


def folded_words(*texts: str) -> frozenset[str]:
    """Return the distinct words of the texts: `"Zoë Łuna-Straße"` gives zoe, luna, strasse."""
    compatible = unicodedata.normalize("NFKD", " ".join(texts))
    decomposed = unicodedata.normalize("NFKD", compatible.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_LETTERS)
    return frozenset(word[:LONGEST_WORD] for word in _WORD.findall(bare))
