"""Idempotency keys: every unsafe call can be sent again.

A key is claimed in a transaction of its own before the work begins, so that a second call meanwhile is told 409.
The answer is stored in the transaction that does the work: after a crash there is either both or neither, and a
claim whose process died can be taken over when its lease has run out. Refused calls leave the key free.
"""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Response, g, request
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel, col, select

from app.infrastructure.clock import machine_now
from app.infrastructure.db.columns import id_field
from app.infrastructure.http.context import services, session
from app.values.errors import DomainError, InvalidInput

LEASE = timedelta(seconds=60)
KEPT_FOR = timedelta(days=7)
HEADER = "Idempotency-Key"
FORM_FIELD = "_idempotency_key"
LONGEST_KEY = 255
SHOWN_ONCE = b"(was shown once)"


class IdempotencyKeyMissing(DomainError):
    status = 400
    code = "idempotency_key_missing"


class IdempotencyKeyReused(DomainError):
    status = 422
    code = "idempotency_key_reused"


class RequestInFlight(DomainError):
    code = "request_in_flight"


class IdempotencyRecord(SQLModel, table=True):
    """One unsafe call: claimed, then answered. `scope` is who called; `fingerprint` covers route and payload."""

    __tablename__ = "idempotency_record"
    __table_args__ = (sa.UniqueConstraint("scope", "key"),)

    id: str = id_field("idk")
    scope: str = Field(max_length=64)
    key: str = Field(max_length=LONGEST_KEY)
    fingerprint: str = Field(max_length=64)
    claimed_at: datetime = Field(index=True)
    status: int | None = None
    """The HTTP status answered; nothing while in flight."""
    headers: list[list[str]] | None = Field(default=None, sa_type=sa.JSON)
    body: bytes | None = Field(default=None, sa_type=sa.LargeBinary)


def begin(*, scope: str) -> Response | None:
    """Claim the request's key for this caller; return the answer already given, if there is one.

    Raises: IdempotencyKeyMissing, IdempotencyKeyReused, RequestInFlight.
    """
    key = request.headers.get(HEADER) or request.form.get(FORM_FIELD, "")
    if not key:
        raise IdempotencyKeyMissing(
            f"Send the header {HEADER} with a fresh unique value, and the same value when you repeat this call."
        )
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise InvalidInput.at(f"/{HEADER}", f"An idempotency key has at most {LONGEST_KEY} printable characters.")
    wanted = IdempotencyRecord(scope=scope, key=key, fingerprint=_fingerprint(), claimed_at=machine_now())
    found = _claim(wanted)
    if found is None:
        g.idempotency = wanted
        return None
    if found.fingerprint != wanted.fingerprint:
        raise IdempotencyKeyReused("This idempotency key was used for another call; choose a fresh one.")
    if found.status is None:
        raise RequestInFlight("The first call with this key is still being handled; ask again in a moment.")
    answer = Response(found.body or b"", status=found.status)
    for name, value in found.headers or []:
        answer.headers[name] = value
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def _claim(wanted: IdempotencyRecord) -> IdempotencyRecord | None:
    """Store the claim and return None, or return the record that is in the way."""
    table = IdempotencyRecord
    same = (col(table.scope) == wanted.scope, col(table.key) == wanted.key)
    stale = sa.and_(col(table.status).is_(None), col(table.claimed_at) < wanted.claimed_at - LEASE)
    outdated = col(table.claimed_at) < wanted.claimed_at - KEPT_FOR
    try:
        with services().database.write() as own:
            own.execute(sa.delete(table).where(*same, sa.or_(stale, outdated)))
            found = own.exec(select(table).where(*same)).first()
            if found is not None:
                own.expunge(found)
                return found
            own.add(wanted)
    except IntegrityError as error:
        raise RequestInFlight("The first call with this key is still being handled; ask again.") from error
    return None


def remember(response: Response) -> None:
    """Store the answer with the work it answers for."""
    record: IdempotencyRecord | None = g.get("idempotency")
    if record is None or response.is_streamed:
        return
    kept: dict[str, Any] = {
        "status": response.status_code,
        "headers": [[k, v] for k, v in response.headers if k in {"Content-Type", "Location", "ETag", "Link"}],
        "body": _without_secret(response),
    }
    mine = (col(IdempotencyRecord.id) == record.id, col(IdempotencyRecord.status).is_(None))
    changed: Any = session().execute(sa.update(IdempotencyRecord).where(*mine).values(**kept))
    if changed.rowcount != 1:
        raise RequestInFlight("This call took so long that another took its place; ask again.")
    g.idempotency = None


def show_once(member: str) -> None:
    """Keep a member of this request's JSON answer out of the store: when the call is repeated it is null."""
    g.shown_once = member


def keep_out(secret: str) -> None:
    """Keep a text of this request's answer out of the store: when the call is repeated it is not in it."""
    g.kept_out = secret


def _without_secret(response: Response) -> bytes:
    member, secret = g.get("shown_once"), g.get("kept_out")
    if secret is not None:
        return response.get_data().replace(secret.encode(), SHOWN_ONCE)
    if member is None:
        return response.get_data()
    return json.dumps({**json.loads(response.get_data()), member: None}).encode()


def forget() -> None:
    """Free the key of a call that changed nothing."""
    record: IdempotencyRecord | None = g.pop("idempotency", None)
    if record is not None:
        table = IdempotencyRecord
        with services().database.write() as own:
            own.execute(sa.delete(table).where(col(table.id) == record.id, col(table.status).is_(None)))


def _fingerprint() -> str:
    digest = hashlib.sha256(f"{request.method} {request.full_path}\n".encode())
    if request.mimetype in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        for name in sorted(request.form):
            if name not in {"csrf_token", FORM_FIELD}:
                digest.update(repr((name, request.form.getlist(name))).encode())
        for name, file in sorted(request.files.items(multi=True)):
            digest.update(f"{name}\n{file.filename}\n".encode(errors="replace"))
            while chunk := file.stream.read(1 << 20):
                digest.update(chunk)
            file.stream.seek(0)
    else:
        digest.update(request.get_data())
    return digest.hexdigest()
