"""Messages a till sends to a nexo terminal, as values: what is in them, and nothing of the wire.

Names and values are those of the nexo Sale-to-POI protocol 3.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe_payments.nexo.exact_json import Number, dumped

if TYPE_CHECKING:
    from posframe import Money
    from posframe_payments.nexo.reference import Reference

PROTOCOL = "3.0"
PAYMENT, REVERSAL, STATUS = "Payment", "Reversal", "TransactionStatus"
RECONCILIATION, DIAGNOSIS, ABORT = "Reconciliation", "Diagnosis", "Abort"
LOGIN, LOGOUT = "Login", "Logout"

Body = dict[str, Any]


@attrs.frozen(kw_only=True)
class Header:
    """Who asks whom, and the number of the pair of messages."""

    category: str
    sale: str
    """The till (SaleID)."""
    terminal: str
    """The terminal (POIID)."""
    service: str
    """ServiceID: up to ten letters and digits, not used before within 48 hours."""

    def fields(self, direction: str) -> Body:
        """Return it as it is written; ``direction`` is ``Request`` or ``Response``."""
        return {
            "ProtocolVersion": PROTOCOL,
            "MessageClass": "Service",
            "MessageCategory": self.category,
            "MessageType": direction,
            "SaleID": self.sale,
            "ServiceID": self.service,
            "POIID": self.terminal,
        }


def request(header: Header, body: Body) -> bytes:
    """Return a whole request in clear."""
    fields = header.fields("Request")
    message = {"MessageHeader": fields, f"{header.category}Request": body}
    return dumped({"SaleToPOIRequest": message}).encode()


def payment(sale_data: Body, amount: Money, *, gives_back: bool = False) -> Body:
    """Return the body of a payment, or of a refund that names no payment."""
    amounts = {"Currency": amount.currency, "RequestedAmount": Number(amount.major)}
    asked: Body = {"SaleData": sale_data, "PaymentTransaction": {"AmountsReq": amounts}}
    if gives_back:
        asked["PaymentData"] = {"PaymentType": "Refund"}
    return asked


def sale_data(payment_id: str, time: str, tender_options: tuple[str, ...] = ()) -> Body:
    """Return whose payment it is: our own id of it, which comes back in the answer.

    Args:
        payment_id: our id.
        time: when, as ``2026-11-22T12:00:00Z``.
        tender_options: what the terminal may do besides, in Adyen's words.
    """
    data: Body = {"SaleTransactionID": {"TransactionID": payment_id, "TimeStamp": time}}
    if tender_options:
        data["SaleToAcquirerData"] = f"tenderOption={','.join(tender_options)}"
    return data


def reversal(original: Reference, sale_data: Body, part: Money | None = None) -> Body:
    """Return the body of a reversal: of all that was taken, or of a part.

    Adyen wants the currency of a part beside it.
    """
    body: Body = {
        "OriginalPOITransaction": {
            "POITransactionID": {"TransactionID": original.id, "TimeStamp": original.time}
        },
        "ReversalReason": "MerchantCancel",
        "SaleData": sale_data,
    }
    if part is None:
        return body
    of_part = {**sale_data, "SaleToAcquirerData": f"currency={part.currency}"}
    return {**body, "ReversedAmount": Number(part.major), "SaleData": of_part}


def status(about: Header) -> Body:
    """Return the body of a question: what became of the message ``about``, receipts included."""
    return {
        "MessageReference": _message_reference(about),
        "ReceiptReprintFlag": True,
        "DocumentQualifier": ["CashierReceipt", "CustomerReceipt"],
    }


def abort(about: Header) -> Body:
    """Return the body of a wish that a message under way be given up."""
    return {"AbortReason": "MerchantAbort", "MessageReference": _message_reference(about)}


def login(time: str, version: str) -> Body:
    """Return the body by which a till begins its day at the terminal."""
    software = {
        "ManufacturerID": "posframe",
        "ApplicationName": "posframe",
        "SoftwareVersion": version,
        "CertificationCode": "none",
    }
    return {
        "DateTime": time,
        "SaleSoftware": software,
        "OperatorLanguage": "en",
        "SaleTerminalData": {"TerminalEnvironment": "Attended"},
    }


def logout() -> Body:
    """Return the body by which a till ends its day at the terminal."""
    return {"MaintenanceAllowed": True}


def reconciliation() -> Body:
    """Return the body that ends a period of the terminal's totals, and asks for them."""
    return {"ReconciliationType": "SaleReconciliation"}


def diagnosis() -> Body:
    """Return the body that asks the terminal alone how it is, and not its host."""
    return {"HostDiagnosisFlag": False}


def _message_reference(about: Header) -> Body:
    return {
        "MessageCategory": about.category,
        "ServiceID": about.service,
        "SaleID": about.sale,
        "POIID": about.terminal,
    }
