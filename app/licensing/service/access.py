"""The one question before anything of a license is handed out: does it stand at this instant?"""

from datetime import datetime

from app.licensing.errors import LicenseRefuses
from app.licensing.queries import LicenseView
from app.licensing.rules.codes import Code
from app.licensing.rules.decision import Decision, decide_access


def require_access(view: LicenseView, at: datetime) -> Decision:
    """Raise LicenseRefuses unless the license stands at this instant."""
    decision = decide_access(license=view.facts_at(at), at=at)
    if decision.code is not Code.ALLOWED:
        raise LicenseRefuses(decision)
    return decision
