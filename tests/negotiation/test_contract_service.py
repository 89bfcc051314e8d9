"""The contract of a deal on a database: written with the signature, once, for good; and the file made of it."""

import hashlib
import json
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.infrastructure.jobs.models import Job
from app.infrastructure.jobs.worker import JobContext
from app.negotiation.changes.service import open_assignment
from app.negotiation.contract import checking, files, jobs, pdf, reading, service, subscribers
from app.negotiation.contract.layout import layout
from app.negotiation.contract.models import Contract, ContractFile
from app.negotiation.contract.states import CheckVerdict
from app.negotiation.events import DealSigned
from app.negotiation.models import Deal, DealVersion
from app.values.canonical import canonical_bytes, sha256_hex
from tests.factories.changes import FREE
from tests.factories.negotiation import Sides, make_deal, make_request, make_sides
from tests.factories.parties import make_actor
from tests.factories.signatures import accept, make_held, sign
from tests.support.clock import START


@pytest.fixture
def sides(database: Database, services: Services) -> Sides:
    with database.write() as session:
        return make_sides(session, services.store)


@pytest.fixture
def deal_id(database: Database, sides: Sides) -> str:
    with database.write() as session:
        return make_deal(session, sides).id


@pytest.fixture
def old_deal_id(database: Database, sides: Sides) -> str:
    """A deal signed before contracts were kept."""
    with database.write() as session:
        heard: dict[type, list[Any]] = dict(session.info["subscribers"])
        heard[DealSigned] = [each for each in heard[DealSigned] if each is not subscribers.on_deal_signed]
        session.info["subscribers"] = heard
        return make_deal(session, sides).id


def contract_of(database: Database, deal_id: str) -> Contract | None:
    with database.read() as session:
        return session.get(Contract, deal_id)


def test_a_signature_writes_the_contract_and_asks_for_its_file(
    database: Database, sides: Sides, deal_id: str
) -> None:
    made = contract_of(database, deal_id)
    assert made is not None
    document = json.loads(made.contract_json)
    with database.read() as session:
        deal = session.get_one(Deal, deal_id)
        assert session.exec(select(Job.payload).where(col(Job.kind) == subscribers.RENDER)).one() == {
            "deal_id": deal_id
        }
    assert made.contract_json.encode() == canonical_bytes(document)
    assert made.contract_sha256 == hashlib.sha256(made.contract_json.encode()).hexdigest()
    assert document["terms"] == json.loads(deal.terms_json)
    assert document["terms_sha256"] == deal.terms_sha256 == sha256_hex(document["terms"])
    assert document["license_id"] == deal.license_id
    assert [(each["side"], each["party_id"]) for each in document["signatures"]] == sorted(
        [("licensee", sides.studio.party_id), ("licensor", sides.licensor.party_id)], key=lambda pair: pair[1]
    )


def test_an_older_deal_gets_its_contract_when_somebody_first_asks(
    database: Database, services: Services, old_deal_id: str
) -> None:
    assert contract_of(database, old_deal_id) is None
    first = files.executed_contract(services, old_deal_id)
    assert files.executed_contract(services, old_deal_id).contract_json == first.contract_json
    with database.write() as session:
        assert (
            service.execute_contract(session=session, deal_id=old_deal_id).contract_sha256 == first.contract_sha256
        )


def test_no_statement_changes_a_contract_or_its_file(database: Database, services: Services, deal_id: str) -> None:
    files.contract_file(services, deal_id, at=START)
    for statement in (
        "UPDATE contract SET contract_json = '{}'",
        "UPDATE contract SET contract_sha256 = lower(contract_sha256)",
        "DELETE FROM contract_file",
        "UPDATE contract_file SET sha256 = lower(sha256)",
    ):
        with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
            session.execute(sa.text(statement))


def test_the_file_is_made_once_whoever_asks_and_however_the_template_changes(
    services: Services, deal_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: files.contract_file(services, deal_id, at=START), range(4)))
    assert len({each.sha256 for each in made}) == 1
    monkeypatch.setattr(pdf, "render", lambda *_, **__: pytest.fail("made again"))
    again = files.contract_file(services, deal_id, at=START)
    with services.store.open(again.sha256) as file:
        content = file.read()
    assert hashlib.sha256(content).hexdigest() == made[0].sha256
    assert len(content) == again.size_bytes


def test_who_comes_second_keeps_the_first_file(database: Database, services: Services, deal_id: str) -> None:
    first = files.contract_file(services, deal_id, at=START)
    with database.write() as session:
        kept = service.keep_file(session=session, at=START, deal_id=deal_id, sha256="0" * 64, size_bytes=1)
        assert kept.sha256 == first.sha256


def test_the_job_makes_the_file(database: Database, services: Services, deal_id: str) -> None:
    jobs.render_contract(context=JobContext(services, attempts=1), payload={"deal_id": deal_id})
    with database.read() as session:
        assert session.exec(select(ContractFile.deal_id)).all() == [deal_id]


def checked(session: Session, content: bytes) -> tuple[CheckVerdict, str | None]:
    found = checking.check_file(session, content)
    return found.verdict, found.contract and found.contract.deal_id


def test_a_file_is_genuine_changed_or_unknown(database: Database, services: Services, deal_id: str) -> None:
    contract = files.executed_contract(services, deal_id)
    stored = files.contract_file(services, deal_id, at=START)
    with services.store.open(stored.sha256) as file:
        content = file.read()
    document = contract.contract_json.encode()
    spaced = json.dumps(json.loads(document), indent=2).encode()
    genuine, changed = (CheckVerdict.GENUINE, deal_id), (CheckVerdict.CHANGED_COPY, deal_id)
    other = json.dumps(json.loads(document) | {"deal_id": "dea_other"}).encode()
    with database.read() as session:
        assert checked(session, content) == genuine
        assert checked(session, document) == genuine
        assert checked(session, spaced) == genuine
        assert checked(session, content + b"\n") == changed
        assert checked(session, content.replace(b"Title", b"Tit1e")) == changed
        assert checked(session, b"%PDF-1.7 " + contract.contract_sha256.encode()) == changed
        assert checked(session, other)[0] is CheckVerdict.UNKNOWN
        assert checked(session, b"%PDF-1.7 something else") == (CheckVerdict.UNKNOWN, None)
        assert "attached to them is the contract" in checking.check_file(session, content + b"\n").sentence


def test_a_forgery_that_holds_the_document_is_not_genuine(
    database: Database, services: Services, deal_id: str
) -> None:
    document = files.executed_contract(services, deal_id).contract_json.encode()
    packed = b"stream\n" + zlib.compress(document) + b"endstream"
    with services.store.open(files.contract_file(services, deal_id, at=START).sha256) as file:
        made = file.read()
    changed = (CheckVerdict.CHANGED_COPY, deal_id)
    with database.read() as session:
        assert checked(session, b"{%PDF-1.4\n" + packed + b" FAKE PAY ZERO") == changed
        assert checked(session, b"{" + made) == changed
        assert checked(session, b'{"contract_version":1,"fee":0}' + packed) == changed
        assert checked(session, b'{"terms":{"fee":"FAKE"},' + document[1:]) == (CheckVerdict.UNKNOWN, None)
        nested = document.replace(b'"deal_id":', b'"deal_id":"dea_fake","deal_id":', 1)
        assert checked(session, nested) == (CheckVerdict.UNKNOWN, None)


def test_a_document_too_long_to_be_parsed_is_known_by_its_bytes(
    database: Database, services: Services, deal_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = files.executed_contract(services, deal_id).contract_json.encode()
    monkeypatch.setattr(reading, "MOST_DOCUMENT", len(document) - 1)
    with database.read() as session:
        assert checked(session, document) == (CheckVerdict.GENUINE, deal_id)
        assert checked(session, document + b"\n") == (CheckVerdict.UNKNOWN, None)


def test_a_hash_is_known_for_the_document_and_for_the_file(
    database: Database, services: Services, deal_id: str
) -> None:
    stored = files.contract_file(services, deal_id, at=START)
    contract = files.executed_contract(services, deal_id)
    with database.read() as session:
        for sha256 in (contract.contract_sha256, stored.sha256):
            found = checking.check_hash(session, sha256)
            assert found.verdict is CheckVerdict.GENUINE
            assert found.contract is not None
            assert found.contract.contract_sha256 == contract.contract_sha256
            assert not found.contract.is_amended
        assert checking.check_hash(session, "0" * 64).verdict is CheckVerdict.UNKNOWN


def test_a_later_deal_of_the_same_license_is_told(database: Database, sides: Sides, deal_id: str) -> None:
    days = {"first_day": "2027-01-01", "last_day": "2027-12-31", "zone": "UTC"}
    with database.write() as session:
        later = make_deal(session, sides, term=days)
        first = session.get_one(Contract, deal_id)
        assert not is_amended(session, first)
        session.execute(sa.text(UNPROTECTED[session.get_bind().dialect.name]))
        session.execute(
            sa.update(DealVersion)
            .where(col(DealVersion.deal_id) == later.id)
            .values(license_id=session.get_one(Deal, deal_id).license_id, version=2, change_of="amendment")
        )
        assert is_amended(session, first)
        assert not is_amended(session, session.get_one(Contract, later.id))


UNPROTECTED = {
    "sqlite": "DROP TRIGGER deal_version_no_update",
    "postgresql": "ALTER TABLE deal_version DISABLE TRIGGER USER",
}
"""Nothing but the rows matters here; how a deal comes to change another is tested where it is signed."""


def is_amended(session: Session, contract: Contract) -> bool:
    found = checking.check_hash(session, contract.contract_sha256).contract
    assert found is not None
    return found.is_amended


def test_who_hands_a_license_on_signs_as_that(database: Database, services: Services) -> None:
    with database.write() as session:
        held = make_held(session, services.store, ana=5000)
        studio, licensor = held.sides.studio, held.sides.licensor
        buyer = make_actor(session, name="Harbor Interactive")
        request = make_request(session, held.sides, fee=FREE, assignment="with_consent")
        accept(session, licensor, request)
        deal = sign(session, held["ana"], request)
        assert deal is not None
        talks = open_assignment(
            session=session, actor=studio, at=START, deal_id=deal.id, assignee_party_id=buyer.party_id
        )
        accept(session, licensor, talks)
        sign(session, held["ana"], talks)
        assigned = sign(session, buyer, talks)
        assert assigned is not None
        deal_id = assigned.id
    made = contract_of(database, deal_id)
    assert made is not None
    assert {each["party_id"]: each["side"] for each in json.loads(made.contract_json)["signatures"]} == {
        licensor.party_id: "licensor",
        buyer.party_id: "licensee",
        studio.party_id: "assignor",
        held["ana"].party_id: "co_holder",
    }
    shown = layout(json.loads(made.contract_json), contract_sha256=made.contract_sha256, check_url="")["signatures"]
    assert "Licensee until now, who hands the license on" in {each["side"] for each in shown}
