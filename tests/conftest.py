"""What every test shares: Hypothesis profiles, the event loop, independent expectations."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable

SHARED = Path(__file__).resolve().parents[2] / "shared"

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci", max_examples=200, deadline=None, derandomize=True, database=None, print_blob=True
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


PACKAGES = (
    "posframe",
    "posframe_terminal",
    "posframe_payments",
    "posframe_loyalty",
    "posframe_inventory",
    "posframe_promotions",
)


def pytest_sessionstart() -> None:
    """Import every module once, in one thread.

    A till imports some of its parts in threads. Where two of them compile at once, which pytest
    does with each module anew in a fresh checkout, CPython 3.11 can fail with "AST constructor
    recursion depth mismatch".
    """
    for package in PACKAGES if os.environ.get("CI") else ():
        path = importlib.import_module(package).__path__
        for module in pkgutil.walk_packages(path, f"{package}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def oracle() -> Callable[[str], Any]:
    """Load expected values that other systems or brute force arrived at: ``oracle("rounding")``."""

    def load(name: str) -> Any:
        return json.loads(_shared(Path("oracles", f"{name}.json")).read_text(encoding="utf-8"))

    return load


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], Path]:
    """Give the path of a file of real retail data: ``real_data("products.csv.gz")``."""
    return lambda name: _shared(Path("data", name))


def _shared(relative: Path) -> Path:
    path = SHARED / relative
    if not path.is_file():
        pytest.skip(f"{relative} is not beside this checkout: it is kept outside the repository")
    return path
