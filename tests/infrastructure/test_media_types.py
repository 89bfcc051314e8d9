"""What a file is follows from its content; its name is only heard where the content leaves it open."""

import json
import struct
import zipfile
from io import BytesIO

import pytest

from app.infrastructure.media_types import HEAD_BYTES, sniff_media_type


def archive(first_entry: str) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr(first_entry, b"#usda 1.0")
    return buffer.getvalue()


def safetensors(header: dict[str, object]) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(64)


GLTF = {"asset": {"version": "2.0"}, "scenes": [{"nodes": [0]}], "nodes": [{"name": "face"}]}
OBJ = b"# face\nmtllib face.mtl\nv 0.1 -0.2 3e-2\nv 1 2 3\nv 1 2 4\nf 1 2 3\n"
OF_CONTENT = {
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "image/jpeg"),
    "gif": (b"GIF89a\1\0\1\0", "image/gif"),
    "webp": (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
    "avif": (b"\0\0\0\x20ftypavif\0\0\0\0", "image/avif"),
    "svg": (b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="x"><script>1</script></svg>', "image/svg+xml"),
    "svg with a doctype": (b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN">\n<svg/>', "image/svg+xml"),
    "wav": (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
    "wav over 4 GB": (b"RF64\xff\xff\xff\xffWAVEds64", "audio/wav"),
    "flac": (b"fLaC\0\0\0\x22", "audio/flac"),
    "mp3 with tags": (b"ID3\4\0\0\0\0\0\0", "audio/mpeg"),
    "mp3 frame": (b"\xff\xfb\x90\x64\0\0", "audio/mpeg"),
    "ogg": (b"OggS\0\2" + bytes(20) + b"\x01vorbis", "audio/ogg"),
    "ogg video": (b"OggS\0\2" + bytes(20) + b"\x80theora", "video/ogg"),
    "m4a": (b"\0\0\0\x20ftypM4A \0\0\0\0", "audio/mp4"),
    "mp4": (b"\0\0\0\x20ftypisom\0\0\2\0", "video/mp4"),
    "mov": (b"\0\0\0\x14ftypqt  \0\0\0\0", "video/quicktime"),
    "old mov": (b"\0\0\0\x08wide\0\0\0\0mdat", "video/quicktime"),
    "webm": (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\x82\x84webm", "video/webm"),
    "mkv": (b"\x1a\x45\xdf\xa3\xa3\x42\x86\x81\1\x42\x82\x88matroska", "video/x-matroska"),
    "glb": (b"glTF\2\0\0\0\0\1\0\0", "model/gltf-binary"),
    "gltf": (json.dumps(GLTF).encode(), "model/gltf+json"),
    "obj": (OBJ, "model/obj"),
    "usdz": (archive("Face.USDC"), "model/vnd.usdz+zip"),
    "zip": (archive("notes.txt"), "application/zip"),
    "empty zip": (b"PK\5\6" + bytes(18), "application/zip"),
    "safetensors": (
        safetensors({"w": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}}), "application/x-safetensors",
    ),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "application/pdf"),
    "gzip": (b"\x1f\x8b\x08\0", "application/gzip"),
    "json": (b' [{"units": 3}]', "application/json"),
    "html": (b"<!DOCTYPE html><title>x</title>", "text/html"),
    "html without doctype": (b"  <script>alert(1)</script>", "text/html"),
    "csv": (b"Country,Units\nDE,3\n\"Korea, Republic of\",4\n", "text/csv"),
    "csv with semicolons": ("Land;Stück\nÖsterreich;3\n".encode("utf-8-sig"), "text/csv"),
    "csv in UTF-16": ("Country\tUnits\nDE\t3\n".encode("utf-16"), "text/csv"),
    "text": (b"Scan notes. Three takes, no makeup.\nSecond line.\n", "text/plain"),
    "empty": (b"", "text/plain"),
    "noise": (bytes(range(128, 256)), "application/octet-stream"),
    "NUL": (b"text\0text", "application/octet-stream"),
    "unknown IFF": (b"RIFF\x24\0\0\0AVI LIST", "application/octet-stream"),
    "sync without a frame": (b"\xff\xe8\xff\xff", "application/octet-stream"),
}  # fmt: skip


@pytest.mark.parametrize(("head", "media_type"), OF_CONTENT.values(), ids=OF_CONTENT)
@pytest.mark.parametrize("filename", ["", "take.bin", "portrait.png"])
def test_content_decides(head: bytes, media_type: str, filename: str) -> None:
    assert sniff_media_type(head, filename) == media_type


ONNX = b"\x08\x08\x12\x07pytorch\x1a\x052.1.0"
BY_NAME = [
    (ONNX, "Voice.ONNX", "application/x-onnx"),
    (ONNX, "voice.bin", "application/octet-stream"),
    (b"\x89PNG\r\n\x1a\n", "voice.onnx", "image/png"),
    (b"Sales of the quarter\nCountry,Units\nDE,3\n", "sales.csv", "text/csv"),
    (b"Sales of the quarter\nCountry,Units\nDE,3\n", "sales.txt", "text/plain"),
    (b"\x80\x81\x82", "sales.csv", "application/octet-stream"),
    (b'{"asset": {"version": "2.0"}}', "empty.gltf", "model/gltf+json"),
    (b'{"asset": {"version": "2.0"}}', "empty.json", "application/json"),
    (b"<svg onload=alert(1)>", "portrait.png", "image/svg+xml"),
    (b"{not json", "data.json", "text/plain"),
]


@pytest.mark.parametrize(("head", "filename", "media_type"), BY_NAME)
def test_a_name_settles_only_what_is_open(head: bytes, filename: str, media_type: str) -> None:
    assert sniff_media_type(head, filename) == media_type


def cut(content: bytes) -> bytes:
    assert len(content) > HEAD_BYTES
    return content[:HEAD_BYTES]


@pytest.mark.parametrize("shift", range(12))
def test_a_head_may_be_cut_anywhere(shift: int) -> None:
    pad = "x" * shift
    rows = [{"name": f"Zoë {number}", "free": False, "note": None, "rate": 1.5} for number in range(500)]
    assert sniff_media_type(cut(json.dumps([pad, *rows], ensure_ascii=False).encode()), "") == "application/json"
    table = f"Name{pad},Units\n" + "".join(f"Zoë {number},{number}\n" for number in range(900))
    assert sniff_media_type(cut(table.encode()), "") == "text/csv"
    scene = {"asset": {"generator": pad}, "nodes": [{"name": "é" * 9} for _ in range(900)]}
    assert sniff_media_type(cut(json.dumps(scene, ensure_ascii=False).encode()), "") == "model/gltf+json"


def test_a_deeply_nested_text_is_no_trouble() -> None:
    assert sniff_media_type(b"[" * HEAD_BYTES, "deep.json") in {"application/json", "text/plain"}
    assert sniff_media_type(b"<!-- -->" * 500 + b"<p>", "page.html") == "text/plain"
