"""`python -m likeness_verifier TOKEN --jwks FILE --status-list FILE --issuer URL --audience NAME`.

Ends with 0 if the credential is valid (and, where a use is named, permits it), with 1 if it is refused, and with 2
if that cannot be known: a file cannot be read, or the status list does not say.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .credential import verify_credential
from .uses import Use, permits
from .verdict import Code, Verdict

YES, NO, NOT_KNOWN = 0, 1, 2
_NEEDED = ("component", "axis", "media", "territory")
_MORE = ("language", "category", "action", "context")


def main(argv: Sequence[str] | None = None) -> int:
    """Check what the arguments name and print one line, or one JSON object."""
    parser = _parser()
    options = parser.parse_args(argv)
    named = {name for name in (*_NEEDED, *_MORE) if getattr(options, name) not in (None, [])}
    if named and not named.issuperset(_NEEDED):
        parser.error(f"to ask for a use, name all of: {', '.join('--' + name for name in _NEEDED)}")
    try:
        verdict = _verdict(options)
    except (OSError, ValueError, RecursionError) as error:
        sys.stderr.write(f"likeness-verify: {error}\n")
        return NOT_KNOWN
    code, sentence = verdict.code.value, verdict.sentence
    if verdict.claims is not None and named:
        answer = permits(verdict.claims, _use(options))
        code, sentence = answer.code, answer.sentence
        status = YES if answer.is_allowed else NO
    else:
        status = YES if verdict.is_valid else NOT_KNOWN if verdict.code is Code.UNKNOWN else NO
    until = None if verdict.valid_until is None else f"{verdict.valid_until:%Y-%m-%dT%H:%M:%SZ}"
    found: dict[str, Any] = {"code": code, "sentence": sentence, "valid_until": until}
    sys.stdout.write(f"{json.dumps(found) if options.json else f'{code}: {sentence}'}\n")
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="likeness-verify", description="Check the credential of a license offline."
    )
    parser.add_argument("token", help="a file with the credential; - reads it from standard input")
    parser.add_argument("--jwks", required=True, metavar="FILE", help="what is at /.well-known/jwks.json")
    parser.add_argument("--status-list", metavar="FILE", help="what is at /v1/status-list; without it: UNKNOWN")
    parser.add_argument("--issuer", required=True, metavar="URL", help="the public address of the service")
    parser.add_argument("--audience", required=True, metavar="NAME", help="whom the credential must be made for")
    parser.add_argument("--licensee", metavar="PARTY", help="the party it must be made for")
    parser.add_argument("--at", type=_instant, metavar="INSTANT", help="such as 2026-09-01T12:00:00Z; else: now")
    for name in _NEEDED:
        parser.add_argument(
            f"--{name}", help="of a use to hold against the license" if name == "component" else None
        )
    parser.add_argument("--language")
    parser.add_argument("--category")
    parser.add_argument("--action", help="such as release; else: generate")
    parser.add_argument("--context", action="append", default=[], help="that the use touches; can be repeated")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("an instant needs its offset, such as Z")
    return found


def _verdict(options: argparse.Namespace) -> Verdict:
    token = sys.stdin.read() if options.token == "-" else Path(options.token).read_text()  # noqa: S105
    status_list = None if options.status_list is None else Path(options.status_list).read_text().strip()
    return verify_credential(
        token.strip(),
        jwks=json.loads(Path(options.jwks).read_text()),
        status_list=status_list,
        at=options.at or datetime.now(UTC),
        issuer=options.issuer,
        audience=options.audience,
        licensee=options.licensee,
    )


def _use(options: argparse.Namespace) -> Use:
    named = {name: getattr(options, name) for name in (*_NEEDED, "language", "category")}
    return Use(
        **named, action="generate" if options.action is None else options.action, contexts=tuple(options.context)
    )


if __name__ == "__main__":
    sys.exit(main())
