"""The driver outside of posframe: built, installed, found, and certified from an empty folder."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from posframe.entry_points import offers
from posframe.hal.registry import driver_spec, simulator_spec
from posframe.testing.hal.suite import points
from posframe.testing.hal.suite.selection import is_for

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "posframe-and-scale"
MODULES = (
    "aandd_scale",
    *(f"aandd_scale.{name}" for name in ("codec", "driver", "simulator", "kit")),
)
PUBLIC = {"posframe.drivers", "posframe.testing.hal.kit"}
FOR_TESTS = {"posframe.testing.hal.workbench", "posframe.testing.virtual_clock"}
TUTORIAL = ROOT / "docs" / "drivers" / "tutorial.md"
SUITE = ("--pyargs", "posframe.testing.hal")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Install the example as a shop would, without a network."""
    folder = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    offline = ["--no-index", "--no-deps", "--no-build-isolation", "--target", str(folder)]
    done = subprocess.run(
        [*pip, *offline, str(EXAMPLE)], capture_output=True, text=True, timeout=50, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def installed(site, monkeypatch):
    """Let this process see the installed example."""
    monkeypatch.syspath_prepend(str(site))
    for name in MODULES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    return site


def run(folder, site, *words):
    """Run pytest in ``folder``, as an author who has installed posframe and the example."""
    path = os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-W", "error", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=55,
        check=False,
    )


def test_the_example_passes_the_suite_from_an_empty_folder(tmp_path, site):
    """With nothing there but what is installed, by the command of the tutorial."""
    done = run(tmp_path, site, *SUITE, "--posframe-driver=aandd_scale.kit:KIT", "-rs")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "posframe drivers: aandd (scale: " in done.stdout
    assert " failed" not in done.stdout
    counts = re.search(r"^\d+ passed, \d+ skipped$", TUTORIAL.read_text(encoding="utf-8"), re.M)
    assert counts is not None
    assert counts[0] in done.stdout
    skipped = [line for line in done.stdout.splitlines() if line.startswith("SKIPPED")]
    assert len(skipped) == 1
    assert "the driver does not declare 'checksum'" in skipped[0]
    assert list(tmp_path.iterdir()) == []


def test_the_suite_puts_every_point_for_scales_to_it(tmp_path, site):
    """None is left out on the way from the suite to the author's command."""
    done = run(
        tmp_path, site, *SUITE, "--posframe-driver=aandd_scale.kit:KIT", "--collect-only", "-q"
    )
    collected = {line.partition("::")[2].partition("[")[0] for line in done.stdout.splitlines()}
    sys.path.insert(0, str(site))
    try:
        from aandd_scale.kit import KIT
    finally:
        sys.path.remove(str(site))
    assert collected - {""} == {name for name, point in points().items() if is_for(point, KIT)}


def test_the_examples_own_tests_pass(tmp_path, site):
    """They stand beside it, and need nothing but it."""
    done = run(tmp_path, site, "-q", "--rootdir", str(tmp_path), str(EXAMPLE / "tests"))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("aandd_scale.kit", "names no kit: write --posframe-driver="),
        ("aandd_scale.kit:KAT", "aandd_scale.kit has no 'KAT'; its kits are KIT"),
        ("aandd_scale.driver:DRIVER", "is a DriverSpec and no Kit"),
        ("nowhere.kit:KIT", "no module 'nowhere'; install your distribution"),
        ("broken:KIT", "the module broken cannot be imported: ZeroDivisionError"),
        ("missing:KIT", "no module 'absent_library'; your package needs it"),
    ],
)
def test_a_wrong_name_is_a_sentence(tmp_path, site, name, sentence):
    """Not a traceback: what is wrong, and what to write or do."""
    (tmp_path / "broken.py").write_text("1 / 0\n", encoding="utf-8")
    (tmp_path / "missing.py").write_text("import absent_library\n", encoding="utf-8")
    done = run(tmp_path, site, *SUITE, f"--posframe-driver={name}")
    assert done.returncode == 4
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_without_a_driver_the_suite_says_how_to_name_one(tmp_path, site):
    """It passes nothing for want of a driver."""
    done = run(tmp_path, site, *SUITE)
    assert done.returncode == 1
    assert "The suite needs a driver: --posframe-driver=package.module:NAME" in done.stdout


def test_a_till_finds_the_installed_driver(installed):
    """By its entry points, as any device address can name it."""
    assert driver_spec("aandd").title == "Scale with the A&D standard format"
    twin = simulator_spec(driver_spec("aandd").simulator)
    assert twin.make({}).view() == ("0.000 kg",)
    assert offers("posframe.drivers", "Driver")["aandd"].distribution == "posframe_and_scale"


@pytest.mark.parametrize("path", sorted(EXAMPLE.rglob("*.py")), ids=lambda path: path.name)
def test_the_example_imports_public_names_only(path):
    """What a stranger can rely on: one module for drivers, one for the kit."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)} | {
        each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names
    }
    allowed = PUBLIC | (FOR_TESTS if path.parent.name == "tests" else set())
    assert {name for name in names if name.partition(".")[0] == "posframe"} <= allowed
    others = {name.partition(".")[0] for name in names} - {"posframe", "aandd_scale"}
    assert others <= {*sys.stdlib_module_names, "anyio", "attrs", "pytest"}


def test_the_simulator_does_not_know_the_codec():
    """Otherwise a mistake in one would be made good by the other."""
    source = (EXAMPLE / "src" / "aandd_scale" / "simulator.py").read_text(encoding="utf-8")
    assert "aandd_scale" not in source.replace("__future__", "")
