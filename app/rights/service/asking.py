"""Ask what is free: the same answer for whoever asks and for whoever books."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from app.catalog import queries as catalog
from app.catalog.models import Package
from app.identity.actor import Actor
from app.rights import queries
from app.rights.answers import answer_document
from app.rights.errors import RightsNotAvailable
from app.rights.rules.ask import Ask
from app.rights.rules.avails import Answer, avails
from app.rights.states import BlockKind
from app.values.components import Axis, Component
from app.values.exclusivity import Exclusivity
from app.values.rights_block import ALL
from app.values.term import Term


def ask_avails(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    package_id: str,
    components: Iterable[Component],
    axes: Iterable[Axis],
    media: Iterable[str],
    territory: Iterable[str],
    term: Term,
    exclusivity: Exclusivity,
    languages: Iterable[str] = (ALL,),
    categories: Iterable[str] = (ALL,),
    zone: str = "UTC",
    own_reference: str | None = None,
) -> Answer:
    """Say whether the same use of these components is free now, with every reason. Nothing is reserved.

    `media` are leaves, `territory` are ISO codes, `zone` is where the answer's days are. The hold under
    `own_reference` and those behind it do not stand in the way. Raises: NotFound, InvalidValue.
    """
    package = catalog.visible_package(session, actor, package_id)
    asked = Ask.bundle(
        components=components,
        zone=zone,
        axes=frozenset(axes),
        media=frozenset(media),
        territory=frozenset(territory),
        languages=frozenset(languages),
        categories=frozenset(categories),
        term=term,
        exclusivity=exclusivity,
    )
    return _answer(session, at, package, asked, own_reference=own_reference)


def require_free(
    session: Session,
    at: datetime,
    package: Package,
    asked: Ask,
    *,
    own_reference: str | None = None,
    holds_count: bool = True,
) -> None:
    """Raises: RightsNotAvailable with reasons and fixes; what is on hold is free where holds do not count."""
    answer = _answer(session, at, package, asked, own_reference=own_reference, holds_count=holds_count)
    if not answer.is_available:
        document = answer_document(answer)
        raise RightsNotAvailable(answer.sentence, reasons=document["reasons"], fixes=document["fixes"])


def _answer(
    session: Session,
    at: datetime,
    package: Package,
    asked: Ask,
    *,
    own_reference: str | None,
    holds_count: bool = True,
) -> Answer:
    taken = queries.taken_from(session, package.performer_id, asked, own_reference=own_reference, at=at)
    return avails(
        asked=asked,
        rights_in=queries.rights_in(session, package),
        taken=[other for other in taken if holds_count or other.kind is not BlockKind.HOLD],
        at=at,
    )
