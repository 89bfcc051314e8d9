"""Who looks at a page, and from which side of the market."""

from dataclasses import dataclass
from enum import StrEnum

from flask import g

from app.identity import access
from app.identity.actor import Actor
from app.identity.models import User
from app.infrastructure.http.context import services
from app.parties import queries as parties
from app.parties.models import Party
from app.parties.states import PartyKind
from app.values.errors import NotFound


class Audience(StrEnum):
    """From which side somebody looks."""

    LICENSEE = "licensee"
    """Takes licenses: studios and brands."""
    LICENSOR = "licensor"
    """Gives licenses or lives from them: estates, heirs, trusts, agents."""
    BACKOFFICE = "backoffice"
    """Administers the platform."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in user with the party they act for."""

    name: str
    actor: Actor
    party: Party
    audience: Audience


def visitor() -> Visitor | None:
    """Return the signed-in visitor of this request, if there is one; read once."""
    if "visitor" not in g:
        actor: Actor | None = g.get("actor")
        g.visitor = _read(actor) if actor is not None else None
    found: Visitor | None = g.visitor
    return found


def require(*audiences: Audience) -> Visitor:
    """Return the visitor. Raises: NotAuthenticated; NotFound when this page is not for their side."""
    access.actor()
    found = visitor()
    if found is None or (audiences and found.audience not in audiences):
        raise NotFound("There is no such page.")
    return found


def _read(actor: Actor) -> Visitor:
    """Read in a session of its own, so that what a page changes may still be written by somebody else."""
    with services().database.read() as reading:
        user = reading.get(User, actor.user_id)
        party = parties.party(reading, actor.party_id)
    return Visitor(name=user.name if user else "", actor=actor, party=party, audience=_audience(actor, party))


def _audience(actor: Actor, party: Party) -> Audience:
    if actor.is_administrator:
        return Audience.BACKOFFICE
    return Audience.LICENSEE if party.kind in {PartyKind.STUDIO, PartyKind.BRAND} else Audience.LICENSOR
