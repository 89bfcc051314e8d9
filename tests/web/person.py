"""Somebody in front of the pages: reads them, fills in the forms that are really there, and sends them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from sqlmodel import Session
from werkzeug.test import TestResponse

from app.identity.actor import Actor
from app.identity.models import User
from tests.factories.identity import PASSWORD

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}

Values = dict[str, list[str]]


@dataclass
class Form:
    """A form as a browser sees it: what would be sent if nobody touched it."""

    action: str
    method: str
    values: Values = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._area: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        if tag == "option" and self._select is not None:
            self._select[1].append((given.get("value", ""), "selected" in given))
        if self._open is None or "name" not in given:
            return
        self._open.names.add(given["name"])
        if tag == "select":
            self._select = (given["name"], [])
        elif tag == "textarea":
            self._area = (given["name"], [])
        elif tag == "input" and (given.get("type") not in {"checkbox", "file"} or "checked" in given):
            self._add(given["name"], given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select is not None:
            name, options = self._select
            chosen = [value for value, is_chosen in options if is_chosen] or [value for value, _ in options[:1]]
            self._add(name, *chosen[:1])
            self._select = None
        elif tag == "textarea" and self._area is not None:
            self._add(self._area[0], "".join(self._area[1]))
            self._area = None
        elif tag == "form":
            self._open = None

    def _add(self, name: str, *values: str) -> None:
        assert self._open is not None
        self._open.values.setdefault(name, []).extend(values)


def forms_of(page: TestResponse) -> list[Form]:
    reader = _FormReader()
    reader.feed(page.text)
    return reader.forms


def form_to(page: TestResponse, ending: str) -> Form:
    """Return the one POST form of a page whose address ends like this; an empty action is the page's own."""
    found = [f for f in forms_of(page) if f.method == "post" and (f.action or page.request.path).endswith(ending)]
    assert len(found) == 1, f"{len(found)} forms lead to {ending}"
    return found[0]


class Person:
    """A browser of their own, signed in or not."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.client.get(path, headers=HTML, buffered=True, **kwargs)

    def read(self, path: str) -> str:
        """Return the page at an address, which must be there."""
        page = self.get(path)
        assert page.status_code == 200, f"{path} answered {page.status_code}"
        return page.text

    def send(self, page: TestResponse, ending: str, **changes: Any) -> TestResponse:
        """Send a form of a page; `changes` replace what stands in its fields."""
        form = form_to(page, ending)
        strange = changes.keys() - form.names
        assert not strange, f"the form has no {strange}"
        data = {**form.values, **changes}
        return self.client.post(form.action or page.request.path, data=data, headers=HTML)

    def done(self, page: TestResponse, ending: str, **changes: Any) -> str:
        """Send a form that is accepted; return where it leads."""
        answer = self.send(page, ending, **changes)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def sign_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        return self.send(self.get("/sign-in"), "/sign-in", email=email, password=password)


def visit(app: Flask, session: Session, actor: Actor) -> Person:
    """Return the browser of somebody who has signed in; what `session` wrote must be committed."""
    person = Person(app)
    answer = person.sign_in(session.get_one(User, actor.user_id).email)
    assert answer.status_code == 303
    return person
