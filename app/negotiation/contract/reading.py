"""Read from a file of unknown origin which contracts it names. Pure, and bounded whatever the file holds."""

import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, NoReturn

from app.values.canonical import sha256_hex
from app.values.errors import InvalidValue

MOST_DOCUMENT = 1 << 20
"""Bytes of a document that is parsed. Fifty grants of everything take less than half; a longer one still has its
bytes compared."""
MOST_UNPACKED = 16 << 20
"""Bytes unpacked in all: a small file can stand for an endless one."""
MOST_STREAMS = 1000
MOST_HASHES = 20

_HASH = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_STREAM = re.compile(rb"stream\r?\n")


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a file is, and what it says that it is."""

    sha256: str
    """Of its bytes."""
    document_sha256: str | None
    """The hash of the contract document that the whole file spells, computed anew."""
    attached: tuple[str, ...]
    """The hashes of the documents that are packed in it, byte for byte."""
    named: tuple[str, ...]
    """Hashes that it names."""


def read_file(content: bytes) -> ReadFile:
    parts = list(_unpacked(content))
    return ReadFile(
        sha256=hashlib.sha256(content).hexdigest(),
        document_sha256=_document_hash(content),
        attached=_first(hashlib.sha256(part).hexdigest() for part in parts if part.startswith(b"{")),
        named=_first(match[0].decode() for part in (content, *parts) for match in _HASH.finditer(part)),
    )


def _first(hashes: Iterable[str]) -> tuple[str, ...]:
    """Return the first hashes that differ; no more is read than they take."""
    return tuple(islice(_distinct(hashes), MOST_HASHES))


def _distinct(hashes: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for sha256 in hashes:
        if sha256 not in seen:
            seen.add(sha256)
            yield sha256


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Yield the streams of a PDF that can be unpacked; none is looked at twice."""
    left, place = MOST_UNPACKED, 0
    for _ in range(MOST_STREAMS):
        start = _STREAM.search(content, place)
        end = content.find(b"endstream", start.end()) if start else -1
        if start is None or end < 0 or left <= 0:
            return
        place = end + len(b"endstream")
        try:
            part = zlib.decompressobj().decompress(memoryview(content)[start.end() : end], left)
        except zlib.error:
            continue
        left -= len(part)
        yield part


def _document_hash(content: bytes) -> str | None:
    """Return the hash of a contract document, however it is spaced; nothing for anything else."""
    if len(content) > MOST_DOCUMENT or b'"contract_version"' not in content:
        return None
    try:
        document = _parsed(content)
        return sha256_hex(document) if isinstance(document, dict) else None
    except (ValueError, TypeError, RecursionError, InvalidValue):
        return None


def _parsed(content: bytes) -> Any:
    """Parse JSON that every reader reads alike. Raises: ValueError, RecursionError."""
    return json.loads(content, object_pairs_hook=_members, parse_float=_refuse, parse_constant=_refuse)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("A key stands twice: readers differ in which of the two counts.")
    return members


def _refuse(number: str) -> NoReturn:
    raise ValueError(f"{number} is no number of a contract.")
