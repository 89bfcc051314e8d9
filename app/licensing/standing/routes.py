"""Routes of the standing of a license: suspension, breach and cure, reinstatement, end, days added to the term."""

from typing import Any

from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, session
from app.licensing import queries as licenses
from app.licensing import schemas as license_schemas
from app.licensing.routes import full_license
from app.licensing.standing import queries, schemas, service, tolled
from app.licensing.standing.states import BreachAction

standing = api_blueprint("license-standing", "/v1/licenses", "What stops a license, for a while or for good")
_BREACH = "/<license_id>/breaches/<breach_id>"
_TOLLING = "/<license_id>/tollings/<tolling_id>"


@standing.route("/<license_id>/suspension", methods=["POST"])
@standing.arguments(schemas.SuspensionIn)
@standing.response(201, license_schemas.LicenseOut)
def post_suspension(wanted: dict[str, Any], license_id: str) -> Any:
    """Suspend a license at once, as its licensor or as an administrator

    For a breach, that is a notice of breach that suspends. A license can be suspended on several grounds; it
    goes on when the last of them is lifted.
    """
    return full_license(service.suspend(**_about(license_id), **wanted))


@standing.route("/<license_id>/suspensions")
@standing.response(200, schemas.SuspensionsOut)
def get_suspensions(license_id: str) -> dict[str, Any]:
    """List the grounds on which a license is, or was, suspended"""
    licenses.license_view(session(), actor(), license_id)
    return {"items": queries.suspensions_of(session(), license_id)}


@standing.route("/<license_id>/reinstatement", methods=["POST"])
@standing.arguments(license_schemas.StandingChangeIn)
@standing.response(201, license_schemas.LicenseOut)
def post_reinstatement(body: dict[str, Any], license_id: str) -> Any:
    """Lift a suspension, on whatever grounds that are yours to lift

    An administrator lifts all of them, the licensor those that no administrator imposed. While others stand the
    license stays suspended, as the answer says; if none was the licensor's to lift, it is refused
    (`suspended_by_administrator`).
    """
    return full_license(service.reinstate(**_about(license_id), **body))


@standing.route("/<license_id>/termination", methods=["POST"])
@standing.arguments(license_schemas.StandingChangeIn)
@standing.response(201, license_schemas.LicenseOut)
def post_termination(body: dict[str, Any], license_id: str) -> Any:
    """End a license early, for good

    The rights are free again, deliveries and links end, and credentials are revoked. Where the deal gives days to
    cure a breach, the licensor of a paid license ends it only for a breach that was told and not cured in time
    (`no_breach_told`, `cure_period_running`, `cure_unanswered`); an administrator needs none. Once its
    term and the time to wind down and sell off are over there is nothing to end (`license_not_running`).
    """
    return full_license(service.terminate(**_about(license_id), **body))


@standing.route("/<license_id>/breaches")
class Breaches(MethodView):
    @standing.response(200, schemas.BreachesOut)
    def get(self, license_id: str) -> dict[str, Any]:
        """List the breaches that the licensee was told of, with what was said about them"""
        return {"items": queries.breach_views(session(), actor(), license_id, at=now())}

    @standing.arguments(schemas.BreachNoticeIn)
    @standing.response(201, schemas.BreachOut)
    def post(self, wanted: dict[str, Any], license_id: str) -> Any:
        """Tell the licensee of a breach, and until when it may be cured

        The license runs on meanwhile unless the notice suspends it. Nothing ends by itself.
        """
        made = service.notice_breach(**_about(license_id), **wanted)
        return queries.breach_view(session(), actor(), license_id, made.id, at=now())


@standing.route(f"{_BREACH}/cure", methods=["POST"])
@standing.arguments(schemas.CureIn)
@standing.response(201, schemas.BreachOut)
def post_cure(wanted: dict[str, Any], license_id: str, breach_id: str) -> Any:
    """Say, as the licensee, how a breach was cured"""
    service.answer_breach(**_about(license_id), breach_id=breach_id, **wanted)
    return queries.breach_view(session(), actor(), license_id, breach_id, at=now())


@standing.route(f"{_BREACH}/acceptance", methods=["POST"])
@standing.arguments(license_schemas.StandingChangeIn)
@standing.response(201, schemas.BreachOut)
def post_acceptance(body: dict[str, Any], license_id: str, breach_id: str) -> Any:
    """Take the licensee's answer for a cure; a suspension for this breach is lifted"""
    return _settled(license_id, breach_id, BreachAction.ACCEPT, body)


@standing.route(f"{_BREACH}/dispute", methods=["POST"])
@standing.arguments(license_schemas.StandingChangeIn)
@standing.response(201, schemas.BreachOut)
def post_dispute(body: dict[str, Any], license_id: str, breach_id: str) -> Any:
    """Say that the breach is not cured"""
    return _settled(license_id, breach_id, BreachAction.DISPUTE, body)


@standing.route(f"{_BREACH}/withdrawal", methods=["POST"])
@standing.arguments(license_schemas.StandingChangeIn)
@standing.response(201, schemas.BreachOut)
def post_withdrawal(body: dict[str, Any], license_id: str, breach_id: str) -> Any:
    """Take a notice of breach back; a suspension for it is lifted

    One by which an administrator suspends is taken back by an administrator.
    """
    return _settled(license_id, breach_id, BreachAction.WITHDRAW, body)


@standing.route("/<license_id>/tollings")
class Tollings(MethodView):
    @standing.response(200, schemas.TollingsOut)
    def get(self, license_id: str) -> dict[str, Any]:
        """List what was proposed to be added to the term, and how many days could be now"""
        view = licenses.license_view(session(), actor(), license_id)
        return {
            "items": queries.tolling_views(session(), actor(), license_id, at=now()),
            "days_to_add": len(tolled.countable_now(session(), view, at=now()).days),
        }

    @standing.arguments(schemas.TollingOfferIn)
    @standing.response(201, schemas.TollingOut)
    def post(self, wanted: dict[str, Any], license_id: str) -> Any:
        """Propose to add the days for which the license was suspended up to today

        Either side can. It is an offer: the other side accepts it here or among its negotiations, or declines it.
        """
        made = service.propose_tolling(**_about(license_id), **wanted)
        return queries.tolling_view(session(), actor(), license_id, made.id, at=now())


@standing.route(f"{_TOLLING}/acceptance", methods=["POST"])
@standing.arguments(schemas.TollingAcceptanceIn)
@standing.response(201, schemas.TollingOut)
def post_tolling_acceptance(wanted: dict[str, Any], license_id: str, tolling_id: str) -> Any:
    """Accept the days to be added, named by the hash of the offer

    Signed, it is a version of the deal: rights, authority and directives are asked again, and credentials of before
    are revoked. Where holders have yet to sign, it stays `proposed`.
    """
    service.accept_tolling(**_about(license_id), tolling_id=tolling_id, **wanted)
    return queries.tolling_view(session(), actor(), license_id, tolling_id, at=now())


def _settled(license_id: str, breach_id: str, action: BreachAction, body: dict[str, Any]) -> Any:
    service.settle_breach(**_about(license_id), breach_id=breach_id, action=action, **body)
    return queries.breach_view(session(), actor(), license_id, breach_id, at=now())


def _about(license_id: str) -> dict[str, Any]:
    return {"session": session(), "actor": actor(), "at": now(), "license_id": license_id}
