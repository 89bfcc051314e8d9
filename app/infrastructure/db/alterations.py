"""Give a table a new definition and keep its rows: for migrations, the same on both engines.

SQLite changes hardly anything of a table in place, so there the table is made anew and filled from the old one
(the procedure of its documentation; foreign keys rest meanwhile, see `migrations.upgrade`). PostgreSQL alters it.
"""

import re
from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op
from alembic.operations.schemaobj import SchemaObjects
from sqlalchemy.schema import AddConstraint, SchemaItem


def redefine_table(name: str, *items: SchemaItem, fill: Mapping[str, str]) -> None:
    """Make a table look as `items` (columns and constraints) say, without its indexes.

    `fill` gives an SQL expression over the old row for each new column that cannot be empty. Indexes stay as they
    are; on SQLite those over columns that are gone are left out.
    """
    if op.get_bind().dialect.name == "sqlite":
        _make_anew(name, items, fill)
    else:
        _alter(SchemaObjects(op.get_context()).table(name, *items), fill)


def allow_words(table: str, *words: str, column: str, check: str) -> None:
    """Let the CHECK that lists the words a column takes list these too, beside whatever it lists by now."""
    connection = op.get_bind()
    listed = {found["name"]: found["sqltext"] for found in sa.inspect(connection).get_check_constraints(table)}
    known = re.findall(r"'(\w+)'", listed[check])
    listing = ", ".join(f"'{word}'" for word in dict.fromkeys((*known, *words)))
    condition = f"{column} IN ({listing})"
    if connection.dialect.name != "sqlite":
        op.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{check}"')
        op.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{check}" CHECK ({condition})')
        return
    made_by = sa.text("SELECT type, name, sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL")
    made = [tuple(row) for row in connection.execute(made_by, {"table": table})]
    [before] = [sql for kind, _, sql in made if kind == "table"]
    after, changes = re.subn(rf'(CONSTRAINT "?{check}"? CHECK) \([^()]+\([^()]*\)\)', rf"\1 ({condition})", before)
    if changes != 1:
        raise ValueError(f"{table} has no CHECK {check} that lists words.")
    for kind, name, _ in made:
        if kind == "index":
            op.execute(f'DROP INDEX "{name}"')
    op.execute(f'ALTER TABLE "{table}" RENAME TO "_old_{table}"')
    op.execute(after)
    op.execute(f'INSERT INTO "{table}" SELECT * FROM "_old_{table}"')  # noqa: S608  a migration's own words
    op.execute(f'DROP TABLE "_old_{table}"')
    for kind, _, sql in made:
        if kind in {"index", "trigger"}:
            op.execute(sql)


def _make_anew(name: str, items: tuple[SchemaItem, ...], fill: Mapping[str, str]) -> None:
    connection = op.get_bind()
    old, before = f"_old_{name}", {column["name"] for column in sa.inspect(connection).get_columns(name)}
    indexes = {
        index["name"]: (index["column_names"], sql)
        for index in sa.inspect(connection).get_indexes(name)
        if (sql := _index_sql(index["name"]))
    }
    op.execute(f'ALTER TABLE "{name}" RENAME TO "{old}"')
    for index in indexes:
        op.execute(f'DROP INDEX "{index}"')
    columns = [item.name for item in items if isinstance(item, sa.Column)]
    op.create_table(name, *items)
    kept = {column: fill.get(column, f'"{column}"') for column in columns if column in before or column in fill}
    into, values = ", ".join(f'"{column}"' for column in kept), ", ".join(kept.values())
    op.execute(f'INSERT INTO "{name}" ({into}) SELECT {values} FROM "{old}"')  # noqa: S608  a migration's own words
    op.execute(f'DROP TABLE "{old}"')
    for over, sql in indexes.values():
        if set(over) <= set(columns):
            op.execute(sql)


def _index_sql(index: str | None) -> str | None:
    """Return the statement that made an index; none for those that a UNIQUE or a primary key made."""
    made_by = sa.text("SELECT sql FROM sqlite_master WHERE type = 'index' AND name = :name")
    return op.get_bind().execute(made_by, {"name": index}).scalar()


def _alter(table: sa.Table, fill: Mapping[str, str]) -> None:
    connection, quoted = op.get_bind(), f'"{table.name}"'
    inspector = sa.inspect(connection)
    before = {column["name"]: column for column in inspector.get_columns(table.name)}
    for check in inspector.get_check_constraints(table.name):
        op.execute(f'ALTER TABLE {quoted} DROP CONSTRAINT "{check["name"]}"')
    for column in table.columns:
        if column.name not in before:
            kind = column.type.compile(dialect=connection.dialect)
            op.execute(f'ALTER TABLE {quoted} ADD COLUMN "{column.name}" {kind}')
        if column.name in fill:
            op.execute(f'UPDATE {quoted} SET "{column.name}" = {fill[column.name]}')  # noqa: S608  as above
        if column.name not in before or before[column.name]["nullable"] != column.nullable:
            null = "DROP" if column.nullable else "SET"
            op.execute(f'ALTER TABLE {quoted} ALTER COLUMN "{column.name}" {null} NOT NULL')
    for name in before.keys() - {column.name for column in table.columns}:
        op.execute(f'ALTER TABLE {quoted} DROP COLUMN "{name}"')
    there = {
        named["name"]
        for named in (*inspector.get_foreign_keys(table.name), *inspector.get_unique_constraints(table.name))
    }
    for constraint in sorted(table.constraints, key=lambda constraint: str(constraint.name)):
        is_new = isinstance(constraint, sa.CheckConstraint) or constraint.name not in there
        if is_new and not isinstance(constraint, sa.PrimaryKeyConstraint):
            op.execute(AddConstraint(constraint))
