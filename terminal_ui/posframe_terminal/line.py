"""Line mode: the same till as plain sentences, for screen readers and the simplest terminals."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from posframe import Script, format_minor

if TYPE_CHECKING:
    from typing import Any

    from posframe import Till

LEAVE = frozenset({".quit", ".exit"})


def sell(till: Till) -> int:
    """Read entries from standard input and answer in sentences until it ends."""
    script = Script(till)
    exponent = script.session.rules.exponent
    _say(f"Till {till.config.till.id} is ready. .help lists what can be typed, .quit leaves.")
    for raw in sys.stdin:
        text = raw.rstrip("\r\n")
        if text.strip() in LEAVE:
            break
        if text.strip():
            for sentence in sentences(script.line(text), exponent):
                _say(sentence)
    till.drain()
    return 0


def sentences(answer: dict[str, Any], exponent: int) -> list[str]:
    """Return what came of an entry in plain sentences."""
    if not answer["accepted"]:
        hint = f" {_sentence(answer['hint'])}" if answer.get("hint") else ""
        return [f"Refused: {_sentence(answer['message'])}{hint}"]
    said = [_sentence(answer["message"])] if answer["message"] else []
    for found in answer.get("found", ()):
        price = "open price" if found["price"] is None else format_minor(found["price"], exponent)
        said.append(f"{found['text']}, {price}, code {found['sku']}.")
    if answer.get("receipt"):
        total = format_minor(answer["receipt"]["total"], exponent)
        change = format_minor(answer["change"], exponent)
        said.append(f"Paid {total}, change {change}.")
        return said
    for line in answer["lines"]:
        words = "voided" if line["voided"] else format_minor(line["gross"], exponent)
        said.append(f"Line {line['id']}: {line['quantity']} {line['text']}, {words}.")
    if answer["lines"] or answer["tenders"]:
        said.append(f"To pay {format_minor(answer['due'], exponent)}.")
    return said


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
