"""The same question put to a general policy engine: the grants of a license as Cedar policies, parsed once."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cedarpy import Decision, Entities, PolicySet, is_authorized_batch

from app.licensing.rules.facts import IntendedUse, LicenseFacts
from app.values.rights_block import ALL, RightsBlock

LICENSE = 'License::"asked"'


class Policies:
    """One license, prepared as well as the engine lets us: neither policies nor facts are parsed when asked."""

    def __init__(self, license: LicenseFacts) -> None:
        self._policies = PolicySet.from_str("\n".join(map(_policy, license.grants)))
        attributes = {
            "status": license.status.value,
            "starts_at": _seconds(license.term.starts_at),
            "ends_at": _seconds(license.term.ends_at),
        }
        entity = {"uid": {"type": "License", "id": "asked"}, "attrs": attributes, "parents": []}
        self._entities = Entities.from_json_str(json.dumps([entity]))

    def allow(self, requests: list[dict[str, Any]]) -> list[bool]:
        found = is_authorized_batch(requests, self._policies, self._entities)
        return [answer.decision == Decision.Allow for answer in found]


def request_of(use: IntendedUse, at: datetime) -> dict[str, Any]:
    context = {
        "component": use.component.value,
        "axis": use.axis.value,
        "media": use.medium,
        "territory": use.territory,
        "at": _seconds(at),
    }
    action = f'Action::"{use.action.value}"'
    return {"principal": LICENSE, "action": action, "resource": 'Likeness::"asked"', "context": context}


def _policy(grant: RightsBlock) -> str:
    assert ALL in grant.categories  # nor do the questions name a language
    return f"""
        permit (principal == {LICENSE}, action == Action::"generate", resource) when {{
            principal.status == "active" && context.at >= principal.starts_at && context.at < principal.ends_at
            && context.component == "{grant.component.value}"
            && {_set(axis.value for axis in grant.axes)}.contains(context.axis)
            && {_set(grant.media)}.contains(context.media)
            && {_set(grant.territory)}.contains(context.territory)
        }};"""


def _set(values: Iterable[str]) -> str:
    return json.dumps(sorted(values))


def _seconds(at: datetime | None) -> int:
    assert at is not None
    return int(at.timestamp())
