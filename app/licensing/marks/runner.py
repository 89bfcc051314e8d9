"""Run the stamping and reading program for one file, in bounded time, memory and number."""

import json
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from app.licensing.marks import tool
from app.licensing.marks.errors import ManifestElsewhere, ToolBusy, ToolFailed
from app.licensing.marks.manifest import LABEL

AT_ONCE = 2
"""Programs of one process of the service at a time."""
WAIT_SECONDS = 10
LONGEST_SECONDS = 45
PROCESSOR_SECONDS = 40
MEMORY_BYTES = 768 << 20
MOST_ADDED_BYTES = 64 << 20
"""By how much a file may grow when it is stamped: its history is kept in it."""
LONGEST_ANSWER = 4 << 20

_ELSEWHERE = "Remote"
"""How the library begins what it says of a manifest that it would have to fetch."""

_places = BoundedSemaphore(AT_ONCE)


def run_tool(*, folder: Path, source: Path, media_type: str, anchors: str, **asked: Any) -> dict[str, Any]:
    """Return the program's answer about a file in `folder`, where it may leave files of its own.

    Raises: ToolFailed, whatever became of it; ToolBusy.
    """
    request = {
        "do": "read",
        "source": str(source),
        "media_type": media_type,
        "anchors": anchors,
        "label": LABEL,
        "memory_bytes": MEMORY_BYTES,
        "seconds": PROCESSOR_SECONDS,
        "file_bytes": source.stat().st_size + MOST_ADDED_BYTES,
        **asked,
    }
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise ToolBusy("Many files are being read at the moment; try again in a minute.")
    try:
        answer = _run(folder, json.dumps(request).encode())
    finally:
        _places.release()
    if "refused" in answer:
        is_elsewhere = answer["refused"].startswith(_ELSEWHERE)
        raise (ManifestElsewhere if is_elsewhere else ToolFailed)(answer["refused"])
    return answer


def _run(folder: Path, request: bytes) -> dict[str, Any]:
    with (folder / "answer").open("w+b") as output:
        try:
            done = subprocess.run(  # noqa: S603  our own program; the file's name is ours too
                [sys.executable, "-I", tool.__file__],
                input=request,
                stdout=output,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env={"TMPDIR": str(folder)},
                timeout=LONGEST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ToolFailed("out of time") from None
        if done.returncode != 0:
            raise ToolFailed(f"ended with {done.returncode}")
        output.seek(0)
        text = output.read(LONGEST_ANSWER + 1)
    if len(text) > LONGEST_ANSWER:
        raise ToolFailed("too long an answer")
    try:
        answer: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError):
        raise ToolFailed("no answer") from None
    return answer
