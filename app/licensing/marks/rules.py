"""What a report about a file's manifest comes to: values in, values out.

Whoever made the file also wrote most of its report, so nothing in it has a shape that can be relied on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.licensing.marks.states import MarkFinding, MarkVerdict
from app.licensing.rules.codes import Code

_SIGNED = frozenset({"signingCredential.trusted", "claimSignature.validated"})
_CONTENT_HASHES = frozenset({"assertion.dataHash.match", "assertion.bmffHash.match", "assertion.boxesHash.match"})
_ABOUT_SIGNER = ("signingCredential.", "claimSignature.", "timeStamp.")
_ALTERED = (".mismatch", ".missing", ".malformed", ".inaccessible")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the manifest of a file tells. The three names count only where the finding is INTACT."""

    finding: MarkFinding
    label: str = ""
    serial: str = ""
    license_id: str = ""
    mark_id: str = ""
    instance_id: str = ""


def read_report(report: Mapping[str, Any] | None) -> Reading:
    """Say whether the active manifest is signed under our root and the file still is what was signed.

    The library's own summary is not used: it says `Valid` of whatever is whole, whoever signed it.
    """
    if report is None:
        return Reading(MarkFinding.NO_MANIFEST)
    label = _text(report.get("label"))
    signature = f"/{label}/c2pa.signature"
    passed = {_text(_map(status).get("code")) for status in _list(report.get("success"))}
    proofs = {
        _text(_map(status).get("code"))
        for status in _list(report.get("success"))
        if _text(_map(status).get("url")).endswith(signature)
    }
    failed = [_text(_map(status).get("code")) for status in _list(report.get("failure"))]
    if not label or _SIGNED - proofs or any(code.startswith(_ABOUT_SIGNER) for code in failed):
        is_broken = any(code.startswith("claimSignature.") for code in failed)
        return Reading(MarkFinding.BROKEN_SIGNATURE if is_broken else MarkFinding.OTHER_SIGNER)
    of_history = [_text(code) for code in _list(report.get("history_failures"))]
    is_altered = bool(failed) or any(code.endswith(_ALTERED) for code in of_history)
    license = _map(report.get("license"))
    return Reading(
        finding=MarkFinding.CHANGED if is_altered or not passed & _CONTENT_HASHES else MarkFinding.INTACT,
        label=label,
        serial=_text(report.get("serial")),
        license_id=_text(license.get("license_id")),
        mark_id=_text(license.get("mark_id")),
        instance_id=_text(report.get("instance_id")),
    )


def verdict_of(finding: MarkFinding, standing: Code | None) -> MarkVerdict:
    """Return the verdict; `standing` is how the license of an intact mark stands now."""
    if finding is MarkFinding.CHANGED:
        return MarkVerdict.TAMPERED
    if finding is not MarkFinding.INTACT or standing is None:
        return MarkVerdict.UNKNOWN
    return MarkVerdict.TRUSTED if standing is Code.ALLOWED else MarkVerdict.EXPIRED


SENTENCES = {
    MarkFinding.CHANGED: (
        "This file was stamped here and has been changed since: it is not what was stamped any more."
    ),
    MarkFinding.NOT_MEDIA: "This is no picture, sound or film of a kind that is stamped here.",
    MarkFinding.UNREADABLE: "The file is damaged or cannot be read, so nothing can be said of it.",
    MarkFinding.NO_MANIFEST: (
        "The file carries no mark. It may never have had one; and whoever encodes a file anew, as most sites do "
        "with what is uploaded, removes its mark."
    ),
    MarkFinding.MANIFEST_ELSEWHERE: (
        "The file only names an address at which its manifest lies. Our marks lie within their files, and nothing "
        "is fetched from elsewhere."
    ),
    MarkFinding.OTHER_SIGNER: "The file carries a manifest that is not signed by this service.",
    MarkFinding.BROKEN_SIGNATURE: (
        "The file carries a manifest whose signature does not hold: it was forged, or altered since."
    ),
    MarkFinding.NOT_RECORDED: "The file is signed with a certificate of this service, which has no record of it.",
}
"""What is told of a file, where it is not about a license."""


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
