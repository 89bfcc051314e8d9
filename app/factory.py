"""Build the app: settings in, Flask app out. Nothing happens at import."""

from importlib.metadata import PackageNotFoundError, version

from flask import Flask

from app import registry
from app.config import Settings, load_settings
from app.identity import access
from app.infrastructure.clock import Clock, DemoClock, SystemClock
from app.infrastructure.db.database import Database
from app.infrastructure.http import api, observability, problems, security_headers, unit_of_work
from app.infrastructure.http.context import Services
from app.infrastructure.storage import LocalAssetStore
from app.law.clearance import LETTERS_STALE_DAYS
from app.licensing.door.wsgi import Door
from app.web import frame


def build_services(settings: Settings, *, clock: Clock | None = None) -> Services:
    """Open the database and the asset store that the settings name."""
    database = Database(
        settings.database_url,
        subscribers=registry.SUBSCRIBERS,
        secret_key=settings.secret_key,
        info={LETTERS_STALE_DAYS: settings.letters_stale_days},
    )
    return Services(
        settings=settings,
        database=database,
        clock=clock or (DemoClock(database) if settings.demo else SystemClock()),
        store=LocalAssetStore(settings.asset_dir),
    )


def create_app(settings: Settings | None = None, *, services: Services | None = None) -> Flask:
    """Return the WSGI app. Tests hand in services with a clock of their own."""
    built = services or build_services(settings or load_settings())
    settings = built.settings
    app = Flask("app", root_path=None, static_folder="web/static", template_folder="web/templates")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
    )
    app.extensions["likeness"] = built
    problems.install(app)
    observability.install(app)
    unit_of_work.install(app)
    headers = security_headers.headers_for(is_https=settings.is_https, payment_origin=settings.stripe_url or "")
    security_headers.install(app, headers)
    frame.install(app)
    documented = api.install(app, version=_version())
    access.install(app, {blueprint.name: authentication for blueprint, authentication in registry.ROUTES})
    for blueprint, authentication in registry.API:
        documented.register_blueprint(blueprint, is_open=authentication is access.nobody)
    for blueprint, _ in registry.PAGES:
        app.register_blueprint(blueprint)
    app.wsgi_app = Door(app, headers=headers)  # type: ignore[method-assign]
    return app


def _version() -> str:
    try:
        return version("likeness-marketplace")
    except PackageNotFoundError:
        return "0.1.0"
