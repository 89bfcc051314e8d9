"""For the operator: is the process alive, can it serve, what does it measure."""

import os

import sqlalchemy as sa
from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from app.infrastructure.http import observability
from app.infrastructure.http.context import services, session
from app.values.errors import DomainError

blueprint = Blueprint("health", __name__)


class NotReady(DomainError):
    """Requests cannot be served, for now."""

    status = 503
    code = "not_ready"


@blueprint.get("/health/live")
def live() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/health/ready")
def ready() -> Response:
    """The database answers and its schema is there, and assets can be stored."""
    try:
        version = session().execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
    except SQLAlchemyError as error:
        raise NotReady("The database does not answer, or has not been migrated.") from error
    try:
        services().settings.asset_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotReady("The folder for asset files cannot be made.") from error
    return jsonify(status="ok", schema=version)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus metrics of all workers."""
    return observability.metrics_text(os.environ.get("PROMETHEUS_MULTIPROC_DIR"))
