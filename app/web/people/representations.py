"""One representation: what is claimed, what proves it, who decided, and who else may rely on it."""

from collections.abc import Sequence
from typing import Any, BinaryIO, cast

from flask import Response, render_template, request, url_for

from app.infrastructure.http.context import now, services, session
from app.infrastructure.http.fields import file_name
from app.infrastructure.http.files import send_stored_file
from app.parties import queries, service
from app.parties.models import Representation
from app.parties.schemas import RepresentationIn, VerificationIn
from app.parties.states import Capacity, DocumentKind
from app.values.errors import DomainError, InvalidInput
from app.web import forms
from app.web.people import performers
from app.web.visitor import Audience, Visitor, require

SHOWN = 50
_CLAIMED = ("capacity", "territory", "principal_id")


def claim(performer_id: str) -> forms.Answer:
    who = _who()

    def work() -> str:
        typed: dict[str, Any] = {name: forms.text(name) for name in _CLAIMED}
        capacity = typed["capacity"]
        is_delegated = capacity in {Capacity.AGENT.value, Capacity.ATTORNEY.value}
        given = {name: value for name, value in typed.items() if value and (name != "principal_id" or is_delegated)}
        given |= {"components": request.form.getlist("components"), "media": request.form.getlist("media")}
        given |= {"performer_id": performer_id}
        if is_delegated:
            given |= {"is_exclusive": forms.text("is_exclusive") == "yes"}
            given |= {"may_delegate": forms.text("may_delegate") == "yes"}
        else:
            given |= {"share_bps": forms.percentage("share", "The share")}
        loaded = RepresentationIn().load(given)
        dates = {
            "signs_until_at": forms.end_of_day("signs_until", "The last day to sign"),
            "licenses_until_at": forms.end_of_day("licenses_until", "The latest last day of a license"),
        }
        made = service.record_representation(**who, **(loaded | dates))
        return url_for(".representation", representation_id=made.id)

    return forms.answer(work, lambda refusal: performers.show(performer_id, refusal))


def show(representation_id: str, refusal: DomainError | None = None) -> str:
    guest = require(Audience.LICENSOR, Audience.BACKOFFICE)
    row = queries.own_representation(session(), guest.actor, representation_id)
    consents = queries.consents_page(session(), guest.actor, row.id, limit=SHOWN).items
    holders = _holders(guest, row)
    principal = _principal(row)
    ids = {row.holder_party_id, *(c.licensor_party_id for c in consents), *(h.holder_party_id for h in holders)}
    ids |= {principal.holder_party_id} if principal else set()
    return render_template(
        "people/representation.html",
        row=row,
        performer=queries.performer(session(), row.performer_id),
        principal=principal,
        documents=queries.documents_of(session(), [row.id]),
        document_kinds=sorted(DocumentKind, key=lambda kind: kind not in row.capacity.proofs),
        consents=consents,
        others=sorted({h.holder_party_id for h in holders} - {row.holder_party_id}),
        history=queries.representation_history(session(), guest.actor, row.id, limit=SHOWN).items,
        names=queries.party_names(session(), ids),
        is_holder=row.holder_party_id == guest.party.id,
        refusal=refusal,
    )


def _holders(guest: Visitor, row: Representation) -> Sequence[Representation]:
    """Return who stands in the chain; to a mere claim nobody is shown, or anybody could ask by claiming."""
    if not (row.status.is_authority or guest.actor.is_administrator):
        return ()
    return queries.representations_of(session(), row.performer_id, now())


def _principal(row: Representation) -> Representation | None:
    """Return the representation in force that the holder acts under, or that took its place."""
    if row.principal_id is None:
        return None
    newest = queries.successors_of(session(), [row.performer_id]).get(row.principal_id, row.principal_id)
    in_force = queries.representations_of(session(), row.performer_id, now())
    return next((held for held in in_force if held.id == newest), None)


def attach(representation_id: str) -> forms.Answer:
    who = _who()

    def work() -> str:
        file = request.files.get("file")
        if file is None or not file.filename:
            raise InvalidInput.at("/file", "Choose a file to attach.")
        service.attach_document(
            **who,
            store=services().store,
            representation_id=representation_id,
            kind=_kind(),
            issued_on=forms.day("issued_on", "The day it bears") if forms.text("issued_on") else None,
            stream=cast(BinaryIO, file.stream),
            filename=file_name(file),
        )
        return _page(representation_id)

    return _answer(work, representation_id)


def _kind() -> DocumentKind:
    try:
        return DocumentKind(forms.text("kind"))
    except ValueError:
        raise InvalidInput.at("/kind", "Choose what kind of document it is.") from None


def document(representation_id: str, document_id: str) -> Response:
    actor = require(Audience.LICENSOR, Audience.BACKOFFICE).actor
    found = queries.own_document(session(), actor, representation_id, document_id)
    return send_stored_file(services().store, found, as_attachment=True)


def consent(representation_id: str) -> forms.Answer:
    who = _who()

    def work() -> str:
        licensor = forms.needed("licensor_party_id", "The licensor", longest=32)
        service.give_consent(**who, representation_id=representation_id, licensor_party_id=licensor)
        return _page(representation_id)

    return _answer(work, representation_id)


def withdraw_consent(representation_id: str, consent_id: str) -> forms.Answer:
    who = _who()

    def work() -> str:
        service.withdraw_consent(**who, representation_id=representation_id, consent_id=consent_id)
        return _page(representation_id)

    return _answer(work, representation_id)


def decide(representation_id: str) -> forms.Answer:
    who = _who(Audience.BACKOFFICE)

    def work() -> str:
        decision = VerificationIn().load({"decision": forms.text("decision"), "reason": _reason()})
        service.verify_representation(**who, representation_id=representation_id, **decision)
        return _page(representation_id)

    return _answer(work, representation_id)


def fail(representation_id: str) -> forms.Answer:
    who = _who(Audience.BACKOFFICE)

    def work() -> str:
        as_of = forms.start_of_day("as_of", "The day since when it did not exist")
        service.fail_representation(**who, representation_id=representation_id, as_of=as_of, reason=_reason())
        return _page(representation_id)

    return _answer(work, representation_id)


def restore(representation_id: str) -> forms.Answer:
    who = _who(Audience.BACKOFFICE)

    def work() -> str:
        service.restore_representation(**who, representation_id=representation_id, reason=_reason())
        return _page(representation_id)

    return _answer(work, representation_id)


def _reason() -> str:
    return forms.needed("reason", "The reason", longest=2000)


def _answer(work: Any, representation_id: str) -> forms.Answer:
    return forms.answer(work, lambda refusal: show(representation_id, refusal))


def _page(representation_id: str) -> str:
    return url_for(".representation", representation_id=representation_id)


def _who(*audiences: Audience) -> dict[str, Any]:
    allowed = audiences or (Audience.LICENSOR, Audience.BACKOFFICE)
    return {"session": session(), "actor": require(*allowed).actor, "at": now()}
