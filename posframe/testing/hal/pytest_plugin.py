"""The option ``--posframe-driver``: which kits the conformance suite is put to.

::

    pytest --pyargs posframe.testing.hal --posframe-driver=my_package.kit:KIT

Without that option this plugin does nothing. The points themselves stand in the suite.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe.testing.hal.kit import Kit

OPTION = "--posframe-driver"
FORM = f"{OPTION}=package.module:NAME, where NAME is a posframe.testing.hal.kit.Kit"
named: list[Kit] = []
"""The kits that the option names, for the suite to find while it is collected."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option; it may be given several times."""
    parser.getgroup("posframe").addoption(
        OPTION,
        action="append",
        default=[],
        metavar="MODULE:NAME",
        help="kit of the driver that the suite posframe.testing.hal is put to",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Find the kits that the option names.

    Raises:
        pytest.UsageError: one of them is not there, or is no kit.
    """
    names: Sequence[str] = config.getoption(OPTION)
    named[:] = [named_kit(name) for name in names]


def pytest_report_header() -> str:
    """Say which drivers are under test."""
    said = (f"{kit.spec.name} ({kit.spec.device_class}: {kit.spec.title})" for kit in named)
    return f"posframe drivers: {', '.join(said)}" if named else ""


def named_kit(name: str) -> Kit:
    """Return the kit that ``package.module:NAME`` leads to.

    Raises:
        pytest.UsageError: there is none, in a sentence that says what to do.
    """
    from posframe.testing.hal.kit import Kit

    module, colon, attribute = name.partition(":")
    if not (module and colon and attribute):
        raise pytest.UsageError(f"{name!r} names no kit: write {FORM}")
    found = _attribute(name, _imported(name, module), attribute)
    if not isinstance(found, Kit):
        raise pytest.UsageError(f"{name} is a {type(found).__name__} and no Kit: write {FORM}")
    return found


def _imported(name: str, module: str) -> Any:  # noqa: ANN401 - a module
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        missing = error.name or module
        hint = (
            "install your distribution, for example with: pip install -e ."
            if module == missing or module.startswith(f"{missing}.")
            else "your package needs it: install it too"
        )
        raise pytest.UsageError(f"{name}: there is no module {missing!r}; {hint}") from error
    except Exception as error:
        raise pytest.UsageError(
            f"{name}: the module {module} cannot be imported: {type(error).__name__}: {error}"
        ) from error


def _attribute(name: str, module: Any, attribute: str) -> Any:  # noqa: ANN401 - whatever is there
    found = getattr(module, attribute, None)
    if found is None:
        from posframe.testing.hal.kit import Kit

        kits = [each for each, value in vars(module).items() if isinstance(value, Kit)]
        there = f"its kits are {', '.join(kits)}" if kits else "it holds no kit"
        raise pytest.UsageError(f"{name}: {module.__name__} has no {attribute!r}; {there}")
    return found
