"""What a mark says: the C2PA manifest, as the library takes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LABEL = "example.likeness.license"
"""Of our own assertion; the name of our domain, reversed, keeps it apart from everybody else's."""
ASSERTION_VERSION = 1
TRAINING_MINING = "cawg.training-mining"
METADATA = "cawg.metadata"
_NOT_ALLOWED = ("ai_generative_training", "ai_inference", "ai_training", "data_mining")


@dataclass(frozen=True, slots=True)
class MarkFacts:
    """What is said of the license. All of it can be read by whoever gets the file."""

    mark_id: str
    license_id: str
    issuer: str
    verify_url: str
    check_url: str
    credential: str
    """A compact JWS that says the same and ends soon; see `credential.py`."""
    ends_at: str | None
    """When the term ends, where the deal lets anybody read it."""


def manifest(facts: MarkFacts, *, title: str) -> dict[str, Any]:
    """Return the definition of a manifest without its actions and ingredients, which depend on the file."""
    license = {
        "version": ASSERTION_VERSION,
        "license_id": facts.license_id,
        "mark_id": facts.mark_id,
        "issuer": facts.issuer,
        "verify_url": facts.verify_url,
        "check_url": facts.check_url,
        "credential": facts.credential,
    }
    if facts.ends_at is not None:
        license["ends_at"] = facts.ends_at
    return {
        "title": title,
        "claim_generator_info": [{"name": "likeness"}],
        "assertions": [
            _assertion(LABEL, license),
            _assertion(
                TRAINING_MINING, {"entries": {f"cawg.{use}": {"use": "notAllowed"} for use in _NOT_ALLOWED}}
            ),
            _assertion(
                METADATA,
                {
                    "@context": {
                        "dc": "http://purl.org/dc/elements/1.1/",
                        "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
                    },
                    "dc:identifier": facts.license_id,
                    "xmpRights:Marked": True,
                    "xmpRights:WebStatement": facts.verify_url,
                },
            ),
        ],
    }


def parent(*, title: str) -> dict[str, Any]:
    """Return what is said of the file before it was stamped; the library adds its hash and its own manifest."""
    return {"title": title, "relationship": "parentOf"}


def _assertion(label: str, data: Mapping[str, Any]) -> dict[str, Any]:
    return {"label": label, "data": dict(data), "created": True}
