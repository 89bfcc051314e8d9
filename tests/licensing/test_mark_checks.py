"""What anybody is told of a file: trusted, expired, tampered or unknown, and no more than the deal makes public."""

import io
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import c2pa
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from flask.testing import FlaskClient
from sqlmodel import select

from app.infrastructure.clock import machine_now
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.licensing.marks import certificates, signers
from app.licensing.marks.models import LicenseMark, MarkSigner
from tests.factories.identity import caller_for
from tests.factories.licensing import DURING, ENDS_AT, TICK, Callers, Licensed, make_license
from tests.factories.marks import Forger, assertion, check, context, read, send_mark, stamped, verdict
from tests.factories.media import MEDIA_TYPES, media
from tests.factories.standing import AT_ONCE
from tests.support.clock import FrozenClock

TRUSTED, EXPIRED = ("trusted", "intact"), ("expired", "intact")
INSIDE = {name: len(media(name)) - 120 for name in MEDIA_TYPES} | {
    name: media(name).index(b"mdat") + 40 for name in ("film.mp4", "film.mov")
}
"""A place in the picture or the sound itself."""
TAMPERED, OTHER = ("tampered", "changed"), ("unknown", "other_signer")


@pytest.fixture
def agreed() -> dict[str, Any]:
    return {"breach": AT_ONCE}


@pytest.fixture(autouse=True)
def during(clock: FrozenClock) -> None:
    clock.move_to(DURING)


@pytest.fixture
def root(client: FlaskClient) -> str:
    return client.get("/.well-known/c2pa-root.pem").text


@pytest.fixture
def marked(callers: Callers, licensed: Licensed) -> bytes:
    return stamped(callers.licensee, licensed.id)


def changed(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def test_the_service_says_how_the_license_stands_whatever_the_file_says(
    client: FlaskClient, callers: Callers, licensed: Licensed, marked: bytes, clock: FrozenClock
) -> None:
    path = f"/v1/licenses/{licensed.id}"
    found = check(client, marked)
    assert (found["verdict"], found["license"]["standing"]) == ("trusted", "valid")
    assert found["license"]["license_id"] == licensed.id
    assert found["license_url"] == f"http://127.0.0.1:8000/verify/{licensed.id}"
    callers.licensor.post(f"{path}/suspension", json={"reason": "The label is missing."})
    assert (verdict(client, marked), check(client, marked)["license"]["standing"]) == (EXPIRED, "suspended")
    callers.licensor.post(f"{path}/reinstatement", json={"reason": "It is there."})
    assert verdict(client, marked) == TRUSTED
    clock.move_to(ENDS_AT - TICK)
    assert verdict(client, marked) == TRUSTED
    clock.move_to(ENDS_AT)
    assert (verdict(client, marked), check(client, marked)["license"]["standing"]) == (EXPIRED, "ended")


def test_a_terminated_license_makes_no_mark_trusted(
    client: FlaskClient, callers: Callers, licensed: Licensed, marked: bytes
) -> None:
    callers.licensor.post(f"/v1/licenses/{licensed.id}/termination", json={"reason": "Sold on."})
    found = check(client, marked)
    assert (found["verdict"], found["license"]["standing"]) == ("expired", "ended")


def test_no_more_is_told_than_the_deal_makes_public(
    database: Database, services: Services, client: FlaskClient
) -> None:
    with database.write() as session:
        open_deal = make_license(session, services.store, public_record=["performer", "licensee"])
        closed_deal = make_license(session, services.store, public_record=[])
        studios = {made.id: caller_for(session, client, made.licensee) for made in (open_deal, closed_deal)}
    told = {made: check(client, stamped(studio, made))["license"] for made, studio in studios.items()}
    assert set(told[closed_deal.id]) == {"license_id", "standing", "as_of"}
    assert set(told[open_deal.id]) == {"license_id", "standing", "as_of", "performer", "licensee"}


@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_one_changed_byte_of_the_content_is_seen(
    client: FlaskClient, callers: Callers, licensed: Licensed, name: str
) -> None:
    content = stamped(callers.licensee, licensed.id, name)
    assert verdict(client, content, name) == TRUSTED
    kept = media(name)
    piece = kept[INSIDE[name] : INSIDE[name] + 16]
    assert verdict(client, changed(content, content.index(piece) + 8), name) == TAMPERED


def test_one_changed_byte_of_the_mark_is_seen(client: FlaskClient, licensed: Licensed, marked: bytes) -> None:
    place = marked.index(licensed.id.encode()) + 10
    assert verdict(client, changed(marked, place)) == TAMPERED
    claim = marked.index(b"claim_generator_info") + 40
    assert verdict(client, changed(marked, claim)) == ("unknown", "broken_signature")


def test_a_mark_taken_to_another_picture_is_seen(client: FlaskClient, marked: bytes) -> None:
    """The whole manifest moves, signature and all."""
    start = marked.index(b"\xff\xeb")
    end = start
    while marked[end : end + 2] == b"\xff\xeb":
        end += 2 + int.from_bytes(marked[end + 2 : end + 4], "big")
    other = changed(media("still.jpg"), len(media("still.jpg")) - 30)
    moved = other[:start] + marked[start:end] + other[start:]
    assert verdict(client, moved) == TAMPERED


def test_whoever_else_signs_is_unknown_however_valid(client: FlaskClient, marked: bytes, root: str) -> None:
    """Our own assertion is in the file, and the library itself calls it valid."""
    license = assertion(read(marked, "still.jpg", anchors=root))
    forger = Forger()
    for chain in (None, forger.signer.certificate_pem + forger.root.certificate_pem):
        forged = forger.sign(media("still.jpg"), license=license, chain=chain)
        assert read(forged, "still.jpg", anchors=root)["validation_state"] == "Valid"
        assert verdict(client, forged) == OTHER


def test_our_root_presented_with_a_certificate_of_others_is_unknown(
    client: FlaskClient, marked: bytes, root: str
) -> None:
    license = assertion(read(marked, "still.jpg", anchors=root))
    forger = Forger()
    chain = forger.signer.certificate_pem + root
    assert verdict(client, forger.sign(media("still.jpg"), license=license, chain=chain)) == OTHER


def test_our_certificate_with_another_key_is_unknown(
    database: Database, client: FlaskClient, marked: bytes, root: str
) -> None:
    license = assertion(read(marked, "still.jpg", anchors=root))
    with database.read() as session:
        ours = session.exec(select(MarkSigner.certificate_pem)).one()
    key = ec.generate_private_key(ec.SECP256R1())

    def sign(data: bytes) -> bytes:
        r, s = utils.decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    signer = c2pa.Signer.from_callback(sign, c2pa.C2paSigningAlg.ES256, ours)
    assertions = [{"label": "example.likeness.license", "data": license, "created": True}]
    builder = c2pa.Builder({"assertions": assertions}, context=context(root, verify_after_sign=False))
    builder.add_action({"action": "c2pa.created", "digitalSourceType": "http://c2pa.org/digitalsourcetype/empty"})
    forged = io.BytesIO()
    builder.sign(signer, "image/jpeg", io.BytesIO(media("still.jpg")), forged)
    assert verdict(client, forged.getvalue()) == ("unknown", "broken_signature")


def test_a_marked_file_that_somebody_else_signs_over_is_theirs(client: FlaskClient, marked: bytes) -> None:
    assert verdict(client, Forger().sign(marked, keeps_history=True)) == OTHER


def stolen(database: Database) -> certificates.KeyPair:
    """Our own signer's key, in the wrong hands."""
    with database.write() as session:
        ours = signers.current_signer(session=session, host="127.0.0.1", at=machine_now())
    return certificates.KeyPair(ours.certificate_pem, ours.private_key_pem, "", machine_now())


def test_a_signature_of_ours_without_a_record_is_unknown(
    database: Database, client: FlaskClient, marked: bytes, root: str
) -> None:
    license = assertion(read(marked, "still.jpg", anchors=root))
    forged = Forger().sign(media("still.jpg"), license=license, pair=stolen(database))
    assert read(forged, "still.jpg", anchors=root)["validation_state"] == "Trusted"
    assert verdict(client, forged) == ("unknown", "not_recorded")


def test_of_a_withdrawn_signer_only_the_files_on_record_count(
    database: Database, client: FlaskClient, callers: Callers, licensed: Licensed, marked: bytes
) -> None:
    padded = stamped(callers.licensee, licensed.id, "film.mp4") + b"\0\0\0\x0cfreeroom"
    assert verdict(client, padded, "film.mp4") in {TRUSTED, TAMPERED}
    with database.write() as session:
        serial = session.exec(select(MarkSigner.serial)).one()
        signers.withdraw_signer(session=session, at=machine_now(), serial=serial)
    assert verdict(client, marked) == TRUSTED
    assert verdict(client, padded, "film.mp4") != TRUSTED
    assert verdict(client, stamped(callers.licensee, licensed.id)) == TRUSTED
    with database.read() as session:
        assert len(session.exec(select(LicenseMark.signer_id).distinct()).all()) == 2


def test_a_parent_whose_certificate_ends_later_does_not_make_the_mark_bad(
    client: FlaskClient, callers: Callers, licensed: Licensed, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(certificates, "SIGNER_LASTS", timedelta(seconds=4))
        forger = Forger(host="camera.example")
    began = time.monotonic()
    camera = forger.sign(media("still.jpg"))
    content = stamped(callers.licensee, licensed.id, content=camera)
    time.sleep(max(0.0, began + 5 - time.monotonic()))
    alone = read(camera, "still.jpg", anchors=forger.root.certificate_pem)
    assert "signingCredential.expired" in {status["code"] for status in alone["validation_status"]}
    report = read(content, "still.jpg", anchors=client.get("/.well-known/c2pa-root.pem").text)
    assert report["validation_state"] == "Trusted"
    assert verdict(client, content) == TRUSTED


def test_a_parent_that_is_changed_afterwards_makes_the_mark_bad(
    client: FlaskClient, callers: Callers, licensed: Licensed, marked: bytes
) -> None:
    twice = stamped(callers.licensee, licensed.id, content=marked)
    assert verdict(client, twice) == TRUSTED
    assert verdict(client, changed(twice, twice.index(licensed.id.encode()) + 10)) == TAMPERED


@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_a_file_without_a_mark_is_unknown_and_told_why(client: FlaskClient, name: str) -> None:
    found = check(client, media(name), name)
    assert (found["verdict"], found["finding"], found["license"]) == ("unknown", "no_manifest", None)
    assert "encodes a file anew" in found["sentence"]


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """A server that a file may point to; every call to it is noted."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET  # noqa: N815  the library's name

        def log_message(self, *_: object) -> None:
            """Quietly."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/manifest.c2pa", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_that_names_a_manifest_elsewhere_makes_nobody_go_there(
    client: FlaskClient, callers: Callers, licensed: Licensed, elsewhere: tuple[str, list[str]]
) -> None:
    url, asked = elsewhere
    pointing = Forger().sign(media("still.jpg"), remote_url=url)
    assert url.encode() in pointing
    with pytest.raises(c2pa.C2paError):
        c2pa.Reader("image/jpeg", io.BytesIO(pointing), context=c2pa.Context.from_dict({}))
    assert asked.pop(), "by itself the library does go there"
    assert verdict(client, pointing) == ("unknown", "manifest_elsewhere")
    answer = send_mark(callers.licensee, licensed.id, content=pointing)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "not_stampable")
    assert "elsewhere" in answer.get_json()["detail"]
    assert asked == []


def test_the_root_is_published_once_and_for_all(client: FlaskClient, root: str, marked: bytes) -> None:
    from cryptography import x509

    answer = client.get("/.well-known/c2pa-root.pem")
    assert answer.text == root
    assert answer.content_type == "application/x-pem-file"
    certificate = x509.load_pem_x509_certificate(root.encode())
    certificate.verify_directly_issued_by(certificate)
    assert "PRIVATE" not in root
    assert certificate.public_bytes(serialization.Encoding.PEM).decode() == root
    assert read(marked, "still.jpg", anchors=root)["validation_state"] == "Trusted"
