"""What the door reads for each question: the key, the license, and which terms were signed for it."""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlmodel import col

from app.identity.access import is_theirs
from app.identity.actor import Actor
from app.identity.models import ApiKey
from app.identity.rules import KeyText, key_speaks
from app.identity.states import Role, Scope
from app.infrastructure.db.driver_reads import DriverReads, PreparedRead, Row, each_text, instant_of
from app.licensing.models import License
from app.licensing.queries import LicenseView, TermsVersion
from app.licensing.states import LicenseStatus
from app.licensing.terms import kept_terms
from app.negotiation.models import Deal, DealVersion
from app.negotiation.terms.vocabulary import ChangeOf

_KEY = (
    col(ApiKey.secret_hash),
    col(ApiKey.revoked_at),
    col(ApiKey.expires_at),
    col(ApiKey.id),
    col(ApiKey.user_id),
    col(ApiKey.party_id),
    col(ApiKey.role),
    sa.cast(col(ApiKey.scopes), sa.Text),
)
_LICENSE = (
    col(License.id),
    col(License.licensor_party_id),
    col(License.licensee_party_id),
    col(License.status),
    col(License.authority_ends_at),
    col(License.activated_at),
    col(License.checked_in_at),
    col(License.deal_id),
    col(License.created_at),
    col(License.terms_sha256),
    sa.select(col(DealVersion.version))
    .where(col(DealVersion.license_id) == col(License.id), col(DealVersion.version) == sa.literal_column("2"))
    .scalar_subquery(),
)

KEY_AND_LICENSE = PreparedRead(
    sa.select(*_KEY, *_LICENSE)
    .select_from(sa.join(ApiKey, License, sa.true()))
    .where(col(ApiKey.prefix) == sa.bindparam("prefix"), col(License.id) == sa.bindparam("license_id")),
    "prefix",
    "license_id",
)
KEY = PreparedRead(sa.select(*_KEY).where(col(ApiKey.prefix) == sa.bindparam("prefix")), "prefix")
LICENSES = PreparedRead(
    sa.select(*_LICENSE).where(col(License.id).op("IN")(each_text(sa.bindparam("ids", type_=sa.Text)))), "ids"
)
"""Takes ids as `ids_text` writes them."""
VERSIONS = PreparedRead(
    sa.select(
        col(DealVersion.deal_id),
        col(DealVersion.version),
        col(DealVersion.change_of),
        col(DealVersion.effective_at),
        col(Deal.terms_sha256),
    )
    .join(Deal, col(Deal.id) == col(DealVersion.deal_id))
    .where(col(DealVersion.license_id) == sa.bindparam("license_id"))
    .order_by(col(DealVersion.version)),
    "license_id",
)
"""Asked only for a license whose terms were changed: of the first terms, the license itself knows enough."""
TERMS = PreparedRead(sa.select(col(Deal.terms_json)).where(col(Deal.id) == sa.bindparam("deal_id")), "deal_id")


class LicenseRow(NamedTuple):
    """The part of a license on which decisions depend, in the place of the whole."""

    status: LicenseStatus
    authority_ends_at: datetime | None
    activated_at: datetime | None
    checked_in_at: datetime | None


def actor_of(row: Row, key: KeyText, *, at: datetime) -> Actor | None:
    """Return whom the key of a row speaks for, or nobody."""
    secret_hash, revoked_at, expires_at, *whose = row[: len(_KEY)]
    speaks = key_speaks(
        secret=key.secret,
        secret_hash=secret_hash,
        revoked_at=revoked_at,
        expires_at=_instant(expires_at),
        at=at,
    )
    return _actor(*whose) if speaks else None


def ids_text(ids: Iterable[str]) -> str:
    return json.dumps(list(ids))


def of_license(row: Row) -> Row:
    """Return what a row of key and license says of the license."""
    return row[len(_KEY) :]


def view_of(reads: DriverReads, *of_license: Any, asker: Actor) -> LicenseView | None:
    """Return a license with its terms, or nothing where it is not the asker's."""
    license_id, licensor, licensee, status, ends_at, activated_at, checked_in_at, *first, second = of_license
    if not is_theirs(asker, licensee, licensor):
        return None
    if second is None:
        deal_id, created_at, sha256 = first
        versions = [_version(reads, deal_id, "1", None, created_at, sha256)]
    else:
        versions = [_version(reads, *version) for version in reads.rows(VERSIONS, license_id)]
    license = LicenseRow(LicenseStatus(status), _instant(ends_at), _instant(activated_at), _instant(checked_in_at))
    return LicenseView(cast(License, license), versions)


def _version(
    reads: DriverReads, deal_id: str, version: str, change_of: str | None, effective_at: str, sha256: str
) -> TermsVersion:
    return TermsVersion(
        deal_id,
        int(version),
        None if change_of is None else ChangeOf(change_of),
        instant_of(effective_at),
        sha256,
        kept_terms(sha256, lambda: str(reads.rows(TERMS, deal_id)[0][0])),
    )


@lru_cache(maxsize=1024)
def _actor(key_id: str, user_id: str, party_id: str, role: str, scopes: str) -> Actor:
    return Actor(user_id, party_id, Role(role), key_id, frozenset(map(Scope, json.loads(scopes))))


def _instant(text: Any) -> datetime | None:
    return None if text is None else instant_of(text)
