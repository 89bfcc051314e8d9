"""The product categories of brand use: an exclusivity dimension of its own.

A code is never renamed or given another meaning, because licenses hold it; what changes the list raises
`PRODUCT_CATEGORIES_VERSION`.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from app.values.errors import InvalidValue

PRODUCT_CATEGORIES_VERSION = 1

PRODUCT_CATEGORIES: Mapping[str, str] = MappingProxyType(
    {
        "alcohol": "Alcoholic drinks",
        "apparel": "Clothing, shoes and accessories",
        "automotive": "Cars, motorcycles and mobility",
        "beauty": "Beauty and personal care",
        "charity": "Charities and public campaigns",
        "consumer_electronics": "Consumer electronics",
        "education": "Education and publishing",
        "entertainment": "Film, music, games and events",
        "financial_services": "Banking, insurance and investments",
        "food": "Food",
        "gambling": "Gambling and lotteries",
        "health": "Medicine and health",
        "home": "Home, furniture and household",
        "jewelry_watches": "Jewelry and watches",
        "luxury": "Luxury goods and fragrance",
        "pets": "Pets and animal care",
        "politics": "Political parties, candidates and causes",
        "retail": "Shops and online marketplaces",
        "soft_drinks": "Soft drinks, coffee and tea",
        "software": "Software and online services",
        "sports": "Sports equipment and fitness",
        "telecommunications": "Telephone and internet access",
        "tobacco": "Tobacco and nicotine",
        "toys": "Toys and collectibles",
        "travel": "Travel, airlines and hotels",
    }
)
"""Category code to label."""


def label(code: str) -> str:
    try:
        return PRODUCT_CATEGORIES[code]
    except KeyError:
        raise InvalidValue(f"{code[:40]!r} is not a product category such as soft_drinks.") from None


def known(codes: Iterable[str]) -> frozenset[str]:
    """Return the codes as a set, or refuse the first that is not in the list."""
    chosen = frozenset(codes)
    for code in sorted(chosen):
        label(code)
    return chosen
