"""Three verifiers of one credential: ours, one made of PyJWT, and the JavaScript example with the real `jose`."""

import json
import shutil
import subprocess
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import jwt
from jwt.utils import base64url_decode
from playwright._impl._driver import compute_driver_executable

from app.verifier import Verdict, verify_credential
from tests.support.missing import missing
from tests.verifier.workshop import AT, ISSUER, STUDIO

JAVASCRIPT = Path(__file__).parent / "javascript"
EXAMPLES = Path(__file__).parents[2] / "app" / "verifier" / "examples"
_NEEDED = ["iss", "sub", "aud", "jti", "iat", "nbf", "exp"]


@dataclass(frozen=True)
class Case:
    """What a verifier is handed."""

    token: str
    jwks: Mapping[str, Any]
    status_list: str | None
    at: datetime = AT
    issuer: str = ISSUER
    audience: str = STUDIO


def ours(case: Case) -> Verdict:
    return verify_credential(
        case.token,
        jwks=case.jwks,
        status_list=case.status_list,
        at=case.at,
        issuer=case.issuer,
        audience=case.audience,
    )


def relied_on_by_pyjwt(case: Case) -> bool:
    """Check with PyJWT, by the machine's clock. Only the type and the status are looked at by hand."""
    try:
        claims = _decoded(case, case.token, "likeness-license+jwt", needed=_NEEDED, audience=case.audience)
        place = claims["status"]["status_list"]
        listed = _decoded(case, case.status_list or "", "statuslist+jwt", needed=["exp"], subject=place["uri"])
    except (jwt.PyJWTError, KeyError):
        return False
    packed, bits = zlib.decompress(base64url_decode(listed["status_list"]["lst"])), listed["status_list"]["bits"]
    row = int.from_bytes(packed, "little")  # the least significant bit of the first byte is the first of all
    return place["idx"] < len(packed) * 8 // bits and row >> place["idx"] * bits & (1 << bits) - 1 == 0


def _decoded(case: Case, token: str, typ: str, *, needed: list[str], **expected: Any) -> dict[str, Any]:
    header = jwt.get_unverified_header(token)
    if header.get("typ") != typ:
        raise jwt.InvalidTokenError("another type")
    key = jwt.PyJWKSet.from_dict(dict(case.jwks))[header.get("kid", "")]
    options = {"require": needed}
    found: dict[str, Any] = jwt.decode(
        token, key, algorithms=["ES256"], options=options, issuer=case.issuer, **expected
    )
    return found


def judged_by_jose(cases: Sequence[Case], folder: Path) -> list[dict[str, Any]]:
    """Run the example of the README on all cases, in one Node process, with nothing but `jose` beside it."""
    for file in (EXAMPLES / "verify.mjs", JAVASCRIPT / "check.mjs"):
        shutil.copy(file, folder)
    modules = folder / "node_modules"
    modules.mkdir(exist_ok=True)
    if not (modules / "jose").exists():
        (modules / "jose").symlink_to(JAVASCRIPT / "vendor" / "jose")
    written = [
        {
            "token": case.token,
            "jwks": case.jwks,
            "statusList": case.status_list,
            "at": case.at.isoformat(),
            "issuer": case.issuer,
            "audience": case.audience,
        }
        for case in cases
    ]
    done = subprocess.run(
        [_node(), "check.mjs"],
        cwd=folder,
        input=json.dumps(written),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def _node() -> str:
    """The Node that Playwright brings along."""
    node, _ = compute_driver_executable()
    if subprocess.run([node, "--version"], capture_output=True, check=False).returncode != 0:
        missing("Node", "It does not start here. Install what it needs: apt-get install libatomic1")
    return node
