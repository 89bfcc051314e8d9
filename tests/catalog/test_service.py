"""A package from draft to withdrawal, its files and prices, on both engines."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, col, select

from app.audit.models import AuditRecord
from app.catalog import queries, service
from app.catalog.errors import IllegalTransition, PackageNotEditable, PackageNotReady
from app.catalog.models import Asset, Package, PackageStatusChange, RateCardLine
from app.catalog.service.packages import Price
from app.catalog.states import AssetPurpose, PackageStatus
from app.identity.actor import Actor
from app.infrastructure.db.database import Database
from app.infrastructure.http.context import Services
from app.infrastructure.storage import EmptyFile, FileTooLarge
from app.values.components import Axis, Component, DeliveryMode
from app.values.errors import Forbidden, InvalidInput, NotFound
from app.values.money import Money
from app.values.territory import Territory
from tests.factories.catalog import (
    PIXEL,
    WAVE,
    approve,
    make_component,
    make_listed_package,
    make_package,
    upload,
)
from tests.factories.parties import Estate, make_actor, make_administrator, make_estate
from tests.support.clock import START


@pytest.fixture
def estate(session: Session, services: Services) -> Estate:
    return make_estate(session, services.store)


def submit(session: Session, estate: Estate, package: Package) -> Package:
    return service.submit_package(session=session, actor=estate.actor, at=START, package_id=package.id)


def test_a_package_goes_from_draft_to_the_catalog(session: Session, services: Services, estate: Estate) -> None:
    package = make_package(session, services.store, estate)
    assert package.status is PackageStatus.DRAFT
    assert submit(session, estate, package).status is PackageStatus.SUBMITTED
    approve(session, package, at=START + timedelta(hours=2))
    assert package.status is PackageStatus.LISTED
    assert package.listed_at == START + timedelta(hours=2)
    steps = session.exec(select(PackageStatusChange).order_by(col(PackageStatusChange.id))).all()
    assert [(s.from_status.value, s.to_status.value) for s in steps] == [
        ("draft", "submitted"),
        ("submitted", "listed"),
    ]
    assert steps[1].reason == "Authority and files are in order."


def test_the_database_keeps_the_steps_of_a_package(session: Session, services: Services, estate: Estate) -> None:
    make_listed_package(session, services.store, estate)
    step = session.exec(select(PackageStatusChange)).first()
    assert step is not None
    step.reason = "Another"
    session.add(step)
    with pytest.raises(DBAPIError):
        session.flush()


def test_a_submission_names_everything_that_is_missing(
    session: Session, services: Services, estate: Estate
) -> None:
    package = service.create_package(
        session=session, actor=estate.actor, at=START, performer_id=estate.performer.id, title="Face and voice"
    )
    make_component(session, estate, package, Component.FACE)
    make_component(session, estate, package, Component.VOICE)
    upload(session, services.store, estate, package, Component.VOICE, content=PIXEL, purpose=AssetPurpose.PREVIEW)
    with pytest.raises(PackageNotReady) as refusal:
        submit(session, estate, package)
    assert [(p.pointer, p.code) for p in refusal.value.problems] == [
        ("/summary", "summary_missing"),
        ("/components/face/assets", "deliverable_missing"),
        ("/components/voice/assets", "deliverable_missing"),
    ]
    assert package.status is PackageStatus.DRAFT


def test_a_submission_stays_within_the_verified_authority(session: Session, services: Services) -> None:
    estate = make_estate(
        session,
        services.store,
        components=[Component.VOICE],
        media=["game.trailer"],
        territory=Territory.parse("+EU"),
    )
    package = make_package(session, services.store, estate, components=[Component.FACE, Component.VOICE])
    with pytest.raises(PackageNotReady) as refusal:
        submit(session, estate, package)
    assert [(p.pointer, p.code) for p in refusal.value.problems] == [
        ("/components/face", "no_holder_proven"),
        ("/components/voice/media", "no_holder_proven"),
        ("/components/voice", "no_holder_proven"),
    ]


def test_an_unverified_claim_lets_nobody_submit(session: Session, services: Services) -> None:
    estate = make_estate(session, services.store, is_verified=False)
    package = make_package(session, services.store, estate)
    with pytest.raises(PackageNotReady) as refusal:
        submit(session, estate, package)
    assert [p.code for p in refusal.value.problems] == ["not_verified"]


def test_a_package_of_an_unknown_performer_cannot_be_begun(session: Session, services: Services) -> None:
    hidden = make_estate(session, services.store, is_verified=False)
    stranger = make_actor(session)
    for performer_id in (hidden.performer.id, "prf_unknown"):
        with pytest.raises(NotFound):
            service.create_package(
                session=session, actor=stranger, at=START, performer_id=performer_id, title="Mine"
            )


def _every_change(store: Any, package: Package, asset: Asset) -> dict[str, Callable[[Session, Actor], object]]:
    common: dict[str, Any] = {"at": START, "package_id": package.id}
    terms: dict[str, Any] = {
        "component": Component.VOICE,
        "axes": [Axis.SCRIPTED],
        "media": ["game.trailer"],
        "territory": Territory.parse("+US"),
        "delivery": DeliveryMode.EXPORT,
    }
    file: dict[str, Any] = {
        "component": Component.VOICE,
        "filename": "a.wav",
        "purpose": AssetPurpose.DELIVERABLE,
        "max_bytes": 1000,
    }
    return {
        "edit": lambda s, a: service.edit_package(session=s, actor=a, title="Other", **common),
        "put component": lambda s, a: service.put_component(session=s, actor=a, **common, **terms),
        "remove component": lambda s, a: service.remove_component(
            session=s, actor=a, component=Component.VOICE, **common
        ),
        "upload": lambda s, a: service.upload_asset(
            session=s, actor=a, store=store, stream=io.BytesIO(WAVE), **common, **file
        ),
        "remove file": lambda s, a: service.remove_asset(session=s, actor=a, asset_id=asset.id, **common),
        "rate card": lambda s, a: service.set_rate_card(session=s, actor=a, prices=[], **common),
    }


CHANGES = ["edit", "put component", "remove component", "upload", "remove file", "rate card"]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("status", ["submitted", "listed", "withdrawn"])
def test_a_package_stays_as_reviewed(
    session: Session, services: Services, estate: Estate, change: str, status: str
) -> None:
    package = make_package(session, services.store, estate)
    [asset] = queries.assets_of(session, [package.id])
    submit(session, estate, package)
    if status != "submitted":
        approve(session, package)
    if status == "withdrawn":
        service.withdraw_package(
            session=session, actor=estate.actor, at=START, package_id=package.id, reason="Sold"
        )
    with pytest.raises(PackageNotEditable):
        _every_change(services.store, package, asset)[change](session, estate.actor)


@pytest.mark.parametrize("change", CHANGES)
def test_a_stranger_finds_no_draft_to_change(
    session: Session, services: Services, estate: Estate, change: str
) -> None:
    package = make_package(session, services.store, estate)
    [asset] = queries.assets_of(session, [package.id])
    with pytest.raises(NotFound):
        _every_change(services.store, package, asset)[change](session, make_actor(session))


def test_a_rejected_package_can_be_edited_and_submitted_again(
    session: Session, services: Services, estate: Estate
) -> None:
    package = make_package(session, services.store, estate)
    submit(session, estate, package)
    service.reject_package(
        session=session, actor=make_administrator(session), at=START, package_id=package.id, reason="Too short"
    )
    service.edit_package(
        session=session, actor=estate.actor, at=START, package_id=package.id, summary="A longer text."
    )
    assert package.status is PackageStatus.REJECTED


def test_only_an_administrator_lists(session: Session, services: Services, estate: Estate) -> None:
    package = make_package(session, services.store, estate)
    submit(session, estate, package)
    for step in (service.list_package, service.reject_package):
        with pytest.raises(Forbidden):
            step(session=session, actor=estate.actor, at=START, package_id=package.id, reason="Mine")


def test_a_draft_cannot_skip_its_review(session: Session, services: Services, estate: Estate) -> None:
    package = make_package(session, services.store, estate)
    with pytest.raises(IllegalTransition):
        service.list_package(
            session=session, actor=make_administrator(session), at=START, package_id=package.id, reason="Quick"
        )


def test_putting_a_component_again_replaces_its_terms_and_keeps_its_files(
    session: Session, services: Services, estate: Estate
) -> None:
    package = make_package(session, services.store, estate)
    row = make_component(
        session, estate, package, media=["film.trailer"], territory=Territory.parse("+EU -FR"), languages=["en"]
    )
    assert (row.media, row.languages, "FR" in row.territory_codes) == (["film.trailer"], ["en"], False)
    assert len(queries.components_of(session, [package.id])) == 1
    assert len(queries.assets_of(session, [package.id])) == 1


def test_removing_a_component_takes_its_files_along(session: Session, services: Services, estate: Estate) -> None:
    package = make_package(session, services.store, estate, components=[Component.FACE, Component.VOICE])
    service.remove_component(
        session=session, actor=estate.actor, at=START, package_id=package.id, component=Component.FACE
    )
    assert [row.component for row in queries.components_of(session, [package.id])] == [Component.VOICE]
    assert len(queries.assets_of(session, [package.id])) == 1


def test_a_file_is_known_by_its_content(session: Session, services: Services, estate: Estate) -> None:
    package = make_package(session, services.store, estate)
    asset = upload(session, services.store, estate, package, content=PIXEL, filename="takes.wav")
    assert (asset.media_type, asset.size_bytes) == ("image/png", len(PIXEL))
    with services.store.open(asset.sha256) as file:
        assert file.read() == PIXEL


def test_the_same_file_again_is_the_same_asset(session: Session, services: Services, estate: Estate) -> None:
    package = make_package(session, services.store, estate)
    first = upload(session, services.store, estate, package, content=PIXEL)
    assert upload(session, services.store, estate, package, content=PIXEL) is first
    preview = upload(session, services.store, estate, package, content=PIXEL, purpose=AssetPurpose.PREVIEW)
    assert preview is not first


def test_files_too_large_or_empty_are_refused(session: Session, services: Services, estate: Estate) -> None:
    package = make_package(session, services.store, estate)
    with pytest.raises(FileTooLarge):
        upload(session, services.store, estate, package, content=b"x" * ((1 << 20) + 1))
    with pytest.raises(EmptyFile):
        upload(session, services.store, estate, package, content=b"")


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html></html>"])
def test_a_preview_is_a_picture_or_a_sound(
    session: Session, services: Services, estate: Estate, content: bytes
) -> None:
    package = make_package(session, services.store, estate)
    with pytest.raises(InvalidInput) as refusal:
        upload(
            session,
            services.store,
            estate,
            package,
            content=content,
            filename="look.png",
            purpose=AssetPurpose.PREVIEW,
        )
    assert refusal.value.problems[0].pointer == "/file"


def test_a_file_needs_its_component_first(session: Session, services: Services, estate: Estate) -> None:
    package = make_package(session, services.store, estate)
    with pytest.raises(NotFound, match="put the component first"):
        upload(session, services.store, estate, package, Component.FACE)


def test_a_rate_card_takes_what_is_not_said_from_the_preset(
    session: Session, services: Services, estate: Estate
) -> None:
    package = make_package(session, services.store, estate, prices=[])
    yen = Price("film_trailer", Money(500_000, "JPY"), royalty_bps=0)
    own = Price(
        "cosmetic_item", Money(0, "JPY"), royalty_bps=1500, media=frozenset({"game.cosmetic_item"}), months=3
    )
    lines = service.set_rate_card(
        session=session, actor=estate.actor, at=START, package_id=package.id, prices=[own, yen]
    )
    assert [(line.preset, line.media, line.months) for line in lines] == [
        ("film_trailer", ["film.trailer"], 12),
        ("cosmetic_item", ["game.cosmetic_item"], 3),
    ]
    service.set_rate_card(session=session, actor=estate.actor, at=START, package_id=package.id, prices=[yen])
    assert len(session.exec(select(RateCardLine)).all()) == 1


@pytest.mark.parametrize(
    ("second", "pointer"),
    [
        (Price("film_trailer", Money(1, "USD"), royalty_bps=0), "/lines/1/preset"),
        (Price("cosmetic_item", Money(1, "EUR"), royalty_bps=0), "/lines/1/currency"),
        (Price("unheard_of", Money(1, "USD"), royalty_bps=0), "/lines/1/preset"),
    ],
)
def test_a_rate_card_has_one_line_a_preset_and_one_currency(
    session: Session, services: Services, estate: Estate, second: Price, pointer: str
) -> None:
    package = make_package(session, services.store, estate)
    first = Price("film_trailer", Money(1, "USD"), royalty_bps=0)
    with pytest.raises(InvalidInput) as refusal:
        service.set_rate_card(
            session=session, actor=estate.actor, at=START, package_id=package.id, prices=[first, second]
        )
    assert refusal.value.problems[0].pointer == pointer
    assert [line.preset for line in queries.rate_cards_of(session, [package.id])] == ["game_scripted_character"]


@pytest.mark.parametrize("wrong", [{"fee_minor": -1}, {"royalty_bps": 10_001}, {"months": 0}])
def test_the_database_refuses_impossible_prices(
    session: Session, services: Services, estate: Estate, wrong: dict[str, int]
) -> None:
    package = make_package(session, services.store, estate)
    [line] = queries.rate_cards_of(session, [package.id])
    for name, value in wrong.items():
        setattr(line, name, value)
    session.add(line)
    with pytest.raises(IntegrityError):
        session.flush()


def test_deliverables_are_shown_to_the_licensor_and_counted_for_others(
    session: Session, services: Services, estate: Estate
) -> None:
    package = make_package(session, services.store, estate)
    upload(session, services.store, estate, package, content=PIXEL, purpose=AssetPurpose.PREVIEW)
    submit(session, estate, package)
    approve(session, package)
    [mine] = queries.package_view(session, estate.actor, package.id).components
    [theirs] = queries.package_view(session, make_actor(session), package.id).components
    [public] = queries.public_package_view(session, package.id).components
    assert {asset.purpose for asset in mine.assets} == set(AssetPurpose)
    assert theirs == public
    assert [asset.purpose for asset in theirs.assets] == [AssetPurpose.PREVIEW]
    assert theirs.deliverables == 1


def test_deliverables_of_chosen_components(session: Session, services: Services, estate: Estate) -> None:
    package = make_package(session, services.store, estate, components=[Component.FACE, Component.VOICE])
    [(asset, component)] = queries.deliverables_of(session, package.id, [Component.VOICE])
    assert (component.component, asset.component_id) == (Component.VOICE, component.id)


def test_every_change_is_in_the_audit_trail(database: Database, services: Services) -> None:
    with database.write() as session:
        estate = make_estate(session, services.store)
        package = make_listed_package(session, services.store, estate)
        service.withdraw_package(
            session=session, actor=estate.actor, at=START, package_id=package.id, reason="Sold"
        )
    with database.read() as session:
        trail = select(AuditRecord.action).where(AuditRecord.subject_id == package.id)
        assert session.exec(trail.order_by(col(AuditRecord.position))).all() == [
            "package.created",
            "package.component_put",
            "package.asset_uploaded",
            "package.rate_card_set",
            "package.submitted",
            "package.listed",
            "package.withdrawn",
        ]
