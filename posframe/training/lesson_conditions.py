"""What counts as done, as a lesson file says it, turned into conditions. Pure."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe.errors import DataError
from posframe.kernel.domain.money import parse_minor
from posframe.kernel.domain.quantity import parse_milli
from posframe.training.lesson import Done
from posframe.training.vocabulary import DEEDS, EVENTS, KINDS, REFUSALS
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

EXPONENT: Final = 2
"""Decimals of amounts in lessons: those of the demonstration shop's currency."""
_COUNT_MAX: Final = 1000


@attrs.frozen(kw_only=True, eq=False, repr=False)
class DoneTable(Value):
    """One condition, as it is written: ``{ event = "sale.LineAdded", code = "10001" }``."""

    event: str = ""
    did: str = ""
    refused: str = ""
    count: int = 1
    code: str = ""
    tender: str = ""
    kind: str = ""
    action: str = ""
    quantity: str = ""
    price: str = ""
    amount: str = ""
    change: str = ""
    paid: bool | None = None
    reason: bool | None = None
    discount: bool | None = None


def read_condition(read: DoneTable) -> Done:
    """Return a condition.

    Raises:
        DataError: nothing of the kind can be waited for; the hint says what can.
    """
    if sum(map(bool, (read.event, read.did, read.refused))) != 1:
        raise DataError(
            "a condition names an event, a deed or a refusal: one of them",
            hint='write event = "sale.LineAdded", did = "total" or refused = "approval"',
        )
    if not 1 <= read.count <= _COUNT_MAX:
        raise DataError(f"count cannot be {read.count}", hint=f"write 1 to {_COUNT_MAX}")
    facts = tuple(_facts(read))
    if read.event:
        _check_event(read.event, tuple(name for name, _ in facts))
    else:
        _check_known(read, facts)
    return Done(event=read.event, did=read.did, facts=facts, refused=read.refused, count=read.count)


def amount_minor(name: str, text: str) -> int:
    """Return an amount of money.

    Raises:
        DataError: it is none.
    """
    try:
        return parse_minor(text, EXPONENT)
    except DataError as error:
        raise DataError(f"{name}: {error.message}", hint='write it like "4.50"') from error


def near(name: str, known: Iterable[str]) -> str:
    """Return the name that may be meant, or all that there are."""
    names = tuple(known)
    found = difflib.get_close_matches(name, names, 1)
    return f"did you mean {found[0]}?" if found else f"there are: {', '.join(names)}"


def _check_event(event: str, names: tuple[str, ...]) -> None:
    if event not in EVENTS:
        raise DataError(f"no lesson can wait for the event {event!r}", hint=near(event, EVENTS))
    for name in names:
        if name not in EVENTS[event]:
            known = ", ".join(EVENTS[event])
            raise DataError(
                f"{name} is nothing that can be asked of {event}",
                hint=f"what can: {known}" if known else "nothing can: take it out",
            )


def _check_known(read: DoneTable, facts: tuple[Any, ...]) -> None:
    if read.refused and read.refused not in REFUSALS:
        raise DataError(f"no refusal is named {read.refused!r}", hint=near(read.refused, REFUSALS))
    if read.did and read.did not in DEEDS:
        raise DataError(f"no deed is named {read.did!r}", hint=near(read.did, DEEDS))
    if facts:
        raise DataError(f"{facts[0][0]} can be asked of an event only", hint="take it out")


def _facts(read: DoneTable) -> Iterable[tuple[str, str | int | bool]]:
    for name, kind in KINDS.items():
        text = getattr(read, name)
        if text is None or text == "":
            continue
        if kind == "amount":
            yield name, amount_minor(name, text)
        elif kind == "quantity":
            yield name, _milli(name, text)
        else:
            yield name, text


def _milli(name: str, text: str) -> int:
    try:
        return parse_milli(text)
    except DataError as error:
        raise DataError(f"{name}: {error.message}", hint='write it like "3" or "0.642"') from error
