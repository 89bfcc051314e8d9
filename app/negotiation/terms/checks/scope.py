"""Whether days, rights and exclusivity of a proposal fit together."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from app.negotiation.terms.proposal import Period, ProposedGrant
from app.values import media
from app.values.errors import InvalidValue
from app.values.exclusivity import Exclusivity
from app.values.rights_block import ALL

Problem = tuple[str, str]

BRAND_ROOT = "brand_ambassador"
LATEST_DAY = date(9800, 12, 31)
"""The latest end of a license: what is counted from it, such as extensions, stays within the calendar."""
_ANY_DAY = date(2000, 1, 1)


def period_problems(period: Period) -> Iterator[Problem]:
    if period.last_day < period.first_day:
        yield "last_day", f"The last day lies before the first day, {period.first_day}."
        return
    if period.last_day > LATEST_DAY:
        yield "last_day", f"{period.last_day} is outside the calendar this system keeps; end by {LATEST_DAY}."
        return
    for field, tried in (("zone", Period(_ANY_DAY, _ANY_DAY, period.zone)), ("last_day", period)):
        try:
            tried.term  # noqa: B018  reading it is the check
        except InvalidValue as error:
            yield field, str(error)
            return


def grant_problems(
    *,
    media_leaves: Collection[str],
    languages: Collection[str],
    categories: Collection[str],
    exclusivity: Exclusivity,
    exclusive_until: date | None,
) -> Iterator[Problem]:
    for name, words in (("languages", languages), ("categories", categories)):
        if ALL in words and len(set(words)) > 1:
            yield name, "* stands for all of them; name it alone, or leave it out."
    yield from _category_problems(media_leaves, categories)
    if exclusive_until is not None and not exclusivity.is_exclusive:
        yield "exclusive_until", "A non-exclusive grant has no last day of exclusivity; leave it out."


def _category_problems(media_leaves: Collection[str], categories: Collection[str]) -> Iterator[Problem]:
    roots = {media.medium(code).root for code in media_leaves}
    if BRAND_ROOT not in roots:
        if set(categories) != {ALL}:
            yield "categories", "Only brand use has product categories; leave them out here."
    elif roots != {BRAND_ROOT}:
        yield "media", "Brand use carries product categories, other use does not; make it a grant of its own."
    elif ALL in categories:
        yield "categories", "Brand use is for named product categories such as soft_drinks; name at least one."


def exclusivity_problems(grants: Sequence[ProposedGrant], period: Period) -> Iterator[tuple[int, str]]:
    """Yield the index of each grant whose exclusivity ends outside the term."""
    for index, grant in enumerate(grants):
        until = grant.exclusive_until
        if until is not None and not period.first_day <= until <= period.last_day:
            yield index, f"Exclusivity must end within the term, {period.first_day} to {period.last_day}."


def repeated_grants(grants: Sequence[ProposedGrant]) -> Iterator[tuple[int, str]]:
    for index, grant in enumerate(grants):
        if grant in grants[:index]:
            yield index, f"This grant says the same as grant {grants.index(grant) + 1}; leave one of them out."
