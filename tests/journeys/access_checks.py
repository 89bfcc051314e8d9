"""Who may use the routes that check something somebody was shown or made: a part of the table of access."""

from tests.journeys.access_table import OPEN, Row

CHECKS: dict[str, Row] = {
    "POST /v1/credential-checks": OPEN,  # tells nothing that the credential does not say itself
}
