"""What a till does about card data: refuse it from a person, mask it in what a machine says.

Where card data stands in a text is `card_data`'s. A person is told and can go on another way, with
nothing stored. What a provider, a plugin or a driver says is masked and kept: to drop it could lose
a sale. Nearly every text is let through by its length and its number of digits.
"""

from __future__ import annotations

import enum
import functools
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from posframe.errors import RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.identifiers import is_valid_gtin

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator

Text = TypeVar("Text", bound="str | bytes")
_DIGITS_FEWEST: Final = 12
"""In a track."""
_NUMBER_DIGITS_MIN: Final = 13
_NUMBER_MIN: Final = 10 ** (_NUMBER_DIGITS_MIN - 1)
_DIGITS: Final = "0123456789"
_DINERS: Final = ("30", "36", "38", "39")
"""How the only cards in use begin that have as many digits as a GTIN of a case: 14."""
_GS1_AIMS: Final = ("]C1", "]d2", "]Q3", "]e0", "]J1")
"""What a scanner says before a code of GS1's elements (GS1 General Specifications, 5.1.2)."""
_CAUSES_MAX: Final = 16
_PLAIN: Final = (int, float, enum.Enum, type(None))
_UNCHECKED: Final = frozenset(
    {
        cmd.Start,
        cmd.Anchor,
        cmd.ClaimJobs,
        cmd.SendPayment,
        cmd.HearProvider,
        cmd.PrintSlips,
        cmd.HearBatch,
        cmd.HearStray,
    }
)
"""Commands of the till itself: what providers say in them is masked where it is heard."""
_MASKED: Final[dict[type, str]] = {
    cmd.LosePayment: "cause",
    cmd.QueueReversal: "why",
    cmd.SettleJob: "detail",
    cmd.NoteFault: "message",
}
"""Commands that a machine sends and that must not be refused, and the words in them."""


class CardRefused(RuleViolation):
    """Somebody scanned or typed what looks like card data; nothing of it was taken."""

    def __init__(self, ending: str) -> None:
        what = f"a card number: …{ending}" if ending else "the data of a card"
        super().__init__(
            f"That looks like {what}", hint="the terminal reads cards, the till never does"
        )


def admitted(
    command: Any,  # noqa: ANN401 - any command
    known: Callable[[str], bool],
    reads: Callable[[str, str], bool] | None = None,
) -> Any:  # noqa: ANN401 - the same command
    """Return a command that may be decided: the same, or with a machine's words masked.

    Args:
        command: what is asked.
        known: told digits, answers whether they are a number of the shop's own: goods, a card it
            gave out. Asked about few.
        reads: told a whole code and its AIM identifier, answers whether they are the shop's own.

    Raises:
        CardRefused: it is a person's, and a text in it looks like card data.
    """
    cls: Any = type(command)
    if cls in _UNCHECKED:
        return command
    field = _MASKED.get(cls)
    if field is not None:
        words = getattr(command, field)
        safe = shown(words)
        return command if safe is words else attrs.evolve(command, **{field: safe})
    for name in _text_fields(cls):
        if cls is cmd.AddItem and name == "code":
            _refuse_scanned_card(command, known, reads)
            continue
        for text in _texts(getattr(command, name)):
            refuse_card(text, known)
    return command


def _refuse_scanned_card(
    scan: cmd.AddItem, known: Callable[[str], bool], reads: Callable[[str, str], bool] | None
) -> None:
    """Let pass what only a barcode is, and what the till can read as a whole."""
    if (scan.aim or scan.code.lstrip()).startswith(_GS1_AIMS):
        return
    try:
        refuse_card(scan.code, known)
    except CardRefused:
        if reads is None or not reads(scan.code, scan.aim):
            raise


def refuse_card(text: str | bytes, known: Callable[[str], bool] | None = None) -> None:
    """Let a text pass, unless it looks like card data.

    Raises:
        CardRefused: it does, and ``known`` does not answer for its digits.
    """
    if not may_hold_card_data(text):
        return
    from posframe.kernel.domain.card_data import find_card_numbers  # most texts never need it

    found = find_card_numbers(text, functools.partial(_is_own, known))
    if not found or is_id(text):
        return
    first = found[0]
    part = text[first.start : first.end]
    part = part if isinstance(part, str) else part.decode("latin-1")
    digits = "".join(filter(str.isdecimal, part))
    raise CardRefused(digits[-4:] if first.kind == "number" else "")


def shown(text: Text, known: Callable[[str], bool] | None = None) -> Text:
    """Return a text as it may be shown, logged and kept: card data in it masked.

    It stays the very same object where there is none. Item numbers (GTIN) stay, and numbers that
    ``known`` answers for.
    """
    if not may_hold_card_data(text):
        return text
    from posframe.kernel.domain.card_data import masked  # most texts never need it

    safe: Any = masked(text, functools.partial(_is_own, known))  # type: ignore[type-var]  # str and bytes alike
    return text if safe == text or is_id(text) else safe


def shown_value(value: Any, known: Callable[[str], bool] | None = None) -> Any:  # noqa: ANN401 - any value
    """Return an attrs value, or a tuple of values, with every text in it as `shown`."""
    if isinstance(value, (str, bytes)):
        return shown(value, known)
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, tuple):
        parts = tuple(shown_value(each, known) for each in value)
        return value if all(map(_is, parts, value)) else parts
    if not attrs.has(type(value)):
        return value
    changes = {}
    for field in attrs.fields(type(value)):
        old = getattr(value, field.name)
        new = shown_value(old, known)
        if new is not old:
            changes[field.alias or field.name] = new
    return attrs.evolve(value, **changes) if changes else value


def shown_error(error: BaseException) -> None:
    """Mask card data in what an exception says, and in what those say that led to it."""
    waiting: list[BaseException | None] = [error]
    seen: list[BaseException] = []
    while waiting and len(seen) < _CAUSES_MAX:
        at = waiting.pop()
        if at is None or at in seen:
            continue
        seen.append(at)
        at.args = tuple(shown(each) if isinstance(each, (str, bytes)) else each for each in at.args)
        for name, text in list(vars(at).items()):
            if isinstance(text, str) and shown(text) is not text:
                setattr(at, name, shown(text))
        waiting += [at.__cause__, at.__context__, *getattr(at, "exceptions", ())]


def names_card(text: str) -> bool:
    """Tell whether what should be a name, a reference, a terminal's number is card data instead.

    A reference of the same digits as a card's is told from it by a letter before them, a longer one
    by its length.
    """
    if not may_hold_card_data(text):
        return False
    from posframe.kernel.domain.card_data import find_card_numbers  # most texts never need it

    return not is_id(text) and any(
        each.kind != "number"
        or not (_is_word(text[: each.start][-1:]) or text[each.end : each.end + 1].isdigit())
        for each in find_card_numbers(text)
    )


def is_card_data(text: str) -> bool:
    """Tell whether a text is a card's number and nothing else, or holds a track.

    For codes to scan, whose other numbers are the shop's.
    """
    if not may_hold_card_data(text):
        return False
    from posframe.kernel.domain.card_data import find_card_numbers  # most texts never need it

    stripped = text.strip()
    return any(
        each.kind == "track" or (each.start, each.end) == (0, len(stripped))
        for each in find_card_numbers(stripped)
    )


def may_hold_card_data(text: str | bytes) -> bool:
    """Tell in a microsecond whether a text is worth a closer look; few are."""
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    if text.isdigit():
        return len(text) >= _NUMBER_DIGITS_MIN and not _is_own(None, text)
    digits = sum(map(text.count, _DIGITS)) if len(text) >= _DIGITS_FEWEST else 0
    return digits >= _DIGITS_FEWEST or "pin" in text.lower()


def is_id(text: str | bytes) -> bool:
    """Tell whether a text is wholly an id or a hash: of 32, 40 or 64 hex digits, or a UUID.

    One in 500 of them holds by chance what would be a card's number.
    """
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    return _id_pattern().fullmatch(text) is not None


@functools.cache
def _id_pattern() -> re.Pattern[str]:
    import re

    return re.compile(
        r"(?=[-0-9]*[a-f])(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}"
        r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:-[a-z][a-z0-9]{0,15})?"
    )


def _is_own(known: Callable[[str], bool] | None, digits: str) -> bool:
    """Tell whether digits are an item's number, or the shop's by somebody's word."""
    is_item = is_valid_gtin(digits) and not (len(digits) == 14 and digits.startswith(_DINERS))
    return is_item or (known is not None and known(digits))


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _is(one: object, other: object) -> bool:
    return one is other


@functools.cache
def _text_fields(cls: type) -> tuple[str, ...]:
    """Return the names of a command's fields that may hold a number's digits."""
    if not attrs.has(cls):
        return tuple(getattr(cls, "__annotations__", ()))
    return tuple(each.name for each in attrs.fields(cls) if each.type not in {"bool", bool})


def _texts(value: Any) -> Iterator[str | bytes]:  # noqa: ANN401 - any value
    """Yield the texts in a command's field, and numbers that are as long as a card's."""
    if isinstance(value, (str, bytes)):
        yield value
    elif isinstance(value, int):
        if value >= _NUMBER_MIN:  # more than any amount or quantity: something else was typed there
            yield str(value)
    elif value is not None:
        for part in _parts(value):
            yield from _texts(part)


def _parts(value: Any) -> Iterable[Any]:  # noqa: ANN401 - any value
    if isinstance(value, (tuple, list, set, frozenset)):
        return value
    if isinstance(value, dict):
        return (*value, *value.values())
    cls: Any = type(value)
    return (getattr(value, name, None) for name in _text_fields(cls))
