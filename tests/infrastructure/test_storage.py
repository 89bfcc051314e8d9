"""The asset store: a file is there whole under its hash, or not at all; only its content decides where."""

import hashlib
import os
import threading
import time
import tracemalloc
from collections.abc import Iterator
from io import BytesIO, RawIOBase
from pathlib import Path

import pytest

from app.infrastructure import storage
from app.infrastructure.media_types import HEAD_BYTES
from app.infrastructure.storage import EmptyFile, FileTooLarge, LocalAssetStore
from app.values.errors import NotFound

MEGABYTE = 1 << 20
SCAN = b"a volumetric scan of a face"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "assets"


@pytest.fixture
def store(folder: Path) -> LocalAssetStore:
    return LocalAssetStore(folder)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def read(store: LocalAssetStore, sha256: str) -> bytes:
    with store.open(sha256) as file:
        return file.read()


class Repeated(RawIOBase):
    """A stream of `size` bytes that exist only as they are read; breaks off after `breaks_after`."""

    def __init__(self, size: int, *, breaks_after: int | None = None, at_most: int = MEGABYTE) -> None:
        self._left, self._breaks_at, self._at_most = size, size - (breaks_after or size), at_most

    def read(self, size: int = -1) -> bytes:
        if self._breaks_at and self._left <= self._breaks_at:
            raise ConnectionError("the client went away")
        count = min(self._left, self._at_most, size if size >= 0 else self._left)
        self._left -= count
        return bytes(count)


def test_what_is_put_in_comes_out(store: LocalAssetStore) -> None:
    stored = store.put(BytesIO(SCAN), max_bytes=MEGABYTE)
    assert stored.sha256 == hashlib.sha256(SCAN).hexdigest()
    assert (stored.size_bytes, stored.head) == (len(SCAN), SCAN)
    assert read(store, stored.sha256) == SCAN


def test_the_same_content_is_kept_once(store: LocalAssetStore, folder: Path) -> None:
    first, second = (store.put(BytesIO(SCAN), max_bytes=MEGABYTE) for _ in range(2))
    assert first == second
    assert len(files(folder)) == 1


def test_the_head_is_whole_however_small_the_pieces_come(store: LocalAssetStore) -> None:
    stored = store.put(Repeated(HEAD_BYTES * 2, at_most=100), max_bytes=MEGABYTE)  # type: ignore[arg-type]
    assert stored.head == bytes(HEAD_BYTES)


@pytest.mark.parametrize(("size", "fits"), [(100, True), (101, False)])
def test_the_limit_is_exact(store: LocalAssetStore, folder: Path, size: int, fits: bool) -> None:
    if fits:
        assert store.put(BytesIO(bytes(size)), max_bytes=100).size_bytes == size
    else:
        with pytest.raises(FileTooLarge):
            store.put(BytesIO(bytes(size)), max_bytes=100)
        assert files(folder) == []


def test_an_endless_upload_is_stopped_at_the_limit(store: LocalAssetStore, folder: Path) -> None:
    with pytest.raises(FileTooLarge):
        store.put(Repeated(1 << 50), max_bytes=3 * MEGABYTE)  # type: ignore[arg-type]
    assert files(folder) == []


def test_an_empty_file_is_refused(store: LocalAssetStore, folder: Path) -> None:
    with pytest.raises(EmptyFile):
        store.put(BytesIO(), max_bytes=MEGABYTE)
    assert files(folder) == []


def test_an_upload_that_breaks_off_leaves_nothing(store: LocalAssetStore, folder: Path) -> None:
    with pytest.raises(ConnectionError):
        store.put(Repeated(9 * MEGABYTE, breaks_after=2 * MEGABYTE), max_bytes=1 << 40)  # type: ignore[arg-type]
    assert files(folder) == []


def test_memory_stays_bounded(store: LocalAssetStore) -> None:
    tracemalloc.start()
    store.put(Repeated(64 * MEGABYTE), max_bytes=1 << 40)  # type: ignore[arg-type]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * MEGABYTE


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of what was written to the disk and renamed, in order."""
    done: list[str] = []
    really_sync, really_replace = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        done.append("sync " + Path(f"/proc/self/fd/{descriptor}").readlink().name)
        really_sync(descriptor)

    def replace(self: Path, target: Path) -> Path:
        done.append(f"rename {self.name} {target.name}")
        return really_replace(self, target)

    monkeypatch.setattr(storage.os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    return done


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="reads names of descriptors from /proc")
def test_a_file_is_on_the_disk_before_it_appears_and_its_folders_after(
    store: LocalAssetStore, disk: list[str]
) -> None:
    name = store.put(BytesIO(SCAN), max_bytes=MEGABYTE).sha256
    [renamed] = [line for line in disk if line.startswith("rename")]
    temporary, target = renamed.split()[1:]
    assert target == name
    assert disk.index(f"sync {temporary}") < disk.index(renamed)
    assert disk[-1] == f"sync {name[2:4]}"
    assert f"sync {name[:2]}" in disk
    assert "sync assets" in disk


@pytest.mark.parametrize(
    "name", ["", "..", "../../etc/passwd", "0" * 63, "0" * 64, "A" * 64, "0" * 64 + "\n", "incoming", "x" * 300]
)
def test_only_a_hash_that_is_stored_opens_anything(store: LocalAssetStore, name: str) -> None:
    store.put(BytesIO(SCAN), max_bytes=MEGABYTE)
    with pytest.raises(NotFound):
        store.open(name)


def test_many_at_once_with_the_same_content(store: LocalAssetStore, folder: Path) -> None:
    content = os.urandom(3 * MEGABYTE)
    hashes: list[str] = []

    def put() -> None:
        hashes.append(store.put(BytesIO(content), max_bytes=1 << 40).sha256)

    threads = [threading.Thread(target=put) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(hashes) == 6
    assert len(set(hashes)) == 1
    assert len(files(folder)) == 1
    assert read(store, hashes[0]) == content


def test_what_a_dead_upload_left_is_cleared_away_after_a_day(store: LocalAssetStore, folder: Path) -> None:
    store.put(BytesIO(SCAN), max_bytes=MEGABYTE)
    left, under_way = folder / "incoming" / "left", folder / "incoming" / "under way"
    for path in (left, under_way):
        path.write_bytes(b"half")
    yesterday = time.time() - storage.ABANDONED_AFTER_SECONDS - 60
    os.utime(left, (yesterday, yesterday))
    store.put(BytesIO(b"another"), max_bytes=MEGABYTE)
    assert (left.exists(), under_way.exists()) == (False, True)
