"""Requests and answers of a simulated gateway, as values."""

from __future__ import annotations

import json
from typing import Any, Final

import attrs


@attrs.frozen(kw_only=True)
class Request:
    """What came over the wire."""

    method: str
    path: str
    query: str = ""
    authorization: str = ""
    key: str = ""
    body: bytes = b""


@attrs.frozen(kw_only=True)
class Answer:
    """What goes back, ``times`` times, or half of it. Status 0: the line breaks."""

    status: int = 0
    media_type: str = "application/json"
    body: bytes = b""
    times: int = 1
    is_half: bool = False


BREAK: Final = Answer()


def error(status: int, name: str, payment: str = "", words: str = "") -> Answer:
    """Return an error."""
    said = {"error": name, "payment": payment, "words": words}
    return Answer(
        status=status, body=json_body({key: value for key, value in said.items() if value})
    )


def json_body(value: Any) -> bytes:  # noqa: ANN401 - whatever JSON can say
    """Return a value as a body."""
    return json.dumps(value).encode()
