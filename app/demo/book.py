"""What makes the rights book of the sample worth looking at: co-heirs who disagree, restrictions, a milestone."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from app.identity.actor import Actor
from app.parties import service as parties
from app.parties.states import QuorumKind
from app.rights import service as rights
from app.rights.service.restrictions import FromMilestone
from app.rights.states import BlockKind
from app.values.components import Axis, Component
from app.values.media import expand
from app.values.rights_block import ALL
from app.values.territory import Territory

Packages = Mapping[tuple[str, str], str]
"""Package ids by performer and kind."""

EVERYTHING: dict[str, Any] = {
    "components": list(Component),
    "axes": list(Axis),
    "territory": Territory.parse("+WORLD"),
    "languages": [ALL],
    "categories": [ALL],
    "zone": "Europe/London",
    "start": None,
    "end": None,
}


def keep_back(
    *, session: Session, at: datetime, actor: Actor, performer_id: str, name: str, packages: Packages
) -> None:
    """Keep back, as the licensor of Beatrix Halloran, films until after a release that has no date yet."""
    given: dict[str, Any] = {"session": session, "actor": actor, "at": at}
    release = rights.record_milestone(
        **given,
        performer_id=performer_id,
        name="Release of the lighthouse documentary",
        zone="Europe/London",
        earliest_on=date(at.year + 1, 3, 1),
    )
    game = packages[name, "game"]
    after = FromMilestone(release.id, 90)
    rights.restrict(
        **given,
        package_id=game,
        kind=BlockKind.HOLDBACK,
        **EVERYTHING | {"media": expand(["game.trailer"]), "end": after},
        note="The documentary has the first word.",
    )
    rights.restrict(
        **given,
        package_id=packages[name, "voice"],
        kind=BlockKind.OWN_USE,
        **EVERYTHING | {"media": expand(["game.cosmetic_item"]), "components": [Component.VOICE]},
        note="Our own voice packs for the museum shop.",
    )


def opt_out(*, session: Session, at: datetime, actor: Actor, package_id: str) -> None:
    """Lend a likeness to no brand of spirits or games of chance."""
    rights.restrict(
        session=session,
        actor=actor,
        at=at,
        package_id=package_id,
        kind=BlockKind.OPT_OUT,
        **EVERYTHING | {"media": expand(["brand_ambassador"]), "categories": ["alcohol", "gambling"]},
        note="He would not have wanted it.",
    )


def require_majority(*, session: Session, at: datetime, administrator: Actor, performer_id: str) -> None:
    """Two heirs hold half each, and more than half must license: neither can alone."""
    parties.set_quorum_rule(
        session=session,
        actor=administrator,
        at=at,
        performer_id=performer_id,
        rule=QuorumKind.MORE_THAN_HALF,
        reason="Invented articles of the heirs' agreement: decisions take more than half.",
    )
