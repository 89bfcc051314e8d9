"""One database layer for SQLite and PostgreSQL: engines, sessions, columns, append-only tables."""
