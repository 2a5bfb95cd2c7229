"""Options of simulators, which are text: whether there are such, and what they choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.errors import ConfigurationError
from posframe.hal.uri import unknown_name

if TYPE_CHECKING:
    from collections.abc import Mapping


def check_names(given: Mapping[str, str], known: Mapping[str, str]) -> None:
    """Check that every option is known.

    Raises:
        ConfigurationError: one is not, with the nearest name.
    """
    for name in given:
        if name not in known:
            raise ConfigurationError(
                f"This simulator has no option {name!r}", hint=unknown_name("options", name, known)
            )


def choice(given: Mapping[str, str], name: str, *choices: str) -> str:
    """Return what option ``name`` is; the first choice where it is left out.

    Raises:
        ConfigurationError: it is none of the choices.
    """
    found = given.get(name, choices[0])
    if found not in choices:
        raise ConfigurationError(f"{name}={found} cannot be", hint=f"one of: {', '.join(choices)}")
    return found
