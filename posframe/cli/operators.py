"""``posframe operators``: who works at a till, with their roles, PINs and badges.

All of it works while the till runs: it looks at the file at each sign-in.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs
from cyclopts import App

from posframe.errors import RuleViolation

if TYPE_CHECKING:
    from collections.abc import Callable

    from posframe.kernel.domain.permissions import Roles
    from posframe.operators import Operator, OperatorBook, OperatorsFile

app = App(name="operators", help="Who works at a till: numbers, roles, PINs and badges.")

APPROVER_DIGITS_MIN: Final = 6
"""Digits that the PIN of somebody who approves for others has at least."""


@app.command
def add(number: str, role: str, *name: str, till: Path = Path()) -> int:
    """Enter somebody, and have them type their PIN twice.

    Args:
        number: what they type to sign in: 1 to 8 digits.
        role: such as cashier or supervisor.
        name: for screens; the journal knows the number alone.
        till: the till's folder.
    """
    from posframe.operators import Operator

    shop = _Shop(till)
    if shop.file.book().find(number) is not None:
        raise RuleViolation(
            f"{number} is entered already", hint=f"posframe operators set-role {number} ROLE"
        )
    operator = Operator(id=number, name=" ".join(name), role=role)
    shop.check(operator)
    is_first = not shop.file.book().operators
    if is_first and not shop.leads(role):
        raise RuleViolation(
            "The first operator has to be one who may enter others and approve",
            hint="begin with the role manager",
        )
    pin = shop.new_pin(operator)
    shop.enter(attrs.evolve(operator, pin=pin))
    print(f"Entered: {number}, {operator.name}, {role}")
    if not shop.signs_in:
        print("  people sign in once till.toml says so: [operators] sign_in = true")
    return 0


@app.command(name="list")
def list_(*, till: Path = Path()) -> int:
    """List who is entered; PINs and badges are shown to nobody.

    Args:
        till: the till's folder.
    """
    from posframe.cli.lines import table

    rows = [
        (
            each.id,
            each.role,
            "set" if each.pin else "none",
            "set" if each.badge else "none",
            each.name if each.active else f"{each.name} (not active)",
        )
        for each in _Shop(till).file.book().operators
    ]
    table(("number", "role", "PIN", "badge", "name"), rows)
    return 0


@app.command(name="set-pin")
def set_pin(number: str, *, till: Path = Path()) -> int:
    """Have somebody type a new PIN twice; nobody sees it.

    Args:
        number: whose.
        till: the till's folder.
    """
    shop = _Shop(till)
    pin = shop.new_pin(shop.one(number))
    shop.change(number, lambda found: attrs.evolve(found, pin=pin))
    print(f"{number} has a new PIN")
    return 0


@app.command(name="set-role")
def set_role(number: str, role: str, *, till: Path = Path()) -> int:
    """Give somebody another role; whoever may approve from now on needs a longer PIN.

    Args:
        number: whose.
        role: such as cashier or supervisor.
        till: the till's folder.
    """
    shop = _Shop(till)
    before = shop.one(number)
    shop.check(attrs.evolve(before, role=role))
    promoted = shop.approves(role) and not shop.approves(before.role)
    pin = shop.new_pin(attrs.evolve(before, role=role)) if promoted else ""
    shop.change(number, lambda found: attrs.evolve(found, role=role, pin=pin or found.pin))
    print(f"{number} is {role} from the next sign-in on")
    return 0


@app.command
def badge(number: str, *, till: Path = Path(), off: bool = False) -> int:
    """Give somebody a badge by scanning it, in place of the one they had.

    Args:
        number: whose.
        till: the till's folder.
        off: take their badge away, such as a lost one.
    """
    from posframe.cli.typing_in import hidden
    from posframe.operators import badge_mark, check_badge

    shop = _Shop(till)
    shop.one(number)
    mark = None
    if not off:
        code = hidden("Scan the badge:")
        check_badge(code)
        mark = badge_mark(shop.file.keeper(), code)
    shop.change(number, lambda found: attrs.evolve(found, badge=mark))
    print(f"{number} has {'no' if off else 'a new'} badge")
    return 0


@app.command
def remove(number: str, *, till: Path = Path(), keep: bool = False) -> int:
    """Take somebody out: they cannot sign in or approve any more.

    Args:
        number: whose.
        till: the till's folder.
        keep: leave the entry and its name there, not active, so that nobody gets the number.
    """
    shop = _Shop(till)
    shop.one(number)
    if keep:
        shop.change(number, lambda found: attrs.evolve(found, active=False))
    else:
        shop.change(number, lambda _found: None)
    print(f"{number} can no longer sign in")
    return 0


@app.command(name="import")
def import_(file: Path, *, till: Path = Path()) -> int:
    """Enter or change many from a CSV file with the columns number, name, role, badge, active.

    All or nothing. PINs are in no file: each is typed with ``posframe operators set-pin``.

    Args:
        file: its first line names the columns; ``badge`` and ``active`` may be absent.
        till: the till's folder.
    """
    from posframe.cli.operators_import import read_rows

    shop = _Shop(till)
    rows = read_rows(file, shop.file.keeper())
    shop.file.change(lambda book: shop.with_rows(book, rows))
    without = [each.id for each in shop.file.book().operators if each.pin is None and each.active]
    print(f"{len(rows)} operators read from {file.name}")
    if without:
        print(f"  without a PIN, so they cannot sign in by number: {', '.join(without)}")
    return 0


@app.command
def free(number: str, *, till: Path = Path()) -> int:
    """Let a number be tried again at once that wrong PINs have locked; at a running till.

    It is done in the name of whoever is signed in there, who has to have a role that may.

    Args:
        number: whose.
        till: the till's folder.
    """
    from posframe.door import ask_running

    answers = ask_running(till, [f".free {number}"])
    if answers is None:
        raise RuleViolation(
            f"No till runs in {till}", hint="start it, sign in as a supervisor, then again"
        )
    print(answers[0]["message"])
    return 0 if answers[0]["accepted"] else 1


class _Shop:
    """The operators of one till and the roles there are."""

    def __init__(self, folder: Path) -> None:
        from posframe.operators import OperatorsFile

        self.roles, self.signs_in = _roles(folder)
        self.file: OperatorsFile = OperatorsFile(folder, tuple(self.roles.labels))

    def one(self, number: str) -> Operator:
        """Return an operator.

        Raises:
            RuleViolation: nobody has this number.
        """
        found = self.file.book().find(number)
        if found is None:
            raise RuleViolation(
                f"There is no operator {number}", hint=f"posframe operators add {number} ROLE NAME"
            )
        return found

    def check(self, operator: Operator) -> None:
        """Refuse what cannot be entered, before a PIN is asked for.

        Raises:
            PosframeError: with what to type instead.
        """
        from posframe.operators import OperatorBook, check_book

        check_book(OperatorBook((operator,)), tuple(self.roles.labels), self.file.path)

    def approves(self, role: str) -> bool:
        """Tell whether a role may answer for others."""
        return self._may(role, "approve")

    def leads(self, role: str) -> bool:
        """Tell whether a shop can be run by somebody of a role alone."""
        return self.approves(role) and self._may(role, "operators")

    def new_pin(self, operator: Operator) -> str:
        """Have a new PIN typed twice, and return what is kept of it.

        Raises:
            RuleViolation: it is too easy, or the two differ.
        """
        from posframe.cli.typing_in import hidden
        from posframe.pins import DIGITS_MIN, check_pin

        digits = APPROVER_DIGITS_MIN if self.approves(operator.role) else DIGITS_MIN
        pin = hidden(f"New PIN of {operator.id}, {digits} digits or more:")
        check_pin(pin, operator.id, digits_min=digits)
        if hidden("Once more:") != pin:
            raise RuleViolation("The two are not the same", hint="nothing was changed; start again")
        return self.file.keeper().hash(operator.id, pin)

    def enter(self, operator: Operator) -> None:
        """Write a new operator.

        Raises:
            RuleViolation: somebody else was quicker.
        """

        def entered(book: OperatorBook) -> OperatorBook:
            if book.find(operator.id) is not None:
                raise _changed_meanwhile()
            return book.with_one(operator)

        self.file.change(entered)

    def change(self, number: str, change: Callable[[Operator], Operator | None]) -> None:
        """Write one operator anew as they stand at that moment; None takes them out.

        Raises:
            RuleViolation: somebody else was quicker, or nobody would be left to lead.
        """

        def changed(book: OperatorBook) -> OperatorBook:
            before = book.find(number)
            if before is None:
                raise _changed_meanwhile()
            after = change(before)
            found = book.without(number) if after is None else book.with_one(after)
            self._check_led(book, found)
            return found

        self.file.change(changed)

    def with_rows(self, book: OperatorBook, rows: tuple[Operator, ...]) -> OperatorBook:
        """Return a book with the operators of a file; their PINs stay, but of a new approver."""
        after = book
        for row in rows:
            before = book.find(row.id)
            after = after.with_one(row if before is None else self._joined(before, row))
        self._check_led(book, after)
        return after

    def _joined(self, before: Operator, row: Operator) -> Operator:
        promoted = self.approves(row.role) and not self.approves(before.role)
        pin = None if promoted else before.pin
        return attrs.evolve(row, pin=pin, badge=row.badge or before.badge)

    def _check_led(self, before: OperatorBook, after: OperatorBook) -> None:
        """Refuse to take the last one away who can enter others and approve, with a PIN of theirs.

        Where none of them had a PIN, one without is enough: they type it next.
        """
        had, has = (
            [bool(each.pin) for each in book.operators if each.active and self.leads(each.role)]
            for book in (before, after)
        )
        if (any(had) and not any(has)) or (not has and (had or after.operators)):
            raise RuleViolation(
                "Nobody would be left who may enter others and approve",
                hint="enter another manager first, with a PIN",
            )

    def _may(self, role: str, permission: str) -> bool:
        from posframe.kernel.domain.permissions import Answer

        return self.roles.decide(role, permission).answer is Answer.ALLOW


def _changed_meanwhile() -> RuleViolation:
    return RuleViolation("Somebody else changed the operators meanwhile", hint="start again")


def _roles(folder: Path) -> tuple[Roles, bool]:
    """Return the roles of a till, with its plugins' permissions, and whether people sign in."""
    from posframe.cli.plugins import dry_till
    from posframe.control_rules import roles_of

    with dry_till(folder) as opened:
        found = opened.hooks.collect("posframe_permissions")
        permissions = [each for _, declared in found for each in declared]
        return roles_of(opened.config, permissions), opened.config.operators.sign_in
