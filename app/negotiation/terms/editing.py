"""Turn a document of terms back into a proposal, so that it can be changed and offered again."""

from collections.abc import Mapping
from typing import Any

from app.negotiation.terms.versions import as_current
from app.values.territory import Territory

_FACTS = frozenset(
    {
        "terms_version", "amends", "renews", "licensor", "licensee", "performer", "package", "production",
        "platform_fee_bps",
    }
)  # fmt: skip
"""What the service adds to a proposal; nobody proposes it."""


def as_proposal(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the input of `DealTermsIn` that, completed with the same facts, gives the same document again.

    The survival matrix is then that of the preset today.
    """
    terms = as_current(document)
    rules = [rule | {"territory": _expression(rule["territory"])} for rule in terms["royalty"]["rules"]]
    return {name: value for name, value in terms.items() if name not in _FACTS} | {
        "term": {name: terms["term"][name] for name in ("first_day", "last_day", "zone")},
        "grants": [_grant(grant) for grant in terms["grants"]],
        "survival": {"preset": terms["survival"]["preset"]},
        "royalty": terms["royalty"] | {"rules": [rule | {"media": rule["media"] or None} for rule in rules]},
    }


def _grant(grant: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in grant.items() if name != "media_version"}
    return kept | {"territory": _expression(grant["territory"])}


def _expression(territory: Mapping[str, Any] | None) -> str | None:
    """Return the expression that made the codes; where a group has grown since, the codes themselves."""
    if territory is None:
        return None
    expression: str = territory["expression"]
    if list(Territory.parse(expression).sorted_codes) == territory["codes"]:
        return expression
    return Territory.of(territory["codes"]).expression
