"""The signed statement inside a mark: which license a file was stamped under, for anybody who has the file.

It is a type of its own, because it travels with published media: it names nobody, says nothing of the terms and
cannot be used in place of a license's credential.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from app.infrastructure import signing_keys
from app.licensing.queries import LicenseView

MARK_TYPE = "likeness-mark+jwt"
LIFETIME = timedelta(days=30)


def sign_mark(
    *, session: Session, at: datetime, view: LicenseView, mark_id: str, source_sha256: str, issuer: str
) -> str:
    """Sign that a file was stamped under a license that stands. The statement ends with the earliest of its own
    lifetime, the license, the licensor's authority, the signing key, the next change of terms and the time for the
    next check-in, or the end of its grace where it is late; the status list can revoke it before.
    """
    key = signing_keys.current_signing_key(session=session, at=at)
    facts = view.facts_at(at)
    ends = (
        at + LIFETIME,
        view.terms_at(at).ends_at,
        facts.authority_ends_at,
        facts.changes_at,
        facts.check_in_due_at,
        facts.check_in_lapses_at,
        key.expires_at,
    )
    claims: dict[str, Any] = {
        "iss": issuer,
        "sub": view.license.id,
        "jti": mark_id,
        "iat": int(at.timestamp()),
        "exp": int(min(end for end in ends if end is not None and end > at).timestamp()),
        "source_sha256": source_sha256,
        "status": {"status_list": {"idx": view.license.status_index, "uri": f"{issuer}/v1/status-list"}},
    }
    return signing_keys.sign_jws(session=session, at=at, typ=MARK_TYPE, claims=claims)
