"""Routes of parties, performers and representations."""

from typing import Any

from flask import Response
from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, services, session
from app.infrastructure.http.fields import file_name
from app.infrastructure.http.files import BINARY, send_stored_file
from app.infrastructure.http.paging import PageArgs
from app.parties import queries, schemas, service
from app.parties.models import Beneficiary, Party, Performer, RepresentationDocument

parties = api_blueprint("parties", "/v1/parties", "Who licenses, takes licenses, and shares the income")
performers = api_blueprint("performers", "/v1/performers", "The persons whose likeness it is")
representations = api_blueprint("representations", "/v1/representations", "Proven authority over a likeness")


@parties.route("")
class Parties(MethodView):
    @parties.arguments(PageArgs, location="query")
    @parties.response(200, schemas.PartyPageOut)
    def get(self, page: dict[str, Any]) -> Any:
        """List the parties you act for; an administrator sees all"""
        found = queries.parties_page(session(), actor(), cursor=page.get("cursor"), limit=page["limit"])
        return found, found.headers

    @parties.arguments(schemas.PartyIn)
    @parties.response(201, schemas.PartyOut)
    def post(self, party: dict[str, Any]) -> Party:
        """Record a party, as an administrator"""
        return service.create_party(session=session(), actor=actor(), at=now(), **party)


@parties.route("/<party_id>")
@parties.response(200, schemas.PartyOut)
def get_party(party_id: str) -> Party:
    """Return your own party"""
    return queries.own_party(session(), actor(), party_id)


@parties.route("/<party_id>/beneficiaries")
class Beneficiaries(MethodView):
    @parties.response(200, schemas.BeneficiariesOut)
    def get(self, party_id: str) -> dict[str, Any]:
        """List who shares your income, now and at every other time"""
        return {"shares": queries.beneficiaries_of(session(), actor(), party_id)}

    @parties.arguments(schemas.BeneficiariesIn)
    @parties.response(200, schemas.BeneficiariesOut)
    def put(self, wanted: dict[str, Any], party_id: str) -> dict[str, list[Beneficiary]]:
        """Say who shares your income from an instant on

        The shares are basis points and add up to 10,000. They replace those set from that instant on.
        """
        rows = service.set_beneficiaries(
            session=session(),
            actor=actor(),
            at=now(),
            estate_party_id=party_id,
            shares=[(share["party_id"], share["share_bps"]) for share in wanted["shares"]],
            from_at=wanted["from_at"],
        )
        return {"shares": rows}


@performers.route("")
class Performers(MethodView):
    @performers.arguments(PageArgs, location="query")
    @performers.response(200, schemas.PerformerPageOut)
    def get(self, page: dict[str, Any]) -> Any:
        """List the performers who are represented, and those you recorded"""
        found = queries.performers_page(session(), actor(), cursor=page.get("cursor"), limit=page["limit"])
        return found, found.headers

    @performers.arguments(schemas.PerformerIn)
    @performers.response(201, schemas.PerformerOut)
    def post(self, performer: dict[str, Any]) -> Performer:
        """Record a performer"""
        return service.create_performer(session=session(), actor=actor(), at=now(), **performer)


@performers.route("/<performer_id>")
@performers.response(200, schemas.PerformerOut)
def get_performer(performer_id: str) -> Performer:
    """Return a performer"""
    return queries.visible_performer(session(), actor(), performer_id)


@representations.route("")
class Representations(MethodView):
    @representations.arguments(schemas.RepresentationsArgs, location="query")
    @representations.response(200, schemas.RepresentationPageOut)
    def get(self, args: dict[str, Any]) -> Any:
        """List your representations, newest first; an administrator sees all"""
        found = queries.representations_page(session(), actor(), **({"cursor": None} | args))
        views = queries.representation_views(session(), found.items)
        return {"items": views, "next_cursor": found.next_cursor}, found.headers

    @representations.arguments(schemas.RepresentationIn)
    @representations.response(201, schemas.RepresentationOut)
    def post(self, claim: dict[str, Any]) -> queries.RepresentationView:
        """Claim authority over a performer's likeness

        It counts once an administrator has verified it against the documents you attach.
        """
        row = service.record_representation(session=session(), actor=actor(), at=now(), **claim)
        return queries.RepresentationView(row, [])


@representations.route("/<representation_id>")
@representations.response(200, schemas.RepresentationOut)
def get_representation(representation_id: str) -> queries.RepresentationView:
    """Return your representation with its documents"""
    row = queries.own_representation(session(), actor(), representation_id)
    return queries.representation_views(session(), [row])[0]


@representations.route("/<representation_id>/documents", methods=["POST"])
@representations.arguments(schemas.DocumentIn, location="multipart")
@representations.response(201, schemas.DocumentOut)
def post_document(form: dict[str, Any], representation_id: str) -> RepresentationDocument:
    """Attach a document that proves a representation"""
    return service.attach_document(
        session=session(),
        actor=actor(),
        at=now(),
        store=services().store,
        representation_id=representation_id,
        kind=form["kind"],
        issued_on=form["issued_on"],
        stream=form["file"].stream,
        filename=file_name(form["file"]),
    )


@representations.route("/<representation_id>/documents/<document_id>/content")
@representations.response(200, content_type="*/*", schema=BINARY)
def get_document_content(representation_id: str, document_id: str) -> Response:
    """Download a document of your representation"""
    document = queries.own_document(session(), actor(), representation_id, document_id)
    return send_stored_file(services().store, document, as_attachment=True)


@representations.route("/<representation_id>/verification", methods=["POST"])
@representations.arguments(schemas.VerificationIn)
@representations.response(200, schemas.RepresentationOut)
def post_verification(decision: dict[str, Any], representation_id: str) -> queries.RepresentationView:
    """Decide, as an administrator, whether the documents prove the authority"""
    row = service.verify_representation(
        session=session(), actor=actor(), at=now(), representation_id=representation_id, **decision
    )
    return queries.representation_views(session(), [row])[0]
