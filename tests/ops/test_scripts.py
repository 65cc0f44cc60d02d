"""The scripts in bin/: what they hand to pytest and what they ask of the machine."""

import os
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from tests.stores import ROOT


def load(name: str) -> ModuleType:
    loader = SourceFileLoader(name, str(ROOT / "bin" / name))
    spec = spec_from_loader(name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


BROWSER = str(ROOT / "tests" / "browser")
FAULTS = str(ROOT / "tests" / "faults")
BOTH = [f"--ignore={BROWSER}", f"--ignore={FAULTS}"]


@pytest.mark.parametrize(
    ("given", "tests", "browser"),
    [
        ([], BOTH, [BROWSER]),
        (["-x", "-k", "a"], [*BOTH, "-x", "-k", "a"], ["-x", "-k", "a", BROWSER]),
        (["tests/ops", "-q"], [f"--ignore={BROWSER}", "-q", "tests/ops"], None),
        (["tests/browser", "-q"], None, ["-q", "tests/browser"]),
        (
            ["tests/ops/test_start.py::test_x"],
            [f"--ignore={BROWSER}", "tests/ops/test_start.py::test_x"],
            None,
        ),
    ],
)
def test_arguments_go_to_the_pytest_they_are_for(
    given: list[str], tests: list[str] | None, browser: list[str] | None
) -> None:
    suites = load("test").split_arguments(given)
    assert suites.get("tests") == tests
    assert suites.get("browser") == browser


def test_missing_programs_are_named_where_nobody_may_install_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    packages = load("_packages.py")
    monkeypatch.setattr(packages, "PACKAGES", {"redis-server": ("no-such-program",)})
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match="The tests need redis-server; install them"):
        packages.install_packages()


def test_missing_programs_are_installed_without_starting_what_debian_would_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    packages = load("_packages.py")
    apt = tmp_path / "apt-get"
    apt.write_text(f"#!/bin/sh\ncp {tmp_path}/policy {tmp_path}/seen; echo $@ >> {tmp_path}/asked\n"
                   f"cp $0 {tmp_path}/wanted-program\n")  # fmt: skip
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(packages, "PACKAGES", {"wanted": ("wanted-program",)})
    monkeypatch.setattr(packages, "POLICY", tmp_path / "policy")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    packages.install_packages()
    assert (tmp_path / "seen").read_text().endswith("exit 101\n")
    assert not (tmp_path / "policy").exists()
    assert "install -y -qq --no-install-recommends wanted" in (tmp_path / "asked").read_text()


def test_an_old_python_is_told_what_is_needed() -> None:
    code = (
        "import sys; sys.version_info = (3, 10); sys.path[:0] = ['bin']; import _install as i; i.install('x')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.11 or newer is needed")
