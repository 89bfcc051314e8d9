"""What every page shares: template filters, the visitor, the business clock in the footer, error pages."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from flask import Flask
from jinja2 import StrictUndefined

from app.infrastructure.http.context import now, services
from app.negotiation.terms.versions import as_current
from app.negotiation.terms.words import Section, sections
from app.values import components, exclusivity, formats, media, product_categories, survival
from app.web import error_pages
from app.web.guard import csrf
from app.web.visitor import Audience, visitor

VOCABULARY: Mapping[str, Any] = {
    "Action": survival.Action,
    "Axis": components.Axis,
    "Component": components.Component,
    "DeliveryMode": components.DeliveryMode,
    "Exclusivity": exclusivity.Exclusivity,
    "Phase": survival.Phase,
    "MEDIA": media.MEDIA,
    "MEDIA_ROOTS": media.ROOTS,
    "PRODUCT_CATEGORIES": product_categories.PRODUCT_CATEGORIES,
    "Audience": Audience,
}
"""The words of the trade, for select boxes and tables; macros see them too."""


def install(app: Flask) -> None:
    """Prepare an app for pages; the blueprints themselves stand in the registry."""
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None)
    csrf.init_app(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(formats.FILTERS)
    app.jinja_env.globals.update(VOCABULARY)
    app.jinja_env.globals.update(now=now, visitor=visitor, fresh_key=lambda: uuid4().hex, is_demo=is_demo)
    app.jinja_env.globals.update(sections_of=sections_of)
    error_pages.install(app)


def sections_of(terms: Mapping[str, Any]) -> tuple[Section, ...]:
    """Return deal terms of any version in the words that the contract uses too."""
    return sections(as_current(terms))


def is_demo() -> bool:
    return services().settings.demo
