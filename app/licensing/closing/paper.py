"""A destruction certificate as a PDF that can be archived and read aloud, the same bytes each time."""

import json
import re
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import typst

from app.licensing.closing.states import DestructionMethod
from app.negotiation.contract.shown import MISSING, showable
from app.values import formats

_ATTEMPTS = 20
_NOT_IN_FONT = re.compile(r'the text `"(?P<text>.+?)"` could not be displayed', re.DOTALL)
METHODS = {
    DestructionMethod.ERASED.value: "Erased from every medium and backup",
    DestructionMethod.KEY_DESTROYED.value: "Its encryption keys were destroyed",
    DestructionMethod.MEDIA_DESTROYED.value: "Its media were physically destroyed",
}


def render(document_json: str, *, sha256: str) -> bytes:
    """Return the file of a certificate, with its document attached byte for byte."""
    document = json.loads(document_json)
    signed_at = datetime.fromisoformat(document["signed_at"]).astimezone(UTC)
    shown = json.dumps(_layout(document, sha256, signed_at), ensure_ascii=False, sort_keys=True)
    for _ in range(_ATTEMPTS):
        try:
            return typst.compile(
                files(__package__).joinpath("certificate.typ").read_bytes(),
                sys_inputs={"data": shown, "document": document_json},
                ignore_system_fonts=True,
                pdf_standards=["a-3a", "ua-1"],
                timestamp=int(signed_at.timestamp()),
            )
        except typst.TypstError as error:
            found = _NOT_IN_FONT.search(f"{error.message} {error}")
            if found is None or found["text"] == MISSING:
                raise
            shown = shown.replace(found["text"], MISSING)
    raise RuntimeError("The certificate holds too many texts that cannot be shown.")


def _layout(document: dict[str, Any], sha256: str, signed_at: datetime) -> dict[str, Any]:
    """Return texts only, none of which the template reads as anything but text."""
    return {
        "title": showable(f"Destruction certificate of {document['party']['name']}"),
        "party": showable(document["party"]["name"]),
        "license_id": document["license_id"],
        "officer_name": showable(document["officer"]["name"]),
        "officer_title": showable(document["officer"]["title"]),
        "statement": showable(document["statement"]),
        "signed": formats.instant(signed_at),
        "date": [signed_at.year, signed_at.month, signed_at.day],
        "sha256": sha256,
        "copies": [
            {
                "name": showable(copy.get("filename") or copy["name"]),
                "what": f"{'Delivered copy' if 'delivery_id' in copy else 'Derived model'}",
                "sha256": f"{copy['sha256'][:32]} {copy['sha256'][32:]}",
                "method": METHODS[copy["method"]],
                "destroyed_on": formats.day(copy["destroyed_on"]),
            }
            for copy in document["copies"]
        ],
    }
