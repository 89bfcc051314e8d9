"""Any order of reserving, committing, releasing and waiting, against a model that counts everything by hand."""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from sqlmodel import Session

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.errors import LicenseRefuses
from app.licensing.quotas.errors import AlreadySettled
from app.values.components import Component
from tests.factories.licensing import ENDS_AT, STARTS_AT, Licensed, make_licensing_sides
from tests.factories.negotiation import Sides, grant
from tests.factories.quotas import cap, commit, make_capped_license, release, reserve, standing

EXAMPLES = int(os.environ.get("LIKENESS_PROPERTY_EXAMPLES", "25"))
MINUTE = timedelta(minutes=1)
MONTHS = [
    *(datetime(2026, month, 15, 4, tzinfo=UTC) for month in range(6, 11)),
    *(datetime(2026, month, 15, 5, tzinfo=UTC) for month in (11, 12)),
]
"""When the months of the usual license begin; those by winter time an hour later."""
CAPS = {
    "renders": ("renders", None, 20, False),
    "renders of face": ("renders", "face", 9, False),
    "renders per month": ("renders", None, 12, True),
    "lines per month of voice": ("lines", "voice", 6, True),
    "concurrent_titles per month": ("concurrent_titles", None, 2, False),
}
"""Unit, component, the most, and whether it is by the month: titles are in use, whatever the calendar says."""


def month_of(at: datetime) -> int:
    return sum(at >= start for start in MONTHS)


@dataclass
class Entry:
    """One unit of one reservation."""

    unit: str
    component: str
    amount: int
    counted_at: datetime
    expires_at: datetime
    used: int | None = None

    def counts(self, at: datetime) -> int:
        if self.used is not None:
            return self.used
        return self.amount if at < self.expires_at else 0


@dataclass
class Model:
    reservations: dict[str, list[Entry]] = field(default_factory=dict)
    committed: dict[str, dict[str, int]] = field(default_factory=dict)

    def taken(self, name: str, at: datetime) -> tuple[int, int]:
        unit, component, _, is_monthly = CAPS[name]
        used = reserved = 0
        for entry in (entry for entries in self.reservations.values() for entry in entries):
            if entry.unit != unit or component not in (None, entry.component):
                continue
            if is_monthly and month_of(entry.counted_at) != month_of(at):
                continue
            used += entry.used or 0
            reserved += entry.counts(at) if entry.used is None else 0
        return used, reserved

    def standing(self, at: datetime) -> dict[str, tuple[int, int, int]]:
        return {
            name: (*self.taken(name, at), max(0, most - sum(self.taken(name, at))))
            for name, (_, _, most, _) in CAPS.items()
        }

    def fits(self, component: str, amounts: dict[str, int], at: datetime) -> bool:
        return all(
            amounts.get(unit, 0) <= self.standing(at)[name][2]
            for name, (unit, of, _, _) in CAPS.items()
            if of in (None, component) and amounts.get(unit)
        )


@dataclass
class Play:
    session: Session
    licensed: Licensed
    model: Model
    at: datetime = STARTS_AT

    def reserve(self, component: str, amounts: dict[str, int], minutes: int) -> None:
        expected = self.model.fits(component, amounts, self.at)
        try:
            made = reserve(
                self.session,
                self.licensed,
                at=self.at,
                lifetime=minutes * MINUTE,
                component=Component(component),
                **amounts,
            )
        except LicenseRefuses as refused:
            code = refused.code
        else:
            code = ""
        assert code == ("" if expected else "QUOTA_EXHAUSTED")
        if code:
            return
        until = self.at + minutes * MINUTE
        self.model.reservations[made] = [
            Entry(unit, component, amount, self.at, until) for unit, amount in amounts.items()
        ]

    def commit(self, number: int, share: int) -> None:
        if not self.model.reservations:
            return
        made = list(self.model.reservations)[number % len(self.model.reservations)]
        entries = self.model.reservations[made]
        wanted = {entry.unit: entry.amount * share // 4 for entry in entries}
        is_open = all(entry.used is None for entry in entries)
        is_late = self.at >= entries[0].expires_at
        if is_open:
            expected = not is_late or self.model.fits(entries[0].component, wanted, self.at)
        else:
            expected = self.model.committed.get(made) == wanted
        try:
            commit(self.session, self.licensed, made, at=self.at, **wanted)
        except LicenseRefuses:
            ended = "refused"
        except AlreadySettled:
            ended = "settled"
        else:
            ended = "done"
        assert ended == ("done" if expected else "refused" if is_open else "settled")
        if is_open and expected:
            self.model.committed[made] = wanted
            for entry in entries:
                entry.used = wanted[entry.unit]
                entry.counted_at = self.at if is_late else entry.counted_at

    def release(self, number: int) -> None:
        if not self.model.reservations:
            return
        made = list(self.model.reservations)[number % len(self.model.reservations)]
        entries = self.model.reservations[made]
        titles = [entry for entry in entries if entry.unit == "concurrent_titles"]
        committed = self.model.committed.get(made)
        try:
            release(self.session, self.licensed, made, at=self.at)
        except AlreadySettled:
            assert committed is not None
            assert not committed.get("concurrent_titles")
            return
        for entry in titles if committed is not None else entries:
            entry.used = 0


amounts = st.dictionaries(
    st.sampled_from(["renders", "lines", "concurrent_titles", "words"]), st.integers(1, 8), min_size=1, max_size=3
)
steps = st.one_of(
    st.tuples(st.just("reserve"), st.sampled_from(["voice", "face"]), amounts, st.sampled_from([1, 15, 600])),
    st.tuples(st.just("commit"), st.integers(0, 30), st.integers(0, 4)),
    st.tuples(st.just("release"), st.integers(0, 30)),
    st.tuples(st.just("wait"), st.sampled_from([1, 14, 15, 60 * 24 * 10])),
    st.tuples(st.just("to the edge"), st.sampled_from([-1, 0])),
)


@pytest.fixture
def sides(database: Database, services: Services) -> Sides:
    with database.write() as session:
        return make_licensing_sides(session, services.store, components=(Component.VOICE, Component.FACE))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(played=st.lists(steps, min_size=5, max_size=40))
def test_the_counters_say_what_a_count_by_hand_says(
    database: Database, services: Services, sides: Sides, played: list[tuple[Any, ...]]
) -> None:
    capped = [
        cap("renders", 20),
        cap("renders", 9, component="face"),
        cap("renders", 12, per="month"),
        cap("lines", 6, per="month", component="voice"),
        cap("concurrent_titles", 2, per="month"),
    ]
    with database.write() as session:
        grants = [grant(), grant(component="face")]
        licensed = make_capped_license(session, services.store, *capped, sides=sides, grants=grants)
    model, at = Model(), STARTS_AT
    for what, *rest in played:
        if what == "wait":
            at = min(at + rest[0] * MINUTE, ENDS_AT - MINUTE)
        elif what == "to the edge":
            at = next((edge + rest[0] * MINUTE for edge in MONTHS if edge + rest[0] * MINUTE > at), at)
        else:
            with database.write() as session:
                getattr(Play(session, licensed, model, at), what)(*rest)
        found = standing(database, licensed, at=at)
        assert found == model.standing(at)
        for name, (_, _, most, _) in CAPS.items():
            assert sum(found[name][:2]) <= most
