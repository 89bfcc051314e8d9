"""The catalog: search by words, use, medium, component and territory, newest first."""

from typing import Any

import marshmallow as ma
from flask import render_template, request, url_for

from app.catalog.presets import PRESETS
from app.catalog.schemas import SearchArgs
from app.catalog.search import found_packages, search
from app.infrastructure.http.context import session
from app.values import formats
from app.values.errors import InvalidInput
from app.values.territory import GROUPS, world
from app.web import forms

PAGE_SIZE = 24
FILTERS = ("text", "preset", "component", "media", "territory")


def show() -> str:
    asked: dict[str, Any] = {
        name: request.args[name].strip() for name in (*FILTERS, "cursor") if request.args.get(name, "").strip()
    }
    try:
        args = SearchArgs().load(asked | {"limit": str(PAGE_SIZE)})
    except ma.ValidationError as error:
        raise InvalidInput(f"The search cannot be read. {forms.first_complaint(error)}") from None
    args.pop("mine", None)
    page = search(session(), **args)
    following = url_for(".catalog", **asked | {"cursor": page.next_cursor}) if page.next_cursor else None
    return render_template(
        "storefront/catalog.html",
        found=found_packages(session(), page.items, preset=args.get("preset")),
        asked={name: asked.get(name, "") for name in FILTERS},
        is_narrowed=any(name in asked for name in FILTERS),
        is_continued="cursor" in asked,
        next_url=following,
        presets=PRESETS,
        places=places(),
    )


def places() -> list[tuple[str, list[tuple[str, str]]]]:
    """Territories to choose from: groups first, then countries by name."""
    groups = [(f"+{name}", formats.territory(f"+{name}")) for name in GROUPS]
    countries = sorted(((f"+{code}", formats.country(code)) for code in world()), key=lambda place: place[1])
    return [
        ("Regions", [(value, label[0].upper() + label[1:]) for value, label in groups]),
        ("Countries", countries),
    ]
