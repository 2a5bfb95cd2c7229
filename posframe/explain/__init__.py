"""Explaining prices outside a till: baskets in, answers out, in a format that other programs use.

The arithmetic is the kernel's and the offers are the plugins'; here files are read, a sale is built
from a basket, and what it comes to is written down. The format is docs/formats/explain.md.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from posframe.errors import PosframeError
from posframe.explain.answers import answer, priced, refusal
from posframe.explain.baskets import read_basket
from posframe.explain.documents import read_documents
from posframe.explain.pricing import price
from posframe.explain.reading import Refused
from posframe.explain.shops import Shop

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Refused", "Shop", "answers", "explain"]


def answers(source: IO[bytes], shop: Shop) -> Iterator[dict[str, Any]]:
    """Yield the answer to each basket of a file, in order."""
    for document in read_documents(source):
        yield refusal(document) if isinstance(document, Refused) else explain(document, shop)


def explain(document: dict[str, Any], shop: Shop) -> dict[str, Any]:
    """Return the answer to one basket: what it comes to and why, or why it is refused."""
    try:
        asked = read_basket(document, shop.usual())
        sale, hooks = price(asked, shop)
        ids = {number: line.id for number, line in enumerate(asked.lines, start=1)}
        return answer(priced(sale, hooks), ids)
    except Refused as error:
        return refusal(error)
    except PosframeError as error:
        return refusal(Refused("", error.message, error.hint))
