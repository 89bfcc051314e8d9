"""Stamp a file with the license it was made under.

Reading and signing a file can take seconds. They are done between two short transactions, so that nobody waits for
a lock meanwhile; the second asks again whether the license still stands, and keeps the mark only then.
"""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from sqlmodel import Session

from app.audit import service as audit
from app.identity.actor import Actor
from app.infrastructure.clock import machine_now
from app.infrastructure.http.context import Services
from app.infrastructure.ids import new_id
from app.infrastructure.storage import StoredFile
from app.licensing import queries
from app.licensing.errors import LicenseRefuses
from app.licensing.marks.credential import sign_mark
from app.licensing.marks.errors import ManifestElsewhere, NotStampable, ToolFailed
from app.licensing.marks.intake import MOST_BYTES, Taken, take_in
from app.licensing.marks.manifest import MarkFacts, manifest, parent
from app.licensing.marks.models import LicenseMark
from app.licensing.marks.rules import Reading, read_report
from app.licensing.marks.runner import run_tool
from app.licensing.marks.signers import Signer, current_signer
from app.licensing.marks.states import STAMPED_TYPES, MarkFinding, SourceType
from app.licensing.queries import LicenseView
from app.licensing.record.codes import record_url
from app.licensing.rules.facts import IntendedUse
from app.licensing.service.access import require_access
from app.licensing.service.decisions import decide_use
from app.negotiation.terms.vocabulary import PublicFact
from app.values.errors import NotFound


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks to have stamped."""

    license_id: str
    use: IntendedUse
    stream: IO[bytes]
    filename: str
    source_type: SourceType | None = None
    """How the file came to be, as its maker says; nothing claims nothing."""


@dataclass(frozen=True, slots=True)
class Stamped:
    """A stamped file in the store, of which nothing is recorded yet."""

    mark_id: str
    wish: Wish
    signer_id: str
    taken: Taken
    stored: StoredFile
    reading: Reading
    has_history: bool


def stamp(*, services: Services, actor: Actor, at: datetime, wish: Wish) -> Stamped:
    """Stamp a file as its license's licensee; `keep` makes it count.

    Raises: NotFound, LicenseRefuses with the decision's code, FileTooLarge, EmptyFile, NotStampable, ToolBusy.
    """
    with services.database.read() as session:
        _require_use(session, actor, at, wish)
    with tempfile.TemporaryDirectory(prefix="likeness-mark-") as name:
        folder = Path(name)
        taken = take_in(stream=wish.stream, filename=wish.filename, folder=folder, most_bytes=MOST_BYTES)
        if taken.media_type not in STAMPED_TYPES:
            kinds = ", ".join(STAMPED_TYPES.values())
            raise NotStampable(f"Only {kinds} files can be stamped, told by their content.")
        mark_id = new_id("mrk")
        with services.database.write() as session:
            signer, facts = _prepare(session, services, actor, at, wish, taken, mark_id)
        target = folder / "stamped"
        reading, has_history = _sign(folder, taken, target, wish, signer, facts)
        with target.open("rb") as file:
            stored = services.store.put(file, max_bytes=target.stat().st_size)
    return Stamped(mark_id, wish, signer.id, taken, stored, reading, has_history)


def keep(*, session: Session, actor: Actor, at: datetime, stamped: Stamped) -> LicenseMark:
    """Record a mark, if the license still allows the use. Raises: NotFound, LicenseRefuses."""
    wish = stamped.wish
    queries.license_view(session, actor, wish.license_id, lock=True)
    _require_use(session, actor, at, wish)
    mark = LicenseMark(
        id=stamped.mark_id,
        license_id=wish.license_id,
        signer_id=stamped.signer_id,
        actor=actor.label,
        use=_described(wish.use),
        filename=wish.filename,
        media_type=stamped.taken.media_type,
        source_sha256=stamped.taken.sha256,
        source_bytes=stamped.taken.size_bytes,
        sha256=stamped.stored.sha256,
        size_bytes=stamped.stored.size_bytes,
        manifest_label=stamped.reading.label,
        instance_id=stamped.reading.instance_id,
        has_history=stamped.has_history,
        marked_at=at,
    )
    session.add(mark)
    session.flush()
    audit.record(
        session=session,
        actor=actor,
        at=at,
        action="license.marked",
        subject_id=mark.license_id,
        mark_id=mark.id,
        source_sha256=mark.source_sha256,
        sha256=mark.sha256,
    )
    return mark


def issuing_host(public_url: str) -> str:
    """Return the name that certificates are made out to."""
    return urlsplit(public_url).hostname or "localhost"


def _require_use(session: Session, actor: Actor, at: datetime, wish: Wish) -> LicenseView:
    view = queries.license_view(session, actor, wish.license_id)
    if view.license.licensee_party_id != actor.party_id:
        raise NotFound("There is no such license of yours.")
    decision = decide_use(session=session, actor=actor, at=at, license_id=wish.license_id, use=wish.use)
    if not decision.is_allowed:
        raise LicenseRefuses(decision)
    require_access(view, at)
    return view


def _prepare(
    session: Session, services: Services, actor: Actor, at: datetime, wish: Wish, taken: Taken, mark_id: str
) -> tuple[Signer, MarkFacts]:
    issuer = services.settings.public_url
    view = queries.license_view(session, actor, wish.license_id)
    signer = current_signer(session=session, host=issuing_host(issuer), at=machine_now())
    terms = view.terms_at(at).document
    is_term_public = PublicFact.TERM.value in terms["public_record"]
    facts = MarkFacts(
        mark_id=mark_id,
        license_id=wish.license_id,
        issuer=issuer,
        verify_url=record_url(issuer, wish.license_id),
        check_url=f"{issuer}/check-media",
        credential=sign_mark(
            session=session, at=at, view=view, mark_id=mark_id, source_sha256=taken.sha256, issuer=issuer
        ),
        ends_at=terms["term"]["ends_at"] if is_term_public else None,
    )
    return signer, facts


def _sign(
    folder: Path, taken: Taken, target: Path, wish: Wish, signer: Signer, facts: MarkFacts
) -> tuple[Reading, bool]:
    """Have the program stamp a file and read it back. What it cannot vouch for does not leave here."""
    try:
        answer = run_tool(
            folder=folder,
            source=taken.path,
            media_type=taken.media_type,
            anchors=signer.root_pem,
            do="stamp",
            target=str(target),
            manifest=manifest(facts, title=wish.filename),
            parent=parent(title=wish.filename),
            source_type=wish.source_type.uri if wish.source_type else "",
            chain=signer.certificate_pem,
            key=signer.private_key_pem,
        )
    except ManifestElsewhere as error:
        raise NotStampable(
            "The file names a manifest that is kept elsewhere and not fetched from here: embed it and try again."
        ) from error
    except ToolFailed as error:
        raise NotStampable("The file is damaged or made in a way that cannot be stamped.") from error
    reading = read_report(answer["report"])
    if reading.finding is not MarkFinding.INTACT or reading.mark_id != facts.mark_id:
        raise NotStampable("The file was stamped but does not read back as it should; it was not kept.")
    return reading, answer["has_history"]


def _described(use: IntendedUse) -> dict[str, Any]:
    return {
        "component": use.component.value,
        "axis": use.axis.value,
        "media": use.medium,
        "territory": use.territory,
        "language": use.language,
        "category": use.category,
        "action": use.action.value,
        "contexts": sorted(use.contexts),
        "approval_id": use.approval_id,
    }
