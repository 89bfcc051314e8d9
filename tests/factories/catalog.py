"""Packages, made through the services."""

import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.catalog import service
from app.catalog.models import Asset, Package, PackageComponent
from app.catalog.service.packages import Price
from app.catalog.states import AssetPurpose
from app.identity.actor import Actor
from app.identity.states import Role
from app.infrastructure.storage import AssetStore
from app.moderation import service as moderation
from app.moderation.states import ReviewDecision
from app.values.components import Axis, Component, DeliveryMode
from app.values.media import expand
from app.values.money import Money
from app.values.territory import Territory
from tests.factories.parties import Estate
from tests.support.clock import START

WAVE = b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"
PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)

ADMINISTRATOR = Actor(user_id="usr_bootstrap", party_id="", role=Role.ADMINISTRATOR)


def make_package(
    session: Session,
    store: AssetStore,
    estate: Estate,
    *,
    components: Iterable[Component] = (Component.VOICE,),
    title: str = "The voice of Adaeze Łuna",
    summary: str = "Forty hours of recordings, warm and unhurried.",
    tags: Iterable[str] = ("jazz", "narration"),
    prices: Iterable[Price] = (Price("game_scripted_character", Money(1_250_000, "USD"), royalty_bps=250),),
    at: datetime = START,
    **terms: Any,
) -> Package:
    """A complete draft; `terms` override those of every component."""
    package = service.create_package(
        session=session,
        actor=estate.actor,
        at=at,
        performer_id=estate.performer.id,
        title=title,
        summary=summary,
        tags=tags,
    )
    for component in components:
        make_component(session, estate, package, component, at=at, **terms)
        upload(session, store, estate, package, component, at=at)
    service.set_rate_card(session=session, actor=estate.actor, at=at, package_id=package.id, prices=list(prices))
    return package


def make_component(
    session: Session,
    estate: Estate,
    package: Package,
    component: Component = Component.VOICE,
    *,
    at: datetime = START,
    **overrides: Any,
) -> PackageComponent:
    """Scripted and real-time use in games and film trailers, everywhere but China, unless overridden."""
    terms: dict[str, Any] = {
        "axes": [Axis.SCRIPTED, Axis.REALTIME],
        "media": expand(["game", "film.trailer"]),
        "territory": Territory.parse("+WORLD -CN"),
        "delivery": DeliveryMode.EXPORT,
    }
    return service.put_component(
        session=session,
        actor=estate.actor,
        at=at,
        package_id=package.id,
        component=component,
        **(terms | overrides),
    )


def upload(
    session: Session,
    store: AssetStore,
    estate: Estate,
    package: Package,
    component: Component = Component.VOICE,
    *,
    content: bytes | None = None,
    filename: str = "takes.wav",
    purpose: AssetPurpose = AssetPurpose.DELIVERABLE,
    at: datetime = START,
    max_bytes: int = 1 << 20,
) -> Asset:
    return service.upload_asset(
        session=session,
        actor=estate.actor,
        at=at,
        store=store,
        package_id=package.id,
        component=component,
        stream=io.BytesIO(WAVE + component.value.encode() if content is None else content),
        filename=filename,
        purpose=purpose,
        max_bytes=max_bytes,
    )


def make_listed_package(
    session: Session, store: AssetStore, estate: Estate, *, at: datetime = START, **kwargs: Any
) -> Package:
    """A package in the catalog, submitted and approved."""
    package = make_package(session, store, estate, at=at, **kwargs)
    service.submit_package(session=session, actor=estate.actor, at=at, package_id=package.id)
    return approve(session, package, at=at)


def approve(session: Session, package: Package, *, at: datetime = START) -> Package:
    moderation.decide_review(
        session=session,
        actor=ADMINISTRATOR,
        at=at,
        package_id=package.id,
        decision=ReviewDecision.APPROVED,
        reason="Authority and files are in order.",
    )
    return package
