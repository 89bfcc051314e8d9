"""When, what, how much and in which form the likeness may be used."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.negotiation.terms.vocabulary import GuardContext, PublicFact
from app.negotiation.terms.words.places import territory
from app.negotiation.terms.words.section import Row, counted, day, either, instant, sentence
from app.values import formats
from app.values.components import Axis, Component, DeliveryMode
from app.values.exclusivity import Exclusivity
from app.values.media import MEDIA
from app.values.rights_block import ALL

_AXES = {
    Axis.SCRIPTED: "for scripted lines and actions",
    Axis.REALTIME: "for real-time generation",
    Axis.TRAINING: "for training further models",
    Axis.BLEND: "for blending with the likeness of others",
    Axis.TRANSLATION: "for speaking languages that the performer did not record",
}

_EXCLUSIVITY = {
    Exclusivity.NON_EXCLUSIVE: "not exclusively: the licensor may use and license the same itself",
    Exclusivity.EXCLUSIVE: "exclusively: nobody else may do so, not even the licensor",
    Exclusivity.SOLE: "as the only licensee: the licensor itself may go on",
}

_UNITS = {
    "renders": ("image or shot made", "images or shots made"),
    "minutes": ("finished minute", "finished minutes"),
    "lines": ("line of dialogue", "lines of dialogue"),
    "words": ("word spoken or generated", "words spoken or generated"),
    "units": ("copy, item or ticket sold", "copies, items or tickets sold"),
    "concurrent_titles": ("title at the same time", "titles at the same time"),
}
_PER = {"term": "in the whole term", "year": "in each year", "month": "in each month"}
_PUBLIC = {
    PublicFact.PERFORMER: "the performer",
    PublicFact.PRODUCTION: "the production",
    PublicFact.LICENSEE: "the licensee",
    PublicFact.LICENSOR: "the licensor",
    PublicFact.TERM: "from when until when it runs",
    PublicFact.SCOPE: "its components, media and territories",
}
_STAGES = {"script": "the script", "sample": "a sample", "final": "the final version"}


def term_rows(terms: Mapping[str, Any]) -> Iterator[Row]:
    term = terms["term"]
    yield Row(
        "First and last day",
        f"From {day(term['first_day'])} to {day(term['last_day'])}, both days included.",
        "/term",
    )
    yield Row("Time zone", f"The days are those of {term['zone']}.", "/term/zone")
    yield Row("Begins", f"{instant(term['starts_at'])}, as the first day begins there.", "/term/starts_at")
    ends = term["ends_at"]
    text = "Never." if ends is None else f"{instant(ends)}, as the day after the last begins there."
    yield Row("Ends", text, "/term/ends_at")


def grant_rows(terms: Mapping[str, Any]) -> Iterator[Row]:
    grants = terms["grants"]
    for index, grant in enumerate(grants):
        label = f"Grant {index + 1}: {Component(grant['component']).label.lower()}"
        yield Row(label, grant_sentence(grant), f"/grants/{index}")
    editions = formats.listed(sorted({str(grant["media_version"]) for grant in grants}))
    text = f"What is not granted here is not allowed. Media are those of edition {editions} of the service's list."
    yield Row("Everything else", text, "/grants")


def grant_sentence(grant: Mapping[str, Any]) -> str:
    """Say one grant whole: part of the likeness, ways of use, media, place, languages, exclusivity."""
    component = Component(grant["component"]).label.lower()
    parts = [
        f"The licensee may use the {component} {formats.listed(_AXES[Axis(axis)] for axis in grant['axes'])}",
        f"in these media: {', '.join(_medium(code) for code in grant['media'])}",
        f"in {territory(grant['territory'])}",
    ]
    if grant["categories"] != [ALL]:
        parts.insert(2, f"for products of: {' / '.join(formats.category(code) for code in grant['categories'])}")
    parts.append(f"in {formats.listed(map(formats.language, grant['languages']))}")
    parts.append(_exclusively(grant))
    return "; ".join(parts) + "."


def limit_rows(terms: Mapping[str, Any]) -> Iterator[Row]:
    caps, approvals, guard = terms["caps"], terms["approvals"], terms["guard_list"]
    for index, cap in enumerate(caps):
        yield Row("At most", _cap(cap), f"/caps/{index}")
    if not caps:
        yield Row("Quantity", "No limit to the quantity of use is agreed.", "/caps")
    for index, approval in sorted(enumerate(approvals), key=lambda each: _order(each[1])):
        yield Row("Approval", approval_sentence(approval), f"/approvals/{index}")
    if not approvals:
        yield Row("Approval", "No use in the term needs the licensor's approval first.", "/approvals")
    if guard:
        listed = either(GuardContext(code).words for code in guard)
        yield Row("Never in the context of", f"{sentence(listed)}.", "/guard_list")
    else:
        yield Row("Never in the context of", "No context is excluded beyond what the law forbids.", "/guard_list")
    yield Row("Checking in", _check_in(terms["check_in"]), "/check_in")


def delivery_rows(terms: Mapping[str, Any]) -> Iterator[Row]:
    is_export = DeliveryMode(terms["delivery"]) is DeliveryMode.EXPORT
    text = (
        "The files are delivered to the licensee, who keeps them under these terms."
        if is_export
        else "The likeness is used where it is hosted; its files are not handed out."
    )
    yield Row("Delivery", text, "/delivery")
    label, credit = terms["disclosure_label"], terms["credit_line"]
    text = f"Shown wherever the likeness is: “{label}”" if label else "No label beyond what the law asks for."
    yield Row("Label", text, "/disclosure_label")
    yield Row("Credit", f"“{credit}”" if credit else "No credit is agreed.", "/credit_line")
    public = [_PUBLIC[PublicFact(code)] for code in terms["public_record"]]
    shown = formats.listed(["whether it stands now", *public])
    yield Row("Public record", f"Anybody may read of the license {shown}; nothing else.", "/public_record")


def _medium(code: str) -> str:
    medium = MEDIA.get(code)
    return code if medium is None else _lower_first(medium.label)


def _lower_first(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _exclusively(grant: Mapping[str, Any]) -> str:
    exclusivity = Exclusivity(grant["exclusivity"])
    text = _EXCLUSIVITY[exclusivity]
    if grant["exclusive_until"] is None:
        return text
    return f"until the end of {day(grant['exclusive_until'])} {text}; after that not exclusively"


def _cap(cap: Mapping[str, Any]) -> str:
    one, many = _UNITS.get(cap["unit"], (formats.words(cap["unit"]),) * 2)
    of = "" if cap["component"] is None else f" with the {Component(cap['component']).label.lower()}"
    return f"{counted(cap['most'], one, many)} {_PER[cap['per']]}{of}."


def _check_in(agreed: Mapping[str, Any] | None) -> str:
    if agreed is None:
        return "The licensee's systems need not check in with the service."
    grace = agreed["grace_hours"]
    late = f"; use stops when it is more than {counted(grace, 'hour')} late" if grace else "; use stops without it"
    hours = counted(agreed["every_hours"], "hour")
    return f"The licensee's systems check in with the service at least every {hours}{late}."


def approval_sentence(approval: Mapping[str, Any]) -> str:
    silence = "counts as approval" if approval["silence"] == "approved" else "counts as refusal"
    return (
        f"The licensor sees {_STAGES[approval['stage']]} before the licensee goes on: it answers within "
        f"{counted(approval['days'], 'day')} and may ask for changes {_times(approval['rounds'])}; "
        f"silence {silence}."
    )


def _order(approval: Mapping[str, Any]) -> int:
    """What is made comes first as a script, then as a sample, then whole."""
    return list(_STAGES).index(approval["stage"])


def _times(number: int) -> str:
    return "once" if number == 1 else f"up to {counted(number, 'time')}"
