"""What the public sees of a license, for its two sides: the link, the QR code, and what is told."""

from flask import render_template

from app.infrastructure.http.context import now, services, session
from app.licensing.queries import license_view
from app.licensing.record import codes
from app.licensing.record.queries import record_of
from app.negotiation.terms.vocabulary import PublicFact
from app.web.visitor import require


def show(license_id: str) -> str:
    view = license_view(session(), require().actor, license_id)
    found = record_of(session(), license_id, at=now())
    return render_template(
        "account/record.html",
        license=view.license,
        terms=view.terms_at(now()).document,
        standing=view.standing(now()),
        record=found,
        url=codes.record_url(services().settings.public_url, license_id),
        kept_back=[fact for fact in PublicFact if fact not in found.facts],
    )
