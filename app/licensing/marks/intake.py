"""Take in a file that somebody sent: bounded, hashed, and told by its content."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.infrastructure.media_types import HEAD_BYTES, sniff_media_type
from app.infrastructure.storage import CHUNK, EmptyFile, FileTooLarge

MOST_BYTES = 128 << 20
"""The largest file that is stamped. Stamping one takes some seconds, so it is done within the request."""
MOST_READ_BYTES = MOST_BYTES + (64 << 20)
"""The largest that is read back: with its mark and history a file is larger than before."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as it was sent, in a folder of its own that goes when the work is done."""

    path: Path
    sha256: str
    size_bytes: int
    media_type: str


def take_in(*, stream: IO[bytes], filename: str, folder: Path, most_bytes: int) -> Taken:
    """Copy a stream into a folder. Raises: FileTooLarge, EmptyFile."""
    path, digest, size, head = folder / "source", hashlib.sha256(), 0, b""
    with path.open("xb") as file:
        while chunk := stream.read(CHUNK):
            head += chunk[: HEAD_BYTES - len(head)]
            size += len(chunk)
            if size > most_bytes:
                raise FileTooLarge(f"The file is larger than {most_bytes >> 20} MiB.")
            digest.update(chunk)
            file.write(chunk)
    if not size:
        raise EmptyFile("The file is empty.")
    return Taken(path, digest.hexdigest(), size, sniff_media_type(head, filename))
