"""The route of the public record: open to everybody."""

from typing import Any

from flask.views import MethodView

from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, session
from app.licensing.record import queries, schemas

records = api_blueprint("license-records", "/v1/license-records", "What anybody may read of a license")


@records.route("/<license_id>")
class LicenseRecord(MethodView):
    @records.response(200, schemas.LicenseRecordOut)
    def get(self, license_id: str) -> Any:
        """Return whether a license stands now, and what its two sides agreed to be public

        Needs no key. May be kept for a minute at most, and never past the end of the license.
        """
        found = queries.record_of(session(), license_id, at=now())
        seconds = int(queries.kept_for(session(), license_id, at=now()).total_seconds())
        shown = {fact.value: told for fact, told in found.facts.items()}
        answer = {"license_id": found.license_id, "standing": found.standing, "as_of": found.as_of, **shown}
        headers = {"Cache-Control": f"public, max-age={seconds}", "Access-Control-Allow-Origin": "*"}
        return answer, 200, headers
