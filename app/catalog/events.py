"""What happened in the catalog."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PackageSubmitted:
    """A package is complete and waits for review."""

    package_id: str


@dataclass(frozen=True, slots=True)
class PackageListed:
    """A package can be found and licensed from now on."""

    package_id: str


@dataclass(frozen=True, slots=True)
class PackageWithdrawn:
    """A package is offered no more."""

    package_id: str
