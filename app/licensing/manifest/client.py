"""Send a manifest from a build pipeline and say what came of it. Knows nothing of the service but its address.

Ends with 0 only after a complete answer that allows the build, with 1 after one that refuses it, and with 2
whenever that could not be found out.
"""

import io
import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

ALLOWED, REFUSED, NOT_CHECKED = 0, 1, 2
KEY_VARIABLE = "LIKENESS_API_KEY"
LARGEST_BYTES = 4 * 1024 * 1024
TIMEOUT = (10, 60)
"""Seconds to connect, and to wait for the answer."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PLAIN_STAYS_HERE = {"http": ""}
"""No proxy: without encryption a key is sent to this machine alone."""


class NotChecked(Exception):
    """It could not be found out whether the build may go out; `errors` name places in the manifest."""

    def __init__(self, detail: str, errors: list[dict[str, Any]] | None = None) -> None:
        super().__init__(detail)
        self.detail, self.errors = detail, errors or []


class _Bearer(AuthBase):
    """The key as it is: a `.netrc` that the pipeline keeps for others does not take its place."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


def check_manifest(*, path: str, url: str, as_json: bool, environment: Mapping[str, str] = os.environ) -> int:
    """Check one file, print what came of it and return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    text = ""
    try:
        text = _read(path)
        answer = _ask(manifest=_parse(text), url=url, key=_key(environment))
    except NotChecked as error:
        return _say_not_checked(error, path=path, text=text, as_json=as_json)
    if as_json:
        print(json.dumps(answer, indent=2))
    elif answer["allowed"]:
        print(f"{path}: may be released; likeness assets checked: {answer['assets']}.")
    else:
        for reason in answer["reasons"]:
            print(_line(path, text, reason["pointer"], f"{reason['code']}: {reason['sentence']}", reason["scenes"]))
        reasons = len(answer["reasons"])
        print(f"{path}: may not go out; reasons: {reasons}, likeness assets checked: {answer['assets']}.")
    return ALLOWED if answer["allowed"] else REFUSED


def _say_not_checked(error: NotChecked, *, path: str, text: str, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"allowed": None, "detail": error.detail, "errors": error.errors}, indent=2))
    else:
        for each in error.errors:
            print(_line(path, text, str(each.get("pointer")), str(each.get("detail"))), file=sys.stderr)
        print(f"likeness: {error.detail}", file=sys.stderr)
    return NOT_CHECKED


def _read(path: str) -> str:
    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise NotChecked(f"{path} cannot be read: {error.strerror}.") from error
    if len(raw) > LARGEST_BYTES:
        raise NotChecked(f"{path} is larger than a manifest may be ({LARGEST_BYTES // 1024 // 1024} MB).")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise NotChecked(f"{path} is not UTF-8 text (at byte {error.start}).") from error


def _parse(text: str) -> dict[str, Any]:
    try:
        manifest = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise NotChecked(
            f"The manifest is not JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from error
    except RecursionError as error:
        raise NotChecked("The manifest is nested too deeply.") from error
    except ValueError as error:
        raise NotChecked(f"The manifest cannot be read: {error}.") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("assets"), list):
        raise NotChecked("The manifest is no object with a list of `assets`.")
    return manifest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"an object says {next(name for name in names if names.count(name) > 1)!r} twice")
    return members


def _key(environment: Mapping[str, str]) -> str:
    key = environment.get(KEY_VARIABLE, "").strip()
    if not key:
        raise NotChecked(f"Put an API key with the scope `decide` into the environment as {KEY_VARIABLE}.")
    if not key.isascii() or not key.isprintable():
        raise NotChecked(f"{KEY_VARIABLE} does not hold an API key.")
    return key


def _ask(*, manifest: dict[str, Any], url: str, key: str) -> dict[str, Any]:
    """Return the service's answer, once it is certain that it is one, and whole."""
    _require_safe(url)
    try:
        answer = requests.post(
            f"{url.rstrip('/')}/v1/manifest-checks",
            json=manifest,
            headers={"Accept": "application/json"},
            auth=_Bearer(key),
            proxies=_PLAIN_STAYS_HERE,
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        found = answer.json()
    except (requests.RequestException, ValueError, RecursionError) as error:
        raise NotChecked(
            f"The service at {url} gave no answer that can be read ({type(error).__name__})."
        ) from error
    if answer.status_code != 200:
        raise _refused(answer.status_code, found)
    if not _is_whole(found, len(manifest["assets"])):
        raise NotChecked(f"What answers at {url} is not the licensing service, or not one that this program knows.")
    return dict(found)


def _require_safe(url: str) -> None:
    try:
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname
    except ValueError:
        scheme, host = "", None
    if scheme not in ("http", "https") or not host or "\\" in url:
        raise NotChecked(f"{url!r} is not the address of a service, such as https://licenses.example.")
    if scheme == "http" and host not in _LOOPBACK:
        raise NotChecked("An API key is not sent without encryption: use https.")


def _refused(status: int, problem: Any) -> NotChecked:
    members = problem if isinstance(problem, dict) else {}
    errors = [each for each in members.get("errors") or () if isinstance(each, dict)]
    return NotChecked(f"The service answered {status}: {members.get('detail') or 'it does not say why'}", errors)


def _is_whole(answer: Any, assets: int) -> bool:
    """Only an answer that says yes or no about every asset counts, and a yes has no reasons against it."""
    if not isinstance(answer, dict) or answer.get("assets") != assets:
        return False
    allowed, reasons = answer.get("allowed"), answer.get("reasons")
    if not isinstance(allowed, bool) or not isinstance(reasons, list) or allowed is bool(reasons):
        return False
    texts = ("pointer", "code", "sentence")
    return all(
        isinstance(reason, dict)
        and all(isinstance(reason.get(name), str) for name in texts)
        and isinstance(reason.get("scenes"), list)
        for reason in reasons
    )


def _line(path: str, text: str, pointer: str, sentence: str, scenes: list[Any] | None = None) -> str:
    """One line of a report, as compilers write them: a terminal or an editor jumps to the place."""
    number = line_of(text, pointer)
    place = path if number is None else f"{path}:{number}"
    where = f" [{', '.join(map(str, scenes))}]" if scenes else ""
    return f"{place}: {pointer}: {sentence}{where}"


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')


def line_of(text: str, pointer: str) -> int | None:
    """Return the line of well-formed JSON on which the value of a pointer begins, or nothing if there is no such.

    Where the last step is missing, the line of what would hold it.
    """
    wanted = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    best, path, kinds = None, list[str](), list[str]()
    is_key, deepest = False, -1
    for token in _TOKEN.finditer(text):
        sign = token.group()
        if sign in "]}":
            kinds.pop()
            path = path[: len(kinds)]
            continue
        if sign == ",":
            if kinds[-1] == "[":
                path[-1] = str(int(path[-1]) + 1)
            is_key = kinds[-1] == "{"
            continue
        if sign == ":":
            continue
        if is_key:
            path[len(kinds) - 1 :] = [json.loads(sign)]
            is_key = False
            continue
        if len(path) > deepest and path == wanted[: len(path)]:
            best, deepest = text.count("\n", 0, token.start()) + 1, len(path)
        if sign in "[{":
            kinds.append(sign)
            path.append("0" if sign == "[" else "")
            is_key = sign == "{"
    return best
