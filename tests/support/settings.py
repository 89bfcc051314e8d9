"""The settings tests run under."""

from pathlib import Path

from app.config import Settings, load_settings

SECRET_KEY = "a secret that only tests know"


def make_settings(*, database_url: str, data_dir: Path, **overrides: str) -> Settings:
    """Return checked settings; `overrides` are variables without their prefix, such as `DEMO="1"`."""
    values = {"DATABASE_URL": database_url, "DATA_DIR": str(data_dir), "SECRET_KEY": SECRET_KEY, **overrides}
    return load_settings({f"LIKENESS_{name}": value for name, value in values.items()})
