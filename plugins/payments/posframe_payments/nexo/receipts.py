"""A terminal's receipts as slips to print.

Adyen writes each line as a form, ``name=TOTAL&value=1.00&key=totalAmount``; other terminals write
the line itself.
"""

from __future__ import annotations

import urllib.parse
from typing import TYPE_CHECKING, Any, Literal

from posframe import Slip
from posframe_payments.zvt.card_data import masked_text

if TYPE_CHECKING:
    from posframe_payments.nexo.table import Table

_KINDS: dict[str, Literal["customer", "merchant"]] = {
    "CustomerReceipt": "customer",
    "CashierReceipt": "merchant",
}
_FILLER = "filler"
_SIGNATURE = ("", "Signature", "", "________________________")


def slips(body: Table) -> tuple[Slip, ...]:
    """Return the receipts of an answer; one that cannot be read is left out.

    They are paper: what is wrong with them says nothing about the money.
    """
    receipts = body.values.get("PaymentReceipt")
    found = [_slip(each) for each in receipts] if isinstance(receipts, list) else []
    return tuple(each for each in found if each is not None)


def _slip(receipt: Any) -> Slip | None:  # noqa: ANN401 - parsed JSON
    if not isinstance(receipt, dict):
        return None
    kind = _KINDS.get(str(receipt.get("DocumentQualifier")))
    content = receipt.get("OutputContent")
    texts = content.get("OutputText") if isinstance(content, dict) else None
    if kind is None or not isinstance(texts, list):
        return None
    lines = _lines([each for each in texts if isinstance(each, dict)])
    if receipt.get("RequiredSignatureFlag") is True and kind == "merchant":
        lines += _SIGNATURE
    return Slip(kind=kind, lines=tuple(masked_text(each) for each in lines)) if lines else None


def _lines(texts: list[dict[str, Any]]) -> list[str]:
    """Return the lines of a receipt; a text without an end of line goes on in the next."""
    lines, open_ = [], ""
    for each in texts:
        line = _line(str(each.get("Text", "")))
        if line is None:
            continue
        open_ += line
        if each.get("EndOfLineFlag") is not False:
            lines.append(open_)
            open_ = ""
    return [*lines, open_] if open_ else lines


def _line(text: str) -> str | None:
    """Return a line to print; None where a form names what this receipt leaves empty."""
    form = {key: values[0] for key, values in urllib.parse.parse_qs(text).items()}
    if "key" not in form:
        return text
    if form["key"] == _FILLER:
        return ""
    line = " ".join(form[each] for each in ("name", "value") if each in form)
    return line or None
