"""Use the option that a deal gives its licensee. The licensor signed for it with the deal itself."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.negotiation.changes.service.opening import loaded_terms, open_option
from app.negotiation.deals import queries
from app.negotiation.deals.errors import TooManyParts
from app.negotiation.deals.queries import SignedDeal
from app.negotiation.deals.rules.effect import today_of
from app.negotiation.deals.rules.options import extended_last_day, judge_exercise
from app.negotiation.deals.rules.touched import parts_of
from app.negotiation.errors import require
from app.negotiation.models import Deal, Signature
from app.negotiation.service.signing import sign_option
from app.negotiation.terms.editing import as_proposal
from app.negotiation.terms.schema.money import MOST_PARTS
from app.values.errors import Forbidden


def exercise_extension(*, session: Session, actor: Actor, at: datetime, deal_id: str) -> Deal:
    """Go on under the same terms for as long as the option says; its fee is due today, or on the next free day.

    Where a change that was signed before still waits for its day, both count from that day.

    Everything is asked again as at a signature: directives, the law, authority, and whether the rights are free.
    Raises: NotFound, Forbidden for the licensor, MoveRefused outside the window, TooManyParts,
    InvalidInput for an end outside the calendar, and what a signature raises.
    """
    signed = queries.own_signed_deal(session, actor, deal_id, lock=True)
    if signed.terms["licensee"]["id"] != actor.party_id:
        raise Forbidden("The option is the licensee's.")
    require(judge_exercise(signed.terms, at=at))
    terms = loaded_terms(_extended(signed, at))
    signer = _licensor_signer(session, signed)
    negotiation, offer = open_option(session=session, at=at, signed=signed, terms=terms, signer_user_id=signer)
    return sign_option(session=session, actor=actor, at=at, negotiation=negotiation, offer=offer)


def _extended(signed: SignedDeal, at: datetime) -> dict[str, Any]:
    """Return the proposal of the same terms with a later end, one option less, and its fee."""
    terms, option = signed.terms, signed.terms["extension"]
    proposal = as_proposal(terms)
    fee = terms["fee"]
    if option["fee_minor"]:
        day = today_of(terms, at=max(at, signed.version.effective_at))
        fee = _with_part(fee, day, option["fee_minor"])
    left = option["most_times"] - 1
    return proposal | {
        "term": proposal["term"] | {"last_day": extended_last_day(terms["term"], option["months"]).isoformat()},
        "fee": fee,
        "extension": option | {"most_times": left} if left else None,
    }


def _with_part(fee: Mapping[str, Any], day: date, amount_minor: int) -> dict[str, Any]:
    """Return a fee with one part more, in the order of days, due on the first day from `day` on that has none yet.

    A part that is there stays as it is: it may have been asked for. Raises: TooManyParts.
    """
    parts = parts_of(fee)
    if len(parts) >= MOST_PARTS:
        raise TooManyParts(
            f"The fee is paid in {MOST_PARTS} parts already, the most there can be; agree on an amendment with "
            "fewer parts to come, then use the option."
        )
    taken = {due_on for due_on, _ in parts}
    while day.isoformat() in taken:
        day += timedelta(days=1)
    whole = sorted([*parts, (day.isoformat(), amount_minor)], key=lambda part: part[0] or "")
    return dict(fee) | {
        "amount_minor": fee["amount_minor"] + amount_minor,
        "instalments": [{"due_on": due_on, "amount_minor": minor} for due_on, minor in whole],
    }


def _licensor_signer(session: Session, signed: SignedDeal) -> str:
    """Return who signed the option for the licensor."""
    wanted = (Signature.deal_id == signed.deal.id, Signature.party_id == signed.terms["licensor"]["id"])
    return session.exec(select(Signature.user_id).where(*wanted).order_by(col(Signature.id))).one()
