"""Files made to do harm: they are refused or unknown, in bounded time and memory, and no worker falls over them."""

import io
import random
import resource
import struct
import sys
import time
import zlib
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.licensing.marks import intake, routes, runner
from tests.factories.licensing import DURING, Callers, Licensed
from tests.factories.marks import check, send_check, send_mark, stamped, verdict
from tests.factories.media import MEDIA_TYPES, media
from tests.support.clock import FrozenClock
from tests.support.databases import on_sqlite

pytestmark = on_sqlite
SOUND = {("trusted", "intact"), ("tampered", "changed")}
MANY = 12


@pytest.fixture(autouse=True)
def during(clock: FrozenClock) -> None:
    clock.move_to(DURING)


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def picture(width: int, height: int, data: bytes = b"") -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def box(kind: bytes, data: bytes = b"", *, size: int | None = None) -> bytes:
    """A box of an MP4 file, which may lie about its size."""
    return struct.pack(">I", len(data) + 8 if size is None else size) + kind + data


def nested(depth: int) -> bytes:
    inner = b""
    for _ in range(depth):
        inner = box(b"moov", inner)
    return inner


HEAD = box(b"ftyp", b"isom\0\0\2\0isomiso2")
PIECE = b"\xff\xeb\0\x12JP\0\1\0\0\0\1\xff\xff\xff\xffjumb"
MANIFEST = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")

HOSTILE = {
    "no media": b"Only words.",
    "one byte": b"\xff",
    "a page": b"<!doctype html><script>alert(1)</script>",
    "an archive": b"PK\x03\x04" + bytes(200),
    "a drawing": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a contract": b"%PDF-1.7\n1 0 obj <<>> endobj",
    "JPEG of nothing": b"\xff\xd8\xff\xd9",
    "JPEG with a segment past its end": b"\xff\xd8\xff\xeb\xff\xffJP" + bytes(20),
    "JPEG with many pieces of manifest": b"\xff\xd8" + 2000 * PIECE + b"\xff\xd9",
    "PNG of huge size": picture(2**31 - 1, 2**31 - 1),
    "PNG of no size": picture(0, 0),
    "PNG that unpacks to 64 MiB": picture(4096, 4096, bytes(64 << 20)),
    "PNG with a chunk past its end": b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 2**32 - 1) + b"caBX",
    "PNG with nonsense for a manifest": b"\x89PNG\r\n\x1a\n" + chunk(b"caBX", bytes(1000)) + picture(1, 1)[8:],
    "WAV that lies about its size": b"RIFF\xff\xff\xff\xffWAVEC2PA\xff\xff\xff\xff",
    "WebP of nothing": b"RIFF\x04\0\0\0WEBP",
    "MP3 with a tag of 256 MiB": b"ID3\x04\0\0\x7f\x7f\x7f\x7f",
    "MP3 with frames of no size": b"ID3\x03\0\0\0\0\x10\0" + b"GEOB\0\0\0\0\0\0" * 200,
    "MP4 that claims four gigabytes": HEAD + box(b"mdat", size=2**32 - 1),
    "MP4 that claims all there is": HEAD + struct.pack(">I4sQ", 1, b"mdat", 2**64 - 1),
    "MP4 of boxes within boxes": HEAD + nested(20_000),
    "MP4 of a box without size": HEAD + box(b"moov", size=0),
    "MP4 of a box that is too small": HEAD + box(b"moov", size=3),
    "MP4 with nonsense for a manifest": HEAD + box(b"uuid", MANIFEST + bytes(4) + b"manifest\0" + bytes(500)),
    "MOV of nothing": box(b"moov", size=2**31),
}  # fmt: skip


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_unknown_and_is_not_stamped(
    client: FlaskClient, callers: Callers, licensed: Licensed, content: bytes
) -> None:
    began = time.monotonic()
    found = check(client, content, "film.mp4")
    assert found["verdict"] == "unknown"
    answer = send_mark(callers.licensee, licensed.id, "film.mp4", content=content)
    assert answer.status_code in (201, 422), answer.text[:300]
    if answer.status_code == 422:
        assert answer.get_json()["code"] == "not_stampable"
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_files_cut_short_or_garbled_never_fail(
    client: FlaskClient, callers: Callers, licensed: Licensed, name: str
) -> None:
    """Bytes at random, from the same seed each time; the mark itself is most of such a small file."""
    content = stamped(callers.licensee, licensed.id, name)

    def is_padding(at: int) -> bool:
        """A signature is followed by room for a longer one, which is outside of what anybody signs."""
        return not any(content[at - 8 : at + 9]) or not any(content[at - 16 : at]) or not any(content[at : at + 16])

    chance = random.Random(name)  # noqa: S311  not a secret
    for number in range(MANY):
        garbled = bytearray(content)
        for _ in range(chance.choice((1, 4, 64))):
            garbled[chance.randrange(len(garbled))] = chance.randrange(256)
        broken = bytes(garbled[: chance.randrange(len(garbled))]) if number % 3 == 0 else bytes(garbled)
        if broken and broken != content:
            found = verdict(client, broken, name)
            assert found[0] == "unknown" or found in SOUND, found
            places = [at for at, (was, now) in enumerate(zip(content, broken, strict=False)) if was != now]
            assert found[0] != "trusted" or (len(broken) == len(content) and all(map(is_padding, places)))


def test_every_wrong_name_is_ignored(client: FlaskClient, callers: Callers, licensed: Licensed) -> None:
    content = stamped(callers.licensee, licensed.id)
    for name in ("x", "film.mp4", "still.png", "a" * 300 + ".jpg", "../../etc/passwd", "\u202egpj.exe"):
        assert verdict(client, content, name) == ("trusted", "intact")


def test_what_is_empty_missing_or_too_large_is_refused(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = send_check(client, b"")
    assert (empty.status_code, empty.get_json()["code"]) == (422, "empty_file")
    for data in ({}, {"file": "text"}, {"file": (io.BytesIO(b"x"), "a.jpg"), "more": "1"}):
        answer = client.post("/v1/mark-checks", data=data, content_type="multipart/form-data")
        assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid_input")
    monkeypatch.setattr(routes.checking, "MOST_READ_BYTES", 1000)
    large = send_check(client, media("film.mp4"))
    assert (large.status_code, large.get_json()["code"]) == (413, "file_too_large")


@pytest.mark.parametrize(
    ("path", "most"), [("/v1/mark-checks", intake.MOST_READ_BYTES), ("/v1/licenses/{}/marks", intake.MOST_BYTES)]
)
def test_what_is_larger_than_any_file_is_refused_before_it_is_read(
    callers: Callers, licensed: Licensed, monkeypatch: pytest.MonkeyPatch, path: str, most: int
) -> None:
    monkeypatch.setattr(routes, "FORM_BYTES", 2000 - most)
    form = {"file": (io.BytesIO(bytes(3000)), "still.png")}
    answer = callers.licensee.post(path.format(licensed.id), data=form, content_type="multipart/form-data")
    assert answer.status_code == 413


CRASHES = {
    "crashes": "import ctypes; ctypes.string_at(0)",
    "never ends": "while True: pass",
    "sleeps": "import time; time.sleep(600)",
    "eats memory": "hoard = [bytearray(1 << 24) for _ in range(10_000)]",
    "says nothing": "",
    "says nonsense": "print('[')",
    "talks on and on": "import sys\nwhile True: sys.stdout.write('x' * 65536)",
    "fills the disk": "import os\nwhile True: open('x', 'ab').write(bytes(1 << 20))",
}


@pytest.mark.parametrize("body", CRASHES.values(), ids=CRASHES)
def test_a_program_that_falls_over_takes_nobody_with_it(
    client: FlaskClient,
    callers: Callers,
    licensed: Licensed,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    body: str,
) -> None:
    """In place of the library: real processes with the real limits, made tight."""
    program = tmp_path / "program.py"
    real = Path(runner.tool.__file__).parent
    program.write_text(
        f"import json, sys\nsys.path.insert(0, {str(real)!r})\nfrom tool import limit\n"
        "asked = json.load(sys.stdin)\n"
        "limit(memory=asked['memory_bytes'], seconds=asked['seconds'], file=asked['file_bytes'])\n" + body
    )
    content = stamped(callers.licensee, licensed.id)
    with monkeypatch.context() as patch:
        patch.setattr(runner.tool, "__file__", str(program))
        patch.setattr(runner, "PROCESSOR_SECONDS", 2)
        patch.setattr(runner, "LONGEST_SECONDS", 4)
        patch.setattr(runner, "MEMORY_BYTES", 256 << 20)
        patch.setattr(runner, "MOST_ADDED_BYTES", 8 << 20)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.monotonic()
        assert verdict(client, content) == ("unknown", "unreadable")
        refused = send_mark(callers.licensee, licensed.id)
        assert (refused.status_code, refused.get_json()["code"]) == (422, "not_stampable")
        assert time.monotonic() - began < 20
        grown_kib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // (
            1024 if sys.platform == "darwin" else 1
        )
        assert grown_kib < 64 << 10
    assert verdict(client, content) == ("trusted", "intact")


def test_more_files_at_once_than_there_are_places_are_told_to_wait(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "WAIT_SECONDS", 0.1)
    held = [runner._places.acquire(blocking=False) for _ in range(runner.AT_ONCE)]
    try:
        assert all(held)
        answer = send_check(client, media("still.jpg"))
        assert (answer.status_code, answer.get_json()["code"]) == (503, "marks_busy")
    finally:
        for _ in held:
            runner._places.release()
    assert verdict(client, media("still.jpg")) == ("unknown", "no_manifest")
