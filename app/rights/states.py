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

    OPT_OUT = "opt_out"
    """The licensor lends the likeness to no brand of these product categories, whoever asks."""

    OWN_USE = "own_use"
    """The licensor uses the right itself: in the way of exclusive use, not of sole or of shared use."""


class HoldEnd(StrEnum):
    """Why a hold is over."""

    RELEASED = "released"
    """Its party gave it up, or the negotiation ended without a deal."""

    SIGNED = "signed"
    """It became the grants of a license."""

    RENEWED = "renewed"
    """It was placed anew, at the end of the queue."""

    LAPSED = "lapsed"
    """Its time was over, or a challenge stayed without an answer, when it was placed anew."""


class DateSide(StrEnum):
    """Which end of a period hangs on a milestone."""

    START = "start"
    END = "end"


class ReasonCode(StrEnum):
    """Stable, and ordered: an answer gives its reasons in this order."""

    NOT_LISTED = "NOT_LISTED"
    DIRECTIVE = "DIRECTIVE"
    """The performer's own recorded wish, which nobody can trade away."""
    NO_AUTHORITY = "NO_AUTHORITY"
    QUORUM_NOT_MET = "QUORUM_NOT_MET"
    """There are proven holders, but not all whose signature is needed."""
    AUTHORITY_ENDS_EARLIER = "AUTHORITY_ENDS_EARLIER"
    NOT_HELD_EXCLUSIVELY = "NOT_HELD_EXCLUSIVELY"
    """To sell exclusively one must hold exclusively."""
    COMPONENT_NOT_OFFERED = "COMPONENT_NOT_OFFERED"
    AXIS_NOT_CONSENTED = "AXIS_NOT_CONSENTED"
    MEDIA_NOT_OFFERED = "MEDIA_NOT_OFFERED"
    TERRITORY_NOT_OFFERED = "TERRITORY_NOT_OFFERED"
    LANGUAGE_NOT_OFFERED = "LANGUAGE_NOT_OFFERED"
    CATEGORY_NOT_OFFERED = "CATEGORY_NOT_OFFERED"
    CATEGORY_OPTED_OUT = "CATEGORY_OPTED_OUT"
    EXCLUSIVELY_GRANTED = "EXCLUSIVELY_GRANTED"
    NON_EXCLUSIVELY_GRANTED = "NON_EXCLUSIVELY_GRANTED"
    """Others may use the right already, so it cannot become exclusive."""
    HELD_BACK = "HELD_BACK"
    LICENSOR_GOES_ON = "LICENSOR_GOES_ON"
    """The licensor uses the right itself, so it can be sole but not exclusive."""
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
    ASK_SOLE = "ask_sole"
    """Bear that the licensor goes on, but no other licensee."""
    SHARE = "share"
    """Ask non-exclusively."""

    @property
    def order(self) -> int:
        return _FIX_ORDER[self]


class MatchMode(StrEnum):
    """How a period in which all of it is free must lie to the term asked for, to count as found."""

    COVER = "cover"
    """Free for the whole term."""

    OVERLAP = "overlap"
    """Free for some of the term."""

    START_WITHIN = "start_within"
    """It becomes free within the term."""

    END_WITHIN = "end_within"
    """It ceases to be free within the term."""


_ORDER = {code: place for place, code in enumerate(ReasonCode)}
_FIX_ORDER = {kind: place for place, kind in enumerate(FixKind)}
