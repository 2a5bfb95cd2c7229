"""The account map: which account of the books each figure of a day goes to.

::

    revenue_by = "department"    # or "tax": by tax code and rate

    [revenue]                    # departments, or tax codes; "*" takes all others
    food = "4000"

    [taxes]                      # tax codes; a table tells rates apart
    vat19 = "2201"

    [tenders]                    # every medium by name
    cash = "1000"

    [movements]                  # kinds of cash movement; a table tells reasons apart
    pickup = "1010"
    [movements.paid_out]
    "window cleaning" = "6330"
    "*" = "6300"

    [settles]                    # media that use up what is owed: "gift_card", "deposit", "account"
    gift = "gift_card"

    [beside]                     # tax codes of what is paid and is no sale: cards that are sold
    voucher = "gift_card"

    [accounts]                   # the rest, each needed on the first day that has such a figure
    rounding = "4840"

Booking by it is `booking`'s.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

from posframe.accounting.figures import KINDS_OWED, SIGNS, Owed
from posframe.errors import ConfigurationError
from posframe.settings_reader import read_table
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Purpose = tuple[str, ...]
"""What an account is for, as the keys that lead to it: ``("taxes", "vat", "19")``."""

ANY: Final = "*"
"""The key that takes whatever is not named beside it."""

_NESTED: Final = ("revenue", "taxes", "movements")
_OWN: Final = ("revenue", "taxes")
_OWED: Final = frozenset({"gift_cards", "deposits", "receivables"})
_ACCOUNT: Final = re.compile(r"[^\W_](?:[ -~\w]{0,58}\w)?")
_NAMED_MAX: Final = 8  # accounts a refusal names at once


@attrs.frozen(kw_only=True)
class AccountMap:
    """The accounts of one set of books."""

    revenue_by: Literal["department", "tax"]
    accounts: dict[Purpose, str]
    settles: dict[str, Owed] = attrs.field(factory=dict)
    """By tender type, what is used up by it; a type that is not here is money."""
    beside: dict[str, Owed] = attrs.field(factory=dict)
    """By tax code, what is owed more where goods of that code are paid."""

    @classmethod
    def load(cls, path: Path) -> AccountMap:
        """Read the map from a TOML file.

        Raises:
            ConfigurationError: the file cannot be read, a key is unknown or can never be used, or
                an account is none; the message names the key.
        """
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ConfigurationError(
                f"The account map {path} cannot be read: {error}", hint="It is a TOML file in UTF-8"
            ) from error
        return cls.of(tables)

    @classmethod
    def of(cls, tables: dict[str, Any]) -> AccountMap:
        """Make the map of parsed TOML.

        Raises:
            ConfigurationError: see `load`.
        """
        table = read_table(_Tables, {key: _nested(key, value) for key, value in tables.items()})
        known = dict(_purposes(table))
        for purpose, account in known.items():
            _check(purpose, account, table.revenue_by)
        _check_apart(known)
        settles = {key: _owed(f"settles.{key}", kind) for key, kind in table.settles.items()}
        beside = {key: _owed(f"beside.{key}", kind) for key, kind in table.beside.items()}
        return cls(revenue_by=table.revenue_by, accounts=known, settles=settles, beside=beside)

    def find(self, purpose: Purpose) -> str | None:
        """Return the account for ``purpose``, None where the map has none."""
        table, *names = purpose
        if table not in _NESTED:
            return self.accounts.get(purpose)
        if len(names) == 1:  # a department: one name, no rates or reasons below it
            names.append(ANY)
        tries = ((names[0], names[1]), (names[0], ANY), (ANY, ANY))
        found = (self.accounts.get((table, *each)) for each in tries)
        return next((account for account in found if account is not None), None)

    def check_has(self, purposes: Iterable[Purpose]) -> None:
        """Pass purposes that all have an account.

        Raises:
            ConfigurationError: some have none; named all at once, the first with a near match.
        """
        missing = sorted({self._shortest(each) for each in purposes if self.find(each) is None})
        if not missing:
            return
        names = [written(each) for each in missing[:_NAMED_MAX]]
        more = f" and {len(missing) - _NAMED_MAX} more" if len(missing) > _NAMED_MAX else ""
        raise ConfigurationError(
            f"The account map has no {', no '.join(names)}{more}", hint=self._hint(missing[0])
        )

    def _shortest(self, purpose: Purpose) -> Purpose:
        """Leave rate or reason out where the map does not know the name before it either."""
        is_known = any(known[:2] == purpose[:2] for known in self.accounts)
        return purpose if is_known else purpose[:2]

    def _hint(self, purpose: Purpose) -> str:
        *above, name = purpose
        at = len(above)
        beside = {each[at] for each in self.accounts if each[:at] == tuple(above)} - {ANY}
        near = _near(name, beside)
        question = f"Did you mean {near[0]!r}? If not, add" if near else "Add"
        return f'{question} {_key(name)} = "…" under [{written(tuple(above))}]'


def written(purpose: Purpose) -> str:
    """Write a purpose as the path of its key in the file, as short as it may stand there."""
    is_whole = len(purpose) == 3 and purpose[-1] == ANY
    return ".".join(map(_key, purpose[:2] if is_whole else purpose))


@attrs.frozen(kw_only=True, eq=False, repr=False)
class _Others(Value):
    rounding: str | None = None
    over: str | None = None
    short: str | None = None
    tips: str | None = None
    fees: str | None = None
    suspense: str | None = None
    gift_cards: str | None = None
    deposits: str | None = None
    receivables: str | None = None


@attrs.frozen(kw_only=True)
class _Tables:
    revenue_by: Literal["department", "tax"] = "department"
    revenue: dict[str, dict[str, str]] = attrs.field(factory=dict)
    taxes: dict[str, dict[str, str]] = attrs.field(factory=dict)
    tenders: dict[str, str] = attrs.field(factory=dict)
    movements: dict[str, dict[str, str]] = attrs.field(factory=dict)
    accounts: _Others = _Others()
    settles: dict[str, str] = attrs.field(factory=dict)
    beside: dict[str, str] = attrs.field(factory=dict)


def _nested(key: str, value: Any) -> Any:  # noqa: ANN401 - parsed TOML
    """Write an account that stands for a whole name as the table it is short for."""
    if key not in _NESTED or not isinstance(value, dict):
        return value
    return {
        name: account if isinstance(account, dict) else {ANY: account}
        for name, account in value.items()
    }


def _purposes(table: _Tables) -> Iterator[tuple[Purpose, str]]:
    for name in _NESTED:
        for first, rows in getattr(table, name).items():
            for second, account in rows.items():
                yield (name, first, second), account
    for name, account in table.tenders.items():
        yield ("tenders", name), account
    for field in attrs.fields(_Others):
        account = getattr(table.accounts, field.name)
        if account is not None:
            yield ("accounts", field.name), account


def _check(purpose: Purpose, account: str, revenue_by: str) -> None:
    table, first, *rest = purpose
    if not _ACCOUNT.fullmatch(account):
        raise ConfigurationError(
            f"{written(purpose)} cannot be the account {account[:60]!r}",
            hint='Begin and end with a letter or digit, at most 60 characters, such as "4000"',
        )
    if table == "movements" and first not in SIGNS:
        near = _near(first, SIGNS)
        raise ConfigurationError(
            f"{written(purpose)}: {first!r} is no kind of cash movement",
            hint=f"Did you mean {near[0]}?" if near else f"There are: {', '.join(SIGNS)}",
        )
    if purpose == ("tenders", ANY):
        raise ConfigurationError(
            'tenders."*" would hide a medium nobody thought of', hint="Name every tender type"
        )
    is_whole = table == "revenue" and revenue_by == "department"
    if rest and rest[0] != ANY and (is_whole or first == ANY):
        raise ConfigurationError(
            f"{written(purpose)} can never be used: nothing tells {_key(first)} apart",
            hint=f'Write {_key(first)} = "…" under [{table}]',
        )


def _owed(where: str, kind: str) -> Owed:
    for known in KINDS_OWED:
        if kind == known:
            return known
    near = _near(kind, KINDS_OWED)
    raise ConfigurationError(
        f"{where}: {kind!r} is nothing that can be owed",
        hint=f"Did you mean {near[0]}?" if near else f"There are: {', '.join(KINDS_OWED)}",
    )


def _check_apart(known: dict[Purpose, str]) -> None:
    """Refuse what would hide money: sales or taxes booked onto the account they are paid into."""
    tenders = {account: purpose for purpose, account in known.items() if purpose[0] == "tenders"}
    for purpose, account in known.items():
        is_own = purpose[0] in _OWN or (purpose[0] == "accounts" and purpose[1] not in _OWED)
        if is_own and account in tenders:
            raise ConfigurationError(
                f"{written(purpose)} and {written(tenders[account])} are both {account}:"
                " one would cancel the other",
                hint="Give each an account of its own",
            )


def _near(name: str, names: Iterable[str]) -> list[str]:
    lowered = {each.lower(): each for each in sorted(names)}
    return [lowered[each] for each in difflib.get_close_matches(name.lower(), lowered, 1)]


def _key(name: str) -> str:
    is_bare = re.fullmatch(r"[A-Za-z0-9_-]+", name)
    return name if is_bare else json.dumps(name, ensure_ascii=False)
