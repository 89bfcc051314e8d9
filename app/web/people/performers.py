"""A performer: the facts, the wishes, the law, and the chain of authority for those who stand in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from flask import render_template, request, url_for

from app.infrastructure.http.context import now, session
from app.law import queries as law
from app.law.rules.statute import StatuteClock, summary
from app.law.schemas import StatuteClockArgs
from app.law.states import Applies
from app.parties import queries, service
from app.parties.directives.queries import directives_page
from app.parties.models import Performer, Representation
from app.parties.queries import AuthorityView
from app.parties.schemas import PerformerIn
from app.parties.states import Capacity, QuorumKind
from app.values.errors import DomainError
from app.values.rounding import BASIS_POINTS
from app.values.territory import Territory
from app.web import forms, terms_form
from app.web.visitor import Audience, Visitor, require

SHOWN = 50
HISTORY_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Link:
    """One holder in the chain, with those who act under it."""

    row: Representation
    name: str
    share_bps: int
    agents: "tuple[Link, ...]"

    @property
    def share_from(self) -> int:
        """How wide the share is in a bar of a thousand."""
        return self.share_bps * 1000 // BASIS_POINTS


@dataclass(frozen=True, slots=True)
class SpentClock:
    """A law's clock, and how much of its time has passed, of a thousand; nothing where it states no end."""

    clock: StatuteClock
    passed: int | None


def show_all(refusal: DomainError | None = None) -> str:
    guest = require(Audience.LICENSOR, Audience.BACKOFFICE)
    page = queries.performers_page(session(), guest.actor, cursor=request.args.get("cursor"), limit=SHOWN)
    return render_template(
        "people/performers.html",
        performers=page.items,
        next_url=url_for(".performers", cursor=page.next_cursor) if page.next_cursor else None,
        typed=terms_form.typed(),
        refusal=refusal,
    )


def add() -> forms.Answer:
    guest = require(Audience.LICENSOR, Audience.BACKOFFICE)

    def work() -> str:
        typed: dict[str, Any] = {name: forms.text(name) for name in ("name", "domicile", "summary", "isni")}
        typed |= {name: forms.text(name) or None for name in ("born_on", "died_on")}
        given = typed | {"isni": typed["isni"] or None, "is_living": forms.text("is_living") == "yes"}
        made = service.create_performer(session=session(), actor=guest.actor, at=now(), **PerformerIn().load(given))
        return url_for(".performer", performer_id=made.id)

    return forms.answer(work, show_all)


def show(performer_id: str, refusal: DomainError | None = None) -> str:
    guest = require()
    performer = queries.visible_performer(session(), guest.actor, performer_id)
    used_in, complaint = _used_in()
    clocks = law.statute_clocks_of(session(), performer.id, used_in.codes, now())
    chain = _chain(guest, performer)
    names = queries.party_names(session(), _parties_in(chain))
    is_represented = chain is not None and (guest.actor.is_administrator or bool(chain.holders))
    return render_template(
        "people/performer.html",
        performer=performer,
        directives=directives_page(session(), guest.actor, performer.id, cursor=None, limit=SHOWN).items,
        sure=[_spent(performer, clock) for clock in clocks if clock.applies is Applies.YES],
        possible=[_spent(performer, clock) for clock in clocks if clock.applies is not Applies.YES],
        clocks_sentence=summary(clocks, is_living=performer.is_living),
        used_in=used_in,
        complaint=complaint,
        chain=chain,
        links=_links(chain.holders, names, queries.successors_of(session(), [performer.id])) if chain else [],
        names=names,
        is_represented=is_represented,
        own=_own(guest, performer) if chain else [],
        registrations=_records(law.registrations_page, guest, performer) if is_represented else [],
        evidence=_records(law.evidence_page, guest, performer) if is_represented else [],
        history=_history(guest, performer),
        capacities=list(Capacity),
        quorum_kinds=list(QuorumKind),
        typed=terms_form.typed(),
        refusal=refusal,
    )


def _spent(performer: Performer, clock: StatuteClock) -> SpentClock:
    """Say how much of the time that a law protects has passed, of a thousand."""
    died_on, ends_on = performer.died_on, clock.ends_on
    if died_on is None or ends_on is None or ends_on <= died_on:
        return SpentClock(clock, None)
    passed = (now().date() - died_on).days * 1000 // (ends_on - died_on).days
    return SpentClock(clock, min(max(passed, 0), 1000))


def _used_in() -> tuple[Territory, str]:
    """Return where a use is thought of: everywhere, unless the address says otherwise and can be read."""
    typed = request.args.get("used_in", "").strip()
    try:
        args = StatuteClockArgs().load({"used_in": typed} if typed else {})
    except ma.ValidationError as error:
        return Territory.parse("+WORLD"), forms.first_complaint(error)
    found: Territory = args["used_in"]
    return found, ""


def _chain(guest: Visitor, performer: Performer) -> AuthorityView | None:
    """Return the chain as a licensor sees it; an administrator looks from the side of one who holds it."""
    if guest.audience is Audience.LICENSEE:
        return None
    licensor = guest.party.id
    if guest.actor.is_administrator:
        rows = queries.representations_of(session(), performer.id, now())
        licensor = request.args.get("licensor") or (rows[0].holder_party_id if rows else licensor)
    return queries.authority_view(session(), guest.actor, performer.id, licensor, at=now())


def _parties_in(chain: AuthorityView | None) -> set[str]:
    if chain is None:
        return set()
    missing = {party_id for gap in chain.gaps for party_id in gap.party_ids}
    return {row.holder_party_id for row in chain.holders} | missing | {chain.licensor_party_id}


def _links(
    holders: Sequence[Representation],
    names: Mapping[str, str],
    successors: Mapping[str, str],
    above: str | None = None,
) -> list[Link]:
    """Return owners, or those who act under a representation or one it took the place of, each with those below."""
    return [
        Link(
            row=row,
            name=names[row.holder_party_id],
            share_bps=row.share_bps or 0,
            agents=tuple(_links(holders, names, successors, row.id)),
        )
        for row in holders
        if successors.get(row.principal_id or "", row.principal_id) == above
    ]


def _own(guest: Visitor, performer: Performer) -> Sequence[Representation]:
    page = queries.representations_page(session(), guest.actor, cursor=None, limit=SHOWN, performer_id=performer.id)
    return page.items


def _records(page: Any, guest: Visitor, performer: Performer) -> Sequence[Any]:
    found: Sequence[Any] = page(session(), guest.actor, performer.id, cursor=None, limit=SHOWN).items
    return found


def _history(guest: Visitor, performer: Performer) -> Sequence[Any]:
    if guest.audience is Audience.LICENSEE or not (guest.actor.is_administrator or _own(guest, performer)):
        return ()
    return queries.authority_history(session(), guest.actor, performer.id, limit=HISTORY_SHOWN).items
