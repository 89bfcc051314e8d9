"""Files that were handed out, and links to them, over HTTP."""

from typing import Any

from sqlmodel import Session

from app.catalog import service as catalog
from app.infrastructure.storage import AssetStore
from tests.factories.catalog import WAVE, approve, make_component, make_package, upload
from tests.factories.identity import Caller
from tests.factories.licensing import Licensed, make_license
from tests.factories.negotiation import Sides, make_production
from tests.factories.parties import make_actor, make_estate
from tests.support.clock import START

LARGE = WAVE + bytes(range(256)) * 4096 * 40
"""About 40 MB: more than any buffer on the way holds."""


def make_large_license(session: Session, store: AssetStore, *, content: bytes = LARGE, **terms: Any) -> Licensed:
    """A license of one large file."""
    estate = make_estate(session, store)
    package = make_package(session, store, estate, components=())
    make_component(session, estate, package)
    upload(session, store, estate, package, content=content, max_bytes=64 << 20)
    catalog.submit_package(session=session, actor=estate.actor, at=START, package_id=package.id)
    approve(session, package)
    studio = make_actor(session)
    sides = Sides(estate, package, studio, make_production(session, studio))
    return make_license(session, store, sides=sides, **terms)


def have_delivered(caller: Caller, license_id: str) -> dict[str, Any]:
    """The first file of a license, handed out."""
    assets = caller.get(f"/v1/licenses/{license_id}/assets").get_json()["items"]
    answer = caller.post(f"/v1/licenses/{license_id}/deliveries", json={"asset_id": assets[0]["asset_id"]})
    assert answer.status_code == 201, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    return found


def have_linked(caller: Caller, delivery_id: str, **wanted: Any) -> dict[str, Any]:
    """A link to a delivery."""
    answer = caller.post(f"/v1/deliveries/{delivery_id}/links", json=wanted)
    assert answer.status_code == 201, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    return found
