"""Why webhooks refuse."""

from app.values.errors import DomainError


class TooManyEndpoints(DomainError):
    """A party has as many endpoints as it may have."""

    code = "too_many_endpoints"


class TooManySecrets(DomainError):
    """The secret was changed so often within a day that old ones still sign."""

    code = "too_many_secrets"


class EndpointOff(DomainError):
    """Nothing is sent to an endpoint that is switched off."""

    code = "endpoint_off"
