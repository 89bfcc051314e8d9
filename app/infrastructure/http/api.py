"""The JSON API's frame: OpenAPI 3.1 from the schemas on the routes, errors as problem documents."""

import json
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, ClassVar, NamedTuple

import marshmallow as ma
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, Request, request
from flask_smorest import Api, Blueprint
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import CombinedMultiDict

from app.infrastructure.http import fields, idempotency, problems
from app.values.errors import InvalidInput

IDEMPOTENCY_PARAMETER = "IdempotencyKey"
LARGEST_JSON_BYTES = 16 << 20
"""Of a body of JSON; a route can allow less, by a preprocessor of its address."""
_END = r"\Z"
_UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")


class _Place(NamedTuple):
    """Where a value stands in a body: the place of what holds it, and its key or number there."""

    holder: "_Place | None"
    step: str | int


class ProblemApi(Api):
    """flask-smorest, answering with problem documents and keeping the headers of the errors."""

    ERROR_SCHEMA = problems.ProblemSchema
    is_open = False
    """Whether the blueprint that is being documented asks for no key."""

    def register_blueprint(self, blp: Blueprint, *, is_open: bool = False, **options: Any) -> None:
        self.is_open = is_open
        super().register_blueprint(blp, **options)

    def _register_error_handlers(self) -> None:
        """`problems.install` has done it for the whole app."""

    def _register_responses(self) -> None:
        kept = Api.DEFAULT_RESPONSE_CONTENT_TYPE
        self.DEFAULT_RESPONSE_CONTENT_TYPE = problems.MEDIA_TYPE
        try:
            super()._register_responses()
        finally:
            self.DEFAULT_RESPONSE_CONTENT_TYPE = kept


class StrictParser(FlaskParser):
    """Refuses arguments that a schema does not know: a misspelled filter must not pass for a wide answer."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012  declared so by the base class
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": ma.RAISE,
    }

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        try:
            return super().load_json(req, schema)
        except RecursionError as error:
            raise InvalidInput.at("/", "The JSON is nested too deeply to be read.") from error
        except ValueError as error:  # malformed JSON is answered above; left is a number with too many digits
            raise InvalidInput.at("/", "The JSON holds a number with too many digits.") from error


_arguments_parser = StrictParser()


@_arguments_parser.location_loader("multipart")
def load_multipart(req: Request, schema: ma.Schema) -> MultiDictProxy:
    """Hand a schema the fields and the files of a form together."""
    return MultiDictProxy(CombinedMultiDict([req.form, req.files]), schema)


@_arguments_parser.location_loader("json_or_multipart")
def load_json_or_multipart(req: Request, schema: ma.Schema) -> Any:
    """Hand a schema a JSON body, or else a form: for routes that take a file or a word about it."""
    return _arguments_parser.load_json(req, schema) if req.is_json else load_multipart(req, schema)


class ApiBlueprint(Blueprint):
    """A group of routes under `/v1`; lists carry their cursor in the body and the `Link` header."""

    ARGUMENTS_PARSER = _arguments_parser
    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING: ClassVar[dict[str, str]] = {
        **Blueprint.DEFAULT_LOCATION_CONTENT_TYPE_MAPPING,
        "multipart": "multipart/form-data",
        "json_or_multipart": "multipart/form-data",
    }
    PAGINATION_HEADER_NAME = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(_describe_access)


def _describe_access(
    doc: dict[str, Any], doc_info: dict[str, Any], *, api: ProblemApi, method: str, **_: Any
) -> dict[str, Any]:
    """Say of an operation that it needs no key, or that it needs one to be repeated by."""
    if api.is_open:
        doc["security"] = []
    elif method == "post" and not doc_info.get("reads_only"):
        doc["parameters"] = [*doc.get("parameters", []), IDEMPOTENCY_PARAMETER]
    return doc


def api_blueprint(name: str, prefix: str, description: str) -> ApiBlueprint:
    """Return a blueprint for the JSON API. Its authentication is named where it is registered."""
    return ApiBlueprint(name, f"app.{name}", url_prefix=prefix, description=description)


def install(app: Flask, *, version: str) -> ProblemApi:
    app.config.update(
        API_TITLE="Likeness licensing marketplace",
        API_VERSION=version,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
    )
    plugin = MarshmallowPlugin()
    api = ProblemApi(spec_kwargs={"marshmallow_plugin": plugin, **_spec_options()})
    api.init_app(app)
    _describe_fields(plugin)
    api.spec.components.parameter(
        IDEMPOTENCY_PARAMETER,
        "header",
        {
            "name": idempotency.HEADER,
            "required": True,
            "schema": {"type": "string", "minLength": 1, "maxLength": idempotency.LONGEST_KEY},
            "description": "A fresh unique value for each call; the same value when the call is repeated",
        },
    )
    app.before_request(refuse_unstorable_text)
    return api


def _spec_options() -> dict[str, Any]:
    return {
        "info": {
            "description": (
                "Likeness packages, avails, negotiation, licenses, usage reports and royalties. "
                "Authenticate with an API key: `Authorization: Bearer lk_...`. "
                "Send `Idempotency-Key` with every POST. "
                "Every refusal is an RFC 9457 problem document with a stable `code`."
            )
        },
        "components": {"securitySchemes": {"api_key": {"type": "http", "scheme": "bearer"}}},
        "security": [{"api_key": []}],
    }


def _describe_fields(plugin: MarshmallowPlugin) -> None:
    converter = plugin.converter
    assert converter is not None  # noqa: S101  set by init_app just before
    converter.map_to_openapi_type(fields.Instant, "string", "date-time")
    converter.map_to_openapi_type(fields.TerritoryExpression, "string", None)
    converter.add_attribute_function(_write_pattern_for_everyone)


def _write_pattern_for_everyone(_converter: Any, _field: Any, *, ret: dict[str, Any], **_: Any) -> dict[str, Any]:
    r"""Patterns are Python's and match from the start to `\Z`; JSON Schema wants ECMAScript's `^...$`."""
    pattern = ret.get("pattern")
    return {} if pattern is None else {"pattern": f"^{pattern.removeprefix('^').removesuffix(_END)}$"}


def refuse_unstorable_text() -> None:
    """Refuse JSON text that no database can hold: NUL characters and lone surrogates.

    It is read here first, whoever sends it, so here is its limit: documents are held in memory, unlike files.
    """
    if b"%00" in request.environ.get("QUERY_STRING", "").encode() or "\0" in request.path:
        raise InvalidInput("The address contains a NUL character.")
    if request.mimetype != "application/json":
        return
    request.max_content_length = min(request.max_content_length or LARGEST_JSON_BYTES, LARGEST_JSON_BYTES)
    raw = request.get_data(cache=True)
    if b"\\u" not in raw:
        return
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return  # the schema's parser refuses it, malformed JSON with its place
    pointer = _unstorable_at(body)
    if pointer is not None:
        raise InvalidInput.at(pointer or "/", "Text must be valid Unicode without NUL characters.")


def _unstorable_at(body: Any) -> str | None:
    """Return the pointer of a text or key that no database can hold.

    Only that one is put together: a body may nest deeply, and hold many values below a long key.
    """
    waiting: list[tuple[_Place | None, Any]] = [(None, body)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, str) and _UNSTORABLE.search(value):
            return _pointer(place)
        steps: Iterable[tuple[str | int, Any]] = ()
        if isinstance(value, dict):
            broken = next(filter(_UNSTORABLE.search, value), None)
            if broken is not None:
                return _pointer(_Place(place, broken))
            steps = value.items()
        elif isinstance(value, list):
            steps = enumerate(value)
        waiting.extend((_Place(place, step), branch) for step, branch in steps)
    return None


def _pointer(place: _Place | None) -> str:
    steps = []
    while place is not None:
        steps.append(str(place.step).replace("~", "~0").replace("/", "~1"))
        place = place.holder
    return "".join(f"/{step}" for step in reversed(steps))


def name_of(status: int) -> str:
    """Return the name under which smorest documents a status, for `alt_response`."""
    return HTTPStatus(status).name


class Empty(ma.Schema):
    """No fields: a POST whose address says it all. Anything sent is refused."""
