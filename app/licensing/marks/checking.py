"""Read a file back: was it stamped here, is it what was stamped, and does its license stand now?

The file only says which license it claims; the service says how that license stands. What is told is what the deal
lets anybody read.
"""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlmodel import Session

from app.infrastructure.clock import machine_now
from app.infrastructure.http.context import Services
from app.licensing.marks.errors import ManifestElsewhere, ToolFailed
from app.licensing.marks.intake import MOST_READ_BYTES, Taken, take_in
from app.licensing.marks.queries import mark_and_signer
from app.licensing.marks.rules import SENTENCES, Reading, read_report, verdict_of
from app.licensing.marks.runner import run_tool
from app.licensing.marks.signers import ensure_root
from app.licensing.marks.stamping import issuing_host
from app.licensing.marks.states import STAMPED_TYPES, MarkFinding, MarkVerdict
from app.licensing.queries import license_of
from app.licensing.record.codes import record_url
from app.licensing.record.queries import record_of
from app.licensing.record.rules import PublicRecord
from app.licensing.record.states import PublicStanding

_STANDS = "The file was stamped here, is unchanged, and its license stands."
_OVER = {
    PublicStanding.ENDED: "its license is over",
    PublicStanding.SUSPENDED: "its license is suspended",
    PublicStanding.NOT_YET: "its license does not stand yet",
}


@dataclass(frozen=True, slots=True)
class MarkCheck:
    """What is told of a file. `record` is what anybody may read of the license of an intact mark."""

    verdict: MarkVerdict
    finding: MarkFinding
    sentence: str
    sha256: str
    record: PublicRecord | None = None
    record_url: str | None = None

    @property
    def license(self) -> dict[str, Any] | None:
        """The record as it is told to machines."""
        if self.record is None:
            return None
        shown = {fact.value: told for fact, told in self.record.facts.items()}
        said = {"license_id": self.record.license_id, "standing": self.record.standing, "as_of": self.record.as_of}
        return said | shown


def check_file(*, services: Services, at: datetime, stream: IO[bytes], filename: str) -> MarkCheck:
    """Say what a file is. Nothing of it is kept. Raises: FileTooLarge, EmptyFile, ToolBusy."""
    host = issuing_host(services.settings.public_url)
    anchors = ensure_root(database=services.database, host=host, at=machine_now())
    with tempfile.TemporaryDirectory(prefix="likeness-check-") as folder:
        taken = take_in(stream=stream, filename=filename, folder=Path(folder), most_bytes=MOST_READ_BYTES)
        reading = _read(Path(folder), taken, anchors)
    if reading.finding is not MarkFinding.INTACT:
        return _about_file(reading.finding, taken)
    with services.database.read() as session:
        return _of_license(session, services.settings.public_url, at, reading, taken)


def _read(folder: Path, taken: Taken, anchors: str) -> Reading:
    if taken.media_type not in STAMPED_TYPES:
        return Reading(MarkFinding.NOT_MEDIA)
    try:
        answer = run_tool(folder=folder, source=taken.path, media_type=taken.media_type, anchors=anchors)
    except ManifestElsewhere:
        return Reading(MarkFinding.MANIFEST_ELSEWHERE)
    except ToolFailed:
        return Reading(MarkFinding.UNREADABLE)
    return read_report(answer["report"])


def _of_license(session: Session, public_url: str, at: datetime, reading: Reading, taken: Taken) -> MarkCheck:
    """Judge an intact mark by what is recorded of it: a signature alone makes no mark."""
    found = mark_and_signer(session, reading.label)
    if found is None:
        return _about_file(MarkFinding.NOT_RECORDED, taken)
    mark, signer = found
    is_same = (mark.id, mark.license_id, signer.serial) == (reading.mark_id, reading.license_id, reading.serial)
    if not is_same or (signer.withdrawn_at is not None and mark.sha256 != taken.sha256):
        return _about_file(MarkFinding.NOT_RECORDED, taken)
    standing = license_of(session, mark.license_id).standing(at)
    record = record_of(session, mark.license_id, at=at)
    verdict = verdict_of(reading.finding, standing)
    sentence = _STANDS
    if verdict is not MarkVerdict.TRUSTED:
        sentence = (
            f"The file was stamped here and is unchanged, but {_OVER[record.standing]} now. What was finished "
            "before may go on as its deal says; nothing new may be made."
        )
    return MarkCheck(
        verdict, reading.finding, sentence, taken.sha256, record, record_url(public_url, mark.license_id)
    )


def _about_file(finding: MarkFinding, taken: Taken) -> MarkCheck:
    return MarkCheck(verdict_of(finding, None), finding, SENTENCES[finding], taken.sha256)
