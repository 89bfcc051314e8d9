"""Ask what is free: the same answer for whoever asks and for whoever books."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from app.catalog import queries as catalog
from app.catalog.models import Package
from app.identity.actor import Actor
from app.law.clearance import clearance
from app.law.rules.facts import ProposedUse
from app.law.rules.findings import Finding
from app.parties.rules.authority import Consent, Resolution
from app.rights import queries
from app.rights.answers import answer_document
from app.rights.errors import RightsNotAvailable
from app.rights.rules.ask import Ask
from app.rights.rules.avails import Answer, avails
from app.rights.rules.free import Free, find_free
from app.rights.rules.rights_in import RightsIn
from app.rights.states import BlockKind, MatchMode
from app.values.components import Axis, Component
from app.values.errors import InvalidInput
from app.values.exclusivity import Exclusivity
from app.values.rights_block import ALL
from app.values.term import Term
from app.values.territory import Territory


def ask_avails(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    package_id: str,
    components: Iterable[Component],
    axes: Iterable[Axis],
    media: Iterable[str],
    territory: Iterable[str],
    term: Term,
    exclusivity: Exclusivity,
    languages: Iterable[str] = (ALL,),
    categories: Iterable[str] = (ALL,),
    zone: str = "UTC",
    match: MatchMode = MatchMode.COVER,
    minimum_days: int | None = None,
) -> Answer:
    """Say whether the same use of these components is free now, with every reason and what the law says of it.

    Nothing is reserved. `media` are leaves, `territory` are ISO codes, `zone` is where the answer's days are. Holds
    of the asker's own party do not stand in the way, nor do those behind them.
    Raises: NotFound, InvalidValue; InvalidInput for a term that is over.
    """
    package = catalog.visible_package(session, actor, package_id)
    require_ahead(term, at)
    asked = Ask.bundle(
        components=components,
        zone=zone,
        match=match,
        minimum_days=minimum_days,
        axes=frozenset(axes),
        media=frozenset(media),
        territory=frozenset(territory),
        languages=frozenset(languages),
        categories=frozenset(categories),
        term=term,
        exclusivity=exclusivity,
    )
    facts = queries.facts_for(session, [package], asked, at=at, asker_party_id=actor.party_id)[package.id]
    answer = avails(asked=asked, rights_in=facts.rights_in, taken=facts.taken, at=at, own=facts.own)
    return replace(answer, findings=_findings(session, at, package, asked, facts.rights_in))


def require_ahead(term: Term, at: datetime) -> None:
    """Nothing can be licensed for a time that is over, so nobody is told that it is free. Raises: InvalidInput."""
    if term.ends_at is not None and term.ends_at <= at:
        raise InvalidInput.at("/last_day", "This term is over; ask for one that ends later.", code="term_over")


def find_free_in(
    *, session: Session, at: datetime, packages: Sequence[Package], asked: Ask, asker_party_id: str | None = None
) -> dict[str, Free]:
    """Say for each package, by its id, when and where an ask is free of it; many in the same few statements.

    Whoever calls has decided that the asker may see the packages.
    """
    every = queries.facts_for(session, packages, asked, at=at, asker_party_id=asker_party_id)
    return {
        package_id: find_free(asked=asked, rights_in=facts.rights_in, taken=facts.taken, at=at, own=facts.own)
        for package_id, facts in every.items()
    }


def _findings(
    session: Session, at: datetime, package: Package, asked: Ask, rights_in: RightsIn
) -> tuple[Finding, ...]:
    use = ProposedUse(
        components=frozenset(asked.components),
        axes=asked.axes,
        media=asked.media,
        territory=Territory.of(asked.territory),
        term=asked.term,
    )
    return clearance(
        session=session,
        at=at,
        performer_id=package.performer_id,
        licensor_party_id=package.licensor_party_id,
        use=use,
        authority=Resolution(tuple(rights_in.authorities), tuple(rights_in.gaps)),
    )


def require_free(
    session: Session,
    at: datetime,
    package: Package,
    asked: Ask,
    *,
    own_reference: str | None = None,
    holds_count: bool = True,
    consents: Iterable[Consent] = (),
) -> None:
    """Raises: RightsNotAvailable with all that an answer to the same question says, reasons and fixes first.

    The hold under `own_reference` does not stand in the way, nor do those behind it; none does where holds do not
    count. `consents` of holders count beside their standing ones.
    """
    facts = queries.facts_for(session, [package], asked, at=at, own_reference=own_reference, consents=consents)[
        package.id
    ]
    taken = [other for other in facts.taken if holds_count or other.kind is not BlockKind.HOLD]
    answer = avails(asked=asked, rights_in=facts.rights_in, taken=taken, at=at, own=facts.own)
    if not answer.is_available:
        document = answer_document(answer)
        told = {name: document[name] for name in ("reasons", "fixes", "windows", "free", "limiting_components")}
        raise RightsNotAvailable(answer.sentence, **told)
