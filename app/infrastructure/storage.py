"""Where asset files live: addressed by the hash of their content, never by the names people give them."""

import hashlib
import os
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from app.infrastructure.media_types import HEAD_BYTES
from app.values.errors import DomainError, NotFound

CHUNK = 1 << 20
ABANDONED_AFTER_SECONDS = 24 * 3600
"""What still lies among the incoming files after so long was left there by a process that died."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


class FileTooLarge(DomainError):
    status = 413
    code = "file_too_large"


class EmptyFile(DomainError):
    status = 422
    code = "empty_file"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What was stored: its hash, its size in bytes, and its first bytes to tell the format by."""

    sha256: str
    size_bytes: int
    head: bytes


class AssetStore(Protocol):
    """A store of immutable files."""

    def put(self, stream: BinaryIO, *, max_bytes: int) -> StoredFile:
        """Store a stream in bounded memory. Raises: FileTooLarge, EmptyFile; nothing is left behind then."""

    def open(self, sha256: str) -> BinaryIO:
        """Open a stored file for reading. Raises: NotFound."""


class LocalAssetStore:
    """Files in a folder. A file appears under its hash whole and on disk, or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, stream: BinaryIO, *, max_bytes: int) -> StoredFile:
        incoming = self._folder / "incoming"
        _make_folder(incoming)
        _clear_abandoned(incoming)
        temporary = incoming / secrets.token_hex(16)
        try:
            with temporary.open("xb") as file:
                stored = _copy(stream, file, max_bytes)
                file.flush()
                os.fsync(file.fileno())
            target = self._path(stored.sha256)
            _make_folder(target.parent)
            temporary.replace(target)
            _sync_folder(target.parent)
        finally:
            temporary.unlink(missing_ok=True)
        return stored

    def open(self, sha256: str) -> BinaryIO:
        if _SHA256.fullmatch(sha256) is None or not (path := self._path(sha256)).is_file():
            raise NotFound("There is no such file.")
        return path.open("rb")

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256[2:4] / sha256


def _copy(stream: BinaryIO, file: BinaryIO, max_bytes: int) -> StoredFile:
    digest, size, head = hashlib.sha256(), 0, b""
    while chunk := stream.read(CHUNK):
        head += chunk[: HEAD_BYTES - len(head)]
        size += len(chunk)
        if size > max_bytes:
            raise FileTooLarge(f"The file is larger than {max_bytes // (1 << 20)} MiB; split it and try again.")
        digest.update(chunk)
        file.write(chunk)
    if not size:
        raise EmptyFile("The file is empty.")
    return StoredFile(sha256=digest.hexdigest(), size_bytes=size, head=head)


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it so that they, too, are still there after a power cut."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _clear_abandoned(incoming: Path) -> None:
    oldest = time.time() - ABANDONED_AFTER_SECONDS
    for file in incoming.iterdir():
        try:
            if file.stat().st_mtime < oldest:
                file.unlink()
        except FileNotFoundError:
            continue  # its upload has just ended


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
