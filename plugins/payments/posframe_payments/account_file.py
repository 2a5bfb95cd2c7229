"""The file of credit limits: one customer a row, by the neutral reference of a card."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from posframe import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COLUMNS: Final = ("customer", "limit")


def read_limits(path: Path, setting: str, amount: Callable[[str, str], int]) -> dict[str, int]:
    """Return credit limits in minor units by customer.

    Args:
        path: a CSV in UTF-8 with the columns of ``COLUMNS``, and any others, in any order.
        setting: what names the file.
        amount: reads an amount of the till's currency; its second argument names the place.

    Raises:
        ConfigurationError: the file cannot be read, or a row is wrong; its line is named.
    """
    limits: dict[str, int] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as source:
            reader = csv.DictReader(source, strict=True)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise ConfigurationError(
                    f"{setting}: {path.name} has no column {missing[0]}",
                    hint=f"its first line is: {','.join(COLUMNS)}",
                )
            for row in reader:
                place = f"{path.name}, line {reader.line_num}"
                customer, minor = _row(row, place, amount)
                if customer in limits:
                    raise ConfigurationError(
                        f"{place}: {customer} has a row already", hint="take one of them out"
                    )
                limits[customer] = minor
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigurationError(
            f"{setting}: {path.name} cannot be read ({error})",
            hint="it is a CSV in UTF-8 in the till's folder",
        ) from error
    return limits


def _row(
    row: dict[str, str | None], place: str, amount: Callable[[str, str], int]
) -> tuple[str, int]:
    customer = (row["customer"] or "").strip()
    if not customer:
        raise ConfigurationError(
            f"{place}: the customer is missing", hint="write the reference, like card:9528000000017"
        )
    minor = amount((row["limit"] or "").strip(), f"{place}: limit")
    if minor < 0:
        raise ConfigurationError(f"{place}: a limit is not below zero", hint="write 0 for none")
    return customer, minor
