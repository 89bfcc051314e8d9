"""Routes of the law: its tables, what is overridden in them, and what it says about a performer."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask.views import MethodView

from app.identity.access import actor
from app.infrastructure.http.api import api_blueprint
from app.infrastructure.http.context import now, session
from app.infrastructure.http.paging import Page, PageArgs
from app.law import queries, schemas, service
from app.law.models import ClaimRegistration, LawOverride, UseEvidence
from app.law.rules.listing import ListedRule, is_in, part_of
from app.law.rules.statute import summary
from app.law.rules.withholding import Withholding
from app.parties.queries import visible_performer
from app.values.errors import InvalidInput
from app.values.law.tables import law_tables

law = api_blueprint("law", "/v1/law", "The law tables with their citations, and what overrides them; not advice")
of_performers = api_blueprint("law-of-performers", "/v1/performers", "What the law says about a performer")

of_parties = api_blueprint("law-of-parties", "/v1/parties", "What the law says about a party")

RuleT = TypeVar("RuleT")


@law.route("/postmortem")
@law.arguments(schemas.LawPageArgs, location="query")
@law.response(200, schemas.PostmortemPageOut)
def get_postmortem(args: dict[str, Any]) -> Any:
    """List how long a likeness is protected after death, by jurisdiction"""
    rules = [
        rule
        for rule in queries.law_book(session(), now()).term_rules()
        if is_in(rule.row.jurisdiction, args["jurisdiction"])
    ]
    return _page(rules, lambda rule: rule.row.key, args)


@law.route("/consent")
@law.arguments(schemas.ConsentPageArgs, location="query")
@law.response(200, schemas.ConsentPageOut)
def get_consent(args: dict[str, Any]) -> Any:
    """List what consent, authority, disclosure and tax rules ask, and what each does today"""
    today = now().date()
    rules = queries.law_book(session(), now()).consent_rules(performer_id=None, first_day=today, last_day=today)
    listed = [
        ListedRule(rule)
        for rule in rules
        if is_in(rule.row.jurisdiction, args["jurisdiction"]) and args["category"] in {None, rule.row.category}
    ]
    return _page(listed, lambda listed: listed.rule.row.key, args)


@law.route("/withholding")
@law.arguments(schemas.LawPageArgs, location="query")
@law.response(200, schemas.WithholdingPageOut)
def get_withholding(args: dict[str, Any]) -> Any:
    """List what United States tax is withheld from royalties, by country of the payee"""
    book = queries.law_book(session(), now())
    rules = [book.rate_rule(key) for key in book.tables.withholding if is_in(key, args["jurisdiction"])]
    return _page(rules, lambda rule: rule.row.key, args)


def _page(rules: Sequence[RuleT], key: Callable[[RuleT], str], args: dict[str, Any]) -> Any:
    part = part_of(rules, key=key, after=args["cursor"], limit=args["limit"])
    if part is None:
        raise InvalidInput.at("/query/cursor", "No row of this list has this key; begin again without a cursor.")
    page: Page[Any] = Page(part.items, part.next_cursor)
    body = {"version": law_tables().version, "items": page.items, "next_cursor": page.next_cursor}
    return body, page.headers


@law.route("/overrides")
class Overrides(MethodView):
    @law.arguments(schemas.LawOverridesArgs, location="query")
    @law.response(200, schemas.LawOverridePageOut)
    def get(self, args: dict[str, Any]) -> Any:
        """List what overrides rows of the tables and why, as an administrator"""
        found = queries.overrides_page(session(), actor(), **({"cursor": None} | args))
        return found, found.headers

    @law.arguments(schemas.LawOverrideIn)
    @law.response(201, schemas.LawOverrideOut)
    def post(self, override: dict[str, Any]) -> LawOverride:
        """Let something else count than a row says, as an administrator, with a reason that is kept"""
        return service.record_override(session=session(), actor=actor(), at=now(), **override)


@law.route("/overrides/<override_id>/end", methods=["POST"])
@law.arguments(schemas.LawOverrideEndIn)
@law.response(200, schemas.LawOverrideOut)
def post_override_end(end: dict[str, Any], override_id: str) -> LawOverride:
    """Let the row count again, as an administrator"""
    return service.end_override(
        session=session(), actor=actor(), at=now(), override_id=override_id, reason=end["reason"]
    )


@of_performers.route("/<performer_id>/statute-clocks")
@of_performers.arguments(schemas.StatuteClockArgs, location="query")
@of_performers.response(200, schemas.StatuteClocksOut)
def get_statute_clocks(args: dict[str, Any], performer_id: str) -> dict[str, Any]:
    """Return every law that may protect a dead performer's likeness, and where each stands today"""
    performer = visible_performer(session(), actor(), performer_id)
    used_in = args["used_in"]
    clocks = queries.statute_clocks_of(session(), performer.id, used_in.codes, now())
    return {
        "performer_id": performer.id,
        "is_living": performer.is_living,
        "used_in": used_in.expression,
        "sentence": summary(clocks, is_living=performer.is_living),
        "clocks": clocks,
        "version": law_tables().version,
    }


@of_performers.route("/<performer_id>/claim-registrations")
class ClaimRegistrations(MethodView):
    @of_performers.arguments(PageArgs, location="query")
    @of_performers.response(200, schemas.ClaimRegistrationPageOut)
    def get(self, page: dict[str, Any], performer_id: str) -> Any:
        """List the claims registered with states for a performer you represent"""
        found = queries.registrations_page(session(), actor(), performer_id, **({"cursor": None} | page))
        return found, found.headers

    @of_performers.arguments(schemas.ClaimRegistrationIn)
    @of_performers.response(201, schemas.ClaimRegistrationOut)
    def post(self, claim: dict[str, Any], performer_id: str) -> ClaimRegistration:
        """Record that a claim was registered with a state"""
        return service.register_claim(
            session=session(), actor=actor(), at=now(), performer_id=performer_id, **claim
        )


@of_performers.route("/<performer_id>/use-evidence")
class Evidence(MethodView):
    @of_performers.arguments(PageArgs, location="query")
    @of_performers.response(200, schemas.UseEvidencePageOut)
    def get(self, page: dict[str, Any], performer_id: str) -> Any:
        """List the evidence of use of a performer you represent"""
        found = queries.evidence_page(session(), actor(), performer_id, **({"cursor": None} | page))
        return found, found.headers

    @of_performers.arguments(schemas.UseEvidenceIn)
    @of_performers.response(201, schemas.UseEvidenceOut)
    def post(self, evidence: dict[str, Any], performer_id: str) -> UseEvidence:
        """Record a dated proof that the likeness was used, for laws under which it is used or lost"""
        return service.record_use_evidence(
            session=session(), actor=actor(), at=now(), performer_id=performer_id, **evidence
        )


@of_parties.route("/<party_id>/withholding")
@of_parties.response(200, schemas.WithholdingOut)
def get_withholding_of_party(party_id: str) -> Withholding:
    """Return what United States tax a royalty of yours would bear today, by your tax form, and on what authority"""
    return queries.withholding_of(session(), actor(), party_id, now())
