"""Mandates as rules see them, and the chains that lead from an agent up to the owner of a right."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.parties.states import Capacity, RepresentationStatus
from app.values.components import Component


class GapCode(StrEnum):
    """Why a licensor may not license a part of the space."""

    NO_HOLDER_PROVEN = "NO_HOLDER_PROVEN"
    """Nobody is proven to hold the right there."""
    NOT_REPRESENTED = "NOT_REPRESENTED"
    """Somebody holds it, but this licensor has no representation there."""
    NOT_VERIFIED = "NOT_VERIFIED"
    """The licensor claims it and waits for the decision."""
    AUTHORITY_FAILED = "AUTHORITY_FAILED"
    NOT_BEGUN = "NOT_BEGUN"
    SIGNING_ENDED = "SIGNING_ENDED"
    ENDED_AT_DEATH = "ENDED_AT_DEATH"
    PRINCIPAL_NOT_IN_FORCE = "PRINCIPAL_NOT_IN_FORCE"
    PRINCIPAL_MAY_NOT_DELEGATE = "PRINCIPAL_MAY_NOT_DELEGATE"
    BEYOND_PRINCIPAL = "BEYOND_PRINCIPAL"
    """The agency reaches further than the right of its principal."""
    QUORUM_NOT_MET = "QUORUM_NOT_MET"
    EXECUTOR_MISSING = "EXECUTOR_MISSING"


@dataclass(frozen=True, slots=True)
class Mandate:
    """A representation, whatever its status; `principal_id` leads to the principal's newest."""

    id: str
    holder_party_id: str
    capacity: Capacity
    components: frozenset[Component]
    media: frozenset[str]
    territory: frozenset[str]
    status: RepresentationStatus = RepresentationStatus.VERIFIED
    principal_id: str | None = None
    share_bps: int = 0
    is_exclusive: bool = True
    may_delegate: bool = True
    begins_at: datetime | None = None
    signs_until_at: datetime | None = None
    licenses_until_at: datetime | None = None

    def covers(self, component: Component, leaf: str, country: str) -> bool:
        return component in self.components and leaf in self.media and country in self.territory

    def trouble(self, *, at: datetime, died_at: datetime | None) -> GapCode | None:
        """Return why it does not count by itself at this instant, or None while it does."""
        if self.status is RepresentationStatus.PENDING:
            return GapCode.NOT_VERIFIED
        if not self.status.is_authority:
            return GapCode.AUTHORITY_FAILED
        if self.capacity.ends_at_death and died_at is not None and died_at <= at:
            return GapCode.ENDED_AT_DEATH
        if self.begins_at is not None and at < self.begins_at:
            return GapCode.NOT_BEGUN
        if self.signs_until_at is not None and self.signs_until_at <= at:
            return GapCode.SIGNING_ENDED
        return None


@dataclass(frozen=True, slots=True)
class Chain:
    """A mandate of the licensor and the mandates above it, up to an owner's where none is missing."""

    links: tuple[Mandate, ...]
    trouble: GapCode | None
    """Why it does not count at the instant asked about."""

    @property
    def own(self) -> Mandate:
        return self.links[0]

    @property
    def owner(self) -> Mandate:
        return self.links[-1]

    @property
    def signs_until_at(self) -> datetime | None:
        return earliest(*(link.signs_until_at for link in self.links))

    @property
    def licenses_until_at(self) -> datetime | None:
        return earliest(*(link.licenses_until_at for link in self.links))


def chain_of(own: Mandate, by_id: Mapping[str, Mandate], *, at: datetime, died_at: datetime | None) -> Chain:
    """Follow a mandate up to an owner; a principal that is unknown or met twice breaks the chain."""
    links, trouble = [own], own.trouble(at=at, died_at=died_at)
    while links[-1].capacity.is_delegated:
        above = by_id.get(links[-1].principal_id or "")
        if above is None or above in links:
            return Chain(tuple(links), trouble or GapCode.PRINCIPAL_NOT_IN_FORCE)
        links.append(above)
        trouble = trouble or _trouble_above(above, at=at, died_at=died_at)
    return Chain(tuple(links), trouble)


def _trouble_above(above: Mandate, *, at: datetime, died_at: datetime | None) -> GapCode | None:
    trouble = above.trouble(at=at, died_at=died_at)
    if trouble is None:
        return None if above.may_delegate else GapCode.PRINCIPAL_MAY_NOT_DELEGATE
    return trouble if trouble is GapCode.ENDED_AT_DEATH else GapCode.PRINCIPAL_NOT_IN_FORCE


def earliest(*instants: datetime | None) -> datetime | None:
    """Return the earliest instant; None stands for never."""
    return min((instant for instant in instants if instant is not None), default=None)
