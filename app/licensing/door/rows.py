"""What the door reads for each question: the key, the license, and which terms were signed for it."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlmodel import col

from app.identity.models import ApiKey
from app.identity.rules import KeyText, key_speaks
from app.identity.states import Role, Scope
from app.infrastructure.db.driver_reads import DriverReads, PreparedRead, Row, each_text, instant_of
from app.licensing.models import License
from app.licensing.queries import LicenseView, TermsVersion
from app.licensing.rules.facts import LicenseFacts
from app.licensing.states import LicenseStatus
from app.licensing.terms import kept_terms
from app.negotiation.models import Deal, DealVersion
from app.negotiation.terms.vocabulary import ChangeOf
from app.values.kept import Kept

_KEY = (col(ApiKey.secret_hash), col(ApiKey.revoked_at), col(ApiKey.expires_at))
_STANDING = (
    col(License.status),
    col(License.authority_ends_at),
    col(License.activated_at),
    col(License.checked_in_at),
    col(License.created_at),
    col(License.terms_sha256),
    col(License.terms_changed_at),
)
_MAY_DECIDE = sa.cast(col(ApiKey.scopes), sa.Text).like(sa.literal_column(f"'%\"{Scope.DECIDE.value}\"%'"))
_IS_THEIRS = sa.or_(
    col(ApiKey.role) == sa.literal_column(f"'{Role.ADMINISTRATOR.value}'"),
    col(ApiKey.party_id).in_((col(License.licensor_party_id), col(License.licensee_party_id))),
)
_FOUND = (
    sa.select(*_KEY, col(License.id), *_STANDING)
    .select_from(sa.join(ApiKey, License, _IS_THEIRS))
    .where(col(ApiKey.prefix) == sa.bindparam("prefix"), _MAY_DECIDE)
)

LICENSE = PreparedRead(_FOUND.where(col(License.id) == sa.bindparam("license_id")), "prefix", "license_id")
"""The license with the key, or nothing where the key, if it is good, may not decide about it."""
LICENSES = PreparedRead(
    _FOUND.where(col(License.id).op("IN")(each_text(sa.bindparam("ids", type_=sa.Text)))), "prefix", "ids"
)
"""The same for many, with the key in each row. Takes ids as `ids_text` writes them."""
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
TERMS = PreparedRead(sa.select(col(Deal.terms_json)).where(col(Deal.id) == sa.bindparam("deal_id")), "deal_id")


class LicenseRow(NamedTuple):
    """The part of a license on which decisions depend, in the place of the whole."""

    status: LicenseStatus
    authority_ends_at: datetime | None
    activated_at: datetime | None
    checked_in_at: datetime | None


def ids_text(ids: Iterable[str]) -> str:
    return json.dumps(list(ids))


def speaks(row: Row, key: KeyText, *, at: datetime) -> bool:
    """Say whether the key of a row is the one it claims to be, and good at a machine instant."""
    secret_hash, revoked_at, expires_at = row[:3]
    return key_speaks(
        secret=key.secret,
        secret_hash=secret_hash,
        revoked_at=revoked_at,
        expires_at=_instant(expires_at),
        at=at,
    )


def license_id_of(row: Row) -> str:
    return cast(str, row[3])


def facts_of(reads: DriverReads, row: Row, *, at: datetime) -> LicenseFacts:
    """Return what is known of the license of a row at a business instant.

    Of a license whose terms were never changed, the row says everything: those that stand alike are read once.
    """
    standing = tuple(row[4:])
    known = _kept.get(standing)
    if known is None:
        view = _view(reads, license_id_of(row), *standing[:4])
        if len(view.versions) > 1:
            return view.facts_at(at)
        known = _kept.keep(standing, _known(view))
    return known.facts if known.facts is not None and at >= known.since else known.view.facts_at(at)


class _Known(NamedTuple):
    """A license of one version, and its facts where they are the same at all times after its signature."""

    view: LicenseView
    since: datetime
    facts: LicenseFacts | None


_kept = Kept[tuple[str | None, ...], _Known](4096)


def _known(view: LicenseView) -> _Known:
    since = view.latest.effective_at
    return _Known(view, since, view.facts_at(since) if view.latest.terms.check_in is None else None)


def _view(
    reads: DriverReads,
    license_id: str,
    status: str,
    authority_ends_at: str | None,
    activated_at: str | None,
    checked_in_at: str | None,
) -> LicenseView:
    license = LicenseRow(
        LicenseStatus(status), _instant(authority_ends_at), _instant(activated_at), _instant(checked_in_at)
    )
    return LicenseView(
        cast(License, license), [_version(reads, *version) for version in reads.rows(VERSIONS, license_id)]
    )


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


def _instant(text: Any) -> datetime | None:
    return None if text is None else instant_of(text)
