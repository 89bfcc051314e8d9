"""Signed statements that anybody can check offline: the credential of a license, and the list that revokes them."""

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlmodel import Session

from app.audit import service as audit
from app.identity.actor import Actor
from app.infrastructure import signing_keys
from app.licensing import queries
from app.licensing.errors import LicenseRefuses
from app.licensing.models import Credential
from app.licensing.rules.decision import decide_overdue
from app.licensing.rules.facts import LicenseFacts
from app.licensing.rules.status_list import pack_status_list
from app.licensing.service.access import require_access
from app.values.canonical import sha256_hex
from app.values.survival import Phase
from app.verifier import Verdict, verify_credential

CREDENTIAL_TYPE = "likeness-license+jwt"
STATUS_LIST_TYPE = "statuslist+jwt"
LIFETIME = timedelta(hours=24)
STATUS_LIST_LIFETIME = timedelta(minutes=15)
"""Within which a revocation reaches every verifier, however it caches: what is older says nothing."""
STATUS_LIST_TTL = timedelta(minutes=5)
"""After which a verifier that keeps the list fetches it anew, long before the one it has is over."""
_DIMENSIONS = ("axes", "media", "territory", "languages", "categories")
_SAME_LIST = 60
"""Seconds during which an unchanged list is the same list, so that caches need not fetch it again."""


class IssuedCredential(NamedTuple):
    """A credential and its compact JWS."""

    credential: Credential
    token: str


def issue_credential(
    *, session: Session, actor: Actor, at: datetime, license_id: str, issuer: str, audience: str | None = None
) -> IssuedCredential:
    """Sign a statement of a license that stands, for `audience` to rely on, or else for the licensee. It ends with
    the earliest of its own lifetime, the license, the licensor's authority, the signing key, the next change of its
    terms and the next check-in; while a check-in is late, none is signed, as there is no grace offline.

    Raises: NotFound, LicenseRefuses with the decision's code.
    """
    view = queries.license_view(session, actor, license_id)
    require_access(view, at)
    license, version, facts = view.license, view.version_at(at), view.facts_at(at)
    if facts.check_in_due_at is not None and at >= facts.check_in_due_at:
        raise LicenseRefuses(decide_overdue(license=facts, at=at))
    terms = version.terms
    key = signing_keys.current_signing_key(session=session, at=at)
    ends = (
        at + LIFETIME,
        terms.ends_at,
        license.authority_ends_at,
        facts.changes_at,
        facts.check_in_due_at,
        key.expires_at,
    )
    expires_at = min(end for end in ends if end is not None)
    credential = Credential(license_id=license.id, actor=actor.label, issued_at=at, expires_at=expires_at)
    session.add(credential)
    session.flush()
    claims: dict[str, Any] = {
        "iss": issuer,
        "sub": license.id,
        "aud": audience or license.licensee_party_id,
        "jti": credential.id,
        "iat": _seconds(at),
        "nbf": _seconds(terms.term.starts_at),
        "exp": _seconds(expires_at),
        "licensee": license.licensee_party_id,
        "performer": terms.document["performer"]["name"],
        "terms_sha256": version.terms_sha256,
        "obligations": list(terms.obligations),
        "status": {"status_list": {"idx": license.status_index, "uri": f"{issuer}/v1/status-list"}},
        **use_claims(facts),
    }
    token = signing_keys.sign_jws(session=session, at=at, typ=CREDENTIAL_TYPE, claims=claims)
    audit.record(
        session=session, actor=actor, at=at, action="credential.issued", subject_id=license.id, jti=credential.id
    )
    return IssuedCredential(credential, token)


def use_claims(license: LicenseFacts) -> dict[str, Any]:
    """Return what a verifier holds a use against while the license stands: `app.verifier.permits` reads it."""
    return {
        "grants": [
            {
                "component": grant.component.value,
                **{name: sorted(getattr(grant, name)) for name in _DIMENSIONS},
            }
            for grant in license.grants
        ],
        "guard_list": sorted(license.guard),
        "actions": {action.value: row[Phase.ACTIVE].value for action, row in license.survival.items()},
    }


def check_credential(
    *, session: Session, at: datetime, token: str, issuer: str, audience: str | None = None
) -> Verdict:
    """Check a credential as a verifier does that has just fetched keys and status list. Where no audience is named,
    any is taken."""
    return verify_credential(
        token,
        jwks=signing_keys.public_jwks(session=session, at=at),
        status_list=StatusList.now(session=session, at=at, issuer=issuer).sign(session=session, at=at),
        at=at,
        issuer=issuer,
        audience=audience,
    )


@dataclass(frozen=True, slots=True)
class StatusList:
    """The status of every license, ready to be signed."""

    claims: Mapping[str, Any]
    tag: str
    """Changes when the list, its minute or the key that signs it does. Two signatures of one list differ."""

    @classmethod
    def now(cls, *, session: Session, at: datetime, issuer: str) -> "StatusList":
        """Return the list as an IETF Token Status List of two bits each."""
        size, marked = queries.marked_in_status_list(session)
        packed = zlib.compress(pack_status_list(size=size, marked=marked), level=9)
        issued = _seconds(at) // _SAME_LIST * _SAME_LIST
        claims: dict[str, Any] = {
            "iss": issuer,
            "sub": f"{issuer}/v1/status-list",
            "iat": issued,
            "exp": issued + int(STATUS_LIST_LIFETIME.total_seconds()),
            "ttl": int(STATUS_LIST_TTL.total_seconds()),
            "status_list": {"bits": 2, "lst": base64.urlsafe_b64encode(packed).rstrip(b"=").decode()},
        }
        key = signing_keys.current_signing_key(session=session, at=at)
        return cls(claims, sha256_hex(claims | {"kid": key.kid}))

    def sign(self, *, session: Session, at: datetime) -> str:
        return signing_keys.sign_jws(session=session, at=at, typ=STATUS_LIST_TYPE, claims=dict(self.claims))


def _seconds(instant: datetime) -> int:
    """Whole seconds since 1970, rounded down: never later than the instant."""
    return int(instant.timestamp())
