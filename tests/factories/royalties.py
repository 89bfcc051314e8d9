"""Licenses that earn, the reports about them and the payments for them, made through the services."""

import csv
import gzip
import io
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Any

from sqlmodel import Session, col, select

from app.identity.actor import Actor
from app.infrastructure.storage import AssetStore
from app.licensing.queries import license_of
from app.negotiation import service as negotiation
from app.negotiation.changes.service import open_amendment
from app.negotiation.queries import latest_offer
from app.negotiation.states import ProductionKind
from app.negotiation.terms.schema import DealTermsIn
from app.parties import service as parties
from app.parties.models import Party
from app.parties.states import PartyKind
from app.parties.tax_forms.queries import valid_tax_forms
from app.payments.gateway import Checkout, Payment
from app.payments.models import Charge, Transfer
from app.payments.queries import charge_by_reference
from app.payments.service.charges import apply_checkout
from app.payments.service.transfers import note_sent
from app.payments.states import ChargeStatus, CheckoutPhase, TransferStatus
from app.royalties.models import UsageReport
from app.royalties.service.lines import LeftOut, MappedItem
from app.royalties.service.reports import ReportUpload, upload_report
from app.royalties.states import ReportKind
from app.royalties.stores.known import LAYOUTS
from app.values.money import Money
from tests.factories.catalog import make_listed_package
from tests.factories.parties import Estate, make_actor, make_administrator, make_estate, make_party
from tests.factories.tax_forms import make_tax_form
from tests.support.clock import START
from tests.support.replay import replayed

REPORTED_AT = datetime(2026, 10, 12, 9, tzinfo=UTC)
QUARTER = (date(2026, 7, 1), date(2026, 9, 30))
MAPPING: Mapping[str, MappedItem | LeftOut] = {
    "701001": MappedItem("base_game", "game.scripted_performance"),
    "701002": MappedItem("chapter_one", "game.scripted_performance"),
    "701003": MappedItem("voice_pack", "game.scripted_performance"),
    "701004": MappedItem("soundtrack", "game.scripted_performance"),
}
STEAM_BANNER = "sep=,\r\nSteam Sales data for Lantern Bay Games, LLC: 2026-07-01 - 2026-09-30\r\n\r\n"
SALE = {
    "Date": "2026-07-01", "Bundle(ID#)": "88", "Bundle Name": "Lantern Bundle, Complete", "Product(ID#)": "701002",
    "Product Name": 'Harbor of Echoes - "Last Lantern" Chapter, Part 1', "Type": "Steam", "Game": "DLC",
    "Platform": "Windows", "Country Code": "DE", "Country": "Germany", "Region": "Western Europe",
    "Gross Units Sold": "8", "Chargeback/Returns": "-3", "Net Units Sold": "5", "Base Price": "13.79",
    "Sale Price": "13.79", "Currency": "EUR", "Gross Steam Sales (USD)": "119.92",
    "Chargeback/Returns (USD)": "-44.97", "VAT/Tax (USD)": "-14.24", "Net Steam Sales (USD)": "60.71", "Tag": "",
}  # fmt: skip
STEAM_COLUMNS = list(SALE)

_DATA = files("app.demo").joinpath("data")
_numbers = itertools.count(1)


@dataclass(frozen=True)
class EarningLicense:
    """A signed and paid license with everybody concerned."""

    id: str
    estate: Estate
    studio: Actor
    administrator: Actor
    heirs: tuple[Party, ...]

    @property
    def fee_reference(self) -> str:
        return f"license/{self.id}/fee"


@replayed
def make_earning_license(
    session: Session,
    store: AssetStore,
    *,
    estate: Estate | None = None,
    studio: Actor | None = None,
    shares: tuple[int, ...] = (6_000, 4_000),
    is_paid: bool = True,
    are_taxed: bool = True,
    at: datetime = START,
    **changes: Any,
) -> EarningLicense:
    """A license from 2026-06-15 to 2026-12-31 for a game, its heirs in these shares; `changes` are to the terms."""
    owner = estate or make_estate(session, store, at=at)
    if not valid_tax_forms(session, [owner.party.id], at):
        make_tax_form(session, owner.party, at=at)
    administrator = make_administrator(session)
    heirs = () if estate else make_heirs(session, owner, administrator, shares, are_taxed=are_taxed, at=at)
    package = make_listed_package(session, store, owner, at=at)
    studio = studio or make_actor(session)
    license_id = _sign(session, owner, studio, package.id, at, changes)
    found = EarningLicense(license_id, owner, studio, administrator, heirs)
    if is_paid:
        asked = select(Charge.reference).where(col(Charge.reference).startswith(f"license/{license_id}/"))
        for reference in session.exec(asked.order_by(col(Charge.id))).all():
            pay(session, reference, at=at)
    return found


def make_heirs(
    session: Session,
    estate: Estate,
    administrator: Actor,
    shares: tuple[int, ...],
    *,
    are_taxed: bool = True,
    at: datetime = START,
) -> tuple[Party, ...]:
    """New heirs who share in what the estate earns from this instant on; `are_taxed`: with their tax forms."""
    heirs = tuple(
        make_party(session, kind=PartyKind.HEIR, name=f"Heir {next(_numbers)} of {bps} bps", at=at)
        for bps in shares
    )
    for heir in heirs if are_taxed else ():
        make_tax_form(session, heir, at=at)
    parties.set_beneficiaries(
        session=session,
        actor=administrator,
        at=at,
        estate_party_id=estate.party.id,
        shares=[(heir.id, bps) for heir, bps in zip(heirs, shares, strict=True)],
        from_at=at,
    )
    return heirs


def _sign(
    session: Session, estate: Estate, studio: Actor, package_id: str, at: datetime, changes: dict[str, Any]
) -> str:
    production = negotiation.create_production(
        session=session, actor=studio, at=at, title="Harbor of Echoes", kind=ProductionKind.GAME
    )
    talks = negotiation.open_negotiation(
        session=session,
        actor=studio,
        at=at,
        package_id=package_id,
        production_id=production.id,
        intended_use="Forty scripted lines of the harbor master in the second chapter, recorded before release.",
        terms=DealTermsIn().load(_terms() | changes),
        platform_fee_bps=1000,
    )
    offer = latest_offer(session, talks.id)
    deal = negotiation.accept(
        session=session,
        actor=estate.actor,
        at=at,
        negotiation_id=talks.id,
        offer_number=offer.number,
        terms_sha256=offer.terms_sha256,
    )
    assert deal is not None
    return deal.license_id


def _terms() -> dict[str, Any]:
    return {
        "term": {"first_day": "2026-06-15", "last_day": "2026-12-31", "zone": "America/New_York"},
        "grants": [
            {
                "component": "voice",
                "axes": ["scripted"],
                "media": ["game.scripted_performance"],
                "territory": "+WORLD -US -CN",
            }
        ],
        "fee": {"amount_minor": 1_250_001, "currency": "USD"},
        "royalty": {"rate_bps": 250, "currency": "USD"},
        "survival": {"preset": "game"},
        "delivery": "export",
        "disclosure_label": "Digital replica, used with permission",
        "credit_line": "Voice of Adaeze Łuna by permission of her estate",
    }


def amend(session: Session, license: EarningLicense, *, at: datetime, effective_on: date, **changes: Any) -> None:
    """Other terms of a license from a day on, signed by the two sides; `changes` are to the usual ones."""
    deal_id = license_of(session, license.id).latest.deal_id
    terms = DealTermsIn().load(_terms() | changes)
    talks = open_amendment(
        session=session, actor=license.studio, at=at, deal_id=deal_id, terms=terms, effective_on=effective_on
    )
    latest = latest_offer(session, talks.id)
    negotiation.accept(
        session=session,
        actor=license.estate.actor,
        at=at,
        negotiation_id=talks.id,
        offer_number=latest.number,
        terms_sha256=latest.terms_sha256,
    )


def pay(session: Session, reference: str, *, at: datetime = REPORTED_AT) -> Charge:
    """The payer of a charge pays it, and the payment provider keeps 30 cents."""
    charge = charge_by_reference(session, reference, lock=True)
    assert charge is not None
    money = Money(charge.amount_minor, charge.currency)
    page = Checkout(
        session_id=f"cs_{charge.id}",
        subject_id=charge.id,
        phase=CheckoutPhase.PAID,
        amount=money,
        url=None,
        expires_at=at + timedelta(days=1),
        payment=Payment(f"pi_{charge.id}", f"ch_{charge.id}", Money(30, charge.currency)),
    )
    apply_checkout(session=session, at=at, charge=charge, page=page)
    return charge


def pay_everything(session: Session, *, at: datetime = REPORTED_AT) -> None:
    for reference in session.exec(select(Charge.reference).where(Charge.status != ChargeStatus.PAID)).all():
        pay(session, reference, at=at)


def send_everything(session: Session, *, at: datetime = REPORTED_AT) -> None:
    """Every transfer whose charge is paid goes out."""
    waiting = (
        select(Transfer.id)
        .join(Charge, col(Charge.id) == col(Transfer.charge_id))
        .where(Transfer.status == TransferStatus.REQUESTED, Charge.status == ChargeStatus.PAID)
    )
    for transfer_id in session.exec(waiting).all():
        note_sent(session=session, at=at, transfer_id=transfer_id, stripe_transfer_id=f"tr_{transfer_id}")


def quarter_export() -> bytes:
    """A quarter's sales of a game, 40,000 rows as the store exports them."""
    return gzip.decompress(_DATA.joinpath("steam_2026q3.csv.gz").read_bytes())


def quarter_totals() -> dict[str, tuple[int, int, int]]:
    """What the quarter must add up to: product to net units, gross less returns and net, in minor units."""
    totals = json.loads(_DATA.joinpath("steam_2026q3_totals.json").read_text())
    return {
        product: (
            total["net_units"],
            Money.from_decimal_text(total["gross_less_returns_usd"], "USD").amount_minor,
            Money.from_decimal_text(total["net_usd"], "USD").amount_minor,
        )
        for product, total in totals.items()
    }


def steam_file(
    *changes: Mapping[str, str], columns: list[str] = STEAM_COLUMNS, banner: str = STEAM_BANNER
) -> bytes:
    """Write an export with a row for each of `changes`: SALE with these cells instead."""
    text = io.StringIO(newline="")
    text.write(banner)
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(columns)
    rows.writerows([(SALE | change).get(column, "") for column in columns] for change in map(dict, changes))
    return text.getvalue().encode()


def sales(net_minor: int, *, units: int = 1, **cells: str) -> dict[str, str]:
    """The cells of a row of this much money, none of it returned or taxed."""
    amount = Money(net_minor, "USD").to_decimal_text()
    return {
        "Gross Units Sold": f"{units}",
        "Chargeback/Returns": "0",
        "Net Units Sold": f"{units}",
        "Gross Steam Sales (USD)": amount,
        "Chargeback/Returns (USD)": "0.00",
        "VAT/Tax (USD)": "-0.00",
        "Net Steam Sales (USD)": amount,
    } | cells


def make_upload(
    *,
    kind: ReportKind = ReportKind.ORIGINAL,
    days: tuple[date, date] = QUARTER,
    mapping: Mapping[str, MappedItem | LeftOut] = MAPPING,
) -> ReportUpload:
    return ReportUpload(
        first_day=days[0],
        last_day=days[1],
        kind=kind,
        layout=LAYOUTS["steam"],
        mapping=mapping,
        filename="steam_2026q3.csv",
    )


def report_usage(
    session: Session,
    license: EarningLicense,
    content: bytes,
    *,
    at: datetime = REPORTED_AT,
    **upload: Any,
) -> UsageReport:
    """The licensee reports with this file."""
    return upload_report(
        session=session,
        actor=license.studio,
        at=at,
        license_id=license.id,
        upload=make_upload(**upload),
        stream=io.BytesIO(content),
    )
