"""The actor: who acts in this request, and for which party."""

from dataclasses import dataclass

from app.identity.states import Role, Scope
from app.values.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Actor:
    """A user (or one of their API keys) acting for a party."""

    user_id: str | None
    party_id: str
    role: Role
    api_key_id: str | None = None
    scopes: frozenset[Scope] = frozenset(Scope)

    @property
    def label(self) -> str:
        """How the audit trail names the actor."""
        return self.api_key_id or self.user_id or "system"

    @property
    def is_administrator(self) -> bool:
        return self.role is Role.ADMINISTRATOR

    def require_administrator(self) -> None:
        """Raise Forbidden unless the actor administers the platform."""
        if not self.is_administrator:
            raise Forbidden("Only an administrator of the platform can do this.")


SYSTEM = Actor(user_id=None, party_id="", role=Role.MEMBER)
"""The service itself, for what follows from an event or a job. It belongs to no party."""
