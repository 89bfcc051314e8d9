"""What must be refused is refused, by our verifier, by PyJWT, and by `jose` under Node as the README shows it."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from app.verifier import Code
from tests.verifier.checkers import EXAMPLES, JAVASCRIPT, Case, judged_by_jose, ours, relied_on_by_pyjwt
from tests.verifier.forgeries import FORGERIES
from tests.verifier.workshop import STUDIO, Workshop, compact

FOR_ALL = [name for name, forgery in FORGERIES.items() if forgery.by_all]


@pytest.fixture(scope="module")
def shop() -> Workshop:
    return Workshop()


@pytest.fixture(scope="module")
def cases(shop: Workshop) -> dict[str, Case]:
    status_list = shop.status_list()
    return {name: Case(forgery.make(shop), shop.jwks, status_list) for name, forgery in FORGERIES.items()}


@pytest.fixture(scope="module")
def genuine(shop: Workshop) -> list[Case]:
    several = shop.credential(aud=["farm.example", STUDIO])
    by_the_earlier = shop.earlier.sign(compact(shop.header | {"kid": shop.earlier.kid}), compact(shop.claims))
    return [Case(token, shop.jwks, shop.status_list()) for token in (shop.credential(), several, by_the_earlier)]


@pytest.fixture(scope="module")
def by_jose(
    cases: dict[str, Case], genuine: list[Case], tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    found = judged_by_jose([*cases.values(), *genuine], tmp_path_factory.mktemp("node"))
    return dict(zip(cases, found, strict=False)), found[len(cases) :]


@pytest.mark.parametrize("name", FORGERIES)
def test_our_verifier_says_why(cases: dict[str, Case], name: str) -> None:
    verdict = ours(cases[name])
    assert verdict.code is FORGERIES[name].code, verdict.sentence
    assert not verdict
    assert verdict.claims is None
    assert verdict.sentence.endswith(".")


@pytest.mark.parametrize("name", FOR_ALL)
def test_pyjwt_refuses_it(cases: dict[str, Case], name: str) -> None:
    assert not relied_on_by_pyjwt(cases[name])


@pytest.mark.parametrize("name", FOR_ALL)
def test_jose_refuses_it(by_jose: tuple[dict[str, Any], Any], name: str) -> None:
    assert not by_jose[0][name]["relied"], by_jose[0][name]


def test_all_three_rely_on_what_is_genuine(genuine: list[Case], by_jose: tuple[Any, list[dict[str, Any]]]) -> None:
    for case in genuine:
        verdict = ours(case)
        assert verdict.code is Code.VALID, verdict.sentence
        assert verdict.claims is not None
        assert verdict.claims["performer"] == "Zoë Quist"
        assert relied_on_by_pyjwt(case)
    assert by_jose[1] == [{"relied": True, "sub": "lic_1"}] * len(genuine)


def test_jose_is_the_published_one() -> None:
    vendor = JAVASCRIPT / "vendor"
    listed = dict(reversed(line.split()) for line in (vendor / "SHA256SUMS").read_text().splitlines())
    present = {str(file.relative_to(vendor)) for file in vendor.rglob("*") if file.is_file()} - {"SHA256SUMS"}
    assert present == listed.keys()
    for name, sha256 in listed.items():
        assert hashlib.sha256((vendor / name).read_bytes()).hexdigest() == sha256, name


def test_the_readme_shows_the_file_that_is_run_here() -> None:
    shown = (Path(__file__).parents[2] / "README.md").read_text()
    lines = (EXAMPLES / "verify.mjs").read_text().splitlines()
    assert "\n".join(f"    {line}".rstrip() for line in lines) in shown
