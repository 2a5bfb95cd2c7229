"""What the columns of a provider's settlement file mean.

::

    not_cards = ["reference"]  # long numbers here are theirs, though they may look like a card's

    [columns]                  # our field = their header
    date = "Transaction date"
    time = "Time"              # leave out where the date holds the time too
    terminal = "TID"
    receipt = "Receipt no"
    reference = "Reference"
    kind = "Type"
    gross = "Gross"
    fee = "Fee"
    net = "Net"
    currency = "Currency"
    payout = "Payout id"

    [kinds]                    # our kind = their words; leave out where all rows are charges
    charge = ["Sale"]
    refund = ["Refund"]
    payout = ["Payout"]        # what went to the bank: its rows have to come to as much
    skip = ["Opening balance"]

    [options]
    delimiter = ";"
    decimal = ","              # or "."
    thousands = "."            # one that may stand between thousands; left out: none
    date = "%d.%m.%Y"
    time = "%H:%M:%S"
    encoding = "cp1252"
    currency = "EUR"           # where no column says it
    refunds = "negative"       # or "positive": how refunds are written
    fees = "positive"          # or "negative": how what the provider keeps is written
    header_lines = 0           # lines before the headers
    skip_last = 0              # lines after the last row
    zone = "UTC"               # whose times they are; left out: the shop's
"""

from __future__ import annotations

import codecs
import datetime
import difflib
import tomllib
import zoneinfo
from collections.abc import Collection, Mapping
from typing import Any, Final

import attrs

from posframe import ConfigurationError

FIELDS: Final = (
    "date", "time", "terminal", "receipt", "reference", "payment", "kind", "gross", "fee", "net",
    "currency", "payout", "booked",
)  # fmt: skip
REQUIRED: Final = ("date", "gross")
SKIP, PAYOUT = "skip", "payout"
KINDS: Final = ("charge", "refund", "chargeback", "fee", PAYOUT, SKIP)
"""``payout``: what went to the bank, against which the rows of that payout are summed up."""
NEGATIVE, POSITIVE = "negative", "positive"
_THOUSANDS: Final = ("", ".", ",", "'", " ", "\xa0", "’")
_TABLES: Final = ("columns", "kinds", "options", "not_cards")


@attrs.frozen(kw_only=True)
class Options:
    """How a file is written."""

    delimiter: str = ","
    decimal: str = "."
    thousands: str = ""
    date: str = "%Y-%m-%d"
    """As `datetime.strptime` has it; with a time in it, where that has no column."""
    time: str = "%H:%M:%S"
    encoding: str = "utf-8-sig"
    currency: str = ""
    refunds: str = NEGATIVE
    fees: str = POSITIVE
    header_lines: int = 0
    skip_last: int = 0
    zone: str = ""
    """Whose times they are, as UTC or Europe/Berlin; empty: the shop's."""

    def __attrs_post_init__(self) -> None:
        _check_choice(self.decimal, (".", ","), "options.decimal")
        _check_choice(self.thousands, _THOUSANDS, "options.thousands")
        _check_choice(self.refunds, (NEGATIVE, POSITIVE), "options.refunds")
        _check_choice(self.fees, (NEGATIVE, POSITIVE), "options.fees")
        if self.thousands == self.decimal:
            raise ConfigurationError(
                f"{self.decimal!r} cannot part both the decimals and the thousands",
                hint="Leave out options.thousands, or change options.decimal",
            )
        if len(self.delimiter) != 1:
            raise ConfigurationError(
                f"The delimiter {self.delimiter!r} is not one character", hint='Write it as ";"'
            )
        for name in ("header_lines", "skip_last"):
            if getattr(self, name) < 0:
                raise ConfigurationError(f"options.{name} is below zero", hint="Write 0 or more")
        _check_encoding(self.encoding)
        if self.zone:
            _check_zone(self.zone)
        _check_format(self.date, "options.date", "%d.%m.%Y")
        _check_format(self.time, "options.time", "%H:%M:%S")


@attrs.frozen(kw_only=True)
class FileMap:
    """What the columns of a file mean."""

    columns: Mapping[str, str]
    """Our field to the file's header."""
    kinds: Mapping[str, str] = attrs.field(factory=dict)
    """The file's word, in small letters, to our kind; empty: every row is a charge or, below zero,
    a refund."""
    options: Options = attrs.field(factory=Options)
    not_cards: tuple[str, ...] = ()
    """Fields whose long numbers are the provider's own, though they may look like a card's."""


def read_map(text: str, name: str) -> FileMap:
    """Read a map from the text of its TOML file, which messages call ``name``.

    Raises:
        ConfigurationError: it is no TOML, or has a key or value that is not known.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{name} cannot be read: {error}", hint="Mend the line") from error
    try:
        _check_names(tables, _TABLES, "table")
        return FileMap(
            columns=_columns(tables.get("columns", {})),
            kinds=_kinds(tables.get("kinds", {})),
            options=_options(tables.get("options", {})),
            not_cards=_fields(tables.get("not_cards", [])),
        )
    except ConfigurationError as error:
        raise ConfigurationError(f"{name}: {error.message}", hint=error.hint) from error


def _columns(table: Any) -> dict[str, str]:  # noqa: ANN401 - parsed TOML
    _check_table(table, "columns")
    _check_names(table, FIELDS, "field")
    for field, header in table.items():
        if not isinstance(header, str) or not header.strip():
            raise ConfigurationError(
                f"columns.{field} is not a header", hint="Write the header in quotes"
            )
    for field in REQUIRED:
        if field not in table:
            raise ConfigurationError(
                f"columns.{field} is missing", hint=f'Add {field} = "…" with the file\'s header'
            )
    return {field: header.strip() for field, header in table.items()}


def _kinds(table: Any) -> dict[str, str]:  # noqa: ANN401 - parsed TOML
    _check_table(table, "kinds")
    _check_names(table, KINDS, "kind")
    found: dict[str, str] = {}
    for kind, words in table.items():
        if not isinstance(words, list) or not all(isinstance(each, str) for each in words):
            raise ConfigurationError(
                f"kinds.{kind} is not a list of words", hint=f'Write {kind} = ["…"]'
            )
        for word in words:
            if found.setdefault(word.strip().casefold(), kind) != kind:
                raise ConfigurationError(
                    f"{word!r} is of two kinds", hint="Leave it with one of them"
                )
    return found


def _options(table: Any) -> Options:  # noqa: ANN401 - parsed TOML
    _check_table(table, "options")
    kinds = {field.name: type(field.default) for field in attrs.fields(Options)}
    _check_names(table, kinds, "option")
    for name, value in table.items():
        if type(value) is not kinds[name]:
            wanted = "a whole number" if kinds[name] is int else "a text in quotes"
            raise ConfigurationError(f"options.{name} must be {wanted}", hint=f"It is {value!r}")
    return Options(**table)


def _fields(names: Any) -> tuple[str, ...]:  # noqa: ANN401 - parsed TOML
    if not isinstance(names, list):
        raise ConfigurationError("not_cards is not a list", hint='Write not_cards = ["reference"]')
    _check_names(names, FIELDS, "field")
    return tuple(names)


def _check_table(table: object, name: str) -> None:
    if not isinstance(table, dict):
        raise ConfigurationError(f"{name} is not a table", hint=f"Write [{name}]")


def _check_names(names: Collection[Any], known: Collection[str], what: str) -> None:
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(str(name), known, 1)
            raise ConfigurationError(
                f"{name!r} is not a {what}",
                hint=f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}",
            )


def _check_choice(value: str, choices: tuple[str, ...], path: str) -> None:
    if value not in choices:
        shown = ", ".join(map(repr, choices))
        raise ConfigurationError(f"{path} cannot be {value!r}", hint=f"One of {shown}")


def _check_encoding(encoding: str) -> None:
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        raise ConfigurationError(
            f"Unknown encoding {encoding!r}", hint="Common ones: utf-8-sig, cp1252, latin-1"
        ) from error


def _check_zone(zone: str) -> None:
    try:
        zoneinfo.ZoneInfo(zone)
    except (OSError, ValueError, zoneinfo.ZoneInfoNotFoundError) as error:
        raise ConfigurationError(
            f"options.zone: {zone!r} is not known", hint="As UTC, or Europe/Berlin"
        ) from error


def _check_format(style: str, path: str, example: str) -> None:
    """Check that a moment comes out of its style again: a style may leave out what it needs."""
    moment = datetime.datetime(2024, 12, 31, 13, 45, 50)  # noqa: DTZ001 - a style has no zone
    try:
        read = datetime.datetime.strptime(moment.strftime(style), style)  # noqa: DTZ007
    except ValueError as error:
        raise ConfigurationError(f"{path} is no style: {error}", hint=f"As in {example}") from error
    wanted = (
        moment.date() == read.date()
        if "date" in path
        else (moment.hour, moment.minute) == (read.hour, read.minute)
    )
    if not wanted:
        raise ConfigurationError(f"{path} {style!r} leaves something out", hint=f"As in {example}")
