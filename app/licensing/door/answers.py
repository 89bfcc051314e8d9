"""Write answers as their schemas do, once for each that differs in more than its license and its time."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, cast

import marshmallow as ma
from flask import Response
from flask.json.provider import JSONProvider

from app.licensing.rules.decision import Decision
from app.licensing.schemas import DecisionAboutOut, DecisionOut, DecisionsOut
from app.licensing.service.decisions import DecisionAbout
from app.values.kept import Kept
from app.values.term import format_instant

_SOME_LICENSE, _SOME_INSTANT = "lic_of_a_form", datetime(1970, 1, 1, 0, 0, 0, 123456, tzinfo=UTC)
_LASTING = tuple(field.name for field in fields(Decision) if field.name != "valid_until")
_lasting = attrgetter(*_LASTING)
_instant = lru_cache(maxsize=64)(format_instant)


class Answers:
    """The bodies of answers, byte for byte those of the ordinary routes."""

    def __init__(self, json: JSONProvider) -> None:
        self._json = json
        self._one, self._about = _Forms(json, DecisionOut()), _Forms(json, DecisionAboutOut())
        self._around = _written(json, DecisionsOut().dump({"decisions": []})).split("[]")

    def one(self, decision: Decision) -> bytes:
        return self._one.fill(decision, "").encode()

    def many(self, answers: Iterable[DecisionAbout]) -> bytes:
        before, after = self._around
        return f"{before}[{','.join(self._about.fill(said, about) for about, said in answers)}]{after}".encode()


class _Forms:
    """Answers of one schema, with a gap for the license and one for the instant."""

    def __init__(self, json: JSONProvider, schema: ma.Schema) -> None:
        self._json, self._schema = json, schema
        self._kept = Kept[Any, tuple[Any, str]](4096)

    def fill(self, decision: Decision, license_id: str) -> str:
        lasting, key = _lasting(decision), (decision.sentence, decision.obligations)
        kept = self._kept.get(key)
        if kept is None or kept[0] != lasting:
            kept = self._kept.keep(key, (lasting, self._form(lasting)))
        return kept[1] % {"license_id": license_id, "valid_until": _instant(decision.valid_until)}

    def _form(self, lasting: Any) -> str:
        decision = Decision(**dict(zip(_LASTING, lasting, strict=True)), valid_until=_SOME_INSTANT)
        is_about = isinstance(self._schema, DecisionAboutOut)
        said = self._schema.dump(DecisionAbout(_SOME_LICENSE, decision) if is_about else decision)
        text = _written(self._json, said).replace("%", "%%")
        text = text.replace(_SOME_LICENSE, "%(license_id)s") if is_about else text
        text = text.replace(format_instant(_SOME_INSTANT), "%(valid_until)s")
        return text.rstrip("\n") if is_about else text


def _written(json: JSONProvider, document: Any) -> str:
    return cast(Response, json.response(document)).get_data(as_text=True)
