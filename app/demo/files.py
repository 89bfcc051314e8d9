"""Small real files made on the spot: a voice as a few sung notes, a face as a mesh, a manner as curves."""

import io
import json
import math
import random
import struct
import wave

from app.values.components import Component

RATE = 8_000


def asset_for(component: Component, *, seed: str) -> tuple[str, bytes]:
    """Return a file name and content that stand for a component; the same seed gives the same bytes."""
    draw = random.Random(f"{component}/{seed}")  # noqa: S311  only has to look different
    if component is Component.VOICE:
        return "voice-model-sample.wav", _wav(draw)
    if component is Component.FACE:
        return "face-map.obj", _obj(draw)
    return "behavior-curves.json", _curves(draw)


def _wav(draw: random.Random) -> bytes:
    base = draw.uniform(90, 240)
    notes = [base * draw.choice([1, 9 / 8, 5 / 4, 4 / 3, 3 / 2]) for _ in range(4)]
    samples = bytearray()
    for note in notes:
        for n in range(RATE // 5):
            fade = math.sin(math.pi * n / (RATE // 5))
            tone = sum(math.sin(2 * math.pi * note * k * n / RATE) / k**2 for k in (1, 2))
            samples += struct.pack("<h", round(9000 * fade * tone))
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples)
    return buffer.getvalue()


def _obj(draw: random.Random) -> bytes:
    rows, columns = 12, 16
    width, height = draw.uniform(0.7, 0.9), draw.uniform(1.0, 1.2)
    lines = ["# face map, invented", "o face"]
    for row in range(rows):
        tilt = math.pi * (row + 0.5) / rows
        for column in range(columns):
            turn = 2 * math.pi * column / columns
            bump = 1 + 0.03 * draw.random()
            x, y = width * math.sin(tilt) * math.cos(turn) * bump, height * math.cos(tilt)
            lines.append(f"v {x:.4f} {y:.4f} {math.sin(tilt) * math.sin(turn) * bump:.4f}")
    for row in range(rows - 1):
        for column in range(columns):
            a, b = row * columns + column + 1, row * columns + (column + 1) % columns + 1
            lines.append(f"f {a} {b} {b + columns} {a + columns}")
    return ("\n".join(lines) + "\n").encode()


def _curves(draw: random.Random) -> bytes:
    joints = ("brow", "jaw", "head", "shoulder", "hand")
    curves = {joint: [round(draw.gauss(0, 0.3), 4) for _ in range(48)] for joint in joints}
    return json.dumps({"format": "behavior-curves", "frames_per_second": 24, "curves": curves}).encode()
