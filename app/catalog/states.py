"""The life of a package, as one table."""

from enum import StrEnum

from app.catalog.errors import IllegalTransition


class PackageStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    """Waits for the platform's review."""
    LISTED = "listed"
    """In the catalog, for everybody."""
    REJECTED = "rejected"
    """The review asked for changes; it can be edited and submitted again."""
    WITHDRAWN = "withdrawn"
    """Taken out of the catalog for good. Licenses already given go on."""

    @property
    def is_public(self) -> bool:
        return self is PackageStatus.LISTED

    @property
    def is_editable(self) -> bool:
        return self in {PackageStatus.DRAFT, PackageStatus.REJECTED}


class PackageAction(StrEnum):
    SUBMIT = "submit"
    LIST = "list"
    REJECT = "reject"
    WITHDRAW = "withdraw"


class AssetPurpose(StrEnum):
    """What a file is for."""

    PREVIEW = "preview"
    """A picture or sound anybody may see in the catalog."""
    DELIVERABLE = "deliverable"
    """What a licensee receives; it never leaves through the catalog."""


TRANSITIONS = {
    (PackageStatus.DRAFT, PackageAction.SUBMIT): PackageStatus.SUBMITTED,
    (PackageStatus.REJECTED, PackageAction.SUBMIT): PackageStatus.SUBMITTED,
    (PackageStatus.SUBMITTED, PackageAction.LIST): PackageStatus.LISTED,
    (PackageStatus.SUBMITTED, PackageAction.REJECT): PackageStatus.REJECTED,
    (PackageStatus.DRAFT, PackageAction.WITHDRAW): PackageStatus.WITHDRAWN,
    (PackageStatus.SUBMITTED, PackageAction.WITHDRAW): PackageStatus.WITHDRAWN,
    (PackageStatus.REJECTED, PackageAction.WITHDRAW): PackageStatus.WITHDRAWN,
    (PackageStatus.LISTED, PackageAction.WITHDRAW): PackageStatus.WITHDRAWN,
}


def next_status(status: PackageStatus, action: PackageAction) -> PackageStatus:
    """Return the status that follows. Raises: IllegalTransition, naming what is possible from here."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        possible = [other.value for at, other in TRANSITIONS if at is status]
        offer = f"possible now: {', '.join(possible)}" if possible else "nothing can be done with it any more"
        raise IllegalTransition(
            f"A {status.value} package cannot take the step `{action.value}`; {offer}."
        ) from None
