"""Is a use granted? Dimension after dimension, and the first in which nothing is left is the answer."""

from app.licensing.rules.codes import Code
from app.licensing.rules.facts import IntendedUse
from app.values.rights_block import ALL, RightsBlock


def refusal(grants: tuple[RightsBlock, ...], use: IntendedUse) -> tuple[Code, str] | None:
    """Return why no grant covers the use, or nothing where one does.

    Dimensions of different grants are not mixed: each one narrows the grants that the one before left.
    """
    for grant in grants:
        if (
            grant.component is use.component
            and use.axis in grant.axes
            and use.medium in grant.media
            and use.territory in grant.territory
            and _fits_category(grant, use)
            and _fits_language(grant, use)
        ):
            return None
    return _first_missing(grants, use)


def _first_missing(grants: tuple[RightsBlock, ...], use: IntendedUse) -> tuple[Code, str]:
    component = use.component.value
    left = [grant for grant in grants if grant.component is use.component]
    if not left:
        return Code.COMPONENT_NOT_GRANTED, f"The license does not include the {component}."
    left = [grant for grant in left if use.axis in grant.axes]
    if not left:
        return Code.AXIS_NOT_CONSENTED, f"The {component} was not licensed for {use.axis.label.lower()}."
    left = [grant for grant in left if use.medium in grant.media]
    if not left:
        return Code.MEDIA_NOT_GRANTED, f"The license does not include {use.medium} for the {component}."
    left = [grant for grant in left if use.territory in grant.territory]
    if not left:
        return Code.TERRITORY_NOT_GRANTED, f"The license does not include the territory {use.territory}."
    left = [grant for grant in left if _fits_category(grant, use)]
    if not left:
        return Code.CATEGORY_NOT_GRANTED, "The license does not include this product category."
    return Code.PROHIBITED, f"The license does not include the language {use.language}."


def _fits_category(grant: RightsBlock, use: IntendedUse) -> bool:
    return ALL in grant.categories or use.category in grant.categories


def _fits_language(grant: RightsBlock, use: IntendedUse) -> bool:
    return use.language is None or grant.speaks(use.language)
