"""Commands by name: ``.void 3``, ``.off 1.00 all``, for keyboards without function keys."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from posframe.errors import DataError, RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.entry import Show
from posframe.kernel.domain.quantity import parse_milli

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.kernel.domain.entry import EntryRules

Make = "Callable[[list[str], int | None, EntryRules], Any]"


def named(text: str, marked: int | None, rules: EntryRules) -> Any:  # noqa: ANN401 - a command or Show
    """Return what ``name argument …`` asks for.

    Raises:
        RuleViolation: there is no such name, or it lacks an argument.
    """
    name, *words = text.split()
    known = NAMES.get(name.lower())
    if known is None:
        near = difflib.get_close_matches(name.lower(), NAMES, 1)
        raise RuleViolation(
            f".{name} is no command", hint=f"did you mean .{near[0]}?" if near else "F1 lists them"
        )
    make, usage = known
    try:
        return make(words, marked, rules)
    except (IndexError, ValueError, DataError) as error:
        raise RuleViolation(f"That is not enough for .{name}", hint=f"type: {usage}") from error


def _line(words: list[str], place: int, marked: int | None) -> int | None:
    if len(words) <= place:
        return marked
    if words[place] in {"all", "sale"}:
        return 0
    number = int(words[place])
    if number <= 0:
        raise ValueError(words[place])
    return number


def _void(words: list[str], marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    return cmd.VoidLine(number=_line(words, 0, marked), reason=" ".join(words[1:]))


def _quantity(words: list[str], marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    return cmd.ChangeQuantity(number=_line(words, 1, marked), quantity_milli=parse_milli(words[0]))


def _price(words: list[str], marked: int | None, rules: EntryRules) -> Any:  # noqa: ANN401
    return cmd.OverridePrice(
        number=_line(words, 1, marked),
        price_minor=rules.amount(words[0]),
        reason=" ".join(words[2:]),
    )


def _which(words: list[str], marked: int | None) -> int:
    number = _line(words, 1, marked)
    if number is None:
        raise RuleViolation(
            "Which line is it for?", hint="add the line's number, or all for the whole sale"
        )
    return number


def _off(words: list[str], marked: int | None, rules: EntryRules) -> Any:  # noqa: ANN401
    return cmd.Discount(
        number=_which(words, marked),
        amount_minor=rules.amount(words[0]),
        reason=" ".join(words[2:]),
    )


def _percent(words: list[str], marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    return cmd.Discount(
        number=_which(words, marked),
        percent_milli=parse_milli(words[0].rstrip("%")),
        reason=" ".join(words[2:]),
    )


def _nodiscount(words: list[str], marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    return cmd.RemoveDiscounts(number=_line(words, 0, marked) or 0)


def _fulfilment(words: list[str], marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    way = "" if not words or _is_line(words[0]) else words[0]
    return cmd.SetFulfilment(fulfilment=way, number=_line(words, 1 if way else 0, marked) or 0)


def _is_line(word: str) -> bool:
    return word in {"all", "sale"} or not word[0].isalpha()


def _coupon(words: list[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    if not words:
        raise ValueError("code")
    return cmd.AddCoupon(code=" ".join(words))


def _learn(words: list[str], _marked: int | None, rules: EntryRules) -> Any:  # noqa: ANN401
    code, price, *rest = words
    category, department = "standard", ""
    while rest and "=" in rest[0]:
        key, _, value = rest.pop(0).partition("=")
        if key == "tax":
            category = value
        elif key == "dept":
            department = value
        else:
            raise ValueError(key)
    if not rest:
        raise ValueError("name")
    return cmd.Learn(
        code=code,
        name=" ".join(rest),
        price_minor=rules.amount(price),
        tax_category=category,
        department=department,
    )


def _cash(kind: str) -> Callable[[list[str], int | None, EntryRules], Any]:
    def make(words: list[str], _marked: int | None, rules: EntryRules) -> Any:  # noqa: ANN401
        return cmd.MoveCash(
            kind=kind, amount_minor=rules.amount(words[0]), reason=" ".join(words[1:])
        )

    return make


def _nosale(words: list[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    return cmd.MoveCash(kind="no_sale", reason=" ".join(words))


def _reprint(words: list[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    return cmd.Reprint(receipt_number=int(words[0]) if words else 0, reason=" ".join(words[1:]))


def _job(words: list[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    if words[0] not in {"yes", "no"}:
        raise ValueError(words[0])
    return cmd.AnswerJob(happened=words[0] == "yes")


def _close_batch(words: list[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    return cmd.CloseBatch(type=words[0] if words else "")


def _resolve(words: list[str], _marked: int | None, rules: EntryRules) -> Any:  # noqa: ANN401
    if words == ["not"]:
        return cmd.ResolvePayment(paid=False)
    said, amount, *number = words
    if said != "paid" or not number:
        raise ValueError(said)
    return cmd.ResolvePayment(paid=True, amount_minor=rules.amount(amount), number=" ".join(number))


def _given_back(words: list[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    if not words:
        raise ValueError("how")
    return cmd.GivenBack(how=" ".join(words))


def _why(words: list[str], marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    if words[:1] == ["print"]:
        return cmd.PrintExplanation(receipt_number=int(words[1]) if words[1:] else 0)
    return Show(screen="explain", text=str(_line(words, 0, marked) or ""))


def _show(screen: str) -> Callable[[list[str], int | None, EntryRules], Any]:
    def make(words: list[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
        return Show(screen=screen, text=" ".join(words))

    return make


NAMES: dict[str, tuple[Callable[[list[str], int | None, EntryRules], Any], str]] = {
    "void": (_void, ".void [LINE] [reason]"),
    "qty": (_quantity, ".qty QUANTITY [LINE]"),
    "price": (_price, ".price PRICE [LINE] [reason]"),
    "off": (_off, ".off AMOUNT LINE|all [reason]"),
    "percent": (_percent, ".percent PERCENT LINE|all [reason]"),
    "nodiscount": (_nodiscount, ".nodiscount [LINE|all]"),
    "customer": (
        lambda words, _m, _r: cmd.SetCustomer(code=" ".join(words)),
        ".customer [CARD]",
    ),
    "coupon": (_coupon, ".coupon CODE"),
    "nocoupon": (
        lambda words, _m, _r: cmd.RemoveCoupon(code=" ".join(words)),
        ".nocoupon [CODE]",
    ),
    "fulfilment": (_fulfilment, ".fulfilment [WAY] [LINE|all]"),
    "age": (lambda _w, _m, _r: cmd.CheckAge(), ".age"),
    "hold": (lambda words, _m, _r: cmd.Suspend(note=" ".join(words)), ".hold [note]"),
    "recall": (
        lambda words, _m, _r: cmd.Resume(place=int(words[0]) if words else 1),
        ".recall [PLACE]",
    ),
    "cancel": (lambda words, _m, _r: cmd.Cancel(reason=" ".join(words)), ".cancel [reason]"),
    "learn": (_learn, ".learn CODE PRICE [tax=CATEGORY] [dept=DEPARTMENT] NAME"),
    "reprint": (_reprint, ".reprint [NUMBER]"),
    "nosale": (_nosale, ".nosale [reason]"),
    "loan": (_cash("loan"), ".loan AMOUNT [reason]"),
    "pickup": (_cash("pickup"), ".pickup AMOUNT [reason]"),
    "in": (_cash("paid_in"), ".in AMOUNT [reason]"),
    "out": (_cash("paid_out"), ".out AMOUNT [reason]"),
    "printed": (_job, ".printed yes|no"),
    "cancelpay": (lambda _w, _m, _r: cmd.CancelPayment(), ".cancelpay"),
    "resolve": (_resolve, ".resolve not|paid AMOUNT NUMBER"),
    "givenback": (_given_back, ".givenback HOW"),
    "closebatch": (_close_batch, ".closebatch [METHOD]"),
    "why": (_why, ".why [LINE|all|print [RECEIPT]]"),
    "pay": (_show("payment"), ".pay"),
    "sale": (_show("sale"), ".sale"),
    "find": (_show("find"), ".find TEXT"),
    "help": (_show("help"), ".help"),
}
