"""Tests keep their files in memory where there is room for them: no test ends with a power cut.

Thousands of databases and stores are made, synced and removed; on a disk that takes longer than most tests.
Whoever sets TMPDIR has the files there instead.
"""

import os
import tempfile

_MEMORY = "/dev/shm"  # noqa: S108
_NEEDED_BYTES = 4 << 30


def pytest_configure() -> None:
    if "TMPDIR" not in os.environ and _is_fit(_MEMORY):
        os.environ["TMPDIR"] = tempfile.tempdir = _MEMORY


def _is_fit(folder: str) -> bool:
    """Room is not enough: PostgreSQL and commands under test are started from there."""
    try:
        system = os.statvfs(folder)
    except OSError:
        return False
    may_execute = not system.f_flag & os.ST_NOEXEC
    has_room = system.f_bavail * system.f_frsize >= _NEEDED_BYTES
    return may_execute and has_room and os.access(folder, os.R_OK | os.W_OK | os.X_OK)
