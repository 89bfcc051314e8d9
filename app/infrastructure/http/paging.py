"""Lists by cursor: newest first by id, a `Link` header to the next page, nothing skipped when rows are added."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import marshmallow as ma
import sqlalchemy as sa
from flask import request
from sqlmodel import Session, SQLModel

from app.values.errors import InvalidInput

RowT = TypeVar("RowT", bound=SQLModel)
LARGEST_PAGE = 100


class PageArgs(ma.Schema):
    """Query arguments of every list."""

    class Meta:
        unknown = ma.RAISE

    cursor = ma.fields.Str(
        validate=ma.validate.Regexp(r"[a-z]{3}_[0-9A-Z]{26}\Z"),
        metadata={"description": "`next_cursor` of the page before"},
    )
    limit = ma.fields.Int(load_default=25, validate=ma.validate.Range(1, LARGEST_PAGE))


@dataclass(frozen=True, slots=True)
class Page(Generic[RowT]):
    """One page of rows and where the next one starts, if there is one."""

    items: Sequence[RowT]
    next_cursor: str | None

    @property
    def headers(self) -> dict[str, str]:
        """The RFC 8288 `Link` header to the next page, keeping the request's other arguments."""
        if self.next_cursor is None:
            return {}
        args = [(k, v) for k, v in request.args.items(multi=True) if k != "cursor"]
        return {"Link": f'<{request.base_url}?{urlencode([*args, ("cursor", self.next_cursor)])}>; rel="next"'}


def page_schema(item: type[ma.Schema]) -> type[ma.Schema]:
    """Return the schema of a page of `item`s."""
    name = item.__name__.removesuffix("Out")
    return type(
        f"{name}PageOut",
        (ma.Schema,),
        {
            "items": ma.fields.List(ma.fields.Nested(item), required=True),
            "next_cursor": ma.fields.Str(required=True, allow_none=True),
        },
    )


def paginate(
    session: Session, statement: Any, *, id_column: Any, cursor: str | None = None, limit: int = 25
) -> Page[Any]:
    """Return one page of a select of rows, newest id first."""
    if not 1 <= limit <= LARGEST_PAGE:
        raise InvalidInput.at("/query/limit", f"A page has 1 to {LARGEST_PAGE} items.")
    if cursor is not None:
        statement = statement.where(id_column < cursor)
    rows = session.execute(statement.order_by(sa.desc(id_column)).limit(limit + 1)).scalars().all()
    more = len(rows) > limit
    return Page(items=rows[:limit], next_cursor=rows[limit - 1].id if more else None)
