"""What the file shows of a contract, as plain data for its template. Pure: the same document, the same data."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.negotiation.contract.shown import MISSING, showable
from app.negotiation.terms.versions import as_current
from app.negotiation.terms.words import sections
from app.negotiation.terms.words.section import counted, day, instant
from app.values import formats
from app.values.survival import Action, Phase, read_matrix

_SIDES = {
    "licensor": "Licensor",
    "licensee": "Licensee",
    "assignor": "Licensee until now, who hands the license on",
    "co_holder": "Co-holder of the rights",
}
_IN_TABLES = ("/survival/matrix/", "/wind_down/steps/")
"""Rows that the file shows as tables of their own."""

Data = dict[str, Any]


def layout(document: Mapping[str, Any], *, contract_sha256: str, check_url: str) -> Data:
    """Return texts only, none of which the template reads as anything but text."""
    terms = as_current(document["terms"])
    signed_at = datetime.fromisoformat(document["signed_at"])
    data = {
        "title": f"{terms['performer']['name']} in {terms['production']['title']}",
        "kind": _kind(terms),
        "licensor": terms["licensor"]["name"],
        "licensee": terms["licensee"]["name"],
        "signed": instant(document["signed_at"]),
        "date": [signed_at.year, signed_at.month, signed_at.day],
        "deal_id": document["deal_id"],
        "license_id": document["license_id"],
        "contract_sha256": contract_sha256,
        "terms_sha256": document["terms_sha256"],
        "check_url": check_url,
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "rows": [asdict(row) for row in section.rows if not row.pointer.startswith(_IN_TABLES)],
            }
            for section in sections(terms)
        ],
        "matrix": _matrix(terms["survival"]["matrix"]),
        "steps": list(_steps(terms["wind_down"]["steps"])),
        "signatures": [_signature(signed, terms["term"]["zone"]) for signed in document["signatures"]],
        "findings": [_finding(finding) for finding in document["law"]["findings"]],
    }
    shown: Data = _showable(data)
    # Hashes and addresses are copied and followed as they are written: nothing may come between their letters.
    exact = {name: data[name] for name in ("contract_sha256", "terms_sha256", "check_url")}
    return shown | exact | {"has_missing": _holds(shown, MISSING)}


def _kind(terms: Mapping[str, Any]) -> str:
    amends = terms["amends"]
    if amends is not None:
        return f"{formats.capitalize_first(formats.words(amends['kind']))} of license {amends['license_id']}"
    return "License contract"


def _matrix(document: Mapping[str, Mapping[str, str]]) -> Data:
    matrix = read_matrix(document)
    return {
        "columns": [phase.label for phase in Phase],
        "rows": [
            {
                "label": action.label,
                "answers": [
                    {"label": matrix[action][phase].label, "kind": matrix[action][phase].value} for phase in Phase
                ],
            }
            for action in Action
        ],
    }


def _steps(steps: list[Mapping[str, Any]]) -> Iterator[Data]:
    for number, step in enumerate(steps, start=1):
        yield {
            "number": str(number),
            "step": step["step"],
            "within": f"{counted(step['within_days'], 'day')} after the end",
            "evidence": "Required" if step["needs_evidence"] else "Not required",
        }


def _signature(signed: Mapping[str, Any], zone: str) -> Data:
    local = datetime.fromisoformat(signed["signed_at"]).astimezone(ZoneInfo(zone))
    return {
        "party": signed["party_name"],
        "party_id": signed["party_id"],
        "side": _SIDES[signed["side"]],
        "signer": signed["signer_name"],
        "at": instant(signed["signed_at"]),
        "local": f"{day(local.date().isoformat())}, {local:%H:%M}{formats.NO_BREAK}{zone}",
    }


def _finding(finding: Mapping[str, Any]) -> Data:
    citation = finding["citation"]
    return {
        "sentence": finding["sentence"],
        "citation": f"{citation['citation']} ({citation['jurisdiction']})",
        "note": "Counsel should confirm this before anybody relies on it." if citation["lawyer_confirm"] else "",
        "override": finding["override_reason"] or "",
    }


def _showable(value: Any) -> Any:
    if isinstance(value, str):
        return showable(value)
    if isinstance(value, dict):
        return {key: _showable(item) for key, item in value.items()}
    return [_showable(item) for item in value] if isinstance(value, list) else value


def _holds(value: Any, character: str) -> bool:
    if isinstance(value, str):
        return character in value
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_holds(item, character) for item in items)
