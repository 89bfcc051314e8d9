"""A picture stamped with the license, and what anybody is told of it: now, altered, and after the end."""

import struct
import zlib
from typing import Any

import requests

from app.demo.http import expect
from app.demo.walk.road import Road
from app.demo.walk.use import USE

WIDTH, HEIGHT = 320, 180


def stamp_picture(road: Road) -> None:
    """Stamp a picture, have it checked as somebody without a key, alter one byte, and have it checked again."""
    say = road.narrator
    with say.step("The studio stamps a picture with its license; anybody can check it, and one altered byte shows"):
        path = f"/v1/licenses/{road.made['license_id']}/marks"
        files = {"file": ("harbor.png", _picture(), "image/png")}
        refused = road.studio.post(path, {**USE, "territory": "CN"}, status=409, files=files)
        expect(refused["code"] == "TERRITORY_NOT_GRANTED", f"the decision comes first: {refused}")
        mark = road.studio.post(path, {**USE, "digital_source_type": "compositeSynthetic"}, files=files)
        picture = road.studio.download(mark["content_url"]).content
        trusted = _check(road, picture)
        expect(trusted["verdict"] == "trusted", f"the mark is trusted: {trusted}")
        altered = bytearray(picture)
        altered[picture.rindex(b"IDAT") + 40] ^= 1
        changed = _check(road, bytes(altered))
        expect(changed["verdict"] == "tampered", f"the altered byte is seen: {changed}")
        plain = _check(road, _picture())
        expect(plain["finding"] == "no_manifest", f"a picture without a mark is unknown: {plain}")
        road.made["picture"] = picture
        say.say(f"{len(picture):,} bytes: {trusted['sentence']}")
        say.say(f"One byte altered: {changed['sentence']}")


def check_picture_again(road: Road) -> None:
    """The file is the same as before; what the service says of its license is not."""
    with road.narrator.step("The stamped picture, checked again: genuine still, but its license does not stand"):
        found = _check(road, road.made["picture"])
        expect((found["verdict"], found["license"]["standing"]) == ("expired", "ended"), f"it is over: {found}")
        road.narrator.say(found["sentence"])


def _check(road: Road, content: bytes) -> dict[str, Any]:
    """Ask as somebody without a key."""
    answer = requests.post(
        f"{road.url}/v1/mark-checks", files={"file": ("harbor.png", content, "image/png")}, timeout=60
    )
    expect(answer.status_code == 200, f"checking answered {answer.status_code}: {answer.text[:300]}")
    found: dict[str, Any] = answer.json()
    return found


def _picture() -> bytes:
    """A harbor at dusk, as far as a gradient can be one."""
    rows = b"".join(
        b"\0" + b"".join(bytes((200 - y, 90 + x // 4, 60 + y // 2)) for x in range(WIDTH)) for y in range(HEIGHT)
    )
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
