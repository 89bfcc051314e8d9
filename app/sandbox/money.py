"""Currencies, the fee, and how an amount in minor units is written for a person."""

MAXIMUM_AMOUNT = 99_999_999
DISPUTE_FEE = 1_500

_WITHOUT_DECIMALS = "bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf"
_WITH_THREE_DECIMALS = "bhd jod kwd omr tnd"
_WITH_TWO_DECIMALS = (
    "aed afn all amd ang aoa ars aud awg azn bam bbd bdt bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny "
    "cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr "
    "isk jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad "
    "ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd sar sbd scr sek sgd shp sle sos srd std szl "
    "thb tjs top try ttd twd tzs uah usd uyu uzs wst xcd yer zar zmw"
)
WITHOUT_DECIMALS = frozenset(_WITHOUT_DECIMALS.split())
WITH_THREE_DECIMALS = frozenset(_WITH_THREE_DECIMALS.split())
CURRENCIES = WITHOUT_DECIMALS | WITH_THREE_DECIMALS | frozenset(_WITH_TWO_DECIMALS.split())

_MINIMUM_CHARGES = {
    "aed": 200, "czk": 15_00, "dkk": 250, "gbp": 30, "hkd": 400, "huf": 175_00, "mxn": 10_00, "myr": 200,
    "nok": 300, "pln": 200, "ron": 200, "sek": 300, "thb": 10_00,
}  # fmt: skip


def minimum_charge(currency: str) -> int:
    """Return the documented least charge; 50 also where the documents name none."""
    return _MINIMUM_CHARGES.get(currency, 50)


def ends_in_zero(currency: str) -> bool:
    """Stripe takes three-decimal currencies to the nearest ten only."""
    return currency in WITH_THREE_DECIMALS


def processing_fee(amount: int) -> int:
    """2.9 % + 30, halves up, never more than the payment itself."""
    return min(amount, (amount * 29 + 500) // 1000 + 30)


def written(amount: int, currency: str) -> str:
    """Return `1234567, "usd"` as `12,345.67 USD`."""
    places = 0 if currency in WITHOUT_DECIMALS else 3 if currency in WITH_THREE_DECIMALS else 2
    whole, part = divmod(abs(amount), 10**places)
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole:,}{f'.{part:0{places}d}' if places else ''} {currency.upper()}"
