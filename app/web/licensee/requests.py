"""Ask for a license: for which title, to do what, on which terms; what is free and what it may cost beside it."""

from flask import render_template, request, url_for

from app.catalog import queries as catalog
from app.catalog.presets import PRESETS, Preset
from app.catalog.queries import PackageView
from app.infrastructure.http.context import now, services, session
from app.infrastructure.http.unit_of_work import reads_only
from app.negotiation import queries, service
from app.negotiation.schemas import ProductionIn
from app.negotiation.states import ProductionKind
from app.values.errors import DomainError
from app.web import forms, terms_form
from app.web.licensee import scope
from app.web.terms_form import Values
from app.web.visitor import Audience, require

MOST_PRODUCTIONS = 100


def show(package_id: str, refusal: DomainError | None = None, typed: Values | None = None) -> str:
    """Show the form as it was typed; before that, as the preset in the address begins it."""
    actor = require(Audience.LICENSEE).actor
    view = catalog.public_package_view(session(), package_id)
    preset = PRESETS.get(_preset_key(typed))
    values = terms_form.of_package(view, preset, now().date()) if typed is None else typed
    panel = scope.panel_of(view, values)
    if typed is None:
        values = scope.at_indicative_price(values, panel)
        panel = scope.panel_of(view, values)
    return render_template(
        "licensee/request.html",
        view=view,
        starts=[(choice, _line_of(view, choice), _is_offered(view, choice)) for choice in PRESETS.values()],
        preset=preset,
        productions=queries.productions_page(session(), actor, cursor=None, limit=MOST_PRODUCTIONS).items,
        kinds=list(ProductionKind),
        panel=panel,
        is_changed=request.method == "POST" and "change" in request.form,
        refusal=refusal,
        **terms_form.shown(values, refusal),
    )


@reads_only
def check(package_id: str) -> str:
    """Answer the form as it stands: the panel alone to a script, else the page, with a proposed change put in."""
    require(Audience.LICENSEE)
    values = terms_form.typed()
    if "change" in request.form:
        return show(package_id, typed=scope.changed(values, forms.text("change", longest=20_000)))
    if "HX-Request" not in request.headers:
        return show(package_id, typed=values)
    view = catalog.public_package_view(session(), package_id)
    return render_template("licensee/_panel.html", view=view, panel=scope.panel_of(view, values))


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

    return forms.answer(work, lambda refusal: show(package_id, refusal, terms_form.typed()))


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


def _preset_key(typed: Values | None) -> str:
    return request.values.get("preset", "") if typed is None else terms_form.one(typed, "preset")


def _line_of(view: PackageView, preset: Preset) -> object:
    """Return the line of the rate card for a preset, if there is one."""
    return next((line for line in view.rate_card if line.preset == preset.key), None)


def _is_offered(view: PackageView, preset: Preset) -> bool:
    """Say whether the package offers anything of what a preset needs."""
    return any(
        part.component.component in preset.components
        and not set(part.component.media).isdisjoint(preset.media)
        and not set(part.component.axes).isdisjoint(preset.axes)
        for part in view.components
    )
