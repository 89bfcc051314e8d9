"""Abstract portraits: a bust in layered shapes, drawn from a name. The performers are invented, so nobody is shown.

The same words always give the same drawing. Colors stand in presentation attributes, never in styles, so that the
drawing obeys the strictest content security policy.
"""

import hashlib
from collections.abc import Iterator
from html import escape
from typing import NamedTuple


class _Palette(NamedTuple):
    sky: str
    glow: str
    cloth: str
    skin: str
    shade: str
    hair: str
    accent: str


_PALETTES = (
    _Palette("#d9e2dc", "#f2ead8", "#1d4f4a", "#c79f80", "#a97e61", "#2b2420", "#c8963e"),
    _Palette("#e6d8cb", "#f6ead9", "#6b2d2a", "#8d5f45", "#6f4733", "#1d1714", "#d9a441"),
    _Palette("#cfd8e3", "#ece6da", "#27364d", "#e0bfa3", "#c49c7d", "#7a4a2a", "#b4552d"),
    _Palette("#e4dcc7", "#f7efdc", "#3f4a2b", "#b68763", "#946a4a", "#4a4038", "#8a3b32"),
    _Palette("#dcd3e0", "#f1e8e3", "#43304f", "#d3a98b", "#b28568", "#2a2026", "#c57b57"),
    _Palette("#c9dcdc", "#eef0e2", "#0f4150", "#6d4a38", "#543626", "#14110f", "#e0a458"),
    _Palette("#ead5d0", "#f7ebe2", "#7a3b49", "#e6c7ae", "#cba486", "#b9875a", "#35585a"),
    _Palette("#d4d7cc", "#efe9d6", "#54514a", "#c9a184", "#a87d60", "#d8d3c8", "#7b5b2e"),
)
_BACKDROPS = ("sun", "arch", "window", "hills", "lines")
_HAIR = ("short", "long", "swept", "bun", "curls", "bare")


class _Dice:
    """Numbers that follow from a seed, one after the other."""

    def __init__(self, seed: str) -> None:
        self._bytes: Iterator[int] = iter(hashlib.sha512(seed.encode()).digest())

    def below(self, limit: int) -> int:
        return next(self._bytes) % limit

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)


def portrait(*, seed: str, scene: str, title: str) -> str:
    """Return an SVG of 480 x 560: the figure follows from `seed`, what is behind it from `scene`."""
    dice = _Dice(seed)
    colors = _PALETTES[dice.below(len(_PALETTES))]
    lean, width, height = dice.between(-14, 14), dice.between(66, 80), dice.between(88, 104)
    center = 240 + lean
    backdrop = _backdrop(_Dice(scene), colors)
    figure = (
        _hair_behind(hair := _HAIR[dice.below(len(_HAIR))], center, width, height, colors)
        + _bust(dice, center, width, height, colors)
        + _hair_before(hair, center, width, height, colors)
        + _light(center, width, height)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 560" role="img">'
        f"<title>{escape(title)}</title>"
        '<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">'
        f'<stop offset="0" stop-color="{colors.sky}"/><stop offset="1" stop-color="{colors.glow}"/>'
        '</linearGradient><linearGradient id="light" x1="0" y1="0" x2="1" y2="0">'
        '<stop offset="0" stop-color="#fff" stop-opacity=".16"/>'
        '<stop offset=".55" stop-color="#fff" stop-opacity="0"/>'
        '<stop offset="1" stop-color="#000" stop-opacity=".12"/></linearGradient></defs>'
        f'<rect width="480" height="560" fill="url(#sky)"/>{backdrop}'
        f'<g transform="translate(-48 -62) scale(1.2)">{figure}</g></svg>'
    )


def _backdrop(dice: _Dice, colors: _Palette) -> str:
    kind = _BACKDROPS[dice.below(len(_BACKDROPS))]
    x, y, size = dice.between(90, 390), dice.between(110, 230), dice.between(90, 150)
    match kind:
        case "sun":
            return f'<circle cx="{x}" cy="{y}" r="{size}" fill="{colors.accent}" opacity=".55"/>'
        case "arch":
            return (
                f'<path d="M{240 - size - 40} 560V{y + 60}a{size + 40} {size + 40} 0 0 1 {2 * size + 80} 0V560z" '
                f'fill="{colors.accent}" opacity=".3"/>'
            )
        case "window":
            return (
                f'<rect x="{x - 70}" y="{y - 80}" width="150" height="230" fill="#fff" opacity=".45"/>'
                f'<path d="M{x + 5} {y - 80}v230M{x - 70} {y + 20}h150" stroke="{colors.sky}" stroke-width="8"/>'
            )
        case "hills":
            return (
                f'<path d="M0 {y + 190}q120 -{size} 240 -20t240 -30V560H0z" fill="{colors.accent}" opacity=".35"/>'
                f'<path d="M0 {y + 260}q150 -{size // 2} 300 0t180 -20V560H0z" fill="{colors.cloth}" '
                'opacity=".25"/>'
            )
    step = dice.between(26, 44)
    lines = "".join(f"M{offset} 0V560" for offset in range(step, 480, step))
    return f'<path d="{lines}" stroke="{colors.accent}" stroke-width="2" opacity=".3"/>'


def _bust(dice: _Dice, x: int, w: int, h: int, colors: _Palette) -> str:
    head_y, shoulders = 240, dice.between(150, 186)
    neck = w - dice.between(26, 34)
    base = head_y + h
    collar = dice.below(3)
    parts = [
        f'<path d="M{x - neck} {base - 34}v112q{neck} 52 {2 * neck} 0v-112z" fill="{colors.shade}"/>',
        f'<path d="M{240 - shoulders - 20} 570q6 -150 {shoulders - neck} -138q{neck + 20} 56 {2 * neck + 40} 0'
        f'q{shoulders - neck - 18} 28 {shoulders - neck} 176z" fill="{colors.cloth}"/>',
        f'<ellipse cx="{x}" cy="{head_y}" rx="{w}" ry="{h}" fill="{colors.skin}"/>',
        f'<path d="M{x} {head_y - h}a{w} {h} 0 0 1 0 {2 * h}q42 -{h} 0 -{2 * h}z" fill="{colors.shade}" '
        'opacity=".38"/>',
    ]
    if collar == 0:
        parts.append(
            f'<path d="M{x - neck - 8} 404l{neck + 8} 62 {neck + 8} -62" fill="none" '
            f'stroke="{colors.accent}" stroke-width="9" stroke-linejoin="round"/>'
        )
    elif collar == 1:
        parts.append(f'<circle cx="{x}" cy="452" r="13" fill="{colors.accent}"/>')
    return "".join(parts)


def _hair_behind(kind: str, x: int, w: int, h: int, colors: _Palette) -> str:
    match kind:
        case "long":
            return (
                f'<path d="M{x - w - 22} 236a{w + 22} {h + 18} 0 0 1 {2 * w + 44} 0v{h + 70}q-{w + 22} 40 '
                f'-{2 * w + 44} 0z" fill="{colors.hair}"/>'
            )
        case "bun":
            return f'<circle cx="{x + 10}" cy="{240 - h - 22}" r="38" fill="{colors.hair}"/>'
        case "curls":
            spots = (
                (-1.1, -30),
                (-0.95, 20),
                (-0.8, -72),
                (-0.3, -104),
                (0.3, -106),
                (0.8, -74),
                (1.1, -28),
                (1, 22),
            )
            return "".join(
                f'<circle cx="{x + round(w * dx)}" cy="{240 + dy}" r="38" fill="{colors.hair}"/>'
                for dx, dy in spots
            )
    return ""


def _hair_before(kind: str, x: int, w: int, h: int, colors: _Palette) -> str:
    match kind:
        case "bare":
            return ""
        case "swept":
            path = (
                f"M{x - w - 4} 226q-10 -{h + 18} {w + 20} -{h + 6}q{w + 10} -6 {w - 4} {h - 8}"
                f"q-40 -58 -{2 * w - 30} -40q-22 8 -30 54z"
            )
        case "short":
            path = (
                f"M{x - w - 3} 232q-6 -{h + 4} {w + 3} -{h + 8}q{w + 8} 6 {w + 3} {h + 8}"
                f"q-10 -50 -34 -66q-{w - 30} -12 -{2 * w - 60} 6q-22 22 -32 60z"
            )
        case _:
            path = (
                f"M{x - w - 6} 250q-2 -{h + 24} {w + 6} -{h + 26}q{w + 8} 0 {w + 6} {h + 26}"
                f"q-14 -74 -{w - 10} -{h - 26}q-{w - 14} 26 -{w + 16} {h - 26}z"
            )
    return f'<path d="{path}" fill="{colors.hair}"/>'


def _light(x: int, w: int, h: int) -> str:
    return f'<ellipse cx="{x}" cy="240" rx="{w}" ry="{h}" fill="url(#light)"/>'
