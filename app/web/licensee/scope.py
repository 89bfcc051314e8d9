"""What a request may count on while its form is filled in: what is free, grant by grant, and what it may cost."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import marshmallow as ma

from app.catalog.presets import PRESETS
from app.catalog.queries import PackageView, card_lines
from app.catalog.rules.pricing import IndicativePrice, Use, Wanted, indicative_price
from app.infrastructure.http.context import now, session
from app.infrastructure.http.problems import problems_of
from app.negotiation.deals.queries import reserved_from
from app.negotiation.deals.rules.options import judge_reserved
from app.negotiation.terms.checks.scope import exclusivity_problems
from app.negotiation.terms.proposal import Period, ProposedGrant
from app.negotiation.terms.schema.scope import DealPeriodIn, GrantIn
from app.rights.answers import answer_document
from app.rights.rules.ask import Ask, with_exclusive_period
from app.rights.service import ask_about
from app.rights.states import FixKind
from app.values import formats
from app.values.errors import DomainError, InvalidInput, InvalidValue
from app.values.exclusivity import Exclusivity
from app.values.rights_block import RightsBlock
from app.values.term import Term
from app.values.territory import world
from app.web import terms_form, windows
from app.web.terms_form import Values
from app.web.visitor import require

_CHANGEABLE = re.compile(
    r"g[0-9]{1,3}_(include|axes|media|territory|languages|categories|exclusivity|exclusive_until)"
    r"|first_day|last_day|fee|currency|royalty"
)
_LISTS = ("media", "axes", "categories")


@dataclass(frozen=True, slots=True)
class Way:
    """A change that helps. `change` is what the form is to be changed to, as JSON; none where one can only wait."""

    sentence: str
    change: str | None


@dataclass(frozen=True, slots=True)
class GrantAnswer:
    """Whether one grant is free: the answer as the API gives it, the ways around what stands in its way."""

    label: str
    answer: dict[str, Any]
    ways: tuple[Way, ...]
    chart: windows.Chart | None


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything that is shown beside the form. What cannot be read yet is said in `complaints`."""

    complaints: tuple[str, ...]
    grants: tuple[GrantAnswer, ...]
    findings: tuple[dict[str, Any], ...]
    """What the law asks, each rule once."""
    price: IndicativePrice | None
    promised: str
    """What another licensee may still ask for of these rights, and until when; empty: nothing."""
    price_change: str | None
    """What turns the form to the indicative price; none where it says that already."""


def panel_of(view: PackageView, values: Values) -> Panel:
    """Answer the form as far as it is filled in well; whatever is typed, there is an answer."""
    complaints: list[str] = []
    period = _period(values, complaints)
    grants = _grants(values, period, complaints)
    answers: list[GrantAnswer] = []
    price, promised = None, ""
    if period is not None:
        try:
            answers = [_answered(view, index, grant, period, len(grants)) for index, grant in grants]
            price = _price(view, values, [grant for _, grant in grants], period)
            promised = _promised(view, [_block(grant, period) for _, grant in grants])
        except (InvalidValue, DomainError) as error:
            complaints.append(str(error))
    found = {json.dumps(finding, sort_keys=True): finding for a in answers for finding in a.answer["findings"]}
    return Panel(
        complaints=tuple(dict.fromkeys(complaints)),
        grants=tuple(answers),
        findings=tuple(found.values()),
        price=price,
        promised=promised,
        price_change=_price_change(values, price),
    )


def at_indicative_price(values: Values, panel: Panel) -> Values:
    """Fill in the price of the rate card, where it has one."""
    return values | _said_price(panel.price)


def changed(values: Values, change: str) -> Values:
    """Return the form with a proposed change. Raises: InvalidInput for what no panel proposes."""
    try:
        wanted = json.loads(change)
    except (ValueError, RecursionError):
        wanted = None
    is_change = isinstance(wanted, dict) and all(
        _CHANGEABLE.fullmatch(name) and isinstance(texts, list) and all(map(_is_text, texts))
        for name, texts in wanted.items()
    )
    if not is_change:
        raise InvalidInput.at("/change", "This change was not proposed here; choose one of those that are.")
    return {**values, **wanted}


def _is_text(text: object) -> bool:
    """A page cannot show half a character, which JSON can hold."""
    return isinstance(text, str) and (text.isprintable() or not text)


def _period(values: Values, complaints: list[str]) -> Period | None:
    given = {name: terms_form.one(values, name) for name in ("first_day", "last_day", "zone")}
    try:
        period: Period = DealPeriodIn().load(given)
    except ma.ValidationError as error:
        complaints += _sentences(error, "")
        return None
    return period


def _grants(values: Values, period: Period | None, complaints: list[str]) -> list[tuple[str, ProposedGrant]]:
    """Return the grants that can be read, by their number in the form."""
    found: list[tuple[str, ProposedGrant]] = []
    included = terms_form.included_grants(values)
    for index in included:
        given = terms_form.grant_typed(values, index)
        try:
            grant: ProposedGrant = GrantIn().load(given)
        except ma.ValidationError as error:
            complaints += _sentences(error, f"{given['component'].capitalize()}, ")
            continue
        problems = [] if period is None else [sentence for _, sentence in exclusivity_problems([grant], period)]
        complaints += [f"{grant.component.label}: {sentence}" for sentence in problems]
        if not problems:
            found.append((index, grant))
    if not included:
        complaints.append("Choose at least one component.")
    return found


def _sentences(error: ma.ValidationError, before: str) -> list[str]:
    return [
        formats.capitalize_first(f"{before}{_named(problem.pointer)}: {problem.detail}")
        for problem in problems_of(error)
    ]


def _named(pointer: str) -> str:
    return pointer.strip("/").partition("/")[0].replace("_", " ")


def _answered(view: PackageView, index: str, grant: ProposedGrant, period: Period, included: int) -> GrantAnswer:
    blocks = with_exclusive_period(_block(grant, period), exclusive_until=_over(grant, period))
    asked = Ask.of(blocks, zone=period.zone)
    answer = ask_about(session=session(), actor=require().actor, at=now(), package_id=view.package.id, asked=asked)
    document = answer_document(answer, territory=grant.territory.expression)
    chart = windows.chart_of(document["free"], first_day=period.first_day, last_day=period.last_day)
    ways = tuple(_way(index, fix) for fix in document["fixes"])
    if not document["available"] and included > 1:
        sentence = f"Free without the {grant.component.label.lower()}: leave it out."
        ways = (*ways, Way(sentence, json.dumps({f"g{index}_include": []})))
    return GrantAnswer(grant.component.label, document, ways, None if document["available"] else chart)


def _promised(view: PackageView, blocks: Sequence[RightsBlock]) -> str:
    """Say what stands against an offer of these rights by what other licensees were promised."""
    reserved = reserved_from(
        session(),
        performer_id=view.performer.id,
        licensee_party_id=require().actor.party_id,
        license_id=None,
        at=now(),
    )
    return judge_reserved(blocks, reserved).sentence


def _block(grant: ProposedGrant, period: Period) -> RightsBlock:
    return RightsBlock(
        component=grant.component,
        axes=grant.axes,
        media=grant.media,
        territory=grant.territory.codes,
        languages=grant.languages,
        categories=grant.categories,
        term=period.term,
        exclusivity=grant.exclusivity,
    )


def _over(grant: ProposedGrant, period: Period) -> Any:
    """Return the instant at which the last exclusive day is over, where one is named."""
    day = grant.exclusive_until
    return None if day is None else Term.of_days(day, day, period.zone).ends_at


def _way(index: str, fix: Mapping[str, Any]) -> Way:
    changes = fix["changes"]
    if fix["kind"] == FixKind.WAIT or changes.get("last_day", "") is None:
        return Way(fix["sentence"], None)
    wanted = dict(_fields(index, changes))
    return Way(fix["sentence"], json.dumps(wanted) if wanted else None)


def _fields(index: str, changes: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Yield the fields of the form that a change of the question stands for."""
    for name, value in changes.items():
        if name in ("first_day", "last_day"):
            yield name, [value]
        elif name in _LISTS:
            yield f"g{index}_{name}", list(value)
        elif name == "languages":
            yield f"g{index}_languages", [", ".join(value)]
        elif name in ("territory", "exclusivity"):
            yield f"g{index}_{name}", [value]
    if changes.get("exclusivity") == Exclusivity.NON_EXCLUSIVE:
        yield f"g{index}_exclusive_until", [""]


def _price(
    view: PackageView, values: Values, grants: Sequence[ProposedGrant], period: Period
) -> IndicativePrice | None:
    if not grants:
        return None
    uses = frozenset(Use(*use) for g in grants for use in product([g.component], g.axes, g.media))
    preset = terms_form.one(values, "preset")
    wanted = Wanted(
        uses=uses,
        first_day=period.first_day,
        last_day=period.last_day,
        exclusivity=next((g.exclusivity for g in grants if g.exclusivity.is_exclusive), Exclusivity.NON_EXCLUSIVE),
        is_worldwide=all(g.territory.codes >= world() for g in grants),
        preset=preset if preset in PRESETS else None,
    )
    return indicative_price(card=card_lines(view.rate_card), wanted=wanted)


def _said_price(price: IndicativePrice | None) -> Values:
    """Return the fields in which a price of one currency is written; nothing without one."""
    if price is None or len(price.fees) != 1:
        return {}
    [fee] = price.fees
    royalty = terms_form.percent(price.royalty_bps or 0)
    return {"fee": [fee.to_decimal_text()], "currency": [fee.currency], "royalty": [royalty]}


def _price_change(values: Values, price: IndicativePrice | None) -> str | None:
    wanted = _said_price(price)
    is_said = all(values.get(name, [""])[:1] == texts for name, texts in wanted.items())
    return None if is_said else json.dumps(wanted)
