"""Reads of directives. Whoever sees a performer sees them all."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.infrastructure.http.paging import Page, paginate
from app.parties.directives.models import Directive
from app.parties.directives.rules import DirectiveBox
from app.parties.queries import visible_performer
from app.values.components import Axis, Component
from app.values.errors import NotFound


def directives_of(session: Session, performer_ids: Iterable[str]) -> dict[str, list[DirectiveBox]]:
    """Return what binds whoever licenses these performers, oldest first, in one query.

    Every performer asked for has an entry. The ends of directives are not looked at: a use before its end is what a
    directive forbids, whenever the question is asked.
    """
    found: dict[str, list[DirectiveBox]] = {performer_id: [] for performer_id in performer_ids}
    rows = session.exec(
        select(Directive)
        .where(col(Directive.performer_id).in_(found), col(Directive.withdrawn_at).is_(None))
        .order_by(col(Directive.id))
    )
    for row in rows:
        found[row.performer_id].append(box_of(row))
    return found


def box_of(row: Directive) -> DirectiveBox:
    return DirectiveBox(
        id=row.id,
        components=frozenset(map(Component, row.components)),
        axes=frozenset(map(Axis, row.axes)),
        media=frozenset(row.media),
        categories=frozenset(row.categories),
        until_at=row.until_at,
        wording=row.wording,
    )


def directives_page(
    session: Session, actor: Actor, performer_id: str, *, cursor: str | None, limit: int
) -> Page[Directive]:
    """Return all directives of a performer, newest first, those withdrawn included. Raises: NotFound."""
    visible_performer(session, actor, performer_id)
    statement = select(Directive).where(Directive.performer_id == performer_id)
    return paginate(session, statement, id_column=col(Directive.id), cursor=cursor, limit=limit)


def locked_directive(session: Session, actor: Actor, directive_id: str) -> Directive:
    """Raises: NotFound, also for a directive of a performer whom the actor does not see."""
    statement: Any = sa.select(Directive).where(col(Directive.id) == directive_id)
    found: Directive | None = session.execute(statement.with_for_update()).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such directive.")
    visible_performer(session, actor, found.performer_id)
    return found
