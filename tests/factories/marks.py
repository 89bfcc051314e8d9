"""Stamp and check over HTTP as anybody would; read and forge with the C2PA library itself, past our own code."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import c2pa
from flask.testing import FlaskClient
from sqlmodel import Session
from werkzeug.test import TestResponse

from app.identity.actor import Actor
from app.infrastructure.clock import machine_now
from app.infrastructure.http.files import StoredFileInfo
from app.licensing.marks.certificates import KeyPair, make_root, make_signer
from app.licensing.marks.models import LicenseMark
from app.licensing.marks.signers import current_signer
from tests.factories.identity import Caller
from tests.factories.licensing import USE
from tests.factories.media import MEDIA_TYPES, media

SYNTHETIC = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic"
LABEL = "example.likeness.license"
CLAIM_SIGNING = "1.3.6.1.4.1.62558.2.1"


def send_mark(
    caller: Caller, license_id: str, name: str = "still.jpg", *, content: bytes | None = None, **form: Any
) -> TestResponse:
    """Ask for a stamp; `form` overrides the use that the usual license grants."""
    file = (io.BytesIO(media(name) if content is None else content), name)
    return caller.post(
        f"/v1/licenses/{license_id}/marks",
        data={**USE, "file": file, **form},
        content_type="multipart/form-data",
    )


def make_mark(
    caller: Caller, license_id: str, name: str = "still.jpg", *, content: bytes | None = None, **form: Any
) -> dict[str, Any]:
    answer = send_mark(caller, license_id, name, content=content, **form)
    assert answer.status_code == 201, answer.text[:500]
    found: dict[str, Any] = answer.get_json()
    return found


def stamped(caller: Caller, license_id: str, name: str = "still.jpg", **form: Any) -> bytes:
    """Return a file with the mark of a license."""
    made = make_mark(caller, license_id, name, **form)
    answer = caller.get(made["content_url"], buffered=True)
    assert answer.status_code == 200, answer.text[:500]
    return bytes(answer.data)


def send_check(client: FlaskClient, content: bytes, name: str = "still.jpg") -> TestResponse:
    """Ask as somebody without a key."""
    file = (io.BytesIO(content), name)
    return client.post("/v1/mark-checks", data={"file": file}, content_type="multipart/form-data")


def check(client: FlaskClient, content: bytes, name: str = "still.jpg") -> dict[str, Any]:
    answer = send_check(client, content, name)
    assert answer.status_code == 200, answer.text[:500]
    found: dict[str, Any] = answer.get_json()
    assert found["sentence"]
    return found


def verdict(client: FlaskClient, content: bytes, name: str = "still.jpg") -> tuple[str, str]:
    found = check(client, content, name)
    assert (found["license"] is None) is (found["verdict"] not in ("trusted", "expired"))
    return found["verdict"], found["finding"]


def context(anchors: str, **verify: Any) -> c2pa.Context:
    """Settings of an independent reader that trusts these roots."""
    return c2pa.Context.from_dict(
        {
            "trust": {"trust_anchors": anchors, "trust_config": CLAIM_SIGNING},
            "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, **verify},
            "builder": {"thumbnail": {"enabled": False}, "actions": {"auto_created_action": {"enabled": False}}},
        }
    )


def read(content: bytes, name: str, *, anchors: str) -> dict[str, Any]:
    """Return the library's own report."""
    with c2pa.Reader(MEDIA_TYPES[name], io.BytesIO(content), context=context(anchors)) as reader:
        found: dict[str, Any] = json.loads(reader.json())
    return found


def active(report: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = report["manifests"][report["active_manifest"]]
    return found


def assertion(report: dict[str, Any], label: str = LABEL) -> dict[str, Any]:
    """Return the data of an assertion of the active manifest."""
    [found] = [each["data"] for each in active(report)["assertions"] if each["label"] == label]
    return dict(found)


def record_mark(
    session: Session, actor: Actor, license_id: str, file: StoredFileInfo, *, at: datetime
) -> LicenseMark:
    """The record of a mark, around a file that is in the store already and carries none."""
    signer = current_signer(session=session, host="127.0.0.1", at=machine_now())
    mark = LicenseMark(
        license_id=license_id,
        signer_id=signer.id,
        actor=actor.label,
        use={**USE, "language": None, "category": None, "action": "generate", "contexts": [], "approval_id": None},
        filename=file.filename,
        media_type=file.media_type,
        source_sha256=file.sha256,
        source_bytes=file.size_bytes,
        sha256=file.sha256,
        size_bytes=file.size_bytes,
        manifest_label=f"urn:c2pa:{license_id}",
        instance_id="xmp:iid:1",
        has_history=False,
        marked_at=at,
    )
    session.add(mark)
    session.flush()
    return mark


class Forger:
    """Somebody with the same library and certificates of their own, made to look like ours."""

    def __init__(self, *, host: str = "127.0.0.1") -> None:
        at = datetime.now(UTC)
        self.root = make_root(host=host, at=at)
        self.signer = make_signer(root=self.root, host=host, at=at)

    def sign(
        self,
        content: bytes,
        name: str = "still.jpg",
        *,
        license: dict[str, Any] | None = None,
        pair: KeyPair | None = None,
        chain: str | None = None,
        remote_url: str | None = None,
        keeps_history: bool = False,
    ) -> bytes:
        """Sign a manifest; `license` is put where ours stands, `chain` is presented in place of the real one."""
        pair = pair or self.signer
        assertions = [{"label": LABEL, "data": license, "created": True}] if license else []
        settings = context(self.root.certificate_pem, verify_after_sign=False)
        builder = c2pa.Builder({"title": name, "assertions": assertions}, context=settings)
        if keeps_history:
            builder.set_intent(c2pa.C2paBuilderIntent.EDIT)
            builder.add_ingredient(
                {"title": name, "relationship": "parentOf"}, MEDIA_TYPES[name], io.BytesIO(content)
            )
        else:
            builder.add_action({"action": "c2pa.created", "digitalSourceType": SYNTHETIC})
        if remote_url is not None:
            builder.set_no_embed()
            builder.set_remote_url(remote_url)
        result = io.BytesIO()
        builder.sign(_signer(pair, chain), MEDIA_TYPES[name], io.BytesIO(content), result)
        return result.getvalue()


def _signer(pair: KeyPair, chain: str | None) -> c2pa.Signer:
    info = c2pa.C2paSignerInfo(
        b"es256", (chain or pair.certificate_pem).encode(), pair.private_key_pem.encode(), None
    )
    return c2pa.Signer.from_info(info)
