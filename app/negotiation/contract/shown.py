"""Which characters the file can show: those that the fonts shipped with the typesetter have.

An accessible file must not hold a character that its fonts lack. Such a character stands as ▯, as do characters
that change what others look like (directions, joiners of pictures); the attached document keeps every text whole.
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files

MISSING = "\N{WHITE VERTICAL RECTANGLE}"
MAY_BREAK = "\N{ZERO WIDTH SPACE}"
_LONG = re.compile(r"\S{41,}")
"""A word that a column may be too narrow for."""


def showable(text: str) -> str:
    """Return text as it can be shown, composed (NFC), with every other character as `MISSING`."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return _LONG.sub(_breakable, "".join(map(_shown, composed)))


def _shown(character: str) -> str:
    if character in "\r\n\t":
        return " " if character == "\t" else "\n"
    return character if ord(character) in characters() else MISSING


def _breakable(word: re.Match[str]) -> str:
    return MAY_BREAK.join(word[0][place : place + 20] for place in range(0, len(word[0]), 20))


@cache
def characters() -> frozenset[int]:
    """The code points that the text fonts have, without marks that only combine and without controls."""
    ranges = files(__package__).joinpath("shown.txt").read_text(encoding="ascii").split()
    bounds = (part.partition("-") for part in ranges)
    return frozenset(
        code for first, _, last in bounds for code in range(int(first, 16), int(last or first, 16) + 1)
    )
