"""The clocks of a license in plain words: expiry is not one switch."""

from dataclasses import dataclass
from datetime import datetime

from app.licensing.queries import LicenseView
from app.licensing.terms import CompiledTerms
from app.values import formats
from app.values.components import DeliveryMode
from app.values.survival import Action, Permission, Phase

_AFTER = {
    Permission.ALLOW: "goes on after the end",
    Permission.DENY: "stops at the end as well",
    Permission.APPROVAL: "needs the licensor's approval after the end",
}


@dataclass(frozen=True, slots=True)
class Clock:
    """One thing with an end of its own."""

    name: str
    sentence: str


def clocks_of(view: LicenseView, at: datetime) -> list[Clock]:
    """Say for each clock when it stops, if it does, by the terms in force at an instant."""
    terms = view.terms_at(at)
    end = formats.instant(_last_instant(view))
    distribution = terms.survival[Action.DISTRIBUTE][Phase.EXPIRED]
    is_hosted = terms.delivery is DeliveryMode.HOSTED_ONLY
    return [
        Clock("Making something new", f"Until {end}, and not an instant longer."),
        Clock("Finished work", f"Distributing what was released during the term {_AFTER[distribution]}."),
        Clock(
            "Models and scans",
            f"Can be {'used where they are' if is_hosted else 'downloaded'} until {end}."
            + ("" if is_hosted else " Copies must be destroyed afterwards."),
        ),
        *_winding_down(terms),
        Clock("Exclusivity", _exclusivity(terms)),
        Clock("Reports and payments", "Owed for every sale, also for those after the end. Late ones are accepted."),
        Clock("Audit", "The licensor may have the books checked after the end as well."),
    ]


def _winding_down(terms: CompiledTerms) -> list[Clock]:
    """Only a deal that gives time for it has this clock."""
    until = terms.winds_down_until
    if until is None:
        return []
    end = formats.instant(until)
    return [Clock("Winding down", f"From the end until {end}: selling off and taking down, as the table says.")]


def _last_instant(view: LicenseView) -> str:
    ends = [view.license.ends_at, view.license.authority_ends_at]
    return formats.machine_instant(min(end for end in ends if end is not None))


def _exclusivity(terms: CompiledTerms) -> str:
    parts = []
    for grant in terms.document["grants"]:
        if grant["exclusivity"] == "non_exclusive":
            continue
        last_day = grant["exclusive_until"] or terms.document["term"]["last_day"]
        parts.append(f"{formats.words(grant['component'])} until {formats.day(last_day)}")
    return f"Others are kept out: {formats.listed(parts)}." if parts else "None: others may license the same."
