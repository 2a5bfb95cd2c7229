"""Slips of a ZVT terminal, put together from the lines and blocks it has the till print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import attrs

from posframe import Slip
from posframe_payments.zvt.facts import PrintBlock, PrintLine, ReceiptKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe_payments.zvt.facts import Fact

SlipKind = Literal["customer", "merchant", "batch"]
_KINDS: Final[dict[ReceiptKind, SlipKind]] = {
    ReceiptKind.MERCHANT: "merchant",
    ReceiptKind.CUSTOMER: "customer",
    ReceiptKind.ADMINISTRATION: "batch",
}
FEEDS_MAX: Final = 10
"""Empty lines that a terminal gets at once."""


@attrs.define
class _Half:
    """A slip whose end has not come."""

    kind: SlipKind
    lines: list[str] = attrs.field(factory=list)


def slips_of(facts: Iterable[Fact], otherwise: SlipKind) -> tuple[Slip, ...]:
    """Return the slips that were sent, in their order; one that has no end is one all the same.

    Args:
        facts: of one command.
        otherwise: the kind of those that do not say it: single lines never do.
    """
    done: list[_Half] = []
    half: _Half | None = None
    for each in facts:
        if not isinstance(each, PrintLine | PrintBlock):
            continue
        kind = _KINDS.get(each.kind, otherwise) if isinstance(each, PrintBlock) else otherwise
        if half is None or half.kind != kind:
            half = _Half(kind)
            done.append(half)
        half.lines += _lines(each)
        if each.ended if isinstance(each, PrintBlock) else each.last:
            half = None
    return tuple(Slip(kind=each.kind, lines=tuple(each.lines)) for each in done if any(each.lines))


def _lines(fact: PrintLine | PrintBlock) -> list[str]:
    if isinstance(fact, PrintBlock):
        return list(fact.lines)
    return [""] * min(fact.feeds, FEEDS_MAX) if fact.feeds else [fact.text]
