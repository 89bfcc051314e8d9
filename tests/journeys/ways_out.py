"""Every way on which something of a license leaves the house: how it is gone, and how one sees that it gives.

A route that hands out files, decides about a use or signs a statement needs a line here or among those that
give nothing; `test_ways_out` reads from the source which routes those are.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from tests.factories.identity import Caller
from tests.factories.licensing import USE
from tests.factories.marks import send_mark
from tests.factories.media import media
from tests.journeys.access_world import Visitor

PAGE_OF_USE = "&".join(f"{name}={value}" for name, value in USE.items())
RESERVED = {**USE, "amounts": {"words": 10}}


@dataclass(frozen=True)
class Walker:
    """The studio, by key and in a browser, with what it was handed while the license stood."""

    caller: Caller
    visitor: Visitor
    ids: Mapping[str, str]
    marked: bytes
    """A picture that was stamped."""

    def path(self, pattern: str) -> str:
        return pattern.format(**self.ids)


@dataclass(frozen=True)
class Way:
    """`walk` goes it; `gives` tells an answer that hands something out from one that does not."""

    walk: Callable[[Walker], TestResponse]
    gives: Callable[[TestResponse], bool]


def _succeeds(answer: TestResponse) -> bool:
    return answer.status_code in (200, 201, 206, 303)


def _says(member: str, *words: object) -> Callable[[TestResponse], bool]:
    """An answer of 200 all the same; what it says is in a member of it."""

    def gives(answer: TestResponse) -> bool:
        assert answer.status_code == 200, answer.text[:500]
        return answer.get_json()[member] in words

    return gives


def _reads(words: str) -> Callable[[TestResponse], bool]:
    return lambda answer: answer.status_code == 200 and words in answer.text


def get(pattern: str, gives: Callable[[TestResponse], bool] = _succeeds, **headers: str) -> Way:
    return Way(lambda walker: walker.caller.get(walker.path(pattern), headers=headers, buffered=True), gives)


def post(
    pattern: str, body: Mapping[str, Any] | None = None, gives: Callable[[TestResponse], bool] = _succeeds
) -> Way:
    def walk(walker: Walker) -> TestResponse:
        filled = {name: walker.path(text) if isinstance(text, str) else text for name, text in (body or {}).items()}
        return walker.caller.post(walker.path(pattern), json=filled)

    return Way(walk, gives)


def page(pattern: str, gives: Callable[[TestResponse], bool] = _succeeds) -> Way:
    return Way(lambda walker: walker.visitor.call("GET", walker.path(pattern)), gives)


def form(pattern: str, gives: Callable[[TestResponse], bool] = _succeeds, **data: str) -> Way:
    def walk(walker: Walker) -> TestResponse:
        filled = {name: walker.path(text) for name, text in data.items()}
        return walker.visitor.call("POST", walker.path(pattern), data=filled)

    return Way(walk, gives)


def _ask_for_many(walker: Walker) -> TestResponse:
    return walker.caller.post("/v1/decisions", json={"uses": [{**USE, "license_id": walker.ids["license_id"]}] * 3})


def _some_are_allowed(answer: TestResponse) -> bool:
    return any(decision["allowed"] for decision in answer.get_json()["decisions"])


def _ask_for_a_build(walker: Walker) -> TestResponse:
    asset = {**USE, "license_id": walker.ids["license_id"], "sha256": walker.ids["sha256"]}
    asset |= {"release_on": "2026-12-31", "territory": "+DE"}
    return walker.caller.post("/v1/manifest-checks", json={"manifest_version": 1, "assets": [asset]})


def _stamp(walker: Walker) -> TestResponse:
    return send_mark(walker.caller, walker.ids["license_id"], "still.png")


def _stamp_on_page(walker: Walker) -> TestResponse:
    picture = (io.BytesIO(media("still.png")), "still.png")
    return walker.visitor.call("POST", walker.path("/licenses/{license_id}/marks"), data={**USE, "file": picture})


def _check_media(walker: Walker) -> TestResponse:
    form = {"file": (io.BytesIO(walker.marked), "still.png")}
    return walker.caller.post("/v1/mark-checks", data=form, content_type="multipart/form-data")


def _check_media_on_page(walker: Walker) -> TestResponse:
    return walker.visitor.call("POST", "/check-media", data={"file": (io.BytesIO(walker.marked), "still.png")})


_LICENSE = "/v1/licenses/{license_id}"

WAYS_OUT: Mapping[str, tuple[Way, ...]] = {
    "POST /v1/licenses/<license_id>/decision": (post(f"{_LICENSE}/decision", USE, _says("allowed", True)),),
    "POST /v1/decisions": (Way(_ask_for_many, _some_are_allowed),),
    "POST /v1/manifest-checks": (Way(_ask_for_a_build, _says("allowed", True)),),
    "POST /v1/licenses/<license_id>/reservations": (post(f"{_LICENSE}/reservations", RESERVED),),
    "POST /v1/licenses/<license_id>/credential": (post(f"{_LICENSE}/credential"),),
    "POST /v1/credential-checks": (post("/v1/credential-checks", {"token": "{token}"}, _says("valid", True)),),
    "POST /v1/licenses/<license_id>/deliveries": (post(f"{_LICENSE}/deliveries", {"asset_id": "{asset_id}"}),),
    "GET /v1/deliveries/<delivery_id>/content": (
        get("/v1/deliveries/{delivery_id}/content"),
        get("/v1/deliveries/{delivery_id}/content", Range="bytes=10-"),
    ),
    "POST /v1/deliveries/<delivery_id>/links": (post("/v1/deliveries/{delivery_id}/links"),),
    "GET /v1/delivery-links/<token>": (
        get("/v1/delivery-links/{link}"),
        get("/v1/delivery-links/{link}", Range="bytes=10-"),
    ),
    "GET /v1/license-records/<license_id>": (get("/v1/license-records/{license_id}", _says("standing", "valid")),),
    "GET /verify/<license_id>": (page("/verify/{license_id}", _reads("This license is in force")),),
    "GET /licenses/<license_id>": (page("/licenses/{license_id}?" + PAGE_OF_USE, _reads("ALLOWED")),),
    "POST /licenses/<license_id>/files": (form("/licenses/{license_id}/files", asset_id="{asset_id}"),),
    "POST /licenses/<license_id>/credential": (form("/licenses/{license_id}/credential"),),
    "GET /deliveries/<delivery_id>": (page("/deliveries/{delivery_id}"),),
    "POST /v1/licenses/<license_id>/marks": (Way(_stamp, _succeeds),),
    "GET /v1/marks/<mark_id>/content": (
        get("/v1/marks/{mark_id}/content"),
        get("/v1/marks/{mark_id}/content", Range="bytes=10-"),
    ),
    "POST /v1/mark-checks": (Way(_check_media, _says("verdict", "trusted")),),
    "POST /licenses/<license_id>/marks": (Way(_stamp_on_page, _succeeds),),
    "GET /marks/<mark_id>": (page("/marks/{mark_id}"),),
    "POST /check-media": (Way(_check_media_on_page, _reads(">Trusted<")),),
}

GIVES_NOTHING: Mapping[str, str] = {
    "GET /v1/approvals/<approval_id>/content": "what the licensee showed its licensor",
    "GET /licenses/<license_id>/approvals/<approval_id>/file": "what the licensee showed its licensor",
    "GET /.well-known/c2pa-root.pem": "the certificate by which marks are trusted",
    "POST /v1/reservations/<reservation_id>/commit": "notes what was used of a reservation",
    "GET /v1/representations/<representation_id>/documents/<document_id>/content": "proof of authority",
    "GET /representations/<representation_id>/documents/<document_id>": "proof of authority",
    "GET /v1/packages/<package_id>/assets/<asset_id>/preview": "a picture that everybody may see",
    "GET /packages/<package_id>/portrait.svg": "a picture that everybody may see",
    "GET /v1/deals/<deal_id>/contract.pdf": "the contract, which its sides keep for good",
    "GET /deals/<deal_id>/contract.pdf": "the contract, which its sides keep for good",
    "GET /v1/negotiations/<negotiation_id>/documents/<document_id>/content": "a document of the talks",
    "GET /negotiations/<negotiation_id>/documents/<document_id>": "a document of the talks",
    "GET /v1/negotiations/<negotiation_id>/inspections/<inspection_id>/documents/<document_id>": "of the talks",
    "GET /inspections/<inspection_id>/documents/<document_id>": "a document of the talks",
    "GET /v1/licenses/<license_id>/duties/<duty_id>/evidence/<evidence_id>/content": "what the licensee filed",
    "GET /licenses/<license_id>/calendar/<duty_id>/evidence/<evidence_id>/file": "what the licensee filed",
}
"""Comes by such a place too and hands out nothing of a license, or nothing that ends with it."""

PAGE_SHOWN_AGAIN = {
    "POST /licenses/<license_id>/early-end",
    "POST /licenses/<license_id>/assignment",
    "POST /licenses/<license_id>/extension",
}
"""Forms that answer a refusal with the page of the license, which is a way out of its own above."""
