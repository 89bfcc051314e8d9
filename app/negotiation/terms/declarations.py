"""What the sides declare beside the terms: circumstances that some laws ask for and nobody else can know."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Declarations:
    """Three answers, each yes, no or (nothing) not said. What is not said never counts in anybody's favor."""

    replaces_own_work: bool | None = None
    """Whether the replica does what the performer would have done in person."""
    has_counsel: bool | None = None
    """Whether the performer's own counsel negotiated this license."""
    has_union_cover: bool | None = None
    """Whether a union's agreement that covers replicas applies."""


NOTHING_DECLARED = Declarations()
