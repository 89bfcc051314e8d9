"""The keys of marks: one root, signers that change, nothing readable at rest."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier
from flask.testing import FlaskClient
from sqlmodel import select

from app.audit.models import AuditRecord
from app.cli import main
from app.config import Settings
from app.infrastructure.clock import machine_now
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.infrastructure.jobs.worker import JobContext
from app.licensing.marks import jobs, signers
from app.licensing.marks.models import MarkRoot, MarkSigner
from app.licensing.marks.rules import read_report
from app.licensing.marks.states import MarkFinding
from app.values.errors import NotFound
from tests.factories.licensing import DURING, Callers, Licensed
from tests.factories.marks import stamped, verdict
from tests.support.clock import FrozenClock

AT = machine_now()
HOST = "likeness.example"


def current(database: Database, at: Any = AT) -> signers.Signer:
    with database.write() as session:
        return signers.current_signer(session=session, host=HOST, at=at)


def test_a_signer_signs_for_some_days_and_is_then_erased(database: Database) -> None:
    first = current(database)
    assert current(database, AT + signers.SIGNS_FOR - timedelta(seconds=1)) == first
    second = current(database, AT + signers.SIGNS_FOR)
    assert (second.root_pem, second.id == first.id) == (first.root_pem, False)
    with database.write() as session:
        assert signers.erase_retired(session=session, at=AT + signers.SIGNS_FOR) == 1
        assert signers.erase_retired(session=session, at=AT + signers.SIGNS_FOR) == 0
    with database.read() as session:
        keys = {row.id: row.private_key is None for row in session.exec(select(MarkSigner)).all()}
    assert keys == {first.id: True, second.id: False}


def test_the_job_erases_what_has_retired(database: Database, services: Services) -> None:
    current(database, machine_now() - signers.SIGNS_FOR - timedelta(days=1))
    jobs.erase_retired_signers(context=JobContext(services=services, attempts=1), payload={})
    with database.read() as session:
        assert session.exec(select(MarkSigner.private_key)).one() is None


def test_no_private_key_lies_open(database: Database) -> None:
    current(database)
    with database.read() as session:
        rows = [
            *session.exec(select(MarkRoot.private_key)).all(),
            *session.exec(select(MarkSigner.private_key)).all(),
        ]
    assert len(rows) == 2
    for text in rows:
        assert text is not None
        assert "PRIVATE KEY" not in text
        assert text.startswith("gAAAA")


def test_a_database_opened_with_another_secret_signs_nothing(database: Database) -> None:
    current(database)
    other = Database(database.url, secret_key="another secret of some length")
    try:
        with pytest.raises(InvalidToken), other.write() as session:
            signers.current_signer(session=session, host=HOST, at=AT)
    finally:
        other.close()


def test_the_certificates_are_what_c2pa_asks_for(database: Database) -> None:
    made = current(database)
    root, leaf = (x509.load_pem_x509_certificate(pem.encode()) for pem in (made.root_pem, made.certificate_pem))
    leaf.verify_directly_issued_by(root)
    assert leaf.not_valid_before_utc < AT < leaf.not_valid_after_utc <= root.not_valid_after_utc
    assert isinstance(leaf.public_key(), ec.EllipticCurvePublicKey)

    def extension(certificate: x509.Certificate, kind: Any) -> Any:
        return certificate.extensions.get_extension_for_class(kind)

    assert extension(root, x509.BasicConstraints).value == x509.BasicConstraints(ca=True, path_length=0)
    assert extension(leaf, x509.BasicConstraints).value == x509.BasicConstraints(ca=False, path_length=None)
    assert extension(root, x509.KeyUsage).value.key_cert_sign
    assert not extension(root, x509.KeyUsage).value.digital_signature
    assert extension(leaf, x509.KeyUsage).value.digital_signature
    assert not extension(leaf, x509.KeyUsage).value.key_cert_sign
    purposes = set(extension(leaf, x509.ExtendedKeyUsage).value)
    assert purposes == {ObjectIdentifier("1.3.6.1.4.1.62558.2.1"), ExtendedKeyUsageOID.EMAIL_PROTECTION}
    named = extension(leaf, x509.AuthorityKeyIdentifier).value.key_identifier
    assert named == extension(root, x509.SubjectKeyIdentifier).value.digest


def test_many_processes_that_start_at_once_make_one_root_and_one_signer(database: Database) -> None:
    made: list[signers.Signer] = []
    start = threading.Barrier(6)

    def begin() -> None:
        start.wait()
        made.append(current(database))

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({each.root_pem for each in made}) == len({each.id for each in made}) == 1
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(MarkSigner)) == 1


def test_a_withdrawn_signer_signs_no_more(database: Database) -> None:
    first = current(database)
    with database.write() as session:
        serial = session.exec(select(MarkSigner.serial)).one()
        assert signers.withdraw_signer(session=session, at=AT, serial=serial).private_key is None
        with pytest.raises(NotFound):
            signers.withdraw_signer(session=session, at=AT, serial="1")
    assert current(database).id != first.id


def test_marks_of_a_retired_signer_stay_trusted(
    database: Database, client: FlaskClient, callers: Callers, licensed: Licensed, clock: FrozenClock
) -> None:
    clock.move_to(DURING)
    content = stamped(callers.licensee, licensed.id)
    with database.write() as session:
        signers.erase_retired(session=session, at=machine_now() + signers.SIGNS_FOR)
    assert verdict(client, content) == ("trusted", "intact")
    assert verdict(client, stamped(callers.licensee, licensed.id)) == ("trusted", "intact")


GOOD = {
    "label": "urn:c2pa:1",
    "instance_id": "xmp:iid:1",
    "serial": "1",
    "license": {"license_id": "lic_1", "mark_id": "mrk_1"},
    "success": [
        {"code": "signingCredential.trusted", "url": "self#jumbf=/c2pa/urn:c2pa:1/c2pa.signature"},
        {"code": "claimSignature.validated", "url": "self#jumbf=/c2pa/urn:c2pa:1/c2pa.signature"},
        {"code": "assertion.dataHash.match", "url": "self#jumbf=/c2pa/urn:c2pa:1/c2pa.assertions/c2pa.hash.data"},
    ],
    "failure": [],
    "history_failures": [],
}


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({}, MarkFinding.INTACT),
        ({"history_failures": ["signingCredential.untrusted", "timeStamp.untrusted"]}, MarkFinding.INTACT),
        ({"history_failures": ["ingredient.manifest.mismatch"]}, MarkFinding.CHANGED),
        ({"failure": [{"code": "assertion.dataHash.mismatch"}]}, MarkFinding.CHANGED),
        ({"failure": [{"code": "something.new"}]}, MarkFinding.CHANGED),
        ({"success": GOOD["success"][:2]}, MarkFinding.CHANGED),
        ({"success": GOOD["success"][1:]}, MarkFinding.OTHER_SIGNER),
        ({"success": [GOOD["success"][0], GOOD["success"][2]]}, MarkFinding.OTHER_SIGNER),
        ({"label": "urn:c2pa:2"}, MarkFinding.OTHER_SIGNER),
        ({"label": ""}, MarkFinding.OTHER_SIGNER),
        ({"failure": [{"code": "signingCredential.expired"}]}, MarkFinding.OTHER_SIGNER),
        ({"failure": [{"code": "claimSignature.mismatch"}]}, MarkFinding.BROKEN_SIGNATURE),
        ({"success": None, "failure": 7}, MarkFinding.OTHER_SIGNER),
        ({"success": ["trusted", None, 1, {"code": 1, "url": []}]}, MarkFinding.OTHER_SIGNER),
    ],
)
def test_what_a_report_comes_to(change: dict[str, Any], finding: MarkFinding) -> None:
    assert read_report(GOOD | change).finding is finding


@pytest.mark.parametrize("license", [None, [], "lic_1", {"license_id": 1, "mark_id": None}, {}])
def test_an_assertion_of_any_shape_names_nothing(license: Any) -> None:
    found = read_report(GOOD | {"license": license})
    assert (found.finding, found.license_id, found.mark_id) == (MarkFinding.INTACT, "", "")


def test_an_operator_lists_and_withdraws_signers(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LIKENESS_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("LIKENESS_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("LIKENESS_SECRET_KEY", settings.secret_key)
    current(database)
    assert main(["keys", "list-marks"]) == 0
    serial, standing, *_ = capsys.readouterr().out.split()
    assert standing == "signing"
    for _ in range(2):
        assert main(["keys", "withdraw-mark", serial, "--reason", "A backup was lost."]) == 0
    assert f"{serial} is withdrawn" in capsys.readouterr().out
    assert main(["keys", "list-marks"]) == 0
    assert capsys.readouterr().out.split()[:2] == [serial, "withdrawn"]
    assert main(["keys", "withdraw-mark", "7"]) == 1
    assert "no such signer" in capsys.readouterr().err
    with database.read() as session:
        [record] = session.exec(select(AuditRecord).where(AuditRecord.action == "mark_signer.withdrawn")).all()
    assert "A backup was lost." in record.detail
