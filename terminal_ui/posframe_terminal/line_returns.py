"""What can come back, in line mode: each line of a receipt with what is typed to return it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe import format_minor

if TYPE_CHECKING:
    from collections.abc import Mapping


def returnable_sentences(answer: Mapping[str, Any], exponent: int) -> list[str]:
    """Return a receipt, or the receipts that have an item, in sentences."""
    said = [
        f"By {each['label']} {format_minor(each['left'], exponent)} can go back."
        for each in answer.get("paid", ())
    ]
    return said + [_line(each, exponent) for each in answer["returnable"]]


def _line(line: Mapping[str, Any], exponent: int) -> str:
    where = f"Receipt {line['receipt']}, line {line['line']}"
    what = f"{line['sold']} {line['text']}, {format_minor(line['gross'], exponent)}"
    if not line["left"]:
        return f"{where}: {what}, came back."
    left = "" if line["left"] == line["sold"] else f" {line['left']} of it can come back."
    typed = f".return {line['receipt']} {line['line']}"
    return f"{where}: {what}.{left} Type {typed}."
