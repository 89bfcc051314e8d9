"""The active currencies of ISO 4217 and how many decimals each has.

Funds codes that accounts are kept in (CLF, UYW) are here; codes without a minor unit (gold, special drawing
rights, test codes) are not, because nothing can be paid in them. The decimals are those of the standard: the
CLDR data behind the formatting library rounds several currencies (MGA, IQD) to what circulates in cash.
"""

from app.values.errors import InvalidValue

_CODES_BY_EXPONENT = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF "
        "CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
        "GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL "
        "MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR "
        "PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP "
        "TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

EXPONENTS = {code: exponent for exponent, codes in _CODES_BY_EXPONENT.items() for code in codes.split()}
"""Currency code to the number of decimals of its minor unit."""


def exponent(currency: str) -> int:
    """Return how many decimals the currency has: USD 2, JPY 0, KWD 3."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise InvalidValue(f"{currency[:40]!r} is not an active ISO 4217 currency code such as USD.") from None
