"""Usage reports with their lines, what pays for them, and the statements made of them.

What was reported and what was stated never changes: lines, statements and balances are append-only.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.infrastructure.db.append_only import append_only
from app.infrastructure.db.columns import big_integer_field, enum_field, id_field, json_field, ref_field, text_field
from app.licensing.dues.states import DueKind
from app.royalties.states import HoldKind, LineKind, ReportKind, ReportStatus, ShareStatus


class RoyaltyAccount(SQLModel, table=True):
    """A license that earns. Its row is the lock for everything that is reported, charged and stated for it."""

    __tablename__ = "royalty_account"

    license_id: str = Field(foreign_key="license.id", primary_key=True, max_length=32)
    licensor_party_id: str = ref_field("party.id")
    billed_to: date | None = None
    """Up to when what falls due by itself was billed; nothing where it was never looked at."""
    next_on: date | None = Field(default=None, index=True)
    """The next day from which something falls due by itself, as it looks now; nothing where nothing does."""


class FundingSource(SQLModel, table=True):
    """A charge that pays for what a license earned, and how much of it has been given to shares."""

    __tablename__ = "royalty_funding_source"
    __table_args__ = (
        sa.CheckConstraint("drawn_minor BETWEEN 0 AND amount_minor", name="not_overdrawn"),
        sa.CheckConstraint("net_minor BETWEEN 0 AND amount_minor", name="net_within_amount"),
    )

    id: str = id_field("src")
    reference: str = Field(max_length=100, unique=True)
    """The charge's reference, such as `report/rpt_.../royalty`."""
    license_id: str = ref_field("license.id")
    amount_minor: int = big_integer_field()
    net_minor: int = big_integer_field()
    """What of it is for beneficiaries; the rest is the platform's."""
    drawn_minor: int = big_integer_field(0)
    currency: str = Field(max_length=3)
    captured_at: datetime | None = None
    """When the licensee's money came in; nothing while it is awaited."""


class FeeEarning(SQLModel, table=True):
    """A part of a license fee, or of an advance, that was paid, to be stated once."""

    __tablename__ = "royalty_fee_earning"
    __table_args__ = (
        sa.UniqueConstraint("license_id", "kind", "number"),
        sa.CheckConstraint("platform_fee_minor BETWEEN 0 AND gross_minor", name="share_within_fee"),
    )

    id: str = id_field("fee")
    license_id: str = ref_field("license.id", index=False)
    licensor_party_id: str = ref_field("party.id")
    kind: DueKind = enum_field(DueKind)
    number: int
    """Which part of its kind; 1 for a fee that was paid in one."""
    source: str = Field(max_length=100, unique=True)
    """The reference of the charge that paid it."""
    gross_minor: int = big_integer_field()
    platform_fee_minor: int = big_integer_field()
    currency: str = Field(max_length=3)
    earned_at: datetime
    statement_id: str | None = ref_field("royalty_statement.id", nullable=True)
    """Nothing until stated."""


class UsageReport(SQLModel, table=True):
    """What a licensee reports for some days, with the terms it was calculated by."""

    __tablename__ = "usage_report"
    __table_args__ = (
        sa.CheckConstraint("period_first_day <= period_last_day", name="period_not_empty"),
        sa.CheckConstraint("charged_net_minor BETWEEN 0 AND charged_minor", name="charge_adds_up"),
        sa.Index(
            "uq_usage_report_original",
            "license_id",
            "period_first_day",
            "period_last_day",
            unique=True,
            sqlite_where=sa.text("kind = 'original'"),
            postgresql_where=sa.text("kind = 'original'"),
        ),
    )

    id: str = id_field("rpt")
    license_id: str = ref_field("license.id")
    licensor_party_id: str = ref_field("party.id")
    licensee_party_id: str = ref_field("party.id")
    period_first_day: date
    period_last_day: date
    """Included."""
    kind: ReportKind = enum_field(ReportKind)
    status: ReportStatus = enum_field(ReportStatus, default=ReportStatus.ACCEPTED)
    layout: str = Field(max_length=40)
    filename: str = Field(max_length=255)
    sha256: str = Field(default="", max_length=64)
    """Of the file as it was sent."""
    mapping: dict[str, object] = json_field(dict)
    """The store's product ids to items and media, or to why they are left out."""
    row_count: int = 0
    """Rows of the file, those left out included."""
    line_count: int = 0
    lines_outside_grant: int = 0
    totals: dict[str, object] = json_field(dict)
    """Sums per item and channel, and of what was left out."""
    currency: str = Field(max_length=3)
    is_on_net: bool
    """Basis: net receipts, or gross less returns."""
    is_earned_on_sale: bool
    """Whether the month of sale decides who shares in it; the day of the report otherwise."""
    rate_bps: int
    """Of the terms, where no rule says another."""
    platform_fee_bps: int
    terms_sha256: str | None = Field(default=None, max_length=64)
    """The terms it is calculated by, also when it is replaced later."""
    royalty_minor: int = big_integer_field(0)
    """What its sales earned when it came, before reserve and recoupment, the platform's share included."""
    platform_fee_minor: int = big_integer_field(0)
    """The platform's share of what was due for it then."""
    accrued_minor: int = big_integer_field(0)
    """What this report added to what the licensee owes, by moving the account of the license: for a replacement,
    the difference, with what it changes in later periods. What is held or recouped was never owed."""
    accrued_platform_fee_minor: int = big_integer_field(0)
    charged_minor: int = big_integer_field(0)
    """What the licensee was asked to pay: what is accrued, less credit from earlier corrections."""
    charged_net_minor: int = big_integer_field(0)
    """What of the charge is for the estate."""
    uploaded_at: datetime
    uploaded_by: str = Field(max_length=64)
    statement_id: str | None = ref_field("royalty_statement.id", nullable=True)
    """Nothing until stated."""

    @property
    def accrued_net_minor(self) -> int:
        """What this report added to what the estate is owed."""
        return self.accrued_minor - self.accrued_platform_fee_minor


class UsageReportSum(SQLModel, table=True):
    """The lines of a report added up once, as the account reads them: rows are not read again for later reports."""

    __tablename__ = "usage_report_sum"

    report_id: str = Field(foreign_key="usage_report.id", primary_key=True, max_length=32)
    month: str = Field(primary_key=True, max_length=7)
    item: str = Field(primary_key=True, max_length=120)
    media: str = Field(primary_key=True, max_length=60)
    territory: str = Field(primary_key=True, max_length=2)
    channel: str = Field(primary_key=True, max_length=40)
    units: int = big_integer_field()
    gross_minor: int = big_integer_field()
    deductions_minor: int = big_integer_field()
    net_minor: int = big_integer_field()
    lines: int = big_integer_field()
    lines_outside_grant: int = big_integer_field()


class RoyaltyAdjustment(SQLModel, table=True):
    """What moved in the account of a license without a report of its own: a day came on which something falls due
    by itself, or a license that it recoups with was reported."""

    __tablename__ = "royalty_adjustment"
    __table_args__ = (
        sa.UniqueConstraint("license_id", "number"),
        sa.CheckConstraint("charged_net_minor BETWEEN 0 AND charged_minor", name="charge_adds_up"),
    )

    id: str = id_field("adj")
    license_id: str = ref_field("license.id", index=False)
    number: int
    """1 for the first of the license."""
    licensor_party_id: str = ref_field("party.id")
    licensee_party_id: str = ref_field("party.id")
    on_day: date
    """The last day of what it bills: a statement up to then takes it in."""
    reason: str = text_field()
    currency: str = Field(max_length=3)
    accrued_minor: int = big_integer_field(0)
    """What it added to what the licensee owes; negative where it took back."""
    accrued_platform_fee_minor: int = big_integer_field(0)
    charged_minor: int = big_integer_field(0)
    """What the licensee was asked to pay: what is accrued, less credit."""
    charged_net_minor: int = big_integer_field(0)
    made_at: datetime
    statement_id: str | None = ref_field("royalty_statement.id", nullable=True)
    """Nothing until stated."""

    @property
    def accrued_net_minor(self) -> int:
        return self.accrued_minor - self.accrued_platform_fee_minor


class ReportLine(SQLModel, table=True):
    """One row of a report. Money is in the report's currency; returns are negative."""

    __tablename__ = "usage_report_line"
    __table_args__ = (
        sa.Index(None, "report_id", "item", "territory", "month"),
        sa.CheckConstraint("net_minor = gross_minor - deductions_minor", name="adds_up"),
    )

    id: str = id_field("rln")
    report_id: str = ref_field("usage_report.id", index=False)
    line_number: int
    """Where the row starts in the file."""
    sold_on: date
    month: str = Field(max_length=7)
    """The month of `sold_on`: statement lines are made per month."""
    item: str = Field(max_length=120)
    media: str = Field(max_length=60)
    territory: str = Field(max_length=2)
    channel: str = Field(max_length=40)
    units: int = big_integer_field()
    gross_minor: int = big_integer_field()
    deductions_minor: int = big_integer_field()
    net_minor: int = big_integer_field()
    currency: str = Field(max_length=3)
    is_outside_grant: bool
    """Sold where, when or in a medium that the license does not grant. It earns all the same."""


class RoyaltyRun(SQLModel, table=True):
    """One time that statements were issued."""

    __tablename__ = "royalty_run"

    id: str = id_field("run")
    period: str = Field(max_length=7)
    started_at: datetime
    started_by: str = Field(max_length=64)


class Statement(SQLModel, table=True):
    """What an estate is told for a period, in one currency. The document says everything; the columns find it."""

    __tablename__ = "royalty_statement"
    __table_args__ = (
        sa.UniqueConstraint("licensor_party_id", "currency", "period"),
        sa.UniqueConstraint("licensor_party_id", "currency", "number"),
        sa.CheckConstraint("opening_minor + earned_minor = payable_minor + closing_minor", name="adds_up"),
        sa.CheckConstraint("payable_minor >= 0", name="payable_not_negative"),
    )

    id: str = id_field("stm")
    run_id: str = ref_field("royalty_run.id")
    number: int
    """1 for the estate's first statement in this currency, then without gaps."""
    licensor_party_id: str = ref_field("party.id", index=False)
    period: str = Field(max_length=7)
    currency: str = Field(max_length=3)
    opening_minor: int = big_integer_field()
    """What earlier corrections took back and nothing has made up for yet: never positive."""
    earned_minor: int = big_integer_field()
    payable_minor: int = big_integer_field()
    """What goes to the beneficiaries with this statement."""
    closing_minor: int = big_integer_field()
    document_json: str = text_field()
    """Canonical JSON."""
    sha256: str = Field(max_length=64)
    issued_at: datetime


class StatementLine(SQLModel, table=True):
    """One line of a statement. Sums of report lines are by item, medium, territory, month and channel."""

    __tablename__ = "royalty_statement_line"
    __table_args__ = (sa.UniqueConstraint("statement_id", "number"),)

    id: str = id_field("stl")
    statement_id: str = ref_field("royalty_statement.id", index=False)
    number: int
    kind: LineKind = enum_field(LineKind)
    is_correction: bool
    """A difference to what was stated before; `reason` says why."""
    reason: str = text_field(default="")
    license_id: str = ref_field("license.id", index=False)
    report_id: str | None = ref_field("usage_report.id", nullable=True)
    """Nothing for a license fee or an advance, and for what fell due by itself."""
    due_on: date | None = None
    """The day on which it fell due by itself: a reserve released, a guarantee tested, an advance at its end."""
    month: str = Field(max_length=7)
    item: str = Field(max_length=120)
    media: str = Field(max_length=60)
    territory: str = Field(max_length=2)
    channel: str = Field(max_length=40)
    units: int = big_integer_field()
    basis_minor: int = big_integer_field()
    rate_bps: int | None = None
    """Nothing for the lines of a license fee or an advance, which were shared when they were paid."""
    amount_minor: int = big_integer_field()
    currency: str = Field(max_length=3)


class StatementBalance(SQLModel, table=True):
    """What one license gave one beneficiary in a statement, and what it takes into the next one."""

    __tablename__ = "royalty_statement_balance"
    __table_args__ = (
        sa.UniqueConstraint("statement_id", "license_id", "beneficiary_party_id"),
        sa.CheckConstraint("opening_minor + earned_minor = payable_minor + closing_minor", name="adds_up"),
        sa.CheckConstraint("payable_minor >= 0 AND closing_minor <= 0", name="signs"),
    )

    id: str = id_field("bal")
    statement_id: str = ref_field("royalty_statement.id", index=False)
    license_id: str = ref_field("license.id", index=False)
    beneficiary_party_id: str = ref_field("party.id")
    opening_minor: int = big_integer_field()
    earned_minor: int = big_integer_field()
    payable_minor: int = big_integer_field()
    closing_minor: int = big_integer_field()


class StatementShare(SQLModel, table=True):
    """An amount for one beneficiary, to be sent out of one charge."""

    __tablename__ = "royalty_statement_share"
    __table_args__ = (
        sa.CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        sa.Index(None, "status", "id"),
    )

    id: str = id_field("shr")
    statement_id: str = ref_field("royalty_statement.id")
    license_id: str = ref_field("license.id", index=False)
    beneficiary_party_id: str = ref_field("party.id")
    share_bps: int
    amount_minor: int = big_integer_field()
    currency: str = Field(max_length=3)
    source: str = Field(max_length=100, index=True)
    """The reference of the charge it is sent out of."""
    status: ShareStatus = enum_field(ShareStatus, default=ShareStatus.AWAITING_FUNDS)
    requested_at: datetime | None = None
    sent_at: datetime | None = None
    rejection: str = text_field(default="")


class PayoutHold(SQLModel, table=True):
    """Why money is not sent on: all of a license's, or all of a beneficiary's, until released."""

    __tablename__ = "payout_hold"
    __table_args__ = (
        sa.CheckConstraint(
            "(kind = 'authority' AND license_id IS NOT NULL AND representation_id IS NOT NULL AND party_id IS NULL)"
            " OR (kind = 'tax_form' AND party_id IS NOT NULL AND license_id IS NULL AND representation_id IS NULL)",
            name="says_whose_money",
        ),
        sa.CheckConstraint("released_at >= since_at", name="released_later"),
        sa.Index(
            "uq_payout_hold_license_in_force",
            "license_id",
            "representation_id",
            unique=True,
            sqlite_where=sa.text("kind = 'authority' AND released_at IS NULL"),
            postgresql_where=sa.text("kind = 'authority' AND released_at IS NULL"),
        ),
        sa.Index(
            "uq_payout_hold_party_in_force",
            "party_id",
            unique=True,
            sqlite_where=sa.text("kind = 'tax_form' AND released_at IS NULL"),
            postgresql_where=sa.text("kind = 'tax_form' AND released_at IS NULL"),
        ),
    )

    id: str = id_field("phd")
    kind: HoldKind = enum_field(HoldKind)
    license_id: str | None = ref_field("license.id", nullable=True)
    """Whose earnings are held, where an authority failed."""
    representation_id: str | None = ref_field("representation.id", nullable=True)
    """The authority that failed."""
    party_id: str | None = ref_field("party.id", nullable=True)
    """The beneficiary whose tax form is missing."""
    reason: str = text_field()
    since_at: datetime
    released_at: datetime | None = None
    release_reason: str = text_field(default="")

    def concerns(self, share: StatementShare) -> bool:
        """Say whether the share is of the license, or for the beneficiary, whose money this holds."""
        return share.license_id == self.license_id or share.beneficiary_party_id == self.party_id


append_only(ReportLine)
append_only(UsageReportSum)
append_only(Statement)
append_only(StatementLine)
append_only(StatementBalance)
