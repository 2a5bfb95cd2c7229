"""A shop's whole day as a list of entries: who types what, and what it all must come to.

The same seed gives the same day. The plan asks no till anything: it adds up by itself, from the
prices it is told, what each drawer and each medium must have at the end. Who runs it types the
entries, at a till without a screen (``whole_day_running``) or by keys.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import attrs

from posframe.kernel.domain.money import format_minor

if TYPE_CHECKING:
    from collections.abc import Sequence

FLOAT_MINOR = 15_000
FLOAT_HEAPS = "5x20 4x10 2x5"
NOTE_MINOR = 10_000
REFERENCE = "{reference}"
"""Stands for the end of a transfer's reference, as it stands on the bank's account."""


@attrs.frozen(kw_only=True)
class Step:
    """One thing an operator does, as it is typed."""

    by: str
    """Number of the operator, who is signed in by then."""
    entry: str
    paying: bool = False
    """True: typed on the payment screen."""
    shown: tuple[str, ...] = ()
    """Typed right before, and again after a restart: shows something and moves nothing."""
    approver: str = ""
    """Who answers for it, where it asks; empty: it must not ask."""
    waits: bool = False
    """True: a provider answers; what comes next waits for it."""
    fails: bool = False
    """True: it is meant to be refused."""


@attrs.define
class Drawer:
    """What one drawer must have, as the plan adds it up."""

    id: str
    operator: str
    minor: int = FLOAT_MINOR
    """Of the till's own currency."""
    notes: dict[str, int] = attrs.field(factory=dict)
    """Foreign notes by currency, in whole units."""


@attrs.frozen(kw_only=True)
class Means:
    """What the shop of the day has, beside goods."""

    prices_minor: Mapping[str, int]
    """By code; none of them weighed, none with a deposit."""
    age_codes: frozenset[str] = frozenset()
    """Codes whose buyers have to be of age."""
    gift_cards: tuple[tuple[str, str], ...] = ()
    """Code and PIN of each gift card that can be sold."""
    member: str = ""
    """A customer's card, with an account."""
    card: str = ""
    """Id of the tender type whose provider answers by itself."""
    transfer: str = ""
    """Id of the tender type that is paid by scanning a code, and confirmed by a person."""
    dollar_milli: int = 0
    """What a dollar counts for, in thousandths; 0: none are taken."""


@attrs.define
class Outcome:
    """What the day must come to."""

    receipts: int = 0
    gross_minor: int = 0
    """Of all receipts, what came back taken off; gift cards that were sold are in it."""
    tenders: dict[str, int] = attrs.field(factory=dict)
    """By tender type: what was applied, what was given back taken off."""
    moved: dict[str, int] = attrs.field(factory=dict)
    """By kind of cash movement: what the drawers gained."""
    cancelled: int = 0
    no_sales: int = 0
    looks: int = 0
    differences: list[int] = attrs.field(factory=list)
    """Over and short of cash, by drawer in the order of closing."""

    def pay(self, type_: str, minor: int) -> None:
        """Note what was applied by a medium."""
        self.tenders[type_] = self.tenders.get(type_, 0) + minor


class WholeDay:
    """The plan: ``steps`` in order, and the ``outcome`` they must have."""

    def __init__(self, seed: int, means: Means, *, sales: int = 300) -> None:
        """Plan a day.

        Args:
            seed: decides everything.
            means: of the shop.
            sales: about how many customers there are.
        """
        self._rng = random.Random(seed)  # noqa: S311 - a simulation, not a secret
        self.means = means
        self.outcome = Outcome()
        self.steps: list[Step] = []
        self._drawers = {"17": Drawer("1", "17"), "18": Drawer("2", "18")}
        self._returnable: list[tuple[int, str]] = []
        """(receipt, code) of plain cash sales of one item."""
        self._loaded: list[tuple[str, str, int]] = []
        """Gift cards that were sold: code, PIN, what is on it."""
        self._cards = list(means.gift_cards)
        self._by = "17"
        self._plan(sales)

    def _plan(self, sales: int) -> None:
        self._open()
        for number in range(sales):
            if number % 25 == 24:
                self._by = "18" if self._by != "18" else self._first
            if number == sales // 2:
                self._hand_over()
                self._x()
            self._customer()
            if self._rng.random() < 0.12:
                self._one_of(self._movements())
        self._close()

    @property
    def _first(self) -> str:
        """Who has the first drawer now."""
        return next(each for each, drawer in self._drawers.items() if drawer.id == "1")

    @property
    def _drawer(self) -> Drawer:
        return self._drawers[self._by]

    def _type(self, entry: str, **more: object) -> None:
        self.steps.append(Step(by=self._by, entry=entry, **more))  # type: ignore[arg-type]  # by name

    def _one_of(self, choices: Sequence[tuple[int, Callable[[], None]]]) -> None:
        weights = [weight for weight, _ in choices]
        self._rng.choices(choices, weights)[0][1]()

    def _open(self) -> None:
        for by, drawer in self._drawers.items():
            self._by = by
            self._type(f".shift open {drawer.id} told={_amount(FLOAT_MINOR)} {FLOAT_HEAPS}")
        self._by = "17"
        if self.means.member:
            self._type(f".enrol {self.means.member}")
        self._by = "42"
        for code, pin in self._cards:
            self._type(f".giftnew {code} {pin}")
        self._by = "17"

    def _customer(self) -> None:
        choices = [
            (40, self._cash_sale),
            (14, self._split_sale),
            (6, self._corrected_sale),
            (4, self._held_sale),
            (3, self._cancelled_sale),
            (3, self._look),
        ]
        means = self.means
        choices += [(14, self._card_sale)] if means.card else []
        choices += [(4, self._dollar_sale)] if means.dollar_milli else []
        choices += [(3, self._account_sale)] if means.member else []
        choices += [(3, self._transfer_sale)] if means.transfer else []
        choices += [(3, self._gift_sold)] if self._cards else []
        choices += [(8, self._gift_sale)] if self._loaded else []
        choices += [(8, self._return)] if self._returnable else []
        self._one_of(choices)

    def _goods(self, most: int = 4) -> tuple[int, list[str]]:
        """Scan some goods; return what they come to and their codes."""
        codes = self._rng.choices(tuple(self.means.prices_minor), k=self._rng.randint(1, most))
        total = 0
        for code in codes:
            times = self._rng.choice((1, 1, 1, 2, 3))
            self._type(f"{times} * {code}")
            total += times * self.means.prices_minor[code]
        if self.means.age_codes.intersection(codes):
            self._type(".age")
        return total, codes

    def _sold(self, minor: int) -> None:
        self.outcome.receipts += 1
        self.outcome.gross_minor += minor

    def _in_cash(self, due_minor: int) -> None:
        """Pay what is due, exactly or by a note."""
        given = self._rng.choice((0, 0, _up_to(due_minor, 500), _up_to(due_minor, 2_000)))
        self._type(_amount(given) if given else "", paying=True)
        self.outcome.pay("cash", due_minor)
        self._drawer.minor += due_minor

    def _cash_sale(self) -> None:
        if self._rng.random() < 0.4:
            code = self._rng.choice(sorted(set(self.means.prices_minor) - self.means.age_codes))
            self._type(f"1 * {code}")
            total = self.means.prices_minor[code]
            self._returnable.append((self.outcome.receipts + 1, code))
        else:
            total, _ = self._goods()
        self._in_cash(total)
        self._sold(total)

    def _card_sale(self) -> None:
        total, _ = self._goods()
        self._type(self.means.card, paying=True, waits=True)
        self.outcome.pay(self.means.card, total)
        self._sold(total)

    def _split_sale(self) -> None:
        """A part in cash, the rest by card, or in cash again."""
        total, _ = self._goods()
        part = self._rng.randint(1, total - 1)
        self._type(_amount(part), paying=True)
        self.outcome.pay("cash", part)
        self._drawer.minor += part
        if self.means.card and self._rng.random() < 0.5:
            self._type(self.means.card, paying=True, waits=True)
            self.outcome.pay(self.means.card, total - part)
        else:
            self._in_cash(total - part)
        self._sold(total)

    def _dollar_sale(self) -> None:
        total, _ = self._goods()
        note = self._rng.choice((5, 10, 20))
        worth = note * self.means.dollar_milli // 10
        self._type(f"{note}.00 usd", paying=True)
        self._drawer.notes["USD"] = self._drawer.notes.get("USD", 0) + note
        self.outcome.pay("usd", min(worth, total))
        if worth < total:
            self._in_cash(total - worth)
        else:
            self._drawer.minor -= worth - total
        self._sold(total)

    def _account_sale(self) -> None:
        self._type(f".customer {self.means.member}")
        total, _ = self._goods(2)
        self._type("account", paying=True)
        self.outcome.pay("account", total)
        self._sold(total)

    def _transfer_sale(self) -> None:
        total, _ = self._goods()
        self._type(self.means.transfer, paying=True)
        self._type(f".resolve paid {_amount(total)} {REFERENCE}", approver="42")
        self.outcome.pay(self.means.transfer, total)
        self._sold(total)

    def _gift_sold(self) -> None:
        code, pin = self._cards.pop()
        worth = self._rng.choice((1_000, 2_500, 5_000))
        self._type(f"{_amount(worth)} @ {code}")
        self._in_cash(worth)
        self._sold(worth)
        self._loaded.append((code, pin, worth))

    def _gift_sale(self) -> None:
        code, pin, worth = self._loaded.pop()
        total, _ = self._goods()
        part = min(worth, total)
        self._type(f"{_amount(part)} gift", paying=True, shown=(f".gift {code} {pin}",))
        self.outcome.pay("gift", part)
        if part < total:
            self._in_cash(total - part)
        if worth > part:
            self._loaded.append((code, pin, worth - part))
        self._sold(total)

    def _corrected_sale(self) -> None:
        """A line too many is taken back, and a little is taken off the first."""
        total, codes = self._goods(2)
        extra = self._rng.choice(sorted(set(self.means.prices_minor) - self.means.age_codes))
        self._type(f"1 * {extra}")
        self._type(f".void {len(codes) + 1} too many")
        self._type(".off 0.10 1 dented")
        self._in_cash(total - 10)
        self._sold(total - 10)

    def _held_sale(self) -> None:
        total, _ = self._goods()
        self._type(".hold purse")
        self._cash_sale()
        self._type(".recall 1")
        self._in_cash(total)
        self._sold(total)

    def _cancelled_sale(self) -> None:
        self._goods()
        self._type(".cancel walked away")
        self.outcome.cancelled += 1

    def _look(self) -> None:
        code = self._rng.choice(sorted(self.means.prices_minor))
        self._type(f".look {code}")
        self.outcome.looks += 1

    def _return(self) -> None:
        place = self._rng.randrange(len(self._returnable))
        receipt, code = self._returnable.pop(place)
        price = self.means.prices_minor[code]
        self._type(f".return {receipt} 1 broken")
        self._type("", paying=True, approver="42")
        self.outcome.pay("cash", -price)
        self._drawer.minor -= price
        self._sold(-price)

    def _movements(self) -> list[tuple[int, Callable[[], None]]]:
        choices = [
            (3, lambda: self._no_sale()),
            (2, lambda: self._move("in", "paid_in", 1)),
            (2, lambda: self._move("out", "paid_out", -1)),
            (1, lambda: self._move("loan", "loan", 1)),
        ]
        if self._drawer.minor > FLOAT_MINOR + NOTE_MINOR:
            choices.append((3, lambda: self._move("pickup", "pickup", -1)))
            choices.append((3, lambda: self._move("skim", "skim", -1)))
        return choices

    def _no_sale(self) -> None:
        self._type(".nosale change", approver="42")
        self.outcome.no_sales += 1

    def _move(self, entry: str, kind: str, sign: int) -> None:
        minor = self._rng.choice((500, 1_000, 2_000))
        self._type(f".{entry} {_amount(minor)} as agreed", approver="42")
        self._drawer.minor += sign * minor
        self.outcome.moved[kind] = self.outcome.moved.get(kind, 0) + sign * minor

    def _hand_over(self) -> None:
        """The first drawer goes from the cashier to the supervisor, by a count of both."""
        back, self._by = self._by, "17"
        drawer = self._drawers.pop("17")
        self._type(f".handover 42 {heaps(drawer)}", approver="42")
        drawer.operator = "42"
        self._drawers["42"] = drawer
        self._by = back if back in self._drawers else "42"

    def _x(self) -> None:
        back, self._by = self._by, "42"
        self._type(".x")
        self._by = back

    def _close(self) -> None:
        """Both count blind; one is short of 5.00 and counts again; the manager confirms, and Z."""
        for by, planted in (("42", 0), ("18", -500)):
            self._by = by
            drawer = self._drawers[by]
            drawer.minor += planted
            self._type(f".shift end {heaps(drawer)}")
            if planted:
                self._type(f".shift recount {heaps(drawer)}")
                self._type(".shift explain cash wrong change given")
                self.outcome.differences.append(planted)
        self._by = "7"
        for _ in ("handed over", "42", "18"):
            self._type(".shift confirm")
        self._type(".closeday")


def heaps(drawer: Drawer) -> str:
    """Return a drawer's content as it is counted, in as few pieces as it can be."""
    left, found = drawer.minor, []
    for piece in (5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1):
        count, left = divmod(left, piece)
        if count:
            found.append(f"{count}x{_amount(piece)}")
    for currency, whole in sorted(drawer.notes.items()):
        found.append(f"{whole // 5}x5 {currency}")
    return " ".join(found)


def _up_to(minor: int, note_minor: int) -> int:
    return -(-minor // note_minor) * note_minor


def _amount(minor: int) -> str:
    return format_minor(minor, 2)
