"""What must happen around and after the end of a license: calendars, evidence, certificates of destruction."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.infrastructure.db.append_only import append_only_statements
from app.infrastructure.ids import new_id
from app.licensing.closing.rules.calendar import End, Holding, final_report_day, plan_calendar
from app.licensing.closing.rules.standing import announcements
from app.licensing.closing.states import DutyKind
from app.licensing.terms import compile_terms

revision = "0028_closing"
down_revision = "0027_check_ins"

BATCH = 500
AT = sa.DateTime(timezone=True)
KINDS = (
    *("first_refusal_opens", "first_refusal_closes", "extension_opens", "extension_closes", "inventory"),
    *("license_ends", "wind_down_step", "winding_down_ends", "final_report", "destruction"),
)
TO_ANNOUNCE = sa.text("announced_at IS NULL")
OPEN = sa.text("done_at IS NULL AND lapsed_at IS NULL AND proof <> 'nothing'")

license = sa.table(
    "license",
    *map(sa.column, ("id", "status")),
    *(sa.column(name, AT) for name in ("starts_at", "ends_at", "activated_at")),
)
deal = sa.table("deal", *map(sa.column, ("id", "terms_json")))
version = sa.table(
    "deal_version",
    *map(sa.column, ("license_id", "deal_id", "version", "change_of")),
    sa.column("effective_at", AT),
)
change = sa.table(
    "license_status_change", *map(sa.column, ("license_id", "to_status")), sa.column("changed_at", AT)
)
report = sa.table(
    "usage_report",
    sa.column("license_id"),
    sa.column("period_last_day", sa.Date()),
    sa.column("uploaded_at", AT),
)
license_duty = sa.table(
    "license_duty",
    *map(sa.column, ("id", "license_id", "kind", "key", "title", "party_id", "zone", "proof", "position")),
    *(sa.column(name, AT) for name in ("opens_at", "due_at", "done_at")),
)
duty_notice = sa.table("duty_notice", *map(sa.column, ("id", "duty_id", "step")), sa.column("due_at", AT))


def upgrade() -> None:
    _make_calendars()
    _make_filings()
    for table in (
        "duty_evidence",
        "evidence_answer",
        "derived_model",
        "destruction_certificate",
        "destroyed_copy",
    ):
        for statement in append_only_statements(table, op.get_bind().dialect.name):
            op.execute(statement)
    _plan_for_licenses_there_are(datetime.now(UTC))


def _words(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _make_calendars() -> None:
    op.create_table(
        "license_duty",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("kind", _words(*KINDS, name="duty_kind"), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("party_id", sa.String(32), nullable=False),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("opens_at", AT, nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("proof", _words("nothing", "evidence", "report", "certificate", name="proof"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("done_at", AT, nullable=True),
        sa.Column("lapsed_at", AT, nullable=True),
        sa.CheckConstraint("due_at >= opens_at", name=op.f("ck_license_duty_due_after_it_opens")),
        sa.ForeignKeyConstraint(["license_id"], ["license.id"], name=op.f("fk_license_duty_license_id_license")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_license_duty_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_license_duty")),
        sa.UniqueConstraint("license_id", "kind", "key", name=op.f("uq_license_duty_license_id_kind_key")),
    )
    op.create_index("ix_license_duty_due_at", "license_duty", ["due_at", "id"])
    op.create_index("ix_license_duty_party_id_due_at", "license_duty", ["party_id", "due_at"])
    op.create_index("ix_license_duty_open", "license_duty", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "duty_notice",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("duty_id", sa.String(32), nullable=False),
        sa.Column(
            "step",
            _words("soon", "reached", "overdue", "overdue_7_days", "overdue_30_days", name="duty_step"),
            nullable=False,
        ),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("announced_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["duty_id"], ["license_duty.id"], name=op.f("fk_duty_notice_duty_id_license_duty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_notice")),
        sa.UniqueConstraint("duty_id", "step", name=op.f("uq_duty_notice_duty_id_step")),
    )
    op.create_index(
        "ix_duty_notice_due", "duty_notice", ["due_at"], sqlite_where=TO_ANNOUNCE, postgresql_where=TO_ANNOUNCE
    )


def _make_filings() -> None:
    op.create_table(
        "duty_evidence",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("duty_id", sa.String(32), nullable=False),
        sa.Column("by_party_id", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("filename", sa.String(255), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("media_type", sa.String(120), nullable=True),
        sa.Column("filed_at", AT, nullable=False),
        sa.CheckConstraint("text <> '' OR sha256 IS NOT NULL", name=op.f("ck_duty_evidence_says_something")),
        sa.CheckConstraint(
            "(sha256 IS NULL) = (filename IS NULL) AND (sha256 IS NULL) = (media_type IS NULL)"
            " AND (sha256 IS NULL) = (size_bytes IS NULL)",
            name=op.f("ck_duty_evidence_file_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["duty_id"], ["license_duty.id"], name=op.f("fk_duty_evidence_duty_id_license_duty")
        ),
        sa.ForeignKeyConstraint(["by_party_id"], ["party.id"], name=op.f("fk_duty_evidence_by_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_evidence")),
    )
    op.create_index("ix_duty_evidence_duty_id", "duty_evidence", ["duty_id"])
    op.create_table(
        "evidence_answer",
        sa.Column("evidence_id", sa.String(32), nullable=False),
        sa.Column("verdict", _words("accepted", "disputed", name="verdict"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("answered_at", AT, nullable=False),
        sa.CheckConstraint(
            "verdict <> 'disputed' OR reason <> ''", name=op.f("ck_evidence_answer_disputed_with_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["duty_evidence.id"], name=op.f("fk_evidence_answer_evidence_id_duty_evidence")
        ),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_evidence_answer")),
    )
    op.create_table(
        "derived_model",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("by_party_id", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("is_granted", sa.Boolean(), nullable=False),
        sa.Column("declared_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["license_id"], ["license.id"], name=op.f("fk_derived_model_license_id_license")),
        sa.ForeignKeyConstraint(["by_party_id"], ["party.id"], name=op.f("fk_derived_model_by_party_id_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_derived_model")),
        sa.UniqueConstraint(
            "license_id", "by_party_id", "sha256", name=op.f("uq_derived_model_license_id_by_party_id_sha256")
        ),
    )
    op.create_table(
        "destruction_certificate",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("license_id", sa.String(32), nullable=False),
        sa.Column("by_party_id", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("officer_name", sa.String(120), nullable=False),
        sa.Column("officer_title", sa.String(120), nullable=False),
        sa.Column("document_json", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("signed_at", AT, nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_destruction_certificate_hash_whole")),
        sa.ForeignKeyConstraint(
            ["license_id"], ["license.id"], name=op.f("fk_destruction_certificate_license_id_license")
        ),
        sa.ForeignKeyConstraint(
            ["by_party_id"], ["party.id"], name=op.f("fk_destruction_certificate_by_party_id_party")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destruction_certificate")),
        sa.UniqueConstraint("sha256", name=op.f("uq_destruction_certificate_sha256")),
    )
    op.create_index("ix_destruction_certificate_license_id_id", "destruction_certificate", ["license_id", "id"])
    op.create_table(
        "destroyed_copy",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("certificate_id", sa.String(32), nullable=False),
        sa.Column("delivery_id", sa.String(32), nullable=True),
        sa.Column("derived_model_id", sa.String(32), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column(
            "method",
            _words("erased", "key_destroyed", "media_destroyed", name="destruction_method"),
            nullable=False,
        ),
        sa.Column("destroyed_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "(delivery_id IS NULL) <> (derived_model_id IS NULL)", name=op.f("ck_destroyed_copy_one_thing")
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["destruction_certificate.id"],
            name=op.f("fk_destroyed_copy_certificate_id_destruction_certificate"),
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_destroyed_copy_delivery_id_delivery")
        ),
        sa.ForeignKeyConstraint(
            ["derived_model_id"],
            ["derived_model.id"],
            name=op.f("fk_destroyed_copy_derived_model_id_derived_model"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destroyed_copy")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_destroyed_copy_delivery_id")),
        sa.UniqueConstraint("derived_model_id", name=op.f("uq_destroyed_copy_derived_model_id")),
    )
    op.create_index("ix_destroyed_copy_certificate_id", "destroyed_copy", ["certificate_id"])


def _plan_for_licenses_there_are(at: datetime) -> None:
    """Every license that was paid for gets its calendar; of what lies behind, nothing is announced now.

    A final report that has come already is noted; of the other duties nobody can know.
    """
    for rows in _batches():
        versions = _versions([row["id"] for row in rows])
        terminated = _terminated([row["id"] for row in rows])
        reports = _reports([row["id"] for row in rows])
        duties: list[dict[str, Any]] = []
        notices: list[dict[str, Any]] = []
        for row in rows:
            known = versions[row["id"]], terminated.get(row["id"]), reports.get(row["id"], [])
            for duty in _duties(row, *known):
                values, planned = duty
                duties.append(values)
                if values["done_at"] is not None:
                    continue
                ahead = {step: due_at for step, due_at in announcements(planned).items() if due_at > at}
                if values["kind"] != DutyKind.LICENSE_ENDS:
                    notices += [
                        {"id": new_id("dtn"), "duty_id": values["id"], "step": step.value, "due_at": due_at}
                        for step, due_at in ahead.items()
                    ]
        op.bulk_insert(license_duty, duties)
        op.bulk_insert(duty_notice, notices)


def _batches() -> Iterator[list[Any]]:
    last = ""
    while True:
        wanted = sa.select(license).where(license.c.id > last, license.c.activated_at.is_not(None))
        rows = op.get_bind().execute(wanted.order_by(license.c.id).limit(BATCH)).mappings().all()
        if not rows:
            return
        yield list(rows)
        last = rows[-1]["id"]


def _versions(license_ids: list[str]) -> dict[str, list[Any]]:
    rows = op.get_bind().execute(
        sa.select(version, deal.c.terms_json)
        .join(deal, deal.c.id == version.c.deal_id)
        .where(version.c.license_id.in_(license_ids))
        .order_by(version.c.version)
    )
    found: dict[str, list[Any]] = {license_id: [] for license_id in license_ids}
    for row in rows.mappings():
        found[row["license_id"]].append(row)
    return found


def _terminated(license_ids: list[str]) -> dict[str, datetime]:
    ended = sa.select(change.c.license_id, change.c.changed_at).where(
        change.c.license_id.in_(license_ids), change.c.to_status == "terminated"
    )
    return {row[0]: _utc(row[1]) for row in op.get_bind().execute(ended)}


def _reports(license_ids: list[str]) -> dict[str, list[tuple[date, datetime]]]:
    """Return the last days of all reports and when they came, in that order."""
    rows = op.get_bind().execute(
        sa.select(report.c.license_id, report.c.period_last_day, report.c.uploaded_at)
        .where(report.c.license_id.in_(license_ids))
        .order_by(report.c.uploaded_at)
    )
    found: dict[str, list[tuple[date, datetime]]] = {}
    for license_id, last_day, uploaded_at in rows:
        found.setdefault(license_id, []).append((last_day, _utc(uploaded_at)))
    return found


def _duties(
    row: Any, versions: list[Any], terminated_at: datetime | None, reports: list[tuple[date, datetime]]
) -> Iterator[tuple[dict[str, Any], Any]]:
    latest = compile_terms(versions[-1]["terms_json"])
    end = End(_utc(row["ends_at"]), latest.winds_down_until, terminated_at)
    begun = [each for each in versions if _utc(each["effective_at"]) <= end.actual] or versions[:1]
    terms = compile_terms(begun[-1]["terms_json"]) if end.is_terminated_early else latest
    starts_at = max(_utc(row["starts_at"]), _utc(row["activated_at"]))
    planned = plan_calendar(terms.document, end=end, starts_at=starts_at, holdings=_holdings(versions))
    final_day = final_report_day(terms.document, end=end)
    reported_at = next((came_at for last_day, came_at in reports if last_day >= final_day), None)
    for duty in planned:
        values = {
            "id": new_id("dty"),
            "license_id": row["id"],
            "kind": duty.kind.value,
            "key": duty.key,
            "title": duty.title,
            "party_id": duty.party_id,
            "zone": terms.document["term"]["zone"],
            "opens_at": duty.opens_at,
            "due_at": duty.due_at,
            "done_at": reported_at if duty.kind is DutyKind.FINAL_REPORT else None,
            "proof": duty.proof.value,
            "position": duty.position,
        }
        yield values, _Planned(duty.opens_at, duty.due_at, duty.proof)


class _Planned:
    """A duty that nobody has done yet."""

    done_at = None

    def __init__(self, opens_at: datetime, due_at: datetime, proof: Any) -> None:
        self.opens_at, self.due_at, self.proof = opens_at, due_at, proof


def _holdings(versions: list[Any]) -> list[Holding]:
    parties = [json.loads(versions[0]["terms_json"])["licensee"]["id"]]
    found: list[Holding] = []
    for before, each in pairwise(versions):
        if each["change_of"] == "assignment":
            deletion = compile_terms(before["terms_json"]).document["deletion"]
            found.append(Holding(parties[-1], _utc(each["effective_at"]), deletion))
            parties.append(json.loads(each["terms_json"])["licensee"]["id"])
    return [*found, Holding(parties[-1], None)]


def _utc(instant: datetime) -> datetime:
    """SQLite gives instants without their zone."""
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
