"""The address of a public record as a QR code (ISO/IEC 18004), for posters, credits and files."""

import io

import segno

BORDER = 4
"""Modules of quiet around the code, as the standard asks."""
PNG_SCALE = 12
DARK, LIGHT = "#000", "#fff"


def record_url(public_url: str, license_id: str) -> str:
    """Return the absolute address of a record, by which it is found from paper."""
    return f"{public_url}/verify/{license_id}"


def as_svg(url: str) -> bytes:
    """Return a picture of any size, on white also where the page around it is dark; without inline styles."""
    return _drawn(url, "svg", scale=8, svgclass=None, lineclass=None)


def as_png(url: str) -> bytes:
    return _drawn(url, "png", scale=PNG_SCALE)


def _drawn(url: str, kind: str, **options: object) -> bytes:
    """A quarter of the code may be damaged or covered and it is still read."""
    drawn = io.BytesIO()
    code = segno.make_qr(url, error="q", boost_error=False)
    code.save(drawn, kind=kind, border=BORDER, dark=DARK, light=LIGHT, **options)
    return drawn.getvalue()
