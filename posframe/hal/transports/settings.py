"""Options of a line, which are text, as the values a transport needs; wrong ones say what fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.errors import ConfigurationError
from posframe.hal.uri import read_truth

if TYPE_CHECKING:
    from collections.abc import Mapping


class LineSettings:
    """The options of one address; ``name`` is the transport's, for messages."""

    def __init__(self, name: str, given: Mapping[str, str]) -> None:
        self.name = name
        self._given = given

    def text(self, option: str, default: str = "") -> str:
        """Return an option as it stands."""
        return self._given.get(option, default)

    def number(self, option: str, default: int, least: int, most: int) -> int:
        """Return a whole number from ``least`` to ``most``."""
        text = self._given.get(option, str(default))
        if text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most:
            return int(text)
        raise self.refuse(option, text, f"write a whole number from {least} to {most}")

    def truth(self, option: str, *, default: bool) -> bool:
        """Return yes or no."""
        text = self._given.get(option, "yes" if default else "no")
        found = read_truth(text)
        if found is None:
            raise self.refuse(option, text, "write yes or no")
        return found

    def choice(self, option: str, default: str, choices: tuple[str, ...]) -> str:
        """Return one of ``choices``."""
        text = self._given.get(option, default).lower()
        if text not in choices:
            raise self.refuse(option, text, f"one of: {', '.join(choices)}")
        return text

    def refuse(self, option: str, text: str, hint: str) -> ConfigurationError:
        """Return the error that says what may stand in place of ``text``."""
        return ConfigurationError(f"{self.name}: {option}={text} cannot be", hint=hint)
