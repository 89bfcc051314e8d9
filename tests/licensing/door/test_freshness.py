"""Never a stale yes: what changes by one process counts at the next question to every other."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from app.demo.processes import Processes, free_port
from app.identity import service as identity
from app.infrastructure.clock import DemoClock, machine_now
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.service.lifecycle import change_standing
from app.licensing.states import LicenseAction
from app.negotiation.deals.queries import latest_version
from app.negotiation.models import Deal
from tests.factories.changes import agree, amend, free_terms
from tests.factories.identity import make_key
from tests.factories.licensing import DURING, USE, Licensed, make_license
from tests.factories.negotiation import grant
from tests.support.settings import SECRET_KEY


@pytest.fixture
def workers(database_url: str, tmp_path: Path) -> Iterator[list[str]]:
    """Two processes that answer from one database; their business time began at `DURING`."""
    environment = os.environ | {
        "LIKENESS_DATABASE_URL": database_url,
        "LIKENESS_DATA_DIR": str(tmp_path),
        "LIKENESS_SECRET_KEY": SECRET_KEY,
        "LIKENESS_DEMO": "1",
    }
    addresses = []
    with Processes(environment, tmp_path / "logs") as processes:
        for name in ("first", "second"):
            port = free_port(19_000)
            processes.start(name, "app", "serve", "--bind", f"127.0.0.1:{port}", "--workers", "1")
            processes.wait_for(name, f"http://127.0.0.1:{port}/health/ready")
            addresses.append(f"http://127.0.0.1:{port}")
        yield addresses


def codes(workers: list[str], license_id: str, key: str) -> set[str]:
    """Ask every worker in turn, twice, and return the codes of the answers."""
    return {
        requests.post(
            f"{worker}/v1/licenses/{license_id}/decision",
            json=USE,
            headers={"Authorization": f"Bearer {key}"},
            timeout=20,
        ).json()["code"]
        for worker in workers * 2
    }


def change(database: Database, made: Licensed, action: LicenseAction) -> None:
    with database.write() as session:
        change_standing(
            session=session, actor=made.licensor, at=DURING, license_id=made.id, action=action, reason="A test."
        )


def test_what_one_process_changes_counts_in_every_other(
    database: Database, services: Services, workers: list[str]
) -> None:
    DemoClock(database).start_at(DURING)
    with database.write() as session:
        made = make_license(session, services.store, **free_terms())
        key, other = (make_key(session, made.licensee, at=machine_now()) for _ in range(2))
    assert codes(workers, made.id, key.text) == {"ALLOWED"}
    change(database, made, LicenseAction.SUSPEND)
    assert codes(workers, made.id, key.text) == {"SUSPENDED"}
    change(database, made, LicenseAction.REINSTATE)
    assert codes(workers, made.id, key.text) == {"ALLOWED"}
    with database.write() as session:
        deal = session.get(Deal, latest_version(session, made.id).deal.id)
        assert deal is not None
        talk = amend(session, made.licensee, deal, at=DURING, grants=[grant(territory="+JP")])
        agree(session, made.licensor, talk, at=DURING)
    assert codes(workers, made.id, key.text) == {"TERRITORY_NOT_GRANTED"}
    with database.write() as session:
        identity.revoke_api_key(session=session, actor=made.licensee, at=machine_now(), key_id=key.key.id)
    assert codes(workers, made.id, key.text) == {"not_authenticated"}
    change(database, made, LicenseAction.TERMINATE)
    assert codes(workers, made.id, other.text) == {"TERMINATED"}
