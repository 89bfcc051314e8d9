"""The operator's commands of licensing: keys."""

import sys
from argparse import Namespace
from collections.abc import Callable, Mapping

from app.infrastructure import signing_keys
from app.infrastructure.clock import machine_now
from app.infrastructure.http.context import Services
from app.infrastructure.signing_keys import SigningKey
from app.licensing.marks import signers
from app.licensing.service import keys
from app.values.errors import NotFound


def list_keys(services: Services, _options: Namespace) -> int:
    at = services.clock.now()
    with services.database.read() as session:
        for key in signing_keys.every_key(session=session):
            print(_line(key, key.standing(at)))
    return 0


def rotate_key(services: Services, options: Namespace) -> int:
    at = services.clock.now()
    with services.database.write() as session:
        print(_line(keys.rotate_key(session=session, at=at, at_once=options.at_once), "made"))
    return 0


def withdraw_key(services: Services, options: Namespace) -> int:
    at = services.clock.now()
    try:
        with services.database.write() as session:
            successor = keys.withdraw_key(session=session, at=at, kid=options.kid, reason=options.reason)
            print(f"{options.kid} is withdrawn: what it signed is refused from now on.")
            print(_line(successor, "signing"))
    except NotFound as error:
        print(f"likeness: {error.detail} `keys list` shows those there are.", file=sys.stderr)
        return 1
    return 0


def list_signers(services: Services, _options: Namespace) -> int:
    present = machine_now()
    with services.database.read() as session:
        for signer in signers.every_signer(session):
            standing = (
                "withdrawn" if signer.withdrawn_at else "signing" if signer.retires_at > present else "retired"
            )
            print(f"{signer.serial}  {standing:9}  signs until {signer.retires_at:%Y-%m-%d %H:%M} UTC")
    return 0


def withdraw_signer(services: Services, options: Namespace) -> int:
    try:
        with services.database.write() as session:
            signers.withdraw_signer(session=session, at=machine_now(), serial=options.serial, reason=options.reason)
    except NotFound as error:
        print(f"likeness: {error.detail} `keys list-marks` shows those there are.", file=sys.stderr)
        return 1
    print(f"{options.serial} is withdrawn: of what it signed, only the files on record are trusted.")
    return 0


KEY_COMMANDS: Mapping[str, Callable[[Services, Namespace], int]] = {
    "list": list_keys,
    "rotate": rotate_key,
    "withdraw": withdraw_key,
    "list-marks": list_signers,
    "withdraw-mark": withdraw_signer,
}


def _line(key: SigningKey, standing: str) -> str:
    times = f"signs {key.active_from:%Y-%m-%d %H:%M} to {key.retires_at:%Y-%m-%d %H:%M} UTC"
    return f"{key.kid}  {standing:9}  {times}, published until {key.expires_at:%Y-%m-%d}"
