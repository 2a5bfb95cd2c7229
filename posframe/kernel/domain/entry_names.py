"""Commands by name: ``.void 3``, ``.off 1.00 all``, for keyboards without function keys."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import attrs

from posframe.errors import DataError, RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import entry_people as people
from posframe.kernel.domain import entry_shifts as shifts
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.entry import Approve, Show
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
        amount, *reason = words
        currency = reason[0].upper() if reason else ""
        if currency in rules.currencies:
            own = attrs.evolve(rules, exponent=exponent(currency))
            return cmd.MoveCash(
                kind=kind,
                amount_minor=own.amount(amount),
                reason=" ".join(reason[1:]),
                currency=currency,
            )
        return cmd.MoveCash(kind=kind, amount_minor=rules.amount(amount), reason=" ".join(reason))

    return make


def _nosale(words: list[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    return cmd.MoveCash(kind="no_sale", reason=" ".join(words))


def _reprint(words: list[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    return cmd.Reprint(receipt_number=int(words[0]) if words else 0, reason=" ".join(words[1:]))


def _job(words: list[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    if words[0] not in {"yes", "no"}:
        raise ValueError(words[0])
    return cmd.AnswerJob(happened=words[0] == "yes")


def _return(words: list[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    receipt, words = int(words[0]), words[1:]
    number = 0
    if words and (words[0] == "all" or words[0].isdigit()):
        number = 0 if words[0] == "all" else int(words[0])
        words = words[1:]
    quantity, words = _returned_quantity(words)
    condition, words = _condition(words)
    return cmd.Return(
        receipt_number=receipt,
        number=number,
        quantity_milli=quantity,
        condition=condition,
        reason=" ".join(words),
    )


def _returned_quantity(words: list[str]) -> tuple[int | None, list[str]]:
    if words[:1] == ["x"]:
        raise ValueError("x")
    if words and words[0].startswith("x") and words[0][1:2].isdigit():
        return parse_milli(words[0][1:]), words[1:]
    return None, words


def _condition(words: list[str]) -> tuple[str, list[str]]:
    if words and words[0].startswith("is="):
        return words[0][3:], words[1:]
    return "", words


def _blind(words: list[str], _marked: int | None, rules: EntryRules) -> Any:  # noqa: ANN401
    code, words = words[0], words[1:]
    quantity, words = _returned_quantity(words)
    price = None
    if words and words[0].startswith("@"):
        price, words = rules.amount(words[0][1:]), words[1:]
    condition, words = _condition(words)
    return cmd.ReturnWithoutReceipt(
        code=code,
        quantity_milli=quantity,
        price_minor=price,
        condition=condition,
        reason=" ".join(words),
    )


def _approve(words: list[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    return Approve(approver=words[0], reason=" ".join(words[1:]))


def _close_batch(words: list[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    return cmd.CloseBatch(type=words[0] if words else "")


def _cancel_payment(words: list[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    place, rest = _place(words)
    if rest:
        raise ValueError(rest[0])
    return cmd.CancelPayment(id=place)


def _resolve(words: list[str], _marked: int | None, rules: EntryRules) -> Any:  # noqa: ANN401
    place, rest = _place(words)
    rest, approver, reason = _approved_by(rest)
    said, *told = rest
    if said == "not" and not told:
        return cmd.ResolvePayment(id=place, paid=False, approver=approver, reason=reason)
    amount, *number = told
    if said != "paid" or not number:
        raise ValueError(said)
    return cmd.ResolvePayment(
        id=place,
        paid=True,
        amount_minor=rules.amount(amount),
        number=" ".join(number),
        approver=approver,
        reason=reason,
    )


def _given_back(words: list[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    place, rest = _place(words)
    how, approver, reason = _approved_by(rest)
    if not how or reason:
        raise ValueError("how")
    return cmd.GivenBack(id=place, how=" ".join(how), approver=approver)


def _place(words: list[str]) -> tuple[str, list[str]]:
    """Split off a place in the list of open payments; whoever showed that list knows whose it is.

    No payment's own id is digits alone.
    """
    if words and words[0].isascii() and words[0].isdigit():
        return words[0], words[1:]
    return "", words


def _approved_by(words: list[str]) -> tuple[list[str], str, str]:
    """Return what stands before ``by=WHO``, who that is, and the reason behind it."""
    at = next((at for at, word in enumerate(words) if word.startswith("by=")), len(words))
    who = words[at].removeprefix("by=") if at < len(words) else ""
    if at < len(words) and not who:
        raise ValueError("by")
    return words[:at], who, " ".join(words[at + 1 :])


def _why(words: list[str], marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    if words[:1] == ["print"]:
        return cmd.PrintExplanation(receipt_number=int(words[1]) if words[1:] else 0)
    return Show(screen="explain", text=str(_line(words, 0, marked) or ""))


def _receipt(words: list[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    number = " ".join(words)
    if not number:
        raise ValueError("number")
    if not number.isdecimal():
        raise RuleViolation(
            f"{number!r} is no receipt number", hint="type it as .receipt 12, or scan its barcode"
        )
    return Show(screen="receipt", text=number)


def _look(words: list[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    if not words:
        raise ValueError("code")
    return cmd.LookPrice(code=" ".join(words))


def _z(words: list[str], _marked: int | None, _rules: EntryRules) -> Any:  # noqa: ANN401
    return cmd.PrintZ(number=int(words[0]) if words else 0)


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
    "skim": (_cash("skim"), ".skim AMOUNT [reason]"),
    "shift": (shifts.shift, shifts.SHIFT_USAGE),
    "handover": (shifts.hand_over, ".handover OPERATOR [HEAPS]"),
    "drawer": (shifts.place_drawer, ".drawer ID here|away"),
    "shifts": (_show("shifts"), ".shifts"),
    "printed": (_job, ".printed yes|no"),
    "payments": (_show("payments"), ".payments"),
    "cancelpay": (_cancel_payment, ".cancelpay [PLACE]"),
    "resolve": (_resolve, ".resolve [PLACE] not|paid AMOUNT NUMBER [by=WHO [reason]]"),
    "givenback": (_given_back, ".givenback [PLACE] HOW [by=WHO]"),
    "closebatch": (_close_batch, ".closebatch [METHOD]"),
    "x": (lambda _w, _m, _r: cmd.PrintX(), ".x"),
    "closeday": (
        lambda words, _m, _r: cmd.CloseDay(business_date=" ".join(words)),
        ".closeday [DATE]",
    ),
    "z": (_z, ".z [NUMBER]"),
    "return": (_return, ".return RECEIPT [LINE|all] [xQUANTITY] [is=CONDITION] [reason]"),
    "returnitem": (_blind, ".returnitem CODE [xQUANTITY] [@PRICE] [is=CONDITION] [reason]"),
    "postvoid": (lambda words, _m, _r: cmd.PostVoid(reason=" ".join(words)), ".postvoid [reason]"),
    "approve": (_approve, ".approve NAME [reason]"),
    "deny": (people.deny, people.DENY_USAGE),
    "signin": (people.sign_in, ".signin [NUMBER [PIN]]"),
    "signout": (lambda _w, _m, _r: cmd.SignOut(), ".signout"),
    "lock": (lambda _w, _m, _r: cmd.Lock(), ".lock"),
    "free": (people.free, ".free NUMBER"),
    "message": (people.message, ".message [to=NUMBER] TEXT"),
    "messages": (_show("messages"), ".messages"),
    "receipt": (_receipt, ".receipt NUMBER"),
    "sold": (_show("sold"), ".sold CODE [DATE]"),
    "why": (_why, ".why [LINE|all|print [RECEIPT]]"),
    "training": (_show("training"), ".training [LESSON|off|empty]"),
    "lessons": (_show("lessons"), ".lessons"),
    "pay": (_show("payment"), ".pay"),
    "sale": (_show("sale"), ".sale"),
    "look": (_look, ".look CODE"),
    "exceptions": (_show("exceptions"), ".exceptions [FROM [TO]] [print]"),
    "find": (_show("find"), ".find TEXT"),
    "help": (_show("help"), ".help"),
}
