"""Settings, read once from the environment and validated before anything starts."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

DEMO_SECRET = "demo-secret-for-loopback-only"  # noqa: S105  refused outside demo mode


class InvalidSettings(ValueError):
    """The environment holds a setting that cannot be used; the message names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the operator can set. Each field is the environment variable `LIKENESS_<FIELD>` in capitals."""

    data_dir: Path
    """Where the embedded database, the assets and the mail folder live."""
    database_url: str
    """An SQLAlchemy URL: `sqlite:///...` or `postgresql+psycopg://...`."""
    public_url: str
    """How people and systems reach this service, without a trailing slash."""
    secret_key: str = field(repr=False)
    """Signs cookies, seals the audit trail and encrypts signing keys at rest."""
    demo: bool = False
    """Lets an administrator move the clock forward. Never in production."""
    platform_fee_bps: int = 1000
    """The platform's share of fees and royalties, copied into each new deal."""
    stripe_key: str = field(default="", repr=False)
    stripe_url: str | None = None
    """Base address of the payment sandbox; nothing means Stripe itself."""
    stripe_webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    """Every secret a webhook may be signed with; several during rotation."""
    smtp_url: str | None = None
    """`smtp://host:port` to send mail; nothing means `.eml` files in the data folder."""
    mail_from: str = "no-reply@likeness.example"
    hold_longest_days: int = 30
    """How long rights can be on hold at a time."""
    max_upload_mb: int = 512
    letters_stale_days: int = 180
    """After so many days letters of an estate are warned about: ask for a fresh certificate."""

    @property
    def asset_dir(self) -> Path:
        return self.data_dir / "assets"

    @property
    def mail_dir(self) -> Path:
        return self.data_dir / "mail"

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def is_sandbox(self) -> bool:
        return self.stripe_url is not None


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings.

    Raises: InvalidSettings with the name of the variable and what it should be.
    """
    env = os.environ if environ is None else environ

    def text(name: str, default: str = "") -> str:
        return env.get(f"LIKENESS_{name}", default).strip()

    def number(name: str, default: int, low: int, high: int) -> int:
        raw = text(name, str(default))
        if not raw.isdecimal() or not low <= int(raw) <= high:
            raise InvalidSettings(f"LIKENESS_{name} must be a whole number from {low} to {high}, not {raw!r}")
        return int(raw)

    data_dir = Path(text("DATA_DIR", "var")).absolute()
    demo = text("DEMO", "0").lower() in {"1", "true", "yes"}
    settings = Settings(
        data_dir=data_dir,
        database_url=text("DATABASE_URL", f"sqlite:///{data_dir / 'likeness.db'}"),
        public_url=text("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/"),
        secret_key=text("SECRET_KEY", DEMO_SECRET if demo else ""),
        demo=demo,
        platform_fee_bps=number("PLATFORM_FEE_BPS", 1000, 0, 10_000),
        stripe_key=text("STRIPE_KEY"),
        stripe_url=text("STRIPE_URL") or None,
        stripe_webhook_secrets=tuple(filter(None, text("STRIPE_WEBHOOK_SECRETS").split(","))),
        smtp_url=text("SMTP_URL") or None,
        mail_from=text("MAIL_FROM", "no-reply@likeness.example"),
        hold_longest_days=number("HOLD_LONGEST_DAYS", 30, 1, 365),
        max_upload_mb=number("MAX_UPLOAD_MB", 512, 1, 1_000_000),
        letters_stale_days=number("LETTERS_STALE_DAYS", 180, 1, 36_500),
    )
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    if len(settings.secret_key) < 16:
        raise InvalidSettings("LIKENESS_SECRET_KEY must be set to at least 16 random characters")
    if not settings.demo and settings.secret_key == DEMO_SECRET:
        raise InvalidSettings("LIKENESS_SECRET_KEY is the demo's; choose a secret of your own")
    if not settings.database_url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise InvalidSettings("LIKENESS_DATABASE_URL must start with sqlite:/// or postgresql+psycopg://")
    if urlsplit(settings.public_url).scheme not in {"http", "https"}:
        raise InvalidSettings("LIKENESS_PUBLIC_URL must be an http or https address")
    if settings.stripe_url and "_live_" in settings.stripe_key:
        raise InvalidSettings("LIKENESS_STRIPE_KEY is a live key; it must never be sent to a sandbox")
    if settings.demo and "_live_" in settings.stripe_key:
        raise InvalidSettings("LIKENESS_STRIPE_KEY is a live key; demo mode moves no real money")
