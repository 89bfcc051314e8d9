"""May this use be made, as far as a credential knows? The same codes in the same order as the service gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

ALLOWED = "ALLOWED"
ALL = "*"


@dataclass(frozen=True, slots=True)
class Use:
    """One use somebody means to make, in the words of the API."""

    component: str
    axis: str
    media: str
    territory: str
    language: str | None = None
    category: str | None = None
    action: str = "generate"
    contexts: tuple[str, ...] = ()
    """What the use touches of the contexts that a deal can guard against."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no with one stable code and a sentence."""

    code: str
    sentence: str

    @property
    def is_allowed(self) -> bool:
        return self.code == ALLOWED

    def __bool__(self) -> bool:
        """An answer in an `if` means what it says."""
        return self.is_allowed


def permits(claims: Mapping[str, Any], use: Use) -> Answer:
    """Hold a use against the grants of a credential that `verify_credential` has found valid.

    What only the service can know (what was used up, approved, or checked in) is not judged here.
    """
    left = list(claims["grants"])
    for code, fits, sentence in _tests(use):
        left = [grant for grant in left if fits(grant)]
        if not left:
            return Answer(code, sentence)
    guarded = [context for context in claims["guard_list"] if context in use.contexts]
    if guarded:
        named = " or of ".join(context.replace("_", " ") for context in guarded)
        return Answer("PROHIBITED", f"The deal never allows the likeness in the context of {named}.")
    permission = claims["actions"].get(use.action, "deny")
    if permission == "approval":
        return Answer("APPROVAL_REQUIRED", f"To {use.action} now needs the licensor's approval.")
    if permission != "allow":
        return Answer("PROHIBITED", f"The deal does not allow to {use.action} at all.")
    return Answer(ALLOWED, f"The license allows to {use.action} this.")


def _tests(use: Use) -> tuple[tuple[str, Callable[[Mapping[str, Any]], bool], str], ...]:
    return (
        (
            "COMPONENT_NOT_GRANTED",
            lambda g: g["component"] == use.component,
            f"The license does not include the {use.component}.",
        ),
        (
            "AXIS_NOT_CONSENTED",
            lambda g: use.axis in g["axes"],
            f"The {use.component} was not licensed for {use.axis} use.",
        ),
        (
            "MEDIA_NOT_GRANTED",
            lambda g: use.media in g["media"],
            f"The license does not include {use.media} for the {use.component}.",
        ),
        (
            "TERRITORY_NOT_GRANTED",
            lambda g: use.territory in g["territory"],
            f"The license does not include the territory {use.territory}.",
        ),
        (
            "CATEGORY_NOT_GRANTED",
            lambda g: ALL in g["categories"] or use.category in g["categories"],
            "The license does not include this product category.",
        ),
        (
            "PROHIBITED",
            lambda g: use.language is None or any(_includes(tag, use.language) for tag in g["languages"]),
            f"The license does not include the language {use.language}.",
        ),
    )


def _includes(tag: str, other: str) -> bool:
    """A language stands for its regions too: `es` for `es-MX`."""
    return tag == ALL or f"{other}-".lower().startswith(f"{tag}-".lower())
