"""Column helpers, so that every table spells ids, money, instants, states and documents alike.

Instants need no helper: a plain `datetime` column takes and gives aware UTC on both engines.
"""

import enum
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from app.infrastructure.ids import new_id

ID_LENGTH = 32

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Json = sa.JSON().with_variant(JSONB(), "postgresql")
"""JSON as PostgreSQL likes it best. Replace the value to change it: changes in place are not seen."""


def id_field(prefix: str) -> Any:
    """The primary key: a prefixed, sortable, opaque id."""
    return Field(default_factory=partial(new_id, prefix), primary_key=True, max_length=ID_LENGTH)


def ref_field(target: str, *, index: bool = True, unique: bool = False, nullable: bool = False) -> Any:
    """A foreign key to `table.column`; indexed unless a wider index starts with it."""
    optional: dict[str, Any] = {"default": None} if nullable else {}
    return Field(
        foreign_key=target, index=index and not unique, unique=unique, max_length=ID_LENGTH,
        nullable=nullable, **optional,
    )  # fmt: skip


def big_integer_field(default: int | None = None, *, nullable: bool = False) -> Any:
    """A whole number of 64 bits: minor units of money, byte sizes, counts that may grow."""
    optional: dict[str, Any] = {"default": default} if default is not None or nullable else {}
    return Field(sa_type=sa.BigInteger, nullable=nullable, **optional)


def text_field(*, nullable: bool = False, default: str | None = None) -> Any:
    """Text without a limit of its own; the schema at the edge sets one."""
    optional: dict[str, Any] = {"default": default} if default is not None or nullable else {}
    return Field(sa_type=sa.Text, nullable=nullable, **optional)


def json_field(default_factory: Any = dict) -> Any:
    """A JSON document."""
    return Field(sa_type=Json, default_factory=default_factory)


def enum_field(
    choices: type[enum.Enum],
    *,
    check: str | None = None,
    default: Any = None,
    nullable: bool = False,
    index: bool = False,
) -> Any:
    """A state or kind, stored by its value and held to its choices by a CHECK on both engines.

    `check` names the CHECK where one table has two columns of the same choices.
    """
    column_type = sa.Enum(
        choices,
        name=check or _snake(choices.__name__),
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )
    optional: dict[str, Any] = {"default": default} if default is not None or nullable else {}
    return Field(sa_type=column_type, nullable=nullable, index=index, **optional)


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
