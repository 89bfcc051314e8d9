"""Create and edit a package and its prices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from app.audit import service as audit
from app.catalog import queries
from app.catalog.errors import PackageNotEditable
from app.catalog.folding import folded_words
from app.catalog.models import Package, PackageWord, RateCardLine
from app.catalog.presets import preset
from app.catalog.states import PackageStatus
from app.identity.actor import Actor
from app.parties import queries as parties
from app.values.errors import InvalidInput, InvalidValue
from app.values.money import Money


@dataclass(frozen=True, slots=True)
class Price:
    """A line of a rate card; media (leaves) and months are the preset's unless said."""

    preset: str
    fee: Money
    royalty_bps: int
    media: frozenset[str] | None = None
    months: int | None = None


def create_package(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    performer_id: str,
    title: str,
    summary: str = "",
    tags: Iterable[str] = (),
) -> Package:
    """Begin a package of a performer as a draft of the actor's party. Raises: NotFound for the performer."""
    performer = parties.visible_performer(session, actor, performer_id)
    package = Package(
        performer_id=performer.id,
        licensor_party_id=actor.party_id,
        title=title,
        summary=summary,
        tags=_distinct(tags),
        created_at=at,
    )
    session.add(package)
    session.flush()
    _index_words(session, package, performer.name)
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="package.created",
        subject_id=package.id,
        performer_id=performer.id,
        title=title,
    )
    return package


def edit_package(
    *,
    session: Session,
    actor: Actor,
    at: datetime,
    package_id: str,
    title: str | None = None,
    summary: str | None = None,
    tags: Iterable[str] | None = None,
) -> Package:
    """Change what is given and leave the rest. Raises: NotFound, PackageNotEditable."""
    package = editable_package(session, actor, package_id)
    wanted = {"title": title, "summary": summary, "tags": None if tags is None else _distinct(tags)}
    changes = {name: new for name, new in wanted.items() if new is not None and new != getattr(package, name)}
    if not changes:
        return package
    for name, new in changes.items():
        setattr(package, name, new)
    session.add(package)
    session.flush()
    _index_words(session, package, parties.performer(session, package.performer_id).name)
    audit.record(
        session=session, actor=actor, at=at, action="package.edited", subject_id=package.id, changes=changes
    )
    return package


def set_rate_card(
    *, session: Session, actor: Actor, at: datetime, package_id: str, prices: Sequence[Price]
) -> Sequence[RateCardLine]:
    """Replace the prices of a package, all in one currency. Raises: NotFound, PackageNotEditable, InvalidInput."""
    package = editable_package(session, actor, package_id)
    lines = [_line(package.id, index, price) for index, price in enumerate(prices)]
    _check_prices(prices)
    session.execute(sa.delete(RateCardLine).where(col(RateCardLine.package_id) == package.id))
    session.add_all(lines)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="package.rate_card_set",
        subject_id=package.id,
        prices={
            p.preset: {"fee_minor": p.fee.amount_minor, "currency": p.fee.currency, "royalty_bps": p.royalty_bps}
            for p in prices
        },
    )
    return queries.rate_cards_of(session, [package.id])


def editable_package(session: Session, actor: Actor, package_id: str) -> Package:
    """Return the actor's package, locked, if it can be edited. Raises: NotFound, PackageNotEditable."""
    package = queries.own_package(session, actor, package_id, lock=True)
    if not package.status.is_editable:
        raise PackageNotEditable(_WHAT_TO_DO[package.status])
    return package


_WHAT_TO_DO = {
    PackageStatus.SUBMITTED: "The package is under review; edit it when the review has been decided.",
    PackageStatus.LISTED: "The package is listed and stays as reviewed; withdraw it and create a new one instead.",
    PackageStatus.WITHDRAWN: "The package is withdrawn; create a new one instead.",
}


def _line(package_id: str, index: int, price: Price) -> RateCardLine:
    try:
        usual = preset(price.preset)
    except InvalidValue as error:
        raise InvalidInput.at(f"/lines/{index}/preset", str(error), code="unknown_preset") from error
    return RateCardLine(
        package_id=package_id,
        preset=usual.key,
        media=sorted(price.media or usual.media),
        fee_minor=price.fee.amount_minor,
        currency=price.fee.currency,
        royalty_bps=price.royalty_bps,
        months=price.months or usual.months,
    )


def _check_prices(prices: Sequence[Price]) -> None:
    seen: set[str] = set()
    for index, price in enumerate(prices):
        if price.preset in seen:
            raise InvalidInput.at(f"/lines/{index}/preset", "A preset has one price.", code="repeated")
        if price.fee.currency != prices[0].fee.currency:
            raise InvalidInput.at(f"/lines/{index}/currency", "All prices of a package are in one currency.")
        seen.add(price.preset)


def _index_words(session: Session, package: Package, performer_name: str) -> None:
    session.execute(sa.delete(PackageWord).where(col(PackageWord.package_id) == package.id))
    words = folded_words(performer_name, package.title, package.summary, *package.tags)
    session.add_all(PackageWord(word=word, package_id=package.id) for word in sorted(words))
    session.flush()


def _distinct(tags: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(tag.strip() for tag in tags))
