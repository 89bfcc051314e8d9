"""Sample data, made through the services as users would make it."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session

from app.catalog import service as catalog
from app.catalog.service.packages import Price
from app.catalog.states import AssetPurpose
from app.demo import book
from app.demo.cast import CO_HEIRS, DRAFTS, IN_REVIEW, KINDS, LICENSORS, ROLES, SHARED, WISHES, Kind, Role, Wish
from app.demo.files import asset_for
from app.identity import service as identity
from app.identity.actor import Actor
from app.identity.states import Role as MemberRole
from app.identity.states import Scope
from app.infrastructure.http.context import Services
from app.moderation import service as moderation
from app.moderation.states import ReviewDecision
from app.parties import service as parties
from app.parties.directives import service as directives
from app.parties.models import Party
from app.parties.operator import create_operator
from app.parties.states import Capacity, DocumentKind, PartyKind
from app.parties.tax_forms import service as tax_forms
from app.parties.tax_forms.states import TaxFormKind
from app.payments import service as payments
from app.values.components import Component
from app.values.currencies import exponent
from app.values.media import ROOTS, expand
from app.values.money import Money
from app.values.territory import Territory

PASSWORD = "demo-password-1"
MAX_BYTES = 10 << 20
TRUSTS = frozenset(name for name, kind, _ in LICENSORS if kind == "trust")
UNITS_PER_DOLLAR = {"USD": 1, "EUR": 1, "GBP": 1, "JPY": 150}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who can look at the demo: in the browser with e-mail and password, at the API with the key."""

    label: str
    email: str
    party_id: str
    actor: Actor
    key: str


@dataclass(frozen=True, slots=True)
class World:
    """What the walk needs to know of the sample data."""

    administrator: Visitor
    studio: Visitor
    estate: Visitor
    heirs: tuple[Visitor, Visitor]
    performer_id: str
    """Marlowe Quist, whose voice the walk licenses."""
    packages: int
    listed: int


class SampleMaker:
    """Makes the sample data in one transaction."""

    def __init__(self, *, session: Session, services: Services, at: datetime) -> None:
        self._session = session
        self._services = services
        self._at = at
        self._packages: dict[tuple[str, str], str] = {}
        self._administrator = create_operator(
            session=session, at=at, email="admin@demo.example", name="Robin Marsh", password=PASSWORD
        )

    def make(self) -> World:
        licensors = {name: self._visitor(name, kind, country) for name, kind, country in LICENSORS}
        studio = self._visitor("Lantern Bay Games", "studio", "US", email="studio@demo.example")
        self._visitor("Prismatic VR Works", "studio", "CA")
        self._visitor("Northlight Pictures", "studio", "GB")
        self._visitor("Verbena Beverages", "brand", "DE")
        estate = licensors["Estate of Marlowe Quist"]
        heirs = (self._visitor("Imogen Quist", "heir", "US"), self._visitor("Casimir Quist", "heir", "US"))
        self._set_heirs(estate, heirs)
        for name, _, country in LICENSORS:
            self._tax_form(licensors[name], TaxFormKind.W9 if country == "US" else TaxFormKind.W8BEN_E, country)
        for heir in heirs:
            self._tax_form(heir, TaxFormKind.W9, "US")
        performers: dict[str, str] = {}
        made = listed = 0
        for role in ROLES:
            performers[role.name] = self._performer(role, licensors[role.licensor])
            for kind in role.kinds:
                made += 1
                listed += self._package(role, kind, performers[role.name], licensors[role.licensor])
        licensor_of = {role.name: licensors[role.licensor] for role in ROLES}
        for wish in WISHES:
            self._direct(wish, performers[wish.performer], licensor_of[wish.performer])
        self._fill_book(licensors, performers)
        administrator = self._key_for("Administrator", "admin@demo.example", self._administrator)
        return World(administrator, studio, estate, heirs, performers["Marlowe Quist"], made, listed)

    def _visitor(self, name: str, kind: str, country: str, email: str = "") -> Visitor:
        """Make a party with one user who owns it, and a key for the user."""
        address = email or f"{_address_of(name)}@demo.example"
        party: Party = parties.create_party(
            session=self._session,
            actor=self._administrator,
            at=self._at,
            kind=PartyKind(kind),
            name=name,
            country=country,
            email=address,
        )
        user = identity.create_user(session=self._session, at=self._at, email=address, name=name, password=PASSWORD)
        identity.add_member(
            session=self._session, at=self._at, user_id=user.id, party_id=party.id, role=MemberRole.OWNER
        )
        return self._key_for(name, address, Actor(user.id, party.id, MemberRole.OWNER))

    def _key_for(self, label: str, email: str, actor: Actor) -> Visitor:
        made = identity.create_api_key(
            session=self._session, actor=actor, at=self._at, name="demo", scopes=frozenset(Scope)
        )
        return Visitor(label, email, actor.party_id, actor, made.text)

    def _set_heirs(self, estate: Visitor, heirs: tuple[Visitor, Visitor]) -> None:
        parties.set_beneficiaries(
            session=self._session,
            actor=estate.actor,
            at=self._at,
            estate_party_id=estate.party_id,
            shares=[(heirs[0].party_id, 6000), (heirs[1].party_id, 4000)],
        )
        for heir in heirs:
            payments.open_connected_account(
                session=self._session, actor=heir.actor, at=self._at, party_id=heir.party_id
            )

    def _tax_form(self, payee: Visitor, kind: TaxFormKind, country: str) -> None:
        """Record and confirm the form without which nobody's money is sent on."""
        form = tax_forms.record_tax_form(
            session=self._session,
            actor=payee.actor,
            at=self._at,
            party_id=payee.party_id,
            kind=kind,
            country=country,
            signed_on=self._at.date(),
        )
        tax_forms.confirm_tax_form(
            session=self._session, actor=self._administrator, at=self._at, tax_form_id=form.id
        )

    def _performer(self, role: Role, licensor: Visitor, capacity: Capacity | None = None, **share: Any) -> str:
        """Record a performer and the licensor's verified authority over the likeness."""
        performer = parties.create_performer(
            session=self._session,
            actor=licensor.actor,
            at=self._at,
            name=role.name,
            is_living=role.died is None,
            domicile=role.domicile,
            summary=role.summary,
            born_on=date(role.born, 3, 14),
            died_on=date(role.died, 11, 2) if role.died else None,
        )
        if capacity is None:
            self._represent(role, performer.id, licensor)
        else:
            self._proven(role, performer.id, licensor.actor, capacity, **share)
        return performer.id

    def _represent(self, role: Role, performer_id: str, licensor: Visitor) -> None:
        """Prove the licensor's authority: an estate's or trust's own, or an agent's under the living performer."""
        if role.died is None:
            performer = self._visitor(role.name, "performer", role.domicile[:2])
            principal = self._proven(role, performer_id, performer.actor, Capacity.PERFORMER)
            self._proven(
                role, performer_id, licensor.actor, Capacity.AGENT, principal_id=principal, is_exclusive=True
            )
        elif role.licensor in TRUSTS:
            self._proven(role, performer_id, licensor.actor, Capacity.TRUSTEE)
        else:
            self._proven(role, performer_id, licensor.actor, Capacity.EXECUTOR)

    def _proven(self, role: Role, performer_id: str, actor: Actor, capacity: Capacity, **mandate: Any) -> str:
        representation = parties.record_representation(
            session=self._session,
            actor=actor,
            at=self._at,
            performer_id=performer_id,
            capacity=capacity,
            components=list(Component),
            media=expand(ROOTS),
            territory=Territory.parse("+WORLD"),
            **mandate,
        )
        kind = min(capacity.proofs - {DocumentKind.COURT_ORDER})
        parties.attach_document(
            session=self._session,
            actor=actor,
            at=self._at,
            store=self._services.store,
            representation_id=representation.id,
            kind=kind,
            stream=io.BytesIO(f"%PDF-1.4\n% {kind} for {role.name}, invented for the demo\n".encode()),
            filename=f"{kind.value}.pdf",
        )
        parties.verify_representation(
            session=self._session,
            actor=self._administrator,
            at=self._at,
            representation_id=representation.id,
            is_verified=True,
            reason="Invented documents of the demo, read and found consistent.",
        )
        return representation.id

    def _fill_book(self, licensors: Mapping[str, Visitor], performers: Mapping[str, str]) -> None:
        """Restrictions of two licensors, and two heirs of half each, of whom neither can license alone."""
        given: dict[str, Any] = {"session": self._session, "at": self._at}
        brightwater = licensors["Brightwater Heirs Collective"].actor
        halloran = "Beatrix Halloran"
        book.keep_back(
            **given, actor=brightwater, performer_id=performers[halloran], name=halloran, packages=self._packages
        )
        book.opt_out(**given, actor=brightwater, package_id=self._packages["Rufus Pellingham", "brand"])
        heirs = [self._visitor(name, "heir", "US") for name in CO_HEIRS]
        performer_id = self._performer(SHARED, heirs[0], Capacity.HEIR, share_bps=5000)
        self._proven(SHARED, performer_id, heirs[1].actor, Capacity.HEIR, share_bps=5000)
        book.require_majority(**given, administrator=self._administrator, performer_id=performer_id)
        self._package(SHARED, "voice", performer_id, heirs[0])

    def _direct(self, wish: Wish, performer_id: str, licensor: Visitor) -> None:
        """Put a performer's own wish on record, which from then on binds everyone."""
        directives.record_directive(
            session=self._session,
            actor=licensor.actor,
            at=self._at,
            performer_id=performer_id,
            wording=wish.wording,
            axes=wish.axes,
            categories=wish.categories,
            until_at=datetime(wish.until_year, 1, 1, tzinfo=UTC) if wish.until_year else None,
        )

    def _package(self, role: Role, kind_name: str, performer_id: str, licensor: Visitor) -> bool:
        """Make a package and bring it as far as the cast says; say whether it is listed."""
        kind = KINDS[kind_name]
        given: dict[str, Any] = {"session": self._session, "actor": licensor.actor, "at": self._at}
        package = catalog.create_package(
            **given,
            performer_id=performer_id,
            title=kind.title.format(name=role.name),
            summary=f"{role.summary} {_OFFER[kind_name]}",
            tags=kind.tags,
        )
        self._packages[role.name, kind_name] = package.id
        for component in kind.components:
            self._component(package.id, component, role, kind, given)
        catalog.set_rate_card(**given, package_id=package.id, prices=_prices(role, kind))
        if (role.name, kind_name) in DRAFTS:
            return False
        catalog.submit_package(**given, package_id=package.id)
        if (role.name, kind_name) in IN_REVIEW:
            return False
        moderation.decide_review(
            session=self._session,
            actor=self._administrator,
            at=self._at,
            package_id=package.id,
            decision=ReviewDecision.APPROVED,
            reason="Authority, files and description agree.",
        )
        return True

    def _component(
        self, package_id: str, component: Component, role: Role, kind: Kind, given: dict[str, Any]
    ) -> None:
        catalog.put_component(
            **given,
            package_id=package_id,
            component=component,
            axes=kind.axes,
            media=expand(kind.media),
            territory=Territory.parse(role.territory),
            delivery=kind.delivery,
            description=_COMPONENTS[component],
        )
        filename, content = asset_for(component, seed=role.name)
        purposes = [AssetPurpose.DELIVERABLE]
        if component is Component.VOICE:
            purposes.append(AssetPurpose.PREVIEW)
        for purpose in purposes:
            catalog.upload_asset(
                **given,
                store=self._services.store,
                package_id=package_id,
                component=component,
                stream=io.BytesIO(content),
                filename=filename,
                purpose=purpose,
                max_bytes=MAX_BYTES,
            )


def make_sample(services: Services) -> World:
    """Fill an empty database with the sample data."""
    with services.database.write() as session:
        return SampleMaker(session=session, services=services, at=services.clock.now()).make()


def _prices(role: Role, kind: Kind) -> list[Price]:
    scale = 100 * UNITS_PER_DOLLAR[role.currency] * 10 ** exponent(role.currency)
    return [Price(preset, Money(fee * scale, role.currency), bps) for preset, fee, bps in kind.prices]


def _address_of(name: str) -> str:
    letters = "".join(c if c.isascii() and c.isalnum() else " " for c in name.lower())
    return "-".join(letters.split())


_OFFER = {
    "screen": "Face, voice and manner for written parts in film and series, approved scene by scene.",
    "voice": "A voice model made from restored recordings, for written lines in games.",
    "game": "Voice and manner for game characters, written or live, with consent for both.",
    "vr": "A hosted presence for museums, venues and shared worlds; files stay with us.",
    "brand": "Face and voice for campaigns in product categories the licensor agrees to.",
}
_COMPONENTS = {
    Component.FACE: "Volumetric face map, from archive film, cleaned by hand.",
    Component.VOICE: "Neural voice model, from restored master tapes.",
    Component.BEHAVIOR: "Curves of gesture and timing, from scenes of record.",
}
