"""A license whose voice was handed out, and a manifest of a build that stays within it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from tests.factories.licensing import DURING, USE, Callers, Licensed, make_callers, make_license
from tests.support.clock import FrozenClock

Manifest = dict[str, Any]


@pytest.fixture
def licensed(database: Database, services: Services, clock: FrozenClock) -> Licensed:
    with database.write() as session:
        made = make_license(session, services.store, caps=[{"unit": "minutes", "most": 30}])
    clock.move_to(DURING)
    return made


@pytest.fixture
def callers(database: Database, client: FlaskClient, licensed: Licensed) -> Callers:
    with database.write() as session:
        return make_callers(session, client, licensed)


@pytest.fixture
def manifest(callers: Callers, licensed: Licensed) -> Manifest:
    path = f"/v1/licenses/{licensed.id}"
    asset = callers.licensee.get(f"{path}/assets").get_json()["items"][0]
    answer = callers.licensee.post(f"{path}/deliveries", json={"asset_id": asset["asset_id"]})
    assert answer.status_code == 201, answer.get_json()
    line = USE | {
        "license_id": licensed.id,
        "sha256": asset["sha256"],
        "territory": "+WORLD -CN",
        "release_on": "2026-10-01",
        "languages": ["en", "de"],
        "amounts": {"minutes": 12},
        "scenes": ["Harbor office"],
    }
    return {"manifest_version": 1, "build": "harbor 1.4", "assets": [line]}
