"""The wire format: nested form fields and JSON in, checked parameters out; lists and expansion on the way back."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from app.sandbox.errors import StripeError, malformed
from app.sandbox.money import CURRENCIES, MAXIMUM_AMOUNT, ends_in_zero

Body = dict[str, Any]

MAXIMUM_FIELDS = 2_000
MAXIMUM_DEPTH = 10
MAXIMUM_TEXT = 5_000
FIELD_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def decode_form(text: str) -> Body:
    """Return `a[b][0][c]=1` as nested objects; `a[]=1&a[]=2` and `a[0]=1&a[1]=2` become lists."""
    root: Body = {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAXIMUM_FIELDS, errors="strict")
    except ValueError as problem:
        raise malformed(f"The form could not be read: {problem}.", None) from problem
    for name, value in pairs:
        matched = FIELD_NAME.fullmatch(name)
        if not matched:
            raise malformed(f"Invalid parameter name: {name}", name)
        steps = [matched[1], *re.findall(r"\[([^\[\]]*)\]", matched[2])]
        if len(steps) > MAXIMUM_DEPTH:
            raise malformed(f"The parameter {name} is nested too deeply.", name)
        _place(root, steps, value, name)
    return {name: _listed(value) for name, value in root.items()}


def _place(root: Body, steps: list[str], value: str, name: str) -> None:
    here = root
    for step in steps[:-1]:
        here = here.setdefault(step, {})
        if not isinstance(here, dict):
            raise malformed(f"The parameter {name} is given both as a value and as a group.", name)
    last = steps[-1] or str(len(here))
    if isinstance(here.get(last), dict):
        raise malformed(f"The parameter {name} is given both as a value and as a group.", name)
    here[last] = value


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(item) for name, item in value.items()}
    if inner and all(name.isascii() and name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def decode_json(raw: bytes) -> Body:
    """Return the object in a JSON body; an empty body is an empty object."""
    try:
        value = json.loads(raw or b"{}")
    except (ValueError, RecursionError) as problem:
        raise malformed("The request body is not valid JSON.", None) from problem
    if not isinstance(value, dict):
        raise malformed("The request body must be a JSON object.", None)
    return value


class Params:
    """Parameters read one by one, each checked as it is read; a name outside `accepts` is refused at once."""

    def __init__(self, raw: Mapping[str, Any], *, accepts: str, path: str = "") -> None:
        self._raw = raw
        self._path = path
        for name in raw:
            if name not in accepts.split():
                where = self.name(name)
                raise malformed(f"Received unknown parameter: {where}", where, "parameter_unknown")

    def name(self, key: str) -> str:
        return f"{self._path}[{key}]" if self._path else key

    def has(self, key: str) -> bool:
        return self._raw.get(key) is not None

    def _required(self, key: str) -> StripeError:
        where = self.name(key)
        return malformed(f"Missing required param: {where}.", where, "parameter_missing")

    def optional(self, key: str, *, longest: int = MAXIMUM_TEXT) -> str | None:
        value = self._raw.get(key)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise malformed(f"Invalid string: {self.name(key)}", self.name(key))
        if len(value) > longest:
            raise malformed(f"{self.name(key)} may have at most {longest} characters.", self.name(key))
        return value

    def text(self, key: str, *, longest: int = MAXIMUM_TEXT) -> str:
        value = self.optional(key, longest=longest)
        if value is None:
            raise self._required(key)
        return value

    def choice(self, key: str, options: str, *, default: str | None = None) -> str:
        value = self.optional(key) or default
        if value is None:
            raise self._required(key)
        if value not in options.split():
            raise malformed(
                f"Invalid {self.name(key)}: must be one of {', '.join(options.split())}", self.name(key)
            )
        return value

    def integer(self, key: str, *, default: int | None = None, least: int = 0, most: int = 2**53) -> int:
        value = self._raw.get(key)
        if value is None or value == "":
            if default is None:
                raise self._required(key)
            return default
        text = str(value)
        if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]{1,16}", text):
            raise malformed(f"Invalid integer: {text[:40]}", self.name(key), "parameter_invalid_integer")
        if not least <= int(text) <= most:
            raise malformed(f"{self.name(key)} must be between {least} and {most}.", self.name(key))
        return int(text)

    def boolean(self, key: str, *, default: bool = False) -> bool:
        value = self._raw.get(key)
        if value is None:
            return default
        if value in (True, "true"):
            return True
        if value in (False, "false"):
            return False
        raise malformed(f"Invalid boolean: {str(value)[:40]}", self.name(key))

    def currency(self, key: str = "currency") -> str:
        value = self.text(key).lower()
        if value not in CURRENCIES:
            raise malformed(f"Invalid currency: {value[:10]}.", self.name(key))
        return value

    def amount(self, currency: str, key: str = "amount", *, default: int | None = None, least: int = 1) -> int:
        value = self.integer(key, default=default, least=-(2**53))
        if value > MAXIMUM_AMOUNT:
            raise malformed(f"Amount must be no more than {MAXIMUM_AMOUNT}.", self.name(key), "amount_too_large")
        if value < least:
            code = "parameter_invalid_integer" if value < 1 else "amount_too_small"
            raise malformed(f"This value must be greater than or equal to {least}.", self.name(key), code)
        if ends_in_zero(currency) and value % 10:
            raise malformed(f"Amounts in {currency} must end in zero.", self.name(key))
        return value

    def url(self, key: str) -> str | None:
        value = self.optional(key)
        if value is None:
            return None
        try:
            parts = urlsplit(value)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or not parts.netloc or re.search(r"[\s;,\"'<>]", parts.netloc):
            raise malformed("Not a valid URL", self.name(key), "url_invalid")
        return value

    def group(self, key: str, *, accepts: str) -> "Params":
        """Return the object at `key`; an absent one is empty."""
        value = self._raw.get(key)
        if value in (None, ""):
            value = {}
        if not isinstance(value, dict):
            raise malformed(f"Invalid object: {self.name(key)}", self.name(key))
        return Params(value, accepts=accepts, path=self.name(key))

    def groups(self, key: str, *, accepts: str) -> list["Params"]:
        value = self._raw.get(key) or []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise malformed(f"Invalid array: {self.name(key)}", self.name(key))
        return [
            Params(item, accepts=accepts, path=f"{self.name(key)}[{index}]") for index, item in enumerate(value)
        ]

    def texts(self, key: str) -> list[str]:
        value = self._raw.get(key) or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise malformed(f"Invalid array: {self.name(key)}", self.name(key))
        return value

    def metadata(self, before: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return `before` changed by the given metadata: an empty value removes a key, an empty group all."""
        given = self._raw.get("metadata")
        if given == "":
            return {}
        if given is None:
            return dict(before or {})
        if not isinstance(given, dict) or not all(isinstance(item, str | None) for item in given.values()):
            raise malformed("Metadata must be an object of strings.", self.name("metadata"))
        changed = {**(before or {}), **given}
        kept = {name: value for name, value in changed.items() if value}
        if len(kept) > 50 or any(len(name) > 40 or len(value) > 500 for name, value in kept.items()):
            raise malformed(
                "Metadata may have at most 50 keys of 40 characters with values of 500.", self.name("metadata")
            )
        return kept


def list_page(url: str, data: list[Body], *, has_more: bool = False) -> Body:
    return {"object": "list", "url": url, "has_more": has_more, "data": data}


Load = Callable[[str], Body | None]
"""Finds the object with this id, or nothing."""
Unfold = Callable[[Body, str], Any]
"""Makes the list that a response only carries when asked to (`refunds` of a charge)."""


def expand(body: Body, path: str, *, load: Load, unfold: Unfold) -> None:
    """Replace the id at `path` (such as `payment_intent.latest_charge`) inside `body` by its object."""
    if path.count(".") > 3:
        raise malformed("You cannot expand more than 4 levels of a property.", "expand")
    _expand(body, path.split("."), path, load, unfold)


def _expand(body: Body, steps: list[str], path: str, load: Load, unfold: Unfold) -> None:
    field, rest = steps[0], steps[1:]
    value = body.get(field)
    if field not in body:
        value = body[field] = unfold(body, field)
        if value is None:
            raise malformed(f"This property cannot be expanded ({path}).", "expand")
    elif isinstance(value, str):
        found = load(value)
        if found is None:
            raise malformed(f"This property cannot be expanded ({path}).", "expand")
        value = body[field] = found
    for item in value if isinstance(value, list) else [value]:
        if rest and isinstance(item, dict):
            _expand(item, rest, path, load, unfold)
