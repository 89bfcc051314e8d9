"""What the sides of a license can do about its standing, by verb; callers import the use cases from here."""

from app.licensing.standing.service.breaches import answer_breach, notice_breach, settle_breach
from app.licensing.standing.service.suspending import reinstate, suspend, terminate
from app.licensing.standing.service.tolling import accept_tolling, propose_tolling

__all__ = [
    "accept_tolling",
    "answer_breach",
    "notice_breach",
    "propose_tolling",
    "reinstate",
    "settle_breach",
    "suspend",
    "terminate",
]
