"""The API of manifest checks."""

from typing import Any

from flask import request
from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, session
from app.infrastructure.http.unit_of_work import reads_only
from app.licensing.manifest import schemas, service

manifest_checks = api_blueprint(
    "manifest_checks", "/v1/manifest-checks", "May a build with these likenesses go out?"
)


@manifest_checks.url_value_preprocessor
def limit_size(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Set before anything reads the request."""
    request.max_content_length = schemas.LARGEST_BYTES


@manifest_checks.route("")
class ManifestChecks(MethodView):
    @manifest_checks.arguments(schemas.ManifestIn)
    @manifest_checks.response(200, schemas.ManifestCheckOut)
    @reads_only
    def post(self, manifest: dict[str, Any]) -> Any:
        """Ask whether a build with these likeness assets may be released

        Asks only, so it needs no idempotency key. The scope `decide` is enough. All reasons are given at once.
        """
        found = service.check_manifest(session=session(), actor=actor(), at=now(), lines=manifest["assets"])
        return {
            "allowed": not found,
            "checked_at": now(),
            "assets": len(manifest["assets"]),
            "reasons": found,
        }
