"""``posframe explain``: why a basket, or a receipt, comes to what it does."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from posframe.errors import ConfigurationError, DataError, PosframeError

if TYPE_CHECKING:
    from posframe.kernel.domain.explaining_words import Said
    from posframe.kernel.ports import Recorded

REFUSED = 1
_INDENTS = {"line": 0, "sum": 0, "step": 2, "note": 4}


def explain(
    file: Annotated[str, Parameter(allow_leading_hyphen=True)] = "",
    /,
    *,
    till: Path | None = None,
    receipt: int = 0,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Price baskets without a till and print why; the format is docs/formats/explain.md.

    Exit status 0 when every basket was priced, 1 when one was refused, 2 when the file cannot be
    read. Of a receipt: 1 when replaying it with the offers of its day gives something else.

    Args:
        file: one JSON object, or one on each line; ``-`` is standard input.
        till: a till's folder, whose catalogue, taxes and offers fill what a basket leaves out.
        receipt: explain this receipt of the till instead of a file.
        as_json: of a receipt, print the answer of the format instead of words.
    """
    if bool(file) == bool(receipt):
        raise ConfigurationError(
            "Explain a file of baskets, or a receipt",
            hint="posframe explain FILE, or posframe explain --till DIR --receipt N",
        )
    if file:
        return _baskets(file, till)
    if till is None:
        raise ConfigurationError("Whose receipt?", hint="add --till and the till's folder")
    return _receipt(till, receipt, as_json=as_json)


def _baskets(file: str, till: Path | None) -> int:
    from posframe.explain import Shop, answers

    status, found = 0, False
    shop = Shop(till)
    with _source(file) as source:
        for answer in answers(source, shop):
            found = True
            status = REFUSED if "error" in answer else status
            _write(answer)
    shop.close()
    if not found:
        raise DataError(f"{file} holds no basket", hint="see docs/formats/explain.md")
    return status


def _source(file: str) -> IO[bytes]:
    if file == "-":
        return sys.stdin.buffer
    try:
        return Path(file).open("rb")
    except (OSError, ValueError) as error:
        words = error.strerror if isinstance(error, OSError) else "no file has such a name"
        raise DataError(f"{file} cannot be read ({words})", hint="check the name") from error


def _receipt(till: Path, number: int, *, as_json: bool) -> int:
    from posframe.explain.receipts import find_receipt, receipt_answer
    from posframe.explain.replay import difference

    row = find_receipt(till, number)
    try:
        differs = difference(till, row)
    except PosframeError as error:
        differs = f"it cannot be priced again: {error.message}"
    if as_json:
        replay = {"agrees": not differs, "difference": differs}
        _write({**receipt_answer(row.event), "replay": replay})
    else:
        _show(row)
        print(f"Replayed with the offers of that day: {differs or 'it agrees to the cent'}")
    return REFUSED if differs else 0


def _show(row: Recorded) -> None:
    from posframe.kernel.domain.currencies import exponent
    from posframe.kernel.domain.explaining import trace_of_completed
    from posframe.kernel.domain.explaining_words import explained

    completed = row.event
    print(f"Receipt {completed.receipt_number} of {row.business_date}, {completed.currency}")
    names = {each.line.number: each.line.text for each in completed.lines}
    for said in explained(trace_of_completed(completed), names):
        _say(said, exponent(completed.currency))


def _say(said: Said, decimals: int) -> None:
    from posframe.cli.lines import paragraph
    from posframe.kernel.domain.money import format_minor

    amount = "" if said.minor is None else format_minor(said.minor, decimals)
    paragraph(said.text, first=f"{amount:>12}  {' ' * _INDENTS[said.kind]}")


def _write(value: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(value)}\n")
    sys.stdout.flush()
