"""Reading a basket's objects: each key by its name; what does not fit is told by its path."""

from __future__ import annotations

import contextlib
import difflib
import re
from typing import TYPE_CHECKING, Any

import attrs

from posframe.errors import DataError, PosframeError
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.money import parse_minor, parse_scaled
from posframe.kernel.domain.quantity import parse_milli

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

TEXT_MAX = 200
_SHOWN_MAX = 40
_NAMES_CURRENCY = re.compile(r"-?[0-9.]+ ?([A-Z]{3}|[$£€¥])|([A-Z]{3}|[$£€¥]) ?-?[0-9.]+")


class Refused(DataError):
    """A basket that cannot be priced; ``path`` is where, such as ``lines[0].quantity``."""

    def __init__(self, path: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.path = path


@attrs.frozen
class Number:
    """A number of the file that is no small whole one, as written there."""

    text: str


class Fields:
    """One object of a basket; every key it has must be known."""

    def __init__(self, value: Any, path: str, known: Collection[str]) -> None:  # noqa: ANN401 - JSON
        """Raise ``Refused`` where ``value`` is no object, or has a key that is not ``known``."""
        if not isinstance(value, dict):
            hint = f"write it as {{…}} with: {', '.join(known)}"
            raise Refused(path, f"{_subject(path)} is not an object", hint)
        self.path = path
        self._values = value
        for key in value:
            if key not in known:
                near = nearest(key, known)
                hint = near or f"there are: {', '.join(known)}"
                raise Refused(self.at(key), f"{shown(key)} is not a key here", hint)

    def __contains__(self, key: str) -> bool:
        return self._values.get(key) is not None

    def at(self, key: str) -> str:
        """Return the path of one of its keys."""
        key = key if len(key) <= _SHOWN_MAX else f"{key[:_SHOWN_MAX]}…"
        return f"{self.path}.{key}" if self.path else key

    def raw(self, key: str) -> Any:  # noqa: ANN401 - JSON
        """Return what stands at ``key``; None where nothing does."""
        return self._values.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text, or ``default`` where there is none.

        Raises:
            Refused: it is no text, or empty, or too long, or missing without a default.
        """
        value = self.raw(key)
        if value is None:
            if default is None:
                raise Refused(self.at(key), f"{key} is missing", f'add "{key}": "…"')
            return default
        if isinstance(value, (int, Number)) and not isinstance(value, bool):
            written = value.text if isinstance(value, Number) else str(value)
            hint = f'write it in quotes: "{shortened(written)}"'
            raise Refused(self.at(key), f"{key} is a number, not a text in quotes", hint)
        if not isinstance(value, str) or not value:
            hint = f"it is {shown(value)} now"
            raise Refused(self.at(key), f"{key} must be a text in quotes", hint)
        if len(value) > TEXT_MAX:
            hint = f"at most {TEXT_MAX} characters"
            raise Refused(self.at(key), f"{key} is too long", hint)
        return value

    def choice(self, key: str, allowed: Collection[str], default: str) -> str:
        """Return one of ``allowed``."""
        value = self.text(key, default)
        if value not in allowed:
            hint = nearest(value, allowed) or f"one of: {', '.join(allowed)}"
            raise Refused(self.at(key), f"{key} cannot be {shown(value)}", hint)
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            hint = f"it is {shown(value)} now"
            raise Refused(self.at(key), f"{key} must be true or false", hint)
        return value

    def whole(self, key: str, *, smallest: int, largest: int) -> int:
        """Return a whole number within limits, which stands without quotes."""
        value = self.raw(key)
        if type(value) is not int or not smallest <= value <= largest:
            hint = f"{smallest} to {largest}, without quotes; it is {shown(value)} now"
            raise Refused(self.at(key), f"{key} must be a whole number", hint)
        return value

    def amount(self, key: str, currency: str) -> int:
        """Return an amount in minor units; never negative."""
        text = self.decimal(key)
        if _NAMES_CURRENCY.fullmatch(text):
            hint = "write the number alone: the whole basket is in its one currency"
            raise Refused(self.at(key), f"{shown(text)} names a currency", hint)
        minor = self._parsed(key, text, lambda each: parse_minor(each, exponent(currency)))
        if minor < 0:
            hint = "a return has a negative quantity" if key == "unit_price" else "leave out the -"
            raise Refused(self.at(key), f"{key} is negative", hint)
        return minor

    def quantity(self, key: str) -> int:
        """Return a quantity in thousandths; negative for goods that come back, never 0."""
        milli = self._parsed(key, self.decimal(key), parse_milli)
        if not milli:
            raise Refused(self.at(key), f"{key} is zero", "leave the line out")
        return milli

    def percent(self, key: str) -> int:
        """Return a percentage of 0 to 100 in thousandths of a percent."""
        milli = self._parsed(
            key,
            self.decimal(key),
            lambda text: parse_scaled(text, 3, maximum=100_000_000, noun="percentage"),
        )
        if not 0 <= milli <= 100_000:
            hint = '0 to 100: a tenth is "10"'
            raise Refused(self.at(key), f"{key} of {self.raw(key)} % is impossible", hint)
        return milli

    def items(self, key: str) -> Iterator[tuple[Any, str]]:
        """Yield what a list at ``key`` holds, each with its path; nothing where there is none."""
        value = self.raw(key)
        if value is None:
            return
        if not isinstance(value, list):
            raise Refused(self.at(key), f"{key} must be a list", f"it is {shown(value)} now")
        for at, each in enumerate(value):
            yield each, f"{self.at(key)}[{at}]"

    def decimal(self, key: str) -> str:
        """Return a text that holds a decimal number with a point."""
        text = self.text(key)
        if "," in text:
            hint = "decimals have a point, thousands nothing between them"
            raise Refused(self.at(key), f"{shown(text)} has a comma", hint)
        return text

    def _parsed(self, key: str, text: str, parse: Callable[[str], int]) -> int:
        with at_path(self.at(key)):
            return parse(text)


@contextlib.contextmanager
def at_path(path: str) -> Iterator[None]:
    """Give what the till refuses inside the path of what is refused.

    Raises:
        Refused: something was refused.
    """
    try:
        yield
    except Refused:
        raise
    except PosframeError as error:
        raise Refused(path, error.message, error.hint) from error


def nearest(name: str, known: Collection[str]) -> str:
    """Return a question that suggests a known name; empty where none is near."""
    near = difflib.get_close_matches(name[:TEXT_MAX], list(known), 1)
    return f"did you mean {near[0]!r}?" if near else ""


def shown(value: Any) -> str:  # noqa: ANN401 - JSON
    """Return a value of the file as a sentence can carry it."""
    if isinstance(value, Number):
        return shortened(value.text)
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if value is None or isinstance(value, bool):
        return str(value).lower().replace("none", "null")
    return repr(shortened(value)) if isinstance(value, str) else str(value)


def shortened(text: str) -> str:
    """Return a text cut to what a sentence can carry."""
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}…"


def _subject(path: str) -> str:
    return path or "the basket"
