"""How pages are entered: who is signed in, and whether a form was really sent from our own page."""

from flask import Response
from flask_wtf import CSRFProtect

from app.identity import access

csrf = CSRFProtect()


def person() -> Response | None:
    """Recognize the signed-in user of a page. A form counts only with the token of the page it was on.

    API and webhooks need no such token: their keys and signatures are nothing that a browser sends by itself.
    """
    csrf.protect()
    return access.sign_in()
