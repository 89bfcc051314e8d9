"""What a licensor keeps back: promises that nobody gets a right, opt-outs, its own use."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from app.audit import service as audit
from app.catalog import queries as catalog
from app.identity.actor import Actor
from app.rights.rules.ask import Ask
from app.rights.service.blocks import lock_book, write_blocks
from app.rights.states import BlockKind
from app.values.rights_block import RightsBlock


def hold_back(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    package_id: str,
    reference: str,
    blocks: Sequence[RightsBlock],
) -> None:
    """Promise, as the licensor, that nobody gets these rights from now on. Grants already given go on.

    Raises: NotFound, also for a package that is not the actor's; ReferenceTaken.
    """
    package = catalog.own_package(session, actor, package_id)
    lock_book(session, package.performer_id)
    asked = Ask.of(blocks)
    write_blocks(session, at, package, reference, asked.blocks, kind=BlockKind.HOLDBACK)
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="rights.held_back",
        subject_id=package.id,
        reference=reference,
        blocks=len(asked.blocks),
    )
