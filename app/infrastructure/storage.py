"""Where asset files live: addressed by the hash of their content, never by the names people give them."""

import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from app.values.errors import DomainError, NotFound

CHUNK = 1 << 20
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
        incoming.mkdir(parents=True, exist_ok=True)
        temporary = incoming / secrets.token_hex(16)
        try:
            with temporary.open("xb") as file:
                stored = _copy(stream, file, max_bytes)
                file.flush()
                os.fsync(file.fileno())
            target = self._path(stored.sha256)
            target.parent.mkdir(parents=True, exist_ok=True)
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
        head = head or chunk[:4096]
        size += len(chunk)
        if size > max_bytes:
            raise FileTooLarge(f"The file is larger than {max_bytes // (1 << 20)} MiB; split it and try again.")
        digest.update(chunk)
        file.write(chunk)
    if not size:
        raise EmptyFile("The file is empty.")
    return StoredFile(sha256=digest.hexdigest(), size_bytes=size, head=head)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
