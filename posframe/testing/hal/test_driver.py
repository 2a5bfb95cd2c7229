"""The conformance suite, put to the kits that ``--posframe-driver`` names."""

from __future__ import annotations

from typing import Any

import pytest

from posframe.testing.hal.pytest_plugin import FORM, named
from posframe.testing.hal.suite import points
from posframe.testing.hal.suite.selection import is_for, put_to
from posframe.testing.virtual_clock import VIRTUAL_TIME

pytestmark = pytest.mark.anyio
globals().update(
    (name, point) for name, point in points().items() if any(is_for(point, kit) for kit in named)
)


if not named:

    def test_there_is_a_driver() -> None:
        """Without a driver there is nothing to try."""
        pytest.fail(f"The suite needs a driver: {FORM}", pytrace=False)


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """Let time be virtual."""
    return VIRTUAL_TIME


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Put each point to each kit."""
    put_to(metafunc, named, quietly=False)
