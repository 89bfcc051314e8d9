"""Signed statements that anybody can check offline: the credential of a license, and the list that revokes them."""

import base64
import zlib
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlmodel import Session

from app.audit import service as audit
from app.identity.actor import Actor
from app.infrastructure import signing_keys
from app.licensing import queries
from app.licensing.models import Credential
from app.licensing.rules.status_list import pack_status_list
from app.licensing.service.delivery import require_access

CREDENTIAL_TYPE = "likeness-license+jwt"
STATUS_LIST_TYPE = "statuslist+jwt"
LIFETIME = timedelta(hours=24)
STATUS_LIST_LIFETIME = timedelta(minutes=15)


class IssuedCredential(NamedTuple):
    """A credential and its compact JWS."""

    credential: Credential
    token: str


def issue_credential(
    *, session: Session, actor: Actor, at: datetime, license_id: str, issuer: str
) -> IssuedCredential:
    """Sign a statement of a license that stands. It ends with the earliest of its own lifetime, the license, the
    licensor's authority, the signing key and the next change of its terms.

    Raises: NotFound, LicenseRefuses with the decision's code.
    """
    view = queries.license_view(session, actor, license_id)
    require_access(view, at)
    license, version, facts = view.license, view.version_at(at), view.facts_at(at)
    terms = version.terms
    key = signing_keys.current_signing_key(session=session, at=at)
    ends = (at + LIFETIME, terms.ends_at, license.authority_ends_at, facts.changes_at, key.expires_at)
    expires_at = min(end for end in ends if end is not None)
    credential = Credential(license_id=license.id, actor=actor.label, issued_at=at, expires_at=expires_at)
    session.add(credential)
    session.flush()
    claims: dict[str, Any] = {
        "iss": issuer,
        "sub": license.id,
        "jti": credential.id,
        "iat": _seconds(at),
        "nbf": _seconds(terms.term.starts_at),
        "exp": _seconds(expires_at),
        "licensee": license.licensee_party_id,
        "performer": terms.document["performer"]["name"],
        "terms_sha256": version.terms_sha256,
        "grants": [_grant_claim(grant) for grant in terms.document["grants"]],
        "obligations": list(terms.obligations),
        "status": {"status_list": {"idx": license.status_index, "uri": f"{issuer}/v1/status-list"}},
    }
    token = signing_keys.sign_jws(session=session, at=at, typ=CREDENTIAL_TYPE, claims=claims)
    audit.record(
        session=session, actor=actor, at=at, action="credential.issued", subject_id=license.id, jti=credential.id
    )
    return IssuedCredential(credential, token)


def signed_status_list(*, session: Session, at: datetime, issuer: str) -> str:
    """Sign the status of every license as an IETF Token Status List of two bits each."""
    size, marked = queries.marked_in_status_list(session)
    packed = zlib.compress(pack_status_list(size=size, marked=marked), level=9)
    claims: dict[str, Any] = {
        "iss": issuer,
        "sub": f"{issuer}/v1/status-list",
        "iat": _seconds(at),
        "exp": _seconds(at + STATUS_LIST_LIFETIME),
        "ttl": int(STATUS_LIST_LIFETIME.total_seconds()),
        "status_list": {"bits": 2, "lst": base64.urlsafe_b64encode(packed).rstrip(b"=").decode()},
    }
    return signing_keys.sign_jws(session=session, at=at, typ=STATUS_LIST_TYPE, claims=claims)


def _grant_claim(grant: dict[str, Any]) -> dict[str, Any]:
    kept = ("component", "axes", "media", "languages", "categories")
    return {name: grant[name] for name in kept} | {"territory": grant["territory"]["codes"]}


def _seconds(instant: datetime) -> int:
    """Whole seconds since 1970, rounded down: never later than the instant."""
    return int(instant.timestamp())
