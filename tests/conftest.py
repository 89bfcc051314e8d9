"""Fixtures for all tests; each family of them is a module of `tests.support`."""

pytest_plugins = (
    "tests.support.scratch",
    "tests.support.missing",
    "tests.support.network",
    "tests.support.databases",
    "tests.support.replay",
    "tests.support.application",
    "tests.support.browser",
    "tests.support.deployment",
)
