"""`likeness keys`: list, rotate, withdraw, as an operator types them; each is in the audit trail."""

from datetime import timedelta

import pytest
from sqlmodel import select

from app.audit.models import AuditRecord
from app.cli import main
from app.config import Settings
from app.infrastructure import signing_keys
from app.infrastructure.clock import machine_now
from app.infrastructure.db.database import Database
from app.infrastructure.signing_keys import ANNOUNCED


@pytest.fixture(autouse=True)
def environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIKENESS_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("LIKENESS_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("LIKENESS_SECRET_KEY", settings.secret_key)


def current(database: Database) -> str:
    with database.write() as session:
        return signing_keys.current_signing_key(session=session, at=machine_now()).kid


def listed(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    assert main(["keys", "list"]) == 0
    return {line.split()[0]: line.split()[1] for line in capsys.readouterr().out.splitlines()}


def recorded(database: Database) -> list[str]:
    with database.read() as session:
        return [
            row.action for row in session.exec(select(AuditRecord)).all() if row.action.startswith("signing_key")
        ]


def test_a_rotation_publishes_the_new_key_before_it_signs(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    first = current(database)
    assert listed(capsys) == {first: "signing"}
    assert main(["keys", "rotate"]) == 0
    made = capsys.readouterr().out.split()[0]
    assert listed(capsys) == {made: "coming", first: "signing"}
    assert current(database) == first
    with database.write() as session:
        later = machine_now() + ANNOUNCED
        assert signing_keys.current_signing_key(session=session, at=later).kid == made
        published = signing_keys.public_jwks(session=session, at=machine_now())
    assert [key["kid"] for key in published["keys"]] == [made, first]
    assert recorded(database) == ["signing_key.rotated"]


def test_a_rotation_at_once_signs_now(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    first = current(database)
    assert main(["keys", "rotate", "--at-once"]) == 0
    made = capsys.readouterr().out.split()[0]
    assert current(database) == made
    assert listed(capsys) == {made: "signing", first: "retired"}


def test_a_withdrawn_key_is_unpublished_and_another_signs_at_once(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    compromised = current(database)
    assert main(["keys", "withdraw", compromised, "--reason", "A backup was lost."]) == 0
    said = capsys.readouterr().out
    assert f"{compromised} is withdrawn" in said
    successor = current(database)
    assert successor != compromised
    assert successor in said
    assert listed(capsys) == {successor: "signing", compromised: "withdrawn"}
    assert main(["keys", "withdraw", compromised]) == 0, "a second time changes nothing"
    assert recorded(database) == ["signing_key.withdrawn"]
    with database.read() as session:
        detail = session.exec(select(AuditRecord.detail)).all()[-1]
    assert "A backup was lost." in detail
    assert successor in detail


def test_an_unknown_key_is_named_as_such(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "withdraw", "unknown"]) == 1
    assert "There is no such signing key" in capsys.readouterr().err
    assert recorded(database) == []


def test_every_standing_has_its_word(database: Database) -> None:
    with database.write() as session:
        key = signing_keys.current_signing_key(session=session, at=machine_now())
        tick = timedelta(microseconds=1)
        words = [
            key.standing(at) for at in (key.active_from - tick, key.active_from, key.retires_at, key.expires_at)
        ]
        assert words == ["coming", "signing", "retired", "expired"]
        key.withdrawn_at = machine_now()
        assert key.standing(machine_now()) == "withdrawn"
