"""Tell what a file is from its first bytes. Its name settles only what the bytes leave open."""

import codecs
import csv
import json
import re
from collections.abc import Callable

UNKNOWN = "application/octet-stream"
HEAD_BYTES = 4096

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"glTF", "model/gltf-binary"),
    (b"%PDF-", "application/pdf"),
    (b"\x1f\x8b", "application/gzip"),
)
_IMAGE_BRANDS = {b"avif": "image/avif", b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heif"}
_QUICKTIME_ATOMS = frozenset({b"moov", b"mdat", b"wide"})
_SAFETENSORS_HEADER_LIMIT = 100_000_000
_ONNX_NEXT_FIELDS = frozenset(b"\x12\x1a\x22\x28\x3a\x42")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MARKUP = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+(\w+)[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<(\w+))?",
    re.I | re.S,
)
_OBJ_VERTEX = re.compile(r"^v(?:[ \t]+-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?){3,7}[ \t\r]*$", re.M)


def sniff_media_type(head: bytes, filename: str) -> str:
    """Return the media type of a file that begins with `head`: its first `HEAD_BYTES`, or all of it."""
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    lower_name = filename.lower()
    for look in _BINARY:
        if found := look(head, lower_name):
            return found
    return _text(head, lower_name)


def _riff(head: bytes, _name: str) -> str | None:
    if head[:4] not in {b"RIFF", b"RF64", b"BW64"}:
        return None
    return {b"WAVE": "audio/wav", b"WEBP": "image/webp"}.get(head[8:12])


def _ogg(head: bytes, _name: str) -> str | None:
    if not head.startswith(b"OggS"):
        return None
    return "video/ogg" if b"theora" in head[:256] else "audio/ogg"


def _mpeg_audio(head: bytes, _name: str) -> str | None:
    """A frame of layer II or III: eleven set bits, then version, layer, bit rate and sampling rate in range.

    Layer I is left out: its header is also how text in UTF-16 begins.
    """
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer, rate, sampling = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    return "audio/mpeg" if version != 1 and layer in (1, 2) and rate not in (0, 15) and sampling != 3 else None


def _iso_media(head: bytes, _name: str) -> str | None:
    if head[4:8] in _QUICKTIME_ATOMS:
        return "video/quicktime"
    if head[4:8] != b"ftyp":
        return None
    brand = head[8:12]
    if brand == b"qt  ":
        return "video/quicktime"
    if brand in {b"M4A ", b"M4B "}:
        return "audio/mp4"
    return _IMAGE_BRANDS.get(brand, "video/mp4")


def _matroska(head: bytes, _name: str) -> str | None:
    if not head.startswith(b"\x1a\x45\xdf\xa3"):
        return None
    return "video/webm" if b"webm" in head[:64] else "video/x-matroska"


def _zip(head: bytes, _name: str) -> str | None:
    """A USDZ package is an archive whose first entry is a scene."""
    if not head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return None
    first_entry = head[30 : 30 + int.from_bytes(head[26:28], "little")].lower()
    is_scene = first_entry.endswith((b".usd", b".usda", b".usdc"))
    return "model/vnd.usdz+zip" if is_scene else "application/zip"


def _safetensors(head: bytes, _name: str) -> str | None:
    """Eight bytes of header length, then a JSON header that describes tensors."""
    length = int.from_bytes(head[:8], "little")
    if not 2 <= length <= _SAFETENSORS_HEADER_LIMIT or head[8:9] != b"{":
        return None
    header = head[8 : 8 + length]
    return "application/x-safetensors" if b'"dtype"' in header or b'"__metadata__"' in header else None


def _onnx(head: bytes, name: str) -> str | None:
    """A model begins with its IR version and another field; so may other messages, hence the name decides."""
    if len(head) < 3 or head[0] != 0x08 or not 1 <= head[1] <= 64 or head[2] not in _ONNX_NEXT_FIELDS:
        return None
    return "application/x-onnx" if name.endswith(".onnx") else None


_BINARY: tuple[Callable[[bytes, str], str | None], ...] = (
    _riff, _ogg, _mpeg_audio, _iso_media, _matroska, _zip, _safetensors, _onnx,
)  # fmt: skip


def _text(head: bytes, name: str) -> str:
    text = _decode(head)
    if text is None or not text.strip():
        return UNKNOWN if text is None else "text/plain"
    if markup := _markup(text):
        return markup
    is_cut = len(head) >= HEAD_BYTES
    if text.lstrip()[0] in "{[" and (found := _json(text, name, is_cut=is_cut)):
        return found
    if _OBJ_VERTEX.search(text) and not name.endswith((".csv", ".tsv")):
        return "model/obj"
    return "text/csv" if name.endswith((".csv", ".tsv")) or _is_table(text, is_cut=is_cut) else "text/plain"


def _decode(head: bytes) -> str | None:
    """Decode UTF-8 or marked UTF-16, cut anywhere; nothing when it is neither or holds control characters."""
    is_utf16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    decoder = codecs.getincrementaldecoder("utf-16" if is_utf16 else "utf-8-sig")()
    try:
        text = decoder.decode(head)
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def _markup(text: str) -> str | None:
    found = _MARKUP.match(text)
    names = {part.lower() for part in found.groups() if part} if found else set()
    if "svg" in names:
        return "image/svg+xml"
    if names & {"html", "head", "body", "script"}:
        return "text/html"
    return "application/xml" if text.lstrip().startswith("<?xml") else None


def _json(text: str, name: str, *, is_cut: bool) -> str | None:
    """Where the text is cut off it counts as JSON when nothing is wrong before its last few characters."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        is_at_end = len(text) - error.pos <= len("false") or error.msg.startswith("Unterminated string")
        if not (is_cut and is_at_end):
            return None
    except RecursionError:
        return None
    is_scene = '"asset"' in text and any(part in text for part in ('"scenes"', '"nodes"', '"meshes"', '"buffers"'))
    if is_scene or (name.endswith(".gltf") and '"asset"' in text):
        return "model/gltf+json"
    return "application/json"


def _is_table(text: str, *, is_cut: bool) -> bool:
    """Several lines that a delimiter cuts into the same number of cells, more than one."""
    lines = [line for line in text.splitlines() if line.strip()]
    lines = (lines[:-1] if is_cut else lines)[:20]
    return len(lines) > 1 and any(_cells_a_line(lines, delimiter) > 1 for delimiter in ",;\t")


def _cells_a_line(lines: list[str], delimiter: str) -> int:
    """Return how many cells every line has; 0 when they differ."""
    try:
        widths = {len(row) for row in csv.reader(lines, delimiter=delimiter)}
    except csv.Error:
        return 0
    return widths.pop() if len(widths) == 1 else 0
