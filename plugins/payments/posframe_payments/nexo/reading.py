"""Answers of a nexo terminal, read strictly: to which message, from whom, how it ended."""

from __future__ import annotations

import urllib.parse
from typing import Any

import attrs

from posframe import DataError
from posframe_payments.nexo.message import PROTOCOL, Header
from posframe_payments.nexo.table import Table
from posframe_payments.zvt.card_data import masked_text

SUCCESS, PARTIAL, FAILURE = "Success", "Partial", "Failure"
BUSY, IN_PROGRESS, NOT_FOUND, LOGGED_OUT = "Busy", "InProgress", "NotFound", "LoggedOut"
WORDS_MAX = 120
_MAJOR = PROTOCOL.partition(".")[0]


@attrs.frozen(kw_only=True)
class Reply:
    """One answer: what it is about, and its ``Response``."""

    terminal: str
    """The POIID that answered; whoever asked compares it."""
    result: str
    condition: str
    """ErrorCondition of a failure."""
    words: str
    """What the terminal says of it, without card numbers."""
    body: Table


def read_reply(message: Any, asked: Header) -> Reply:  # noqa: ANN401 - parsed JSON
    """Return the answer to a message.

    Raises:
        DataError: it is malformed, or the answer to another message.
    """
    found = Table({"message": message}, "answer").table("message").table("SaleToPOIResponse")
    header = found.table("MessageHeader")
    _check_header(header, asked)
    return _reply(header, found.table(f"{asked.category}Response"))


def read_repeated(reply: Reply, about: Header) -> Reply:
    """Return the answer of earlier that a terminal repeats within an answer about it.

    Raises:
        DataError: there is none, or it is the answer to another message.
    """
    repeated = reply.body.table("RepeatedMessageResponse")
    header = repeated.table("MessageHeader")
    _check_header(header, about)
    if header.text("POIID") != about.terminal:
        raise _other()
    inner = repeated.table("RepeatedResponseMessageBody")
    return _reply(header, inner.table(f"{about.category}Response"))


def _reply(header: Table, body: Table) -> Reply:
    response = body.table("Response")
    result = response.text("Result")
    if result not in {SUCCESS, PARTIAL, FAILURE}:
        raise response.malformed("Result")
    return Reply(
        terminal=header.text("POIID"),
        result=result,
        condition=response.text("ErrorCondition") if result == FAILURE else "",
        words=_words(response),
        body=body,
    )


def _check_header(header: Table, asked: Header) -> None:
    if header.text("ProtocolVersion").partition(".")[0] != _MAJOR:
        raise header.malformed("ProtocolVersion")
    names = ("MessageClass", "MessageCategory", "MessageType", "SaleID", "ServiceID")
    wanted = ("Service", asked.category, "Response", asked.sale, asked.service)
    if tuple(header.text(each) for each in names) != wanted:
        raise _other()


def _other() -> DataError:
    return DataError(
        "The terminal answered another message", hint="nothing was read from it; ask once more"
    )


def _words(response: Table) -> str:
    """Return why, in the terminal's words: Adyen writes them as a form."""
    said = response.values.get("AdditionalResponse")
    if not isinstance(said, str):
        return ""
    form = urllib.parse.parse_qs(said)
    words = form.get("refusalReason") or form.get("message") or [""]
    return masked_text(words[0])[:WORDS_MAX]
