"""Who may use the routes that check something somebody was shown or made: a part of the table of access."""

from tests.journeys.access_table import OPEN, USE, Access, Row

ASSET = USE | {"sha256": "0" * 64, "license_id": "lic_unknown", "territory": "+WORLD", "release_on": "2027-06-20"}
MANIFEST = {"manifest_version": 1, "assets": [ASSET]}
CHECKS: dict[str, Row] = {
    "POST /v1/credential-checks": OPEN,  # tells nothing that the credential does not say itself
    "POST /v1/manifest-checks": Row(Access.KEY, "licensee", lambda _: {"json": MANIFEST}),
}
