"""Ask for a license: for which title, to do what, on which terms."""

from flask import render_template, request, url_for

from app.catalog import queries as catalog
from app.catalog.presets import PRESETS
from app.infrastructure.http.context import now, services, session
from app.negotiation import queries, service
from app.negotiation.schemas import ProductionIn
from app.negotiation.states import ProductionKind
from app.values.errors import DomainError
from app.web import forms, terms_form
from app.web.visitor import Audience, require

MOST_PRODUCTIONS = 100


def show(package_id: str, refusal: DomainError | None = None) -> str:
    actor = require(Audience.LICENSEE).actor
    view = catalog.public_package_view(session(), package_id)
    preset = PRESETS.get(request.args.get("preset", ""))
    offered = {line.preset for line in view.rate_card}
    begun = terms_form.of_package(view, preset, now().date())
    return render_template(
        "licensee/request.html",
        view=view,
        presets=[preset for preset in PRESETS.values() if preset.key in offered],
        preset=preset,
        productions=queries.productions_page(session(), actor, cursor=None, limit=MOST_PRODUCTIONS).items,
        kinds=list(ProductionKind),
        values=begun | terms_form.typed() if request.method == "POST" else begun,
        refusal=refusal,
        **terms_form.choices(),
    )


def send(package_id: str) -> forms.Answer:
    actor = require(Audience.LICENSEE).actor

    def work() -> str:
        opened = service.open_negotiation(
            session=session(),
            actor=actor,
            at=now(),
            package_id=package_id,
            production_id=forms.needed("production_id", "The title", longest=32),
            intended_use=forms.needed("intended_use", "The intended use"),
            platform_fee_bps=services().settings.platform_fee_bps,
            **terms_form.read_offer(),
        )
        return url_for("account.negotiation", negotiation_id=opened.id)

    return forms.answer(work, lambda refusal: show(package_id, refusal))


def add_production() -> forms.Answer:
    """Record a title and go back to the request it is for."""
    actor = require(Audience.LICENSEE).actor
    package_id = forms.needed("package_id", "The package", longest=32)

    def work() -> str:
        given = {name: forms.text(name) for name in ("title", "kind", "description")}
        service.create_production(
            session=session(), actor=actor, at=now(), **ProductionIn().load(given | {"release_on": None})
        )
        return url_for(".start", package_id=package_id, preset=forms.text("preset") or None)

    return forms.answer(work, lambda refusal: show(package_id, refusal))
