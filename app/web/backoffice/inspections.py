"""Look into what two sides said: with a reason that both are told, for an hour, and every look is in the trail."""

from flask import Response, render_template, request, url_for

from app.infrastructure.http.context import now, services, session
from app.negotiation.discussion import queries, schemas, service
from app.negotiation.discussion.dossier import dossier_of
from app.negotiation.discussion.inspection_routes import noted
from app.negotiation.discussion.models import Inspection
from app.negotiation.discussion.routes import send_shared
from app.negotiation.discussion.rules.pointers import read_pointer
from app.values.errors import DomainError, InvalidInput, NotFound
from app.web import clauses, forms
from app.web.visitor import Audience, require


def show(refusal: DomainError | None = None) -> str:
    require(Audience.BACKOFFICE)
    return render_template("backoffice/inspections.html", refusal=refusal, typed=request.form)


def begin() -> forms.Answer:
    actor = require(Audience.BACKOFFICE).actor

    def work() -> str:
        why = schemas.InspectionIn().load({"reason": forms.text("reason").replace("\r\n", "\n")})
        wanted = forms.needed("negotiation_id", "The negotiation", longest=32)
        try:
            opened = service.open_inspection(session=session(), actor=actor, at=now(), negotiation_id=wanted, **why)
        except NotFound as error:
            raise InvalidInput.at("/negotiation_id", error.detail) from error
        return url_for(".inspection", inspection_id=opened.id)

    return forms.answer(work, show)


def dossier(inspection_id: str) -> str:
    require(Audience.BACKOFFICE)
    noted(inspection_id=inspection_id)
    found = dossier_of(session(), now(), session().get_one(Inspection, inspection_id))
    return render_template(
        "backoffice/inspection.html",
        dossier=found,
        view=found.view,
        places={each.pointer: clauses.label_of(read_pointer(each.pointer)) for each in found.comments},
        fields={each.pointer: clauses.label_of(read_pointer(each.pointer)) for each in found.agreed.fields},
    )


def document(inspection_id: str, document_id: str) -> Response:
    require(Audience.BACKOFFICE)
    noted(inspection_id=inspection_id, document_id=document_id)
    looked = session().get_one(Inspection, inspection_id)
    return send_shared(services().store, queries.document_of(session(), looked.negotiation_id, document_id))
