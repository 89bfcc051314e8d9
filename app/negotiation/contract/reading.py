"""Read from a file of unknown origin which contracts it names. Pure, and bounded whatever the file holds."""

import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.values.canonical import sha256_hex
from app.values.errors import InvalidValue

MOST_DOCUMENT = 4 << 20
MOST_UNPACKED = 16 << 20
"""Bytes unpacked in all: a small file can stand for an endless one."""
MOST_HASHES = 20

_HASH = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_STREAM = re.compile(rb"stream\r?\n")


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a file is, and what it says that it is."""

    sha256: str
    """Of its bytes."""
    attached_sha256: str | None
    """The hash of the contract document that it holds, computed anew."""
    named: tuple[str, ...]
    """Hashes that it names."""


def read_file(content: bytes) -> ReadFile:
    parts = [content, *_unpacked(content)]
    documents = (_contract_hash(part) for part in parts)
    found = dict.fromkeys(match.decode() for part in parts for match in _HASH.findall(part))
    return ReadFile(
        sha256=hashlib.sha256(content).hexdigest(),
        attached_sha256=next((document for document in documents if document is not None), None),
        named=tuple(found)[:MOST_HASHES],
    )


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Yield the streams of a PDF that can be unpacked; none is looked at twice."""
    left, place = MOST_UNPACKED, 0
    while left > 0 and (start := _STREAM.search(content, place)):
        end = content.find(b"endstream", start.end())
        if end < 0:
            return
        place = end + len(b"endstream")
        try:
            part = zlib.decompressobj().decompress(memoryview(content)[start.end() : end], left)
        except zlib.error:
            continue
        left -= len(part)
        yield part


def _contract_hash(part: bytes) -> str | None:
    """Return the hash of a contract document, however it is spelled; nothing for anything else."""
    if len(part) > MOST_DOCUMENT or b'"contract_version"' not in part or part.lstrip()[:1] != b"{":
        return None
    try:
        document: Any = json.loads(part)
        return sha256_hex(document) if isinstance(document, dict) else None
    except (ValueError, TypeError, RecursionError, InvalidValue):
        return None
