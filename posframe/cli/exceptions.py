"""``posframe exceptions``: the exception report, for who may read it; that they did is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from posframe.errors import DataError, PosframeError, RuleViolation

if TYPE_CHECKING:
    from posframe.config import TillConfig
    from posframe.kernel.domain.commands import OpenReport


def exceptions(
    *,
    till: Path = Path(),
    from_: Annotated[str, Parameter(name="--from")] = "",
    to: str = "",
    csv: Path | None = None,
    operator_figures: bool = False,
) -> int:
    """Show what of a till's journal a manager should look at, and why.

    Where operators sign in, number and PIN of somebody who may read it are asked for. The journal
    keeps who looked. Exit status 1 when it was refused.

    Args:
        till: the till's folder; the till may be running.
        from_: first business day, as 2026-11-01; without it, the first there is.
        to: last business day; without it, the last there is.
        csv: write the rows to this file, for a spreadsheet.
        operator_figures: the points of each operator, the rows they come from, and the lesson that
            teaches it; without it, how often each thing happened in the whole shop.
    """
    from posframe.config import load_config
    from posframe.kernel.domain.commands import OpenReport

    config = load_config(till)
    asked = OpenReport(
        report="exceptions", from_date=from_, to_date=to, by_operator=operator_figures
    )
    try:
        _open(config, asked)
    except RuleViolation as refusal:
        print(refusal.message)
        print(f"  {refusal.hint}")
        return 1
    _show(config, asked, csv)
    return 0


def _open(config: TillConfig, asked: OpenReport) -> None:
    """Have the till say whether, and keep that it was asked.

    Raises:
        RuleViolation: it is refused.
    """
    from posframe.door import open_report

    number, pin = _identified(config)
    request: dict[str, Any] = {
        "report": asked.report,
        "from": asked.from_date,
        "to": asked.to_date,
        "by_operator": asked.by_operator,
        "number": number,
        "pin": pin,
    }
    answer = open_report(config.folder, request)
    if answer is None:
        _open_here(config, asked, number, pin)
    elif not answer["accepted"]:
        raise RuleViolation(answer["message"], hint=answer.get("hint", ""))


def _identified(config: TillConfig) -> tuple[str, str]:
    if not config.operators.sign_in:
        return "", ""
    from posframe.cli.typing_in import hidden, typed

    return typed("Your number:"), hidden("Your PIN:")


def _open_here(config: TillConfig, asked: OpenReport, number: str, pin: str) -> None:
    """Open the till for this one row: none runs, and there is one writer, ever."""
    from posframe.till import Ports, Till

    with Till(config, Ports(effects=False)) as till:
        signs_in = config.operators.sign_in
        outcome = till.signing.open_report(number, pin, asked) if signs_in else till.do(asked)
    if not outcome.accepted:
        raise (
            outcome.error
            if isinstance(outcome.error, PosframeError)
            else RuleViolation(outcome.words, hint=outcome.hint)
        )


def _show(config: TillConfig, asked: OpenReport, csv: Path | None) -> None:
    from posframe.cli.lines import printable
    from posframe.exception_page import exception_page
    from posframe.exceptions.report import csv_text
    from posframe.kernel.domain.events import ReportOpened
    from posframe.training.pointing import lesson_of_rule

    opened = ReportOpened(
        report=asked.report,
        operator="",
        from_date=asked.from_date,
        to_date=asked.to_date,
        by_operator=asked.by_operator,
    )
    page = exception_page(config, opened)
    if csv is None:
        for line in page.lines(_COLUMNS, lesson_of_rule):
            print(printable(line))
        return
    try:
        csv.write_text(csv_text(page.report), encoding="utf-8")
    except OSError as error:
        raise DataError(f"{csv} cannot be written ({error.strerror})") from error
    print(f"{len(page.rows)} rows written to {csv}")


_COLUMNS = 72
