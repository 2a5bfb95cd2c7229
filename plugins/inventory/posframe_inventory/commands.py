"""What can be asked about stock, and the entries for it: ``.receive .count .release .stock``."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs

from posframe import RuleViolation, parse_milli

if TYPE_CHECKING:
    from collections.abc import Callable


@attrs.frozen
class ReceiveGoods:
    """Add goods that came in."""

    sku: str
    quantity_milli: int
    reference: str = ""


@attrs.frozen
class CountStock:
    """Put what was counted in place of what was on record."""

    sku: str
    quantity_milli: int


@attrs.frozen
class ReleaseGoods:
    """Let goods that came back out of quarantine: to stock, or to be thrown away."""

    sku: str
    quantity_milli: int
    goes_to: str = "stock"


@attrs.frozen
class AskStock:
    """Say how many are on hand; empty: of the last item in the open sale."""

    sku: str = ""


StockCommand: TypeAlias = ReceiveGoods | CountStock | ReleaseGoods | AskStock


def parse(text: str) -> StockCommand | None:
    """Return what an entry asks of this plugin; None: it is not for it.

    Raises:
        RuleViolation: it is, and lacks something.
        DataError: its quantity is none.
    """
    name, *words = text.split() or [""]
    known = _ENTRIES.get(name.lower())
    if known is None:
        return None
    make, usage = known
    try:
        return make(words)
    except (IndexError, ValueError) as error:
        raise RuleViolation(f"That does not fit {name.lower()}", hint=f"type: {usage}") from error


def _receive(words: list[str]) -> StockCommand:
    return ReceiveGoods(words[0], parse_milli(words[1]), " ".join(words[2:]))


def _count(words: list[str]) -> StockCommand:
    sku, quantity = words
    return CountStock(sku, parse_milli(quantity))


def _release(words: list[str]) -> StockCommand:
    sku, quantity, *rest = words
    goes_to = "".join(rest) or "stock"
    if goes_to not in {"stock", "scrap"}:
        raise ValueError(goes_to)
    return ReleaseGoods(sku, parse_milli(quantity), goes_to)


def _stock(words: list[str]) -> StockCommand:
    if len(words) > 1:
        raise ValueError(words)
    return AskStock(*words)


_ENTRIES: dict[str, tuple[Callable[[list[str]], StockCommand], str]] = {
    ".receive": (_receive, ".receive SKU QUANTITY [reference]"),
    ".count": (_count, ".count SKU QUANTITY"),
    ".release": (_release, ".release SKU QUANTITY [stock|scrap]"),
    ".stock": (_stock, ".stock [SKU]"),
}
