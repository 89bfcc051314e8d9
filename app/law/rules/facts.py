"""What the rules are told: the use, the performer, who would sign and on what proof."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.values.components import Axis, Component
from app.values.term import Term
from app.values.territory import Territory


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedUse:
    """What somebody wants to do with a likeness. Nothing (`None`) is what has not been said yet."""

    components: frozenset[Component]
    axes: frozenset[Axis]
    media: frozenset[str]
    """Leaves of the media tree."""
    territory: Territory
    term: Term
    intended_use_problem: str | None = None
    """Why the description of the intended use is not specific enough; nothing where it is, or is not asked yet."""
    has_disclosure: bool | None = None
    """Whether a label is agreed that tells viewers of the replica."""
    replaces_own_work: bool | None = None
    """Whether the replica does what the performer would otherwise have done in person."""
    has_counsel: bool | None = None
    """Whether the performer's own counsel negotiated the license, with its terms clear and conspicuous."""
    has_union_cover: bool | None = None
    """Whether a union agreement that covers replicas applies."""

    @property
    def is_advertising(self) -> bool:
        """On goods or in advertising, as most statutes on commercial use read."""
        return any(leaf.startswith("brand_ambassador.") or leaf.endswith(".trailer") for leaf in self.media) or (
            "game.cosmetic_item" in self.media
        )

    @property
    def is_expressive(self) -> bool:
        """In a film, game or other work."""
        return any(not leaf.startswith("brand_ambassador.") for leaf in self.media)


@dataclass(frozen=True, slots=True)
class DeathFacts:
    """When and where from somebody died. The day may be unknown; the domicile may name a country only."""

    died_on: date | None
    domicile: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformerFacts:
    """The performer as the rules see them."""

    performer_id: str
    is_living: bool
    born_on: date | None
    died_on: date | None
    domicile: str
    """ISO 3166-1 or 3166-2: where they live, or lived at death."""

    @property
    def death(self) -> DeathFacts | None:
        return None if self.is_living else DeathFacts(self.died_on, self.domicile)


@dataclass(frozen=True, slots=True)
class ProofFacts:
    """One document behind a signature. `kind` is a `DocumentKind` of parties."""

    kind: str
    dated_on: date
    """The day it bears, else the day on which it was handed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerFacts:
    """One verified representation that a signature would rest on."""

    representation_id: str
    capacity: str
    """A `Capacity` of parties, such as `executor`."""
    share_bps: int | None
    """Of an owner; nothing for agents and attorneys."""
    components: frozenset[Component]
    proofs: tuple[ProofFacts, ...]


class AuthorityLack(StrEnum):
    """What keeps the licensor from licensing a part of the use."""

    NO_PROVEN_HOLDER = "no_proven_holder"
    QUORUM_NOT_MET = "quorum_not_met"
    ENDED_AT_DEATH = "ended_at_death"


@dataclass(frozen=True, slots=True)
class RegistrationFacts:
    """A claim registered with a state."""

    jurisdiction: str
    registered_on: date


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """A dated proof that the likeness was used; without a territory it counts everywhere."""

    used_on: date
    territory: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentFacts:
    """Everything the rules on consent look at."""

    today: date
    performer: PerformerFacts
    use: ProposedUse
    signers: tuple[SignerFacts, ...]
    """Every verified representation that authority over this use rests on; none means no proven holder."""
    lacks: frozenset[AuthorityLack] = frozenset()
    """What is missing in authority over some part of this use."""
    registrations: tuple[RegistrationFacts, ...] = ()
    evidence: tuple[EvidenceFacts, ...] = ()
    letters_stale_days: int = 180
