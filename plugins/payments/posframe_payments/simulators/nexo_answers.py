"""What a simulated nexo terminal says, written from the tables of the protocol."""

from __future__ import annotations

import json
import re
import urllib.parse
from typing import Any

Body = dict[str, Any]
TIME = "2026-01-02T03:04:05.000Z"
CARD = "4111111111111111"
"""The customer's. A terminal shows it to nobody; this one carries it where it must not be kept."""
_AMOUNT = re.compile(r'"amount:([0-9.]+)"')


def encoded(message: Body) -> bytes:
    """Return JSON, amounts as numbers in major units."""
    return _AMOUNT.sub(r"\1", json.dumps(message)).encode()


def amount(minor: int) -> str:
    """Return an amount to be encoded: euros, without needless zeros."""
    text = f"{minor // 100}.{minor % 100:02}"
    return f"amount:{text.rstrip('0').rstrip('.')}"


def read_minor(text: str) -> int:
    """Return an amount of a request in cents."""
    whole, _, cents = text.partition(".")
    return int(whole) * 100 + int(cents.ljust(2, "0"))


def success() -> Body:
    """Return that it was done."""
    said = urllib.parse.urlencode({"message": f"card {CARD}"}, quote_via=urllib.parse.quote)
    return {"Response": {"Result": "Success", "AdditionalResponse": said}}


def failure(condition: str, message: str = "") -> Body:
    """Return that it was not done, and why."""
    said = urllib.parse.urlencode({"message": message or condition}, quote_via=urllib.parse.quote)
    response = {"Result": "Failure", "ErrorCondition": condition, "AdditionalResponse": said}
    return {"Response": response}


def paid(payment: str, reference: str, minor: int, asked_minor: int) -> Body:
    """Return the answer to a payment that went through."""
    amounts = {"AuthorizedAmount": amount(minor), "Currency": "EUR"}
    if minor > asked_minor:
        amounts["TipAmount"] = amount(minor - asked_minor)
    found = success()
    found["Response"]["Result"] = "Partial" if minor < asked_minor else "Success"
    return {
        **found,
        **poi_data(reference),
        "SaleData": {"SaleTransactionID": {"TransactionID": payment, "TimeStamp": TIME}},
        "PaymentResult": {
            "OnlineFlag": True,
            "AmountsResp": amounts,
            "PaymentAcquirerData": {"ApprovalCode": "123456", "MerchantID": "SIM"},
            "PaymentInstrumentData": {
                "PaymentInstrumentType": "Card",
                "CardData": {
                    "PaymentBrand": "visa",
                    "MaskedPan": "411111 **** 1111",
                    "SensitiveCardData": {"PAN": CARD, "ExpiryDate": "1228"},
                },
            },
        },
        "PaymentReceipt": [receipt("CustomerReceipt", minor), receipt("CashierReceipt", minor)],
    }


def poi_data(reference: str) -> Body:
    """Return what the terminal calls a transaction."""
    return {"POIData": {"POITransactionID": {"TransactionID": reference, "TimeStamp": TIME}}}


def receipt(kind: str, minor: int) -> Body:
    """Return a receipt, each line a form as Adyen writes them."""
    total = f"€ {minor // 100}.{minor % 100:02}"
    lines = (
        {"key": "header1"},
        {"name": "CARDHOLDER COPY", "key": "cardholderHeader"},
        {"key": "filler"},
        {"name": "Card", "value": CARD, "key": "pan"},
        {"name": "TOTAL", "value": total, "key": "totalAmount"},
        {"name": "APPROVED", "key": "approved"},
    )
    texts = [
        {"Text": urllib.parse.urlencode(each, quote_via=urllib.parse.quote), "EndOfLineFlag": True}
        for each in lines
    ]
    content = {"OutputFormat": "Text", "OutputText": texts}
    return {"DocumentQualifier": kind, "RequiredSignatureFlag": False, "OutputContent": content}


def totals(number: int, sums: dict[str, tuple[int, int]]) -> Body:
    """Return the totals of a period: by type, how many and how much."""
    rows = [
        {"TransactionType": each, "TransactionCount": count, "TransactionAmount": amount(minor)}
        for each, (count, minor) in sums.items()
        if count
    ]
    found = {
        "PaymentInstrumentType": "Card",
        "CardBrand": "visa",
        "PaymentCurrency": "EUR",
        "PaymentTotals": rows,
    }
    return {
        **success(),
        "ReconciliationType": "SaleReconciliation",
        "POIReconciliationID": str(number),
        "TransactionTotals": [found] if rows else [],
    }
