"""Headers that keep a page to itself. Nothing inline: scripts and styles come from our own files only."""

from collections.abc import Mapping

from flask import Flask, Response

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def headers_for(*, is_https: bool, payment_origin: str) -> dict[str, str]:
    """Return the headers of every answer that sets no others; forms may also lead to `payment_origin`."""
    headers = {
        "Content-Security-Policy": f"{CONTENT_SECURITY_POLICY}; form-action 'self' {payment_origin}",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
        "Cache-Control": "private, no-cache",
    }
    return headers | ({"Strict-Transport-Security": "max-age=63072000; includeSubDomains"} if is_https else {})


def install(app: Flask, headers: Mapping[str, str]) -> None:
    """Add the headers to what the app answers."""

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response
