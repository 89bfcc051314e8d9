"""What takes a right, and the ordered codes of an answer."""

from enum import StrEnum


class BlockKind(StrEnum):
    """Why a right is not free."""

    GRANT = "grant"
    """Given by a license."""

    HOLD = "hold"
    """Reserved during a negotiation, until it lapses."""

    HOLDBACK = "holdback"
    """The licensor promised that nobody uses it for a time."""


class ReasonCode(StrEnum):
    """Stable, and ordered: an answer gives its reasons in this order."""

    NOT_LISTED = "NOT_LISTED"
    NO_AUTHORITY = "NO_AUTHORITY"
    AUTHORITY_ENDS_EARLIER = "AUTHORITY_ENDS_EARLIER"
    COMPONENT_NOT_OFFERED = "COMPONENT_NOT_OFFERED"
    AXIS_NOT_CONSENTED = "AXIS_NOT_CONSENTED"
    MEDIA_NOT_OFFERED = "MEDIA_NOT_OFFERED"
    TERRITORY_NOT_OFFERED = "TERRITORY_NOT_OFFERED"
    LANGUAGE_NOT_OFFERED = "LANGUAGE_NOT_OFFERED"
    CATEGORY_NOT_OFFERED = "CATEGORY_NOT_OFFERED"
    EXCLUSIVELY_GRANTED = "EXCLUSIVELY_GRANTED"
    NON_EXCLUSIVELY_GRANTED = "NON_EXCLUSIVELY_GRANTED"
    """Others may use the right already, so it cannot become exclusive."""
    HELD_BACK = "HELD_BACK"
    ON_HOLD = "ON_HOLD"
    AVAILABLE = "AVAILABLE"

    @property
    def order(self) -> int:
        return _ORDER[self]


class FixKind(StrEnum):
    """How an ask can be changed so that something no longer stands in its way; in the order of preference."""

    WAIT = "wait"
    """Ask the same again once a hold has lapsed."""
    DROP_TERRITORY = "drop_territory"
    NARROW_LANGUAGES = "narrow_languages"
    NARROW_CATEGORIES = "narrow_categories"
    CHANGE_TERM = "change_term"
    DROP_MEDIA = "drop_media"
    DROP_AXES = "drop_axes"
    DROP_COMPONENTS = "drop_components"
    SHARE = "share"
    """Ask non-exclusively."""

    @property
    def order(self) -> int:
        return _FIX_ORDER[self]


_ORDER = {code: place for place, code in enumerate(ReasonCode)}
_FIX_ORDER = {kind: place for place, kind in enumerate(FixKind)}
