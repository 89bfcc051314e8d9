"""Sets of codes as bits, so that a database compares them with one operation.

The position of a code in `data/bits.json` is its bit, for as long as rows with such bits exist: codes are added
at the end, never moved. A code without a bit is left out, so a set of bits may be smaller than its set of codes.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from app.values.rights_block import ALL

WORD = 63
"""Bits in a column: both engines keep integers of 64 bits with a sign."""
TERRITORY_COLUMNS = ("territory_1", "territory_2", "territory_3", "territory_4")
EVERY_CATEGORY = (1 << WORD) - 1
"""What `*` stands for: categories that are not thought of yet, too."""


@dataclass(frozen=True, slots=True)
class Masks:
    """The dimensions of an offer, of a block or of a question, as the columns of the index hold them."""

    axes: int
    media: int
    territory: tuple[int, ...]
    categories: int
    all_languages: bool

    @property
    def columns(self) -> dict[str, int | bool]:
        return {
            "axes": self.axes,
            "media": self.media,
            **dict(zip(TERRITORY_COLUMNS, self.territory, strict=True)),
            "categories": self.categories,
            "all_languages": self.all_languages,
        }


def masks_of(
    *,
    axes: Iterable[str],
    media: Iterable[str],
    territory: Iterable[str],
    languages: Collection[str],
    categories: Collection[str],
) -> Masks:
    countries = _mask("territory", territory)
    return Masks(
        axes=_mask("axes", axes),
        media=_mask("media", media),
        territory=tuple(countries >> WORD * place & EVERY_CATEGORY for place in range(len(TERRITORY_COLUMNS))),
        categories=EVERY_CATEGORY if ALL in categories else _mask("categories", categories),
        all_languages=ALL in languages,
    )


def _mask(dimension: str, codes: Iterable[str]) -> int:
    bits = _bits()[dimension]
    mask = 0
    for code in codes:
        mask |= bits.get(code, 0)
    return mask


@cache
def _bits() -> Mapping[str, Mapping[str, int]]:
    text = files("app.rights.index").joinpath("data/bits.json").read_text(encoding="utf-8")
    return {
        dimension: {code: 1 << place for place, code in enumerate(codes)}
        for dimension, codes in json.loads(text).items()
    }
