"""Refusals in Stripe's shape: `{"error": {"type", "code", "message", "param"}}`."""

from typing import Any


class StripeError(Exception):
    """An answer that is not a success.

    `remembered` says whether the answer is kept under the idempotency key: Stripe keeps what it decided while
    executing a call, and forgets what it refused before executing (malformed parameters, 401, 409, 429).
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        remembered: bool = False,
        retry: bool | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.kind = kind
        self.code = code
        self.param = param
        self.remembered = remembered
        self.retry = retry

    def body(self) -> dict[str, Any]:
        error = {"type": self.kind, "code": self.code, "message": self.message, "param": self.param}
        return {"error": {name: value for name, value in error.items() if value is not None}}


def malformed(message: str, param: str | None, code: str | None = None) -> StripeError:
    """The parameters are wrong in themselves; trying again with better ones under the same key is fine."""
    return StripeError(message, param=param, code=code)


def refused(message: str, *, code: str | None = None, param: str | None = None) -> StripeError:
    """The parameters are well formed but the state of things forbids it; this answer is remembered."""
    return StripeError(message, code=code, param=param, remembered=True)


def missing(what: str, identifier: str, *, param: str | None = None) -> StripeError:
    """There is no such object: 404 when the path names it, 400 when the parameter `param` does."""
    return StripeError(
        f"No such {what}: '{identifier}'",
        status=400 if param else 404,
        code="resource_missing",
        param=param or "id",
        remembered=True,
    )
