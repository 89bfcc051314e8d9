"""Compile the immutable terms of a deal into the values that rules work on, once for each hash."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from app.licensing.rules.decision import LicenseFacts
from app.licensing.states import LicenseStatus
from app.negotiation.terms.versions import as_current
from app.values.components import Axis, Component, DeliveryMode
from app.values.exclusivity import Exclusivity
from app.values.rights_block import RightsBlock
from app.values.survival import Action, Permission, Phase
from app.values.term import Term, parse_instant

COMPILED_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class CompiledTerms:
    """What licensing reads from a deal's terms."""

    term: Term
    grants: tuple[RightsBlock, ...]
    survival: Mapping[Action, Mapping[Phase, Permission]]
    obligations: tuple[str, ...]
    delivery: DeliveryMode
    winds_down_until: datetime | None
    """When the days to sell off and take down are over, the longer of the two; nothing where there are none."""
    document: Mapping[str, Any]
    """The whole document in the shape of the latest version, for showing."""

    @property
    def ends_at(self) -> datetime:
        """The end of the term, which every deal has."""
        assert self.term.ends_at is not None  # noqa: S101
        return self.term.ends_at

    def facts(
        self, *, status: LicenseStatus, authority_ends_at: datetime | None, changes_at: datetime | None = None
    ) -> LicenseFacts:
        """Join the fixed terms with what can change."""
        return LicenseFacts(
            status=status,
            term=self.term,
            authority_ends_at=authority_ends_at,
            changes_at=changes_at,
            grants=self.grants,
            survival=self.survival,
            obligations=self.obligations,
            winds_down_until=self.winds_down_until,
        )


@lru_cache(maxsize=COMPILED_AT_ONCE)
def compile_terms(text: str) -> CompiledTerms:
    """Compile canonical deal terms."""
    return compile_document(json.loads(text))


def compile_document(document: Mapping[str, Any]) -> CompiledTerms:
    """Compile a document of deal terms of any version."""
    document = as_current(document)
    term = Term(parse_instant(document["term"]["starts_at"]), parse_instant(document["term"]["ends_at"]))
    label, credit = document["disclosure_label"], document["credit_line"]
    return CompiledTerms(
        term=term,
        grants=tuple(grant_block(grant, term) for grant in document["grants"]),
        survival={
            Action(action): {Phase(phase): Permission(value) for phase, value in row.items()}
            for action, row in document["survival"]["matrix"].items()
        },
        obligations=tuple(
            text
            for text, wanted in ((f"Show the label: {label}", label), (f"Give credit: {credit}", credit))
            if wanted
        ),
        delivery=DeliveryMode(document["delivery"]),
        winds_down_until=_winds_down_until(document),
        document=document,
    )


def _winds_down_until(document: Mapping[str, Any]) -> datetime | None:
    sell_off = document["sell_off"]
    days = max(document["wind_down"]["days"], 0 if sell_off is None else sell_off["days"])
    if not days:
        return None
    last_day = date.fromisoformat(document["term"]["last_day"])
    return Term.of_days(last_day, last_day + timedelta(days=days), document["term"]["zone"]).ends_at


def grant_block(grant: Mapping[str, Any], term: Term) -> RightsBlock:
    """Return the rights block of one grant of a deal."""
    return RightsBlock(
        component=Component(grant["component"]),
        axes=frozenset(Axis(axis) for axis in grant["axes"]),
        media=frozenset(grant["media"]),
        territory=frozenset(grant["territory"]["codes"]),
        languages=frozenset(grant["languages"]),
        categories=frozenset(grant["categories"]),
        term=term,
        exclusivity=Exclusivity(grant["exclusivity"]),
    )
