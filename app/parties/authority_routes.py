"""Routes of the chain of authority: what a licensor may license, who holds what share, what happened when."""

from typing import Any

from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure.http.api import Empty, api_blueprint
from app.infrastructure.http.context import now, session
from app.infrastructure.http.paging import PageArgs
from app.parties import authority_schemas as schemas
from app.parties import queries, service
from app.parties.models import HolderConsent
from app.parties.schemas import RepresentationOut

authority = api_blueprint("authority", "/v1", "The chain of authority over a likeness, link by link")


@authority.route("/performers/<performer_id>/authority")
@authority.arguments(schemas.AuthorityArgs, location="query")
@authority.response(200, schemas.AuthorityOut)
def get_authority(args: dict[str, Any], performer_id: str) -> queries.AuthorityView:
    """Return what you may license of a performer now, and exactly what is missing elsewhere

    Parts of the authorities may lie over each other, with other dates or with and without exclusivity.
    """
    licensor = args.get("licensor_party_id") or actor().party_id
    return queries.authority_view(session(), actor(), performer_id, licensor, at=now())


@authority.route("/performers/<performer_id>/authority-history")
@authority.arguments(PageArgs, location="query")
@authority.response(200, schemas.AuthorityEventPageOut)
def get_authority_history(page: dict[str, Any], performer_id: str) -> Any:
    """List what happened to your authority over a performer and to agencies under it, newest first"""
    found = queries.authority_history(session(), actor(), performer_id, **({"cursor": None} | page))
    return found, found.headers


@authority.route("/performers/<performer_id>/quorum-rules")
class QuorumRules(MethodView):
    @authority.response(200, schemas.QuorumRulesOut)
    def get(self, performer_id: str) -> dict[str, Any]:
        """Return which of several holders must license, for those who represent the performer"""
        return {"rules": queries.quorum_rules(session(), actor(), performer_id)}

    @authority.arguments(schemas.QuorumRuleIn)
    @authority.response(200, schemas.QuorumRulesOut)
    def put(self, wanted: dict[str, Any], performer_id: str) -> dict[str, Any]:
        """Say, as an administrator, which of several holders must license

        What is signed stays. The rules before it are kept in the history.
        """
        service.set_quorum_rule(session=session(), actor=actor(), at=now(), performer_id=performer_id, **wanted)
        return {"rules": queries.quorum_rules(session(), actor(), performer_id)}


@authority.route("/representations/<representation_id>/history")
@authority.arguments(PageArgs, location="query")
@authority.response(200, schemas.AuthorityEventPageOut)
def get_history(page: dict[str, Any], representation_id: str) -> Any:
    """List what happened to your representation, newest first"""
    found = queries.representation_history(session(), actor(), representation_id, **({"cursor": None} | page))
    return found, found.headers


@authority.route("/representations/<representation_id>/failure", methods=["POST"])
@authority.arguments(schemas.FailureIn)
@authority.response(200, RepresentationOut)
def post_failure(failure: dict[str, Any], representation_id: str) -> queries.RepresentationView:
    """Find, as an administrator, that a verified authority did not exist from an instant on

    Nothing is signed under it any more, and what was signed since is looked after as a case.
    """
    row = service.fail_representation(
        session=session(), actor=actor(), at=now(), representation_id=representation_id, **failure
    )
    return queries.representation_views(session(), [row])[0]


@authority.route("/representations/<representation_id>/restoration", methods=["POST"])
@authority.arguments(schemas.RestorationIn)
@authority.response(200, RepresentationOut)
def post_restoration(why: dict[str, Any], representation_id: str) -> queries.RepresentationView:
    """Take, as an administrator, a failure back"""
    row = service.restore_representation(
        session=session(), actor=actor(), at=now(), representation_id=representation_id, **why
    )
    return queries.representation_views(session(), [row])[0]


@authority.route("/representations/<representation_id>/consents")
class Consents(MethodView):
    @authority.arguments(PageArgs, location="query")
    @authority.response(200, schemas.ConsentPageOut)
    def get(self, page: dict[str, Any], representation_id: str) -> Any:
        """List the consents given under your representation, newest first, those withdrawn included"""
        found = queries.consents_page(session(), actor(), representation_id, **({"cursor": None} | page))
        return found, found.headers

    @authority.arguments(schemas.ConsentIn)
    @authority.response(201, schemas.ConsentOut)
    def post(self, consent: dict[str, Any], representation_id: str) -> HolderConsent:
        """Consent that another licensor licenses your share too, until you withdraw"""
        return service.give_consent(
            session=session(), actor=actor(), at=now(), representation_id=representation_id, **consent
        )


@authority.route("/representations/<representation_id>/consents/<consent_id>/withdrawal", methods=["POST"])
@authority.arguments(Empty)
@authority.response(200, schemas.ConsentOut)
def post_consent_withdrawal(_: dict[str, Any], representation_id: str, consent_id: str) -> HolderConsent:
    """Withdraw a consent, for what is signed from now on"""
    return service.withdraw_consent(
        session=session(),
        actor=actor(),
        at=now(),
        representation_id=representation_id,
        consent_id=consent_id,
    )
