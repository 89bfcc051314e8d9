"""What a stamped file is: for anybody who holds a picture, a recording or a film."""

from flask import render_template, request

from app.infrastructure.http.context import now, services
from app.infrastructure.http.fields import file_name
from app.licensing.marks.checking import MarkCheck, check_file
from app.licensing.marks.intake import MOST_READ_BYTES
from app.licensing.marks.routes import limit_upload
from app.values.errors import DomainError
from app.web.forms import Answer

limit_size = limit_upload({"storefront.check_media": MOST_READ_BYTES})


def show() -> str:
    return _page()


def check() -> Answer:
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _page(complaint="Choose a file.")
    try:
        found = check_file(services=services(), at=now(), stream=upload.stream, filename=file_name(upload))
    except DomainError as refusal:
        return _page(complaint=refusal.detail), refusal.status
    return _page(found, name=file_name(upload))


def _page(found: MarkCheck | None = None, *, name: str = "", complaint: str = "") -> str:
    return render_template(
        "storefront/media_check.html", check=found, name=name, complaint=complaint, most_bytes=MOST_READ_BYTES
    )
