"""Who may license one cell, answered the slow way: every chain walked again for every cell and every instant."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.parties.rules.authority import Consent
from app.parties.rules.mandates import Mandate
from app.parties.states import Capacity, QuorumKind, RepresentationStatus
from app.values.components import Component

DAY_ZERO = datetime(2026, 1, 1, tzinfo=UTC)

Cell = tuple[Component, str, str]


def day(number: int) -> datetime:
    return DAY_ZERO + timedelta(days=number)


@dataclass(frozen=True)
class Book:
    """All that is known of a performer's authority, and who asks."""

    licensor: str
    mandates: Sequence[Mandate]
    quorum: Mapping[Component | None, QuorumKind]
    consents: Sequence[Consent]
    died_at: datetime | None
    at: datetime

    def rule(self, component: Component) -> QuorumKind:
        if component in self.quorum:
            return self.quorum[component]
        return self.quorum.get(None, QuorumKind.ALL)

    def in_force(self, cell: Cell) -> list[Mandate]:
        """The mandates that count in a cell at the instant asked about, each by itself."""
        return [
            m
            for m in self.mandates
            if m.status is RepresentationStatus.VERIFIED
            and m.covers(*cell)
            and (m.begins_at is None or m.begins_at <= self.at)
            and (m.signs_until_at is None or self.at < m.signs_until_at)
            and not (self.died_at is not None and self.died_at <= self.at and m.capacity.ends_at_death)
        ]


@dataclass(frozen=True)
class Answer:
    may_license: bool
    missing_share_bps: int
    """Of what is asked of shares; only where the licensor has a chain that counts."""
    has_chain: bool


def answer(book: Book, cell: Cell, standing: Sequence[Mandate], *, alone: bool = False) -> Answer:
    """Answer from the mandates that still stand. `alone` asks for what may be licensed exclusively."""
    rule = book.rule(cell[0])
    if alone and rule is QuorumKind.ANY_ONE:
        rule = QuorumKind.ALL
    owners = {m.id: m for m in standing if not m.capacity.is_delegated}
    bound = set()
    has_chain = False
    for chain in chains(book.licensor, standing):
        has_chain = True
        is_alone = nobody_else(chain, book.in_force(cell))
        if is_alone or not alone:
            bound.add(chain[-1].id)
        for consent in book.consents:
            gives = owners.get(consent.representation_id)
            if gives is None or consent.licensor_party_id not in {link.holder_party_id for link in chain}:
                continue
            gave_away = any(a.principal_id == gives.id and a.is_exclusive for a in book.in_force(cell))
            if not alone or (is_alone and not gave_away):
                bound.add(gives.id)
    share = sum(owners[one].share_bps for one in bound)
    needed = {QuorumKind.ALL: 10_000, QuorumKind.MORE_THAN_HALF: 5_001}.get(rule, 0)
    enough = {
        QuorumKind.ALL: share >= 10_000,
        QuorumKind.MORE_THAN_HALF: share > 5_000,
        QuorumKind.ANY_ONE: len(bound) > 0,
        QuorumKind.EXECUTOR_ONLY: any(
            owners[one].capacity in {Capacity.EXECUTOR, Capacity.ADMINISTRATOR} for one in bound
        ),
    }[rule]
    return Answer(enough, max(0, needed - share), has_chain)


def chains(licensor: str, standing: Sequence[Mandate]) -> Iterator[list[Mandate]]:
    """Every unbroken way from a mandate of the licensor up to an owner."""
    for own in standing:
        if own.holder_party_id == licensor:
            chain = [own]
            while chain[-1].capacity.is_delegated:
                above = [
                    m for m in standing if m.id == chain[-1].principal_id and m.may_delegate and m not in chain
                ]
                if not above:
                    break
                chain += above
            else:
                yield chain


def nobody_else(chain: Sequence[Mandate], in_force: Sequence[Mandate]) -> bool:
    """Whether nobody else acts for the same principals, nor exclusively for the licensor itself."""
    agents = [m for m in in_force if m.capacity.is_delegated]
    if any(agent.principal_id == chain[0].id and agent.is_exclusive for agent in agents):
        return False
    for link in chain:
        if link.capacity.is_delegated:
            beside = [agent for agent in agents if agent.principal_id == link.principal_id and agent.id != link.id]
            if not link.is_exclusive or beside:
                return False
    return True


def signs_until(book: Book, cell: Cell, *, alone: bool) -> datetime | None:
    """Move on from end to end and see when it is over; nothing that begins later is waited for."""
    standing = book.in_force(cell)
    for end in sorted({m.signs_until_at for m in standing if m.signs_until_at}):
        left = [m for m in standing if m.signs_until_at is None or m.signs_until_at > end]
        if not answer(book, cell, left, alone=alone).may_license:
            return end
    return None


def licenses_until(book: Book, cell: Cell, *, alone: bool) -> datetime | None:
    """Ask for longer and longer licenses until one is too long for those who are left."""
    standing = book.in_force(cell)
    for end in sorted({m.licenses_until_at for m in standing if m.licenses_until_at}):
        left = [m for m in standing if m.licenses_until_at is None or m.licenses_until_at > end]
        if not answer(book, cell, left, alone=alone).may_license:
            return end
    return None
