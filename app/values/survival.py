"""What outlives a license: for every action and every phase of its life, allow, deny or ask the licensor first.

A deal carries the whole matrix, so that a preset may change for later deals without changing an old one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from app.values.errors import InvalidValue


class Action(StrEnum):
    """What somebody wants to do with a likeness or with a work that contains it."""

    GENERATE = "generate"
    """Make a new performance, recording or image."""

    RELEASE = "release"
    """Put a finished work, update, item or ticket on sale or before the public."""

    DISTRIBUTE = "distribute"
    """Keep what was released with its audience: screenings and streams, downloads and play of copies sold."""

    PROMOTE = "promote"
    """Advertise the work with material made during the term."""

    PATCH = "patch"
    """Change what was released: a re-cut, a fix, a port, the removal of the likeness."""

    ARCHIVE = "archive"
    """Keep a copy for the record, shown to nobody."""

    @property
    def label(self) -> str:
        return _ACTION_LABELS[self]


class Phase(StrEnum):
    """Where a license stands in its life. Which phase it is follows from its status, its term and the clock."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    WINDING_DOWN = "winding_down"
    """After the end, for as long as the deal gives to sell off or to take down; no time unless it says so."""
    EXPIRED = "expired"
    TERMINATED = "terminated"
    """Ended before its time, for instance after a breach."""

    @property
    def label(self) -> str:
        return _PHASE_LABELS[self]


class Permission(StrEnum):
    """What the matrix answers."""

    ALLOW = "allow"
    DENY = "deny"
    APPROVAL = "approval"
    """Allowed when the licensor has approved this very use."""

    @property
    def label(self) -> str:
        return _PERMISSION_LABELS[self]


Matrix = Mapping[Action, Mapping[Phase, Permission]]
"""An entry for every action and every phase."""


@dataclass(frozen=True, slots=True)
class SurvivalPreset:
    """A matrix with a name, from which most deals start."""

    code: str
    label: str
    description: str
    matrix: Matrix

    @property
    def document(self) -> dict[str, dict[str, str]]:
        """The matrix as deal terms hold it: action to phase to permission."""
        return {
            action.value: {phase.value: answer.value for phase, answer in row.items()}
            for action, row in self.matrix.items()
        }


def _matrix(**rows: str) -> Matrix:
    """Read rows of permissions, one word per phase in the order of `Phase`."""
    return MappingProxyType(
        {
            action: MappingProxyType(dict(zip(Phase, map(Permission, rows[action].split()), strict=True)))
            for action in Action
        }
    )


_LIVE_SERVICE = _matrix(
    #          active suspended winding_down expired terminated
    generate="  allow deny      deny         deny     deny",
    release="   allow deny      deny         deny     deny",
    distribute="allow allow     allow        allow    allow",
    promote="   allow deny      deny         deny     deny",
    patch="     allow approval  approval     approval approval",
    archive="   allow allow     allow        allow    allow",
)

FILM = SurvivalPreset(
    "film",
    "Film and television",
    "Works finished during the term stay in distribution after it; nothing new is made.",
    _matrix(
        #          active suspended winding_down expired terminated
        generate="  allow deny      deny         deny     deny",
        release="   allow deny      allow        approval deny",
        distribute="allow allow     allow        allow    approval",
        promote="   allow deny      allow        allow    deny",
        patch="     allow approval  approval     approval deny",
        archive="   allow allow     allow        allow    allow",
    ),
)
"""A film is made once and shown for decades. What was finished during the term goes on being shown and advertised
after it; a first release after the end, and any change to the picture, needs the licensor. Termination leaves
what is in distribution to the licensor's word."""

GAME = SurvivalPreset(
    "game",
    "Video game, live service included",
    "Generation and sales stop at the end; copies already sold keep working, and patches are approved, to remove.",
    _LIVE_SERVICE,
)
"""Players keep what they bought: a copy sold can be downloaded and played for good. New sales, new content and
live generation stop at the end. A patch after the end is for taking the likeness out, so the licensor sees it."""

VR = SurvivalPreset(
    "vr",
    "Virtual and mixed reality",
    "Live characters and ticket sales stop at the end; experiences already sold keep working, without new content.",
    _LIVE_SERVICE,
)
"""As a live-service game: a ticket or a session in a venue or a shared world is a sale, and stops at the end; an
experience that a visitor bought as a copy keeps working, its character no longer answers live."""

BRAND = SurvivalPreset(
    "brand",
    "Brand ambassador",
    "Everything stops at the end; goods already made are sold off only if the deal gives time for it.",
    _matrix(
        #          active suspended winding_down expired terminated
        generate="  allow deny      deny         deny     deny",
        release="   allow deny      deny         deny     deny",
        distribute="allow deny      allow        deny     deny",
        promote="   allow deny      deny         deny     deny",
        patch="     allow deny      approval     deny     deny",
        archive="   allow allow     allow        deny     deny",
    ),
)
"""Advertising speaks in somebody's name, so it ends when the permission does: posts come down, stock on the shelf
is sold off within the wind-down the deal gives, and without one nothing is."""

PRESETS: Mapping[str, SurvivalPreset] = MappingProxyType({p.code: p for p in (FILM, GAME, VR, BRAND)})
"""Every preset by its code. A code in a deal only names where its matrix came from; the matrix itself is kept."""


def preset(code: str) -> SurvivalPreset:
    """Return the preset with this code."""
    try:
        return PRESETS[code]
    except KeyError:
        raise InvalidValue(f"{code!r} is not a survival preset; known are {', '.join(PRESETS)}.") from None


def read_matrix(document: Mapping[str, Mapping[str, str]]) -> Matrix:
    """Return the matrix that deal terms hold; every action must have an answer for every phase, and no more."""
    try:
        matrix = {
            Action(action): {Phase(phase): Permission(answer) for phase, answer in row.items()}
            for action, row in document.items()
        }
    except ValueError as error:
        raise InvalidValue(f"The survival matrix holds a word it does not know: {error}.") from None
    for action in Action:
        missing = [phase.value for phase in Phase if phase not in matrix.get(action, {})]
        if missing:
            raise InvalidValue(f"The survival matrix does not say whether to {action} when {missing[0]}.")
    return matrix


_ACTION_LABELS = {
    Action.GENERATE: "Make something new",
    Action.RELEASE: "Release or sell",
    Action.DISTRIBUTE: "Keep distributing",
    Action.PROMOTE: "Promote",
    Action.PATCH: "Change what is out",
    Action.ARCHIVE: "Keep in the archive",
}

_PHASE_LABELS = {
    Phase.ACTIVE: "While active",
    Phase.SUSPENDED: "While suspended",
    Phase.WINDING_DOWN: "While winding down",
    Phase.EXPIRED: "After expiry",
    Phase.TERMINATED: "After termination",
}

_PERMISSION_LABELS = {
    Permission.ALLOW: "Allowed",
    Permission.DENY: "Not allowed",
    Permission.APPROVAL: "With approval",
}
