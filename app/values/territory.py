"""Territories: sets of ISO 3166-1 alpha-2 codes, frozen together with the expression that made them.

`+WORLD -US -CA` is read from left to right. Groups come from the containment data of Unicode CLDR and may be
named in words (`+EUROPE`) or by their UN M49 number (`+150`). Two facts surprise people: the EU is not a part of
Europe here (Cyprus lies in Asia), and the world minus `US` keeps Puerto Rico, Guam and the other territories
with codes of their own.

Only assigned ISO codes count. CLDR also places eight areas that ISO has not assigned (Kosovo as XK, the Canary
Islands as IC and so on); they are left out of every group, so that a code in a license means the same in
everybody's system.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Self

from app.values.errors import InvalidValue

GROUPS = {
    "WORLD": "001",
    "AFRICA": "002",
    "AMERICAS": "019",
    "NORTH_AMERICA": "003",
    "SOUTH_AMERICA": "005",
    "CENTRAL_AMERICA": "013",
    "LATIN_AMERICA": "419",
    "CARIBBEAN": "029",
    "ASIA": "142",
    "EUROPE": "150",
    "OCEANIA": "009",
    "EU": "EU",
    "EUROZONE": "EZ",
}
"""Group name in an expression to its code in the data. NORTH_AMERICA is Canada to Panama and the Caribbean."""

_NOT_ASSIGNED_BY_ISO = frozenset({"AC", "CP", "CQ", "DG", "EA", "IC", "TA", "XK"})

_JOINED_SINCE = {"EZ": frozenset({"HR", "BG"})}
"""Members that the vendored data does not list: the euro came to Croatia in 2023, to Bulgaria in 2026."""


@dataclass(frozen=True, slots=True)
class Territory:
    """Where something may be used: at least one code. Equal when the codes are, however they were written."""

    codes: frozenset[str]
    expression: str = field(compare=False)

    def __post_init__(self) -> None:
        if not self.codes:
            raise InvalidValue(f"The territory {self.expression[:40]!r} is empty; name at least one country.")

    @classmethod
    def parse(cls, expression: str) -> Self:
        """Evaluate an expression such as `+WORLD -US -CA`; case and spacing do not matter."""
        tokens = expression.upper().split()
        if not tokens:
            raise InvalidValue("The territory is empty; write for example +WORLD -US.")
        codes: frozenset[str] = frozenset()
        for position, token in enumerate(tokens):
            sign, members = token[0], _members_of_token(token)
            if position == 0 and sign != "+":
                raise InvalidValue(f"A territory starts with what is included; {token!r} excludes.")
            codes = codes | members if sign == "+" else codes - members
        return cls(codes, " ".join(tokens))

    @classmethod
    def of(cls, codes: Iterable[str]) -> Self:
        """Make a territory from ISO codes; its expression lists them."""
        chosen = frozenset(codes)
        for code in sorted(chosen - world()):
            raise InvalidValue(f"{code[:40]!r} is not an ISO 3166-1 alpha-2 code such as DE.")
        return cls(chosen, _listing(chosen))

    @property
    def sorted_codes(self) -> tuple[str, ...]:
        return tuple(sorted(self.codes))

    def __contains__(self, code: object) -> bool:
        return code in self.codes

    def overlaps(self, other: "Territory") -> bool:
        return not self.codes.isdisjoint(other.codes)

    def covers(self, other: "Territory") -> bool:
        return self.codes >= other.codes

    def intersection(self, other: "Territory") -> "Territory | None":
        """Return what lies in both, or None where nothing does."""
        return _territory_or_none(self.codes & other.codes)

    def minus(self, other: "Territory") -> "Territory | None":
        """Return what remains without the other, or None where nothing does."""
        return _territory_or_none(self.codes - other.codes)


@cache
def world() -> frozenset[str]:
    """Return all assigned ISO 3166-1 alpha-2 codes."""
    return _members("001")


def _members_of_token(token: str) -> frozenset[str]:
    sign, name = token[0], token[1:]
    if sign not in "+-":
        raise InvalidValue(f"{token[:40]!r} needs + or - in front, as in +WORLD -US.")
    if not name:
        raise InvalidValue(f"{token!r} stands alone; write the code right after it, as in +DE.")
    code = GROUPS.get(name, name)
    if code in world() or code in _containment():
        return _members(code)
    raise InvalidValue(f"{token[:40]!r} names no ISO country code, UN M49 region or group such as EUROPE or EU.")


@cache
def _members(code: str) -> frozenset[str]:
    parts = _containment().get(code)
    if parts is None:
        return frozenset({code}) - _NOT_ASSIGNED_BY_ISO
    return frozenset[str]().union(_JOINED_SINCE.get(code, ()), *map(_members, parts))


@cache
def _containment() -> dict[str, list[str]]:
    """Group code to the codes directly inside it, read when the first territory is."""
    text = files("app.values").joinpath("data/territoryContainment.json").read_text(encoding="utf-8")
    groups = json.loads(text)["supplemental"]["territoryContainment"]
    return {code: group["_contains"] for code, group in groups.items()}


def _territory_or_none(codes: frozenset[str]) -> Territory | None:
    return Territory(codes, _listing(codes)) if codes else None


def _listing(codes: frozenset[str]) -> str:
    return " ".join(f"+{code}" for code in sorted(codes))
