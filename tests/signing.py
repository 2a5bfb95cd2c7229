"""A till where people sign in: cashiers 17 and 18, supervisor 42, manager 7; cheap PINs."""

from __future__ import annotations

import attrs

from posframe.operators import Operator, OperatorBook, OperatorsFile, badge_mark
from posframe.pins import REFUSED, PinCost, PinKeeper
from tests.kernel.shop import open_till, write_settings

CHEAP = PinCost(memory_kib=8, passes=1)
PINS = {"17": "4826", "18": "9053", "42": "730148", "7": "285916"}
ROLES = {"17": "cashier", "18": "cashier", "42": "supervisor", "7": "manager"}
BADGES = {"17": "BADGE-0017", "42": "BADGE-0042"}
SIGN_IN = "\n[operators]\nsign_in = true\n"


@attrs.define
class CountingKeepers:
    """Makes keepers that cost little, and counts what they verify, by the number it was for."""

    verified: list[str] = attrs.field(factory=list)
    right: list[str] = attrs.field(factory=list)

    def __call__(self, pepper):
        return _Keeper(pepper=pepper, cost=CHEAP, told=self)


@attrs.frozen(kw_only=True)
class _Keeper(PinKeeper):
    told: CountingKeepers = attrs.field(repr=False)

    def verify(self, stored, operator, pin):
        is_right = super().verify(stored, operator, pin)
        self.told.verified.append(operator)
        if is_right:
            self.told.right.append(operator)
        return is_right


def operators_file(folder, keepers=None):
    """Return the operators of a till's folder, for tests that change them."""
    roles = ("trainee", "cashier", "supervisor", "manager", "technician", "auditor")
    return OperatorsFile(folder, roles, keepers or CountingKeepers())


def write_operators(folder, numbers=tuple(PINS)):
    """Write operators.toml with these operators, each with a PIN, some with a badge."""
    file = operators_file(folder)
    keeper = file.keeper()
    file.change(
        lambda _book: OperatorBook(
            tuple(
                Operator(
                    id=each,
                    name=f"Operator {each}",
                    role=ROLES[each],
                    pin=keeper.hash(each, PINS[each]),
                    badge=badge_mark(keeper, BADGES[each]) if each in BADGES else None,
                )
                for each in numbers
            )
        )
    )


def write_signing_settings(folder, *, more="", plugins=("payments",)):
    """Write till.toml and operators.toml of a till where people sign in."""
    write_settings(folder, plugins=plugins, more=SIGN_IN + more)
    write_operators(folder)


def open_signing_till(folder, *, keepers=None, signed_in="17", **ports):
    """Open the till of ``write_signing_settings``, with somebody signed in; "": nobody."""
    till = open_till(folder, pin_keeper=keepers or CountingKeepers(), **ports)
    if signed_in:
        outcome = till.signing.sign_in(signed_in, PINS[signed_in])
        assert outcome.accepted, outcome.words
    return till


def fail(till, number, times):
    """Have a wrong PIN typed under a number so often, none of them too early."""
    for _ in range(times):
        outcome = till.signing.sign_in(number, "555123")
        assert outcome.words == REFUSED


def said(answer):
    """Return whether an entry was taken, and its words."""
    return answer["accepted"], answer["message"]
