"""Use the option that a deal gives its licensee. The licensor signed for it with the deal itself."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.negotiation.changes.service.opening import loaded_terms, open_option
from app.negotiation.deals import queries
from app.negotiation.deals.queries import SignedDeal
from app.negotiation.deals.rules.effect import today_of
from app.negotiation.deals.rules.options import extended_last_day, judge_exercise
from app.negotiation.deals.rules.touched import parts_of
from app.negotiation.errors import require
from app.negotiation.models import Deal, Signature
from app.negotiation.service.signing import sign_option
from app.negotiation.terms.editing import as_proposal
from app.values.errors import Forbidden


def exercise_extension(*, session: Session, actor: Actor, at: datetime, deal_id: str) -> Deal:
    """Go on under the same terms for as long as the option says; its fee is due today.

    Everything is asked again as at a signature: directives, the law, authority, and whether the rights are free.
    Raises: NotFound, Forbidden for the licensor, MoveRefused outside the window, and what a signature raises.
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
        parts = [*parts_of(fee), (today_of(terms, at=at).isoformat(), option["fee_minor"])]
        fee = fee | {
            "amount_minor": fee["amount_minor"] + option["fee_minor"],
            "instalments": [{"due_on": day, "amount_minor": minor} for day, minor in parts],
        }
    left = option["most_times"] - 1
    return proposal | {
        "term": proposal["term"] | {"last_day": extended_last_day(terms["term"], option["months"]).isoformat()},
        "fee": fee,
        "extension": option | {"most_times": left} if left else None,
    }


def _licensor_signer(session: Session, signed: SignedDeal) -> str:
    """Return who signed the option for the licensor."""
    wanted = (Signature.deal_id == signed.deal.id, Signature.party_id == signed.terms["licensor"]["id"])
    return session.exec(select(Signature.user_id).where(*wanted).order_by(col(Signature.id))).one()
