"""Options of simulators, which are text: whether there are such, and what they choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.errors import ConfigurationError
from posframe.hal.uri import read_truth, unknown_name

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


def truth(given: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    """Return an option that is yes or no.

    Raises:
        ConfigurationError: it is neither.
    """
    found = read_truth(given.get(name, "yes" if default else "no"))
    if found is None:
        raise ConfigurationError(f"{name}={given[name]} cannot be", hint="write yes or no")
    return found


def milliseconds(given: Mapping[str, str], name: str, default: int) -> float:
    """Return the seconds of an option that is a whole number of milliseconds.

    Raises:
        ConfigurationError: it is none.
    """
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 7):
        raise ConfigurationError(f"{name}={text} cannot be", hint="write milliseconds, such as 5")
    return int(text) / 1000
