"""The entry grammar: what one line typed or scanned by an operator means. Pure.

``[qty *] code`` · ``qty * price / dept`` · ``price @ code`` · ``-`` · ``n -`` · ``n %`` ·
``amount TENDER`` on the payment screen · ``.name …`` for every command by name · letters search.
Nothing else reads what was typed: screen, line mode and script share this one parser.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

import attrs

from posframe.errors import DataError, RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.money import parse_minor
from posframe.kernel.domain.quantity import parse_milli
from posframe.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

ENTRY_MAX = 200


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Approve(Value):
    """Somebody answers for what was refused last; it is done again with their name."""

    approver: str
    reason: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Show(Value):
    """An entry that changes nothing in the sale: it asks for another screen or a search."""

    screen: str
    """``sale``, ``payment``, ``find``, ``recall``, ``help`` or one a plugin brings."""
    text: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class EntryRules(Value):
    """How amounts are typed at this till."""

    exponent: int = 2
    implied_decimals: bool = True
    """True: 1234 is 12.34. False: 1234 is 1,234 whole units."""
    cash_type: str = "cash"
    """The tender that Enter means on the payment screen."""
    tender_types: tuple[str, ...] = ("cash",)
    currencies: tuple[str, ...] = ()
    """Of foreign notes that this till takes."""

    def amount(self, text: str) -> int:
        """Return an amount in minor units; with a decimal sign it is what it says.

        Raises:
            RuleViolation: it is no amount.
        """
        text = text.strip()
        try:
            if text.isascii() and text.isdigit() and self.implied_decimals:
                return parse_minor("0" if not text else str(int(text)), 0)
            if text.startswith((".", ",")):
                text = f"0{text}"
            return parse_minor(text, self.exponent)
        except DataError as error:
            raise RuleViolation(error.message, hint=error.hint) from error


def parse(text: str, screen: str, marked: int | None, rules: EntryRules) -> Any:  # noqa: ANN401 - a command or Show
    """Return the command or ``Show`` that an entry line means.

    Args:
        text: what was typed, without the Enter.
        screen: ``sale`` or ``payment``.
        marked: number of the marked line, which ``%`` and quantity changes are about.
        rules: how this till types amounts.

    Raises:
        RuleViolation: it means nothing here; the words say what would.
    """
    text = text.strip()
    if len(text) > ENTRY_MAX:
        raise RuleViolation(
            f"The entry is longer than {ENTRY_MAX} characters", hint="clear it, scan again"
        )
    if text.startswith(".") and text[1:2].isalpha():
        from posframe.kernel.domain.entry_names import named  # with the first command by name

        return named(text[1:], marked, rules)
    if screen == "payment":
        return _payment(text, rules)
    for pattern, make in _grammar():
        match = pattern.fullmatch(text)
        if match:
            return make(match, marked, rules)
    return _code(text)


def _payment(text: str, rules: EntryRules) -> Any:  # noqa: ANN401 - a command or Show
    if not text:
        return cmd.Pay(type=rules.cash_type)
    if text == "-":
        return cmd.TakeBackTender()
    if text in {"=", "+"}:  # it leads here, and takes no money from who presses it once more
        return Show(screen="payment")
    amount, _, type_ = text.partition(" ")
    if not amount[:1].isdigit() and amount[:1] not in {".", ",", "-"}:
        return cmd.Pay(type=_tender(amount, rules))
    return cmd.Pay(
        type=_tender(type_, rules) if type_.strip() else rules.cash_type,
        amount_minor=rules.amount(amount),
    )


def _tender(text: str, rules: EntryRules) -> str:
    wanted = text.strip().lower()
    if wanted in rules.tender_types:
        return wanted
    raise RuleViolation(
        f"{text.strip()!r} is no tender of this till",
        hint=f"type an amount, or one of: {', '.join(rules.tender_types)}",
    )


def _nothing(_match: re.Match[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    raise RuleViolation("Nothing was typed", hint="scan or key an item")


def _pay(_match: re.Match[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    return Show(screen="payment")


def _void(match: re.Match[str], marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    number = match["line"]
    return cmd.VoidLine(number=int(number) if number else marked)


def _percent(match: re.Match[str], marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    percent = _milli(match["percent"])
    if match["whole"]:
        return cmd.Discount(number=0, percent_milli=percent)
    number = int(match["line"]) if match["line"] else marked
    if not number:  # 0 is the whole sale, and that is said with a second %
        raise RuleViolation(
            "Which line is it for?",
            hint="mark one with Up and Down, type 10 % 3 for line 3, or 10 %% for the sale",
        )
    return cmd.Discount(number=number, percent_milli=percent)


def _department(match: re.Match[str], _marked: int | None, rules: EntryRules) -> Any:  # noqa: ANN401
    return cmd.AddDepartment(
        department=match["department"],
        price_minor=rules.amount(match["price"]),
        quantity_milli=_milli(match["quantity"]) if match["quantity"] else 1000,
    )


def _priced(match: re.Match[str], _marked: int | None, rules: EntryRules) -> Any:  # noqa: ANN401
    return cmd.AddItem(
        code=match["code"],
        price_minor=rules.amount(match["price"]),
        quantity_milli=_milli(match["quantity"]) if match["quantity"] else None,
    )


def _times(match: re.Match[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    code = match["code"].strip()
    if not code:
        raise RuleViolation("Times what?", hint="scan or key the item after the *")
    return cmd.AddItem(code=code, quantity_milli=_milli(match["quantity"]))


def _code(text: str) -> Any:  # noqa: ANN401 - a command or Show
    if text[:1].isalpha() and " " not in text and any(character.isdigit() for character in text):
        return cmd.AddItem(code=text)
    if text[:1].isalpha() and not text.lower().startswith(("http://", "https://")):
        return Show(screen="find", text=text)
    return cmd.AddItem(code=text)


def _milli(text: str) -> int:
    try:
        return parse_milli(text.replace(" ", ""))
    except DataError as error:
        raise RuleViolation(error.message, hint=error.hint) from error


_NUMBER = r"-?\d+(?:[.,]\d+)?"


@functools.cache
def _grammar() -> tuple[tuple[re.Pattern[str], Callable[..., Any]], ...]:
    """Return the patterns of the sale screen in order; compiled with the first entry typed."""
    times = rf"(?:(?P<quantity>{_NUMBER})\s*\*\s*)?"
    return tuple(
        (re.compile(pattern), make)
        for pattern, make in (
            (r"", _nothing),
            (r"[+=]", _pay),
            (r"(?P<line>\d{0,5})\s*-", _void),
            (rf"(?P<percent>{_NUMBER})\s*%\s*(?:(?P<whole>%)|(?P<line>\d{{1,5}}))?", _percent),
            (rf"{times}(?P<price>-?[\d.,]+)\s*/\s*(?P<department>\w+)", _department),
            (rf"{times}(?P<price>-?[\d.,]+)\s*@\s*(?P<code>\S.*)", _priced),
            (rf"(?P<quantity>{_NUMBER})\s*\*(?P<code>.*)", _times),
        )
    )
