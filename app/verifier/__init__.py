"""Check a license offline: its credential, the signed list that revokes it, and one use against what it grants.

Nothing is fetched and no clock is read here: whoever calls hands in the published keys, the status list and the
instant. Only VALID is a yes. This folder leans on nothing else of the service and can be installed alone, as the
distribution `likeness-verifier` with the module `likeness_verifier`; all it needs is `joserfc`.
"""

from .credential import LONGEST, verify_credential
from .uses import Answer, Use, permits
from .verdict import Code, Verdict

__all__ = ["LONGEST", "Answer", "Code", "Use", "Verdict", "permits", "verify_credential"]
