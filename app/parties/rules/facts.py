"""All that is known of the authority over one performer, from which it is resolved for any licensor."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from app.parties.rules.authority import Consent, Resolution, resolve
from app.parties.rules.mandates import Mandate
from app.parties.states import QuorumKind
from app.values.components import Component


@dataclass(frozen=True, slots=True)
class AuthorityFacts:
    """Mandates that were not superseded, quorum rules, standing consents, and the instant of death."""

    mandates: Sequence[Mandate]
    quorum: Mapping[Component | None, QuorumKind]
    consents: Sequence[Consent]
    died_at: datetime | None

    def rule_of(self, component: Component) -> QuorumKind:
        """Return who must license a component; where nobody knows the rule, all must."""
        return self.quorum.get(component) or self.quorum.get(None) or QuorumKind.ALL

    def resolve(
        self,
        licensor_party_id: str,
        *,
        at: datetime,
        consents: Iterable[Consent] = (),
        rules: Mapping[Component, QuorumKind] = MappingProxyType({}),
    ) -> Resolution:
        """Resolve with the standing consents and these; `rules` take the place of those of their components."""
        quorum: dict[Component | None, QuorumKind] = dict(self.quorum)
        quorum.update(rules.items())
        return resolve(
            licensor_party_id=licensor_party_id,
            mandates=self.mandates,
            quorum=quorum,
            consents=(*self.consents, *consents),
            died_at=self.died_at,
            at=at,
        )

    def everyones_consent(self, licensor_party_id: str) -> tuple[Consent, ...]:
        """Return the consents that would be there if every owner agreed to what this party licenses."""
        return tuple(
            Consent(mandate.id, licensor_party_id)
            for mandate in self.mandates
            if not mandate.capacity.is_delegated and mandate.holder_party_id != licensor_party_id
        )
