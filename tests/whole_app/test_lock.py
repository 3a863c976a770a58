import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.servers import ROOT

PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?P<rest>(?:.*\n)(?:[ #].*\n)*)", re.MULTILINE)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
RUNTIME, EXTRAS = PROJECT["dependencies"], PROJECT["optional-dependencies"]


def declared(requirements: list[str]) -> dict[str, Requirement]:
    return {canonicalize_name(each.name): each for each in map(Requirement, requirements)}


def pins(file: str) -> dict[str, re.Match[str]]:
    return {canonicalize_name(pin["name"]): pin for pin in PIN.finditer((ROOT / file).read_text())}


LOCKS = pytest.mark.parametrize(
    ("file", "requirements"),
    [
        ("requirements.txt", RUNTIME),
        ("requirements-aliyun.txt", RUNTIME + EXTRAS["aliyun"]),
        ("requirements-tencent.txt", RUNTIME + EXTRAS["tencent"]),
        ("requirements-test.txt", RUNTIME + EXTRAS["test"] + EXTRAS["aliyun"] + EXTRAS["tencent"]),
    ],
)


@LOCKS
def test_lock_answers_what_pyproject_asks_for(file: str, requirements: list[str]) -> None:
    asked_for_in_lock = {name for name, pin in pins(file).items() if "senior-univ (pyproject.toml)" in pin["rest"]}
    assert asked_for_in_lock == set(declared(requirements)), "run make lock"


@LOCKS
def test_locked_versions_are_those_that_pyproject_allows(file: str, requirements: list[str]) -> None:
    locked = pins(file)
    refused = {
        name: str(each)
        for name, each in declared(requirements).items()
        if locked[name]["version"] not in each.specifier
    }
    assert not refused, "run make lock"


@LOCKS
def test_every_pin_has_hashes(file: str, requirements: list[str]) -> None:
    assert [name for name, pin in pins(file).items() if "--hash=sha256:" not in pin["rest"]] == []


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-aliyun.txt", "requirements-tencent.txt"])
def test_tests_run_on_the_versions_that_are_served(file: str) -> None:
    tested = {name: pin["version"] for name, pin in pins("requirements-test.txt").items()}
    assert {name: tested[name] for name in pins(file)} == {name: pin["version"] for name, pin in pins(file).items()}
