"""The question for avails."""

from typing import Any

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, session
from app.infrastructure.http.unit_of_work import reads_only
from app.rights import schemas
from app.rights.answers import answer_document
from app.rights.service import ask_avails
from app.values.territory import Territory

avails = api_blueprint("avails", "/v1/packages", "What is free, with reasons and the cheapest way out")


@avails.route("/<package_id>/avails", methods=["POST"])
@reads_only
@avails.arguments(schemas.AvailsIn)
@avails.response(200, schemas.AnswerOut)
def ask(question: dict[str, Any], package_id: str) -> dict[str, Any]:
    """Ask whether rights are free

    Checked against the performer's directives, consent, the licensor's authority, grants, holds, holdbacks,
    opt-outs and the licensor's own use. `match` and `minimum_days` choose which free periods count as found; the
    answer lists them, also country by country, with single changes after which the whole term would be free.
    Holds of your own party do not stand in your way. Nothing is reserved by asking.
    """
    territory: Territory = question.pop("territory")
    answer = ask_avails(
        session=session(), actor=actor(), at=now(), package_id=package_id, territory=territory.codes, **question
    )
    return {**answer_document(answer, territory=territory.expression), "asked_at": now()}
