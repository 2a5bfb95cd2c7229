"""What is kept of an answer as it came: the fields listed here, whatever else it carries.

Card numbers, expiry dates and names of holders are in fields that are not listed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe_payments.nexo.exact_json import Number, dumped

if TYPE_CHECKING:
    from posframe_payments.nexo.table import Table

_OBJECTS = frozenset({
    "AmountsResp", "OriginalPOITransaction", "POIData", "POITransactionID", "PaymentAcquirerData",
    "PaymentResult", "Response", "SaleData", "SaleTransactionID",
})  # fmt: skip
_LEAVES = frozenset({
    "ApprovalCode", "AuthorizedAmount", "Currency", "ErrorCondition", "OnlineFlag",
    "POIReconciliationID", "Result", "ReversedAmount", "TimeStamp", "TipAmount", "TransactionID",
})  # fmt: skip
LEAF_MAX = 100


def kept(body: Table) -> bytes:
    """Return the fields of an answer that are kept, as JSON."""
    return dumped(_kept(body.values)).encode()


def _kept(values: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name in _OBJECTS and isinstance(value, dict):
            found[name] = _kept(value)
        elif name in _LEAVES and _is_short(value):
            found[name] = value
    return found


def _is_short(value: Any) -> bool:  # noqa: ANN401 - parsed JSON
    text = value.text if isinstance(value, Number) else value
    return isinstance(text, bool) or (isinstance(text, str) and len(text) <= LEAF_MAX)
