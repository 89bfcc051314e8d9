"""Who may license what of a performer, read in a constant number of statements however many are asked about."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from app.parties.models import HolderConsent, Performer, QuorumRule, Representation
from app.parties.rules.authority import Consent, Resolution
from app.parties.rules.facts import AuthorityFacts
from app.parties.rules.lifetime import comes_of_age_at, death_of
from app.parties.rules.mandates import Mandate, earliest
from app.parties.states import Capacity, QuorumKind, RepresentationStatus
from app.values.components import Component

Pair = tuple[str, str]
"""A performer and a licensor."""


def authority_of(session: Session, performer_id: str, licensor_party_id: str, at: datetime) -> Resolution:
    """Return what a party may license of a performer at this instant, and exactly what is missing elsewhere."""
    pair = (performer_id, licensor_party_id)
    return authorities_of(session, [pair], at)[pair]


def reachable_authority_of(session: Session, performer_id: str, licensor_party_id: str, at: datetime) -> Resolution:
    """Return what a party could license if every other proven owner agreed, as each may to a single offer."""
    facts = facts_of(session, performer_id)
    return facts.resolve(licensor_party_id, at=at, consents=facts.everyones_consent(licensor_party_id))


def authorities_of(
    session: Session, pairs: Iterable[Pair], at: datetime, *, consents: Iterable[Consent] = ()
) -> dict[Pair, Resolution]:
    """Return what each licensor may license of each performer, in five statements for all.

    `consents` are given to something single, such as an offer, and count beside the standing ones.
    """
    wanted, given = dict.fromkeys(pairs), tuple(consents)
    known = _facts_of(session, {performer_id for performer_id, _ in wanted})
    return {
        (performer_id, licensor_party_id): known[performer_id].resolve(licensor_party_id, at=at, consents=given)
        for performer_id, licensor_party_id in wanted
    }


def facts_of(session: Session, performer_id: str) -> AuthorityFacts:
    """Return all that is known of the authority over a performer, to resolve it for whoever asks."""
    return _facts_of(session, {performer_id})[performer_id]


def _facts_of(session: Session, ids: Collection[str]) -> dict[str, AuthorityFacts]:
    performers = {p.id: p for p in session.exec(select(Performer).where(col(Performer.id).in_(ids)))}
    mandates, successors = mandates_of(session, performers)
    quorums, consents = quorum_of(session, ids), _consents_of(session, ids, successors)
    return {
        performer_id: AuthorityFacts(
            mandates=mandates[performer_id],
            quorum=quorums[performer_id],
            consents=consents[performer_id],
            died_at=died_at(performers.get(performer_id)),
        )
        for performer_id in ids
    }


def mandates_of(
    session: Session, performers: Mapping[str, Performer]
) -> tuple[Mapping[str, Sequence[Mandate]], Mapping[str, str]]:
    """Return the mandates over each performer, and the newest successor of each that was superseded."""
    rows = session.exec(
        select(Representation)
        .where(col(Representation.performer_id).in_(performers))
        .where(Representation.status != RepresentationStatus.SUPERSEDED)
        .order_by(col(Representation.id))
    ).all()
    successors = successors_of(session, performers)
    found: dict[str, list[Mandate]] = defaultdict(list)
    for row in rows:
        found[row.performer_id].append(mandate(row, performers[row.performer_id], successors))
    return found, successors


def mandate(row: Representation, performer: Performer, successors: Mapping[str, str]) -> Mandate:
    """Return a representation as the rules see it; a guardian's ends when the minor comes of age."""
    of_age_at = comes_of_age_at(performer.born_on) if row.capacity is Capacity.GUARDIAN else None
    return Mandate(
        id=row.id,
        holder_party_id=row.holder_party_id,
        capacity=row.capacity,
        components=frozenset(map(Component, row.components)),
        media=frozenset(row.media),
        territory=frozenset(row.territory_codes),
        status=row.status,
        principal_id=successors.get(row.principal_id or "", row.principal_id),
        share_bps=row.share_bps or 0,
        is_exclusive=row.is_exclusive,
        may_delegate=row.may_delegate,
        begins_at=row.begins_at,
        signs_until_at=earliest(row.signs_until_at, of_age_at),
        licenses_until_at=row.licenses_until_at,
    )


def quorum_of(
    session: Session, performer_ids: Collection[str]
) -> Mapping[str, Mapping[Component | None, QuorumKind]]:
    """Return the rule of each component, under None the rule of those without one; nothing where none was set."""
    rows = session.exec(
        select(QuorumRule).where(col(QuorumRule.performer_id).in_(performer_ids)).order_by(col(QuorumRule.id))
    ).all()
    found: dict[str, dict[Component | None, QuorumKind]] = defaultdict(dict)
    for row in rows:
        found[row.performer_id][row.component] = row.rule
    return found


def successors_of(session: Session, performer_ids: Collection[str]) -> Mapping[str, str]:
    """Return the newest successor of each representation that was superseded, by the id of the older one."""
    pairs = session.exec(
        select(Representation.id, Representation.superseded_by_id)
        .where(col(Representation.performer_id).in_(performer_ids))
        .where(col(Representation.superseded_by_id).is_not(None))
    ).all()
    newer = {old: new for old, new in pairs if new is not None}
    return {old: _last(newer, new) for old, new in newer.items()}


def _last(newer: Mapping[str, str], id_: str) -> str:
    while id_ in newer:
        id_ = newer[id_]
    return id_


def _consents_of(
    session: Session, performer_ids: Collection[str], successors: Mapping[str, str]
) -> Mapping[str, Sequence[Consent]]:
    rows = session.exec(
        select(Representation.performer_id, HolderConsent.representation_id, HolderConsent.licensor_party_id)
        .join(Representation, col(Representation.id) == HolderConsent.representation_id)
        .where(col(Representation.performer_id).in_(performer_ids))
        .where(col(HolderConsent.withdrawn_at).is_(None))
        .order_by(col(HolderConsent.id))
    ).all()
    found: dict[str, list[Consent]] = defaultdict(list)
    for performer_id, representation_id, licensor_party_id in rows:
        found[performer_id].append(Consent(successors.get(representation_id, representation_id), licensor_party_id))
    return found


def died_at(performer: Performer | None) -> datetime | None:
    if performer is None:
        return None
    return death_of(is_living=performer.is_living, died_on=performer.died_on, recorded_at=performer.created_at)
