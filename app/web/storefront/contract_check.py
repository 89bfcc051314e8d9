"""Whether a contract is genuine: for anybody who holds the file, or the hash that stands in its footer."""

import re
from typing import Any

from flask import render_template, request

from app.infrastructure.http.context import session
from app.negotiation.contract.checking import ContractCheck, check_file, check_hash
from app.negotiation.contract.routes import MOST_CHECKED_BYTES

_SHA256 = re.compile(r"[0-9a-f]{64}")


def limit_size(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Anybody may send a file here, so the limit is small; it is set before anything reads the form."""
    if endpoint == "storefront.check_contract":
        request.max_content_length = MOST_CHECKED_BYTES


def show() -> str:
    return _page()


def show_hash(sha256: str) -> str:
    """The address that every contract names."""
    return _about(sha256.lower())


def check() -> str:
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        return _page(check_file(session(), upload.stream.read()))
    return _about(request.form.get("sha256", "").strip().lower())


def _about(sha256: str) -> str:
    if _SHA256.fullmatch(sha256) is None:
        return _page(complaint="Choose a file, or write a SHA-256: 64 digits and letters from a to f.")
    return _page(check_hash(session(), sha256))


def _page(found: ContractCheck | None = None, *, complaint: str = "") -> str:
    return render_template(
        "storefront/contract_check.html",
        check=found,
        complaint=complaint,
        most_bytes=MOST_CHECKED_BYTES,
    )
