"""Who makes the deal about whom and what for, and which deal it changes or follows."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.negotiation.terms.words.section import Row, day, sentence
from app.values import formats

_AMENDS = {
    "amendment": "This changes license {license}",
    "extension": "This extends license {license}",
    "termination": "This ends license {license} by agreement",
    "assignment": "This hands license {license} over to the licensee named here",
}


def rows(terms: Mapping[str, Any]) -> Iterator[Row]:
    yield from _what_it_follows(terms)
    yield Row("Licensor", _with_id(terms["licensor"]), "/licensor")
    yield Row("Licensee", _with_id(terms["licensee"]), "/licensee")
    user = terms["end_user"]
    if user is None:
        yield Row("End user", "The licensee uses the license itself.", "/end_user")
    else:
        text = f"{user['name']}, in {formats.country(user['country'])}, for whom the licensee takes the license."
        yield Row("End user", text, "/end_user")
    agency = terms["agency"]
    if agency is None:
        yield Row("Agency", "No agency acts in this deal.", "/agency")
    else:
        yield Row(
            "Agency", f"{agency['name']} acts for the {agency['acts_for']}; it is no party to the deal.", "/agency"
        )
    yield Row("Performer", _with_id(terms["performer"]), "/performer")
    package, production = terms["package"], terms["production"]
    yield Row("Package", f"{package['title']} ({package['id']})", "/package")
    kind = sentence(formats.words(production["kind"]))
    yield Row("Production", f"{production['title']} ({kind.lower()}, {production['id']})", "/production")
    yield Row("Intended use", production["intended_use"], "/production/intended_use")


def _what_it_follows(terms: Mapping[str, Any]) -> Iterator[Row]:
    amends = terms["amends"]
    if amends is None:
        yield Row("Nature of the deal", "A license of its own; it changes no earlier one.", "/amends")
    else:
        text = _AMENDS.get(amends["kind"], f"{sentence(formats.words(amends['kind']))} of license {{license}}")
        since = "the last signature" if amends["effective_on"] is None else day(amends["effective_on"])
        yield Row(
            "Nature of the deal",
            f"{text.format(license=amends['license_id'])} (deal {amends['deal_id']}), with effect from "
            f"{since}. The terms before it have the SHA-256 {amends['terms_sha256']}.",
            "/amends",
        )
    renews = terms["renews"]
    if renews is None:
        yield Row("Renewal", "It renews no earlier license.", "/renews")
    else:
        yield Row("Renewal", f"It renews license {renews['license_id']}.", "/renews")


def _with_id(named: Mapping[str, Any]) -> str:
    return f"{named['name']} ({named['id']})"
