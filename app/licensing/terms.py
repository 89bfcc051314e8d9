"""Compile the immutable terms of a deal into the values that rules work on, once for each hash."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.licensing.obligations import obligations_of
from app.licensing.rules.checkins import CheckInRhythm
from app.licensing.rules.counting import Counting
from app.licensing.rules.facts import Approved, LicenseFacts, Obligation, QuotaLeft
from app.licensing.states import LicenseStatus
from app.negotiation.terms.versions import as_current
from app.negotiation.terms.vocabulary import GuardContext
from app.values.components import Axis, Component, DeliveryMode
from app.values.exclusivity import Exclusivity
from app.values.kept import Kept
from app.values.rights_block import RightsBlock
from app.values.survival import Action, Permission, Phase
from app.values.term import Term, parse_instant


@dataclass(frozen=True, slots=True)
class CompiledTerms:
    """What licensing reads from a deal's terms."""

    term: Term
    grants: tuple[RightsBlock, ...]
    survival: Mapping[Action, Mapping[Phase, Permission]]
    obligations: tuple[str, ...]
    obligation_details: tuple[Obligation, ...]
    guard: frozenset[GuardContext]
    """Contexts in which the likeness must never appear."""
    check_in: CheckInRhythm | None
    """How often a running use reports to be there; nothing: the deal does not ask for it."""
    counting: Counting
    """The caps, and by which days they are counted."""
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
        self,
        *,
        status: LicenseStatus,
        authority_ends_at: datetime | None,
        was_active: bool = True,
        changes_at: datetime | None = None,
        check_in_due_at: datetime | None = None,
        quotas: tuple[QuotaLeft, ...] = (),
        approved: frozenset[Approved] = frozenset(),
    ) -> LicenseFacts:
        """Join the fixed terms with what can change."""
        grace = timedelta(0) if self.check_in is None else self.check_in.grace
        return LicenseFacts(
            status=status,
            term=self.term,
            authority_ends_at=authority_ends_at,
            was_active=was_active,
            changes_at=changes_at,
            grants=self.grants,
            survival=self.survival,
            obligations=self.obligations,
            obligation_details=self.obligation_details,
            winds_down_until=self.winds_down_until,
            guard=self.guard,
            check_in_due_at=check_in_due_at,
            check_in_lapses_at=None if check_in_due_at is None else check_in_due_at + grace,
            quotas=quotas,
            approved=approved,
        )


def kept_terms(sha256: str, read: Callable[[], str]) -> CompiledTerms:
    """Return the compiled terms of this hash; `read` gives the text where they have not been met lately."""
    return _kept.get(sha256) or _kept.keep(sha256, compile_terms(read()))


_kept = Kept[str, CompiledTerms](4096)


def compile_terms(text: str) -> CompiledTerms:
    """Compile canonical deal terms."""
    return compile_document(json.loads(text))


def compile_document(document: Mapping[str, Any]) -> CompiledTerms:
    """Compile a document of deal terms of any version."""
    document = as_current(document)
    term = Term(parse_instant(document["term"]["starts_at"]), parse_instant(document["term"]["ends_at"]))
    details = obligations_of(document)
    return CompiledTerms(
        term=term,
        grants=tuple(grant_block(grant, term) for grant in document["grants"]),
        survival={
            Action(action): {Phase(phase): Permission(value) for phase, value in row.items()}
            for action, row in document["survival"]["matrix"].items()
        },
        obligations=tuple(each.sentence for each in details),
        obligation_details=details,
        guard=frozenset(map(GuardContext, document["guard_list"])),
        check_in=_check_in(document["check_in"]),
        counting=Counting.of(document, term),
        delivery=DeliveryMode(document["delivery"]),
        winds_down_until=_winds_down_until(document),
        document=document,
    )


def _check_in(asked: Mapping[str, Any] | None) -> CheckInRhythm | None:
    if asked is None:
        return None
    return CheckInRhythm(timedelta(hours=asked["every_hours"]), timedelta(hours=asked["grace_hours"]))


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
