"""Baskets of the explain format in a few words, and the real command that answers them."""

from __future__ import annotations

import contextlib
import io
import json
from typing import TYPE_CHECKING

from posframe.cli.main import run as command_line

if TYPE_CHECKING:
    from pathlib import Path

VAT19 = {"vat19": {"rate": "19", "included": True}}


def basket(*lines, **more):
    """Return a basket in euros of lines made with ``goods``."""
    named = [{"id": str(number), **each} for number, each in enumerate(lines, start=1)]
    return {"currency": "EUR", "moment": "2026-11-21T14:07:00+01:00", "lines": named, **more}


def goods(price, quantity="1", sku="A", **more):
    return {"sku": sku, "quantity": quantity, "unit_price": price, **more}


def major(minor):
    """Write cents as the format does."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02}"


def run(*arguments):
    """Run ``posframe explain``; return its exit status and what it printed."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = command_line(["explain", *map(str, arguments)])
    return status, out.getvalue(), err.getvalue()


def explained(folder: Path, *baskets, till=None):
    """Return the exit status and the answers to a file of baskets, one a line."""
    file = folder / "baskets.jsonl"
    file.write_text("".join(f"{json.dumps(each)}\n" for each in baskets), encoding="utf-8")
    status, out, _ = run(file, *(("--till", till) if till else ()))
    return status, [json.loads(line) for line in out.splitlines()]


def answer(folder, asked, till=None):
    """Return the answer to one basket that is priced."""
    status, (found,) = explained(folder, asked, till=till)
    assert status == 0, found
    return found


def refused(folder, asked, till=None):
    """Return path, sentence and suggestion of one basket that is refused."""
    status, (found,) = explained(folder, asked, till=till)
    assert status == 1
    assert found.keys() == {"error"}, "nothing is priced in part"
    error = found["error"]
    assert error["message"]
    assert error["hint"], "a refusal says what to do next"
    return error["path"], error["message"], error["hint"]
