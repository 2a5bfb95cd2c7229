"""Counting a drawer: the mode of a session in which each line typed is one heap of money.

It begins with ``.shift open``, ``.shift end``, ``.shift recount`` or ``.handover ID`` and ends with
``done``, which makes the command of it; ``.leave`` gives it up. Blind: it knows what was counted,
never what should be there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe.errors import DataError, RuleViolation
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.counting import (
    Count,
    CountRow,
    CountRules,
    check_count,
    check_told,
    shown,
)
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.entry import Show
from posframe.kernel.domain.entry_shifts import END, HANDOVER, OPEN, RECOUNT, CountAsked
from posframe.kernel.domain.money import parse_minor
from posframe.kernel.domain.refusals import SignInNeeded
from posframe.kernel.domain.shift import TenderSum
from posframe.shift_list import settings_of
from posframe.value import Value

if TYPE_CHECKING:
    from posframe.kernel.domain.countable import DrawerSeen  # noqa: TC004 - with the first count
    from posframe.kernel.engine import Outcome
    from posframe.till import Till

SCREEN: Final = "counting"
"""The screen that ``Show`` names while a count goes on."""

NO_COUNT: Final = Count()

_COMMANDS: Final = (cmd.OpenShift, cmd.EndShift, cmd.RecountShift, cmd.HandOver)
_STAY: Final = frozenset(
    {"approve", "deny", "help", "lessons", "lock", "signin", "signout", "training"}
)
"""Entries and actions that are taken while a count goes on; it waits for the one who counts."""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Counting(Value):
    """A count that goes on, for a screen to show."""

    what: str
    """``open``, ``end``, ``recount`` or ``handover``."""
    name: str = ""
    """The drawer, the shift, or who takes the drawer over, where it was said."""
    operator: str
    """Who counts; the count is theirs alone."""
    seen: DrawerSeen
    """What was in the drawer by the till's reckoning when the count began; never shown."""
    rules: CountRules
    told_minor: int | None = None
    count: Count = NO_COUNT
    sums: tuple[TenderSum, ...] = ()
    """What was said of slips and vouchers so far."""
    asks: tuple[str, ...] = ()
    """Tender types whose slips are added up by hand after the cash."""
    is_cash_done: bool = False
    doubted: CountRow | None = None
    """A heap that was asked back about; the same again is taken."""

    @property
    def title(self) -> str:
        """What the count is for."""
        with_name, without = _TITLES[self.what]
        return with_name.format(self.name) if self.name else without

    @property
    def asked(self) -> str:
        """The tender type whose sum is asked next; empty: heaps of cash are."""
        said = len(self.sums)
        return self.asks[said] if self.is_cash_done and said < len(self.asks) else ""

    @property
    def total_minor(self) -> int:
        """What was counted of the till's own currency."""
        return self.count.total_minor

    @property
    def pieces(self) -> tuple[tuple[str, int, int], ...]:
        """By currency and denomination, how many pieces were counted; the largest last."""
        rows = {(each.currency, each.denomination_minor) for each in self.count.rows}
        return tuple(
            (currency or self.rules.currency, minor, self.count.pieces_of(minor, currency))
            for currency, minor in sorted(rows)
        )

    @property
    def prompt(self) -> str:
        """What is typed next."""
        if self.asked:
            return f"Sum of {self.asked}, as 412.50, or 412.50 17 with the number of slips"
        return "Heaps like 20x5, 3 rolls 1.00 or 412g 2.00; - takes back, done ends, .leave stops"


class CountingDesk:
    """Takes the lines of a count; a part of a session."""

    def __init__(self, till: Till) -> None:
        self._till = till
        self._counting: Counting | None = None

    @property
    def counting(self) -> Counting | None:
        """The count that goes on; None: none, or its operator has left."""
        found = self._counting
        return found if found is not None and found.operator == self._operator else None

    def begun(self, found: Any) -> Any:  # noqa: ANN401 - whatever an entry means
        """Begin a count where an entry asks for one; anything else is returned as it is."""
        return self.begin(found) if isinstance(found, CountAsked) else found

    def begin(self, asked: CountAsked) -> Any:  # noqa: ANN401 - a command or Show
        """Begin a count, or take one that stands in a single line.

        Raises:
            SignInNeeded: nobody works here.
            RuleViolation: one goes on already, this till counts nothing, or a heap cannot be.
        """
        self._check_open()
        control = settings_of(self._till)
        if control.count_rules is None:
            raise RuleViolation(
                "This till counts no cash", hint="write its coins and notes: cash.denominations"
            )
        if asked.what == OPEN:
            self._check_own()
        elif asked.what == HANDOVER:
            self._check_taker(asked.name)
        seen = self._countable(asked.what, asked.name)
        begun = Counting(
            what=asked.what,
            name=asked.name,
            operator=self._operator,
            seen=seen,
            rules=control.count_rules,
            told_minor=self._told(asked, control.count_rules),
            asks=() if asked.what == OPEN else control.shift_rules.declared_types,
        )
        if asked.entries:
            return _all_at_once(begun, asked.entries, self._amount)
        self._counting = begun
        return Show(screen=SCREEN, text=f"{begun.title}. {begun.prompt}")

    def take(self, text: str) -> Any:  # noqa: ANN401 - a command, Show, or None
        """Return what a line means while a count goes on; None: none does, or it is not for it.

        Raises:
            SignInNeeded: nobody works here; whoever counts finds it as they left it.
            RuleViolation: it is no heap, or cannot be, or the drawer was used since the count
                began; the count stays as it is.
        """
        counting, text = self.counting, text.strip()
        if counting is None or _name_of(text) in _STAY:
            return None
        self._check_open()
        if _name_of(text) == "leave":
            self._counting = None
            return Show(screen=SCREEN, text="The count was given up")
        if text[:1] == "." and text[1:2].isalpha():
            self.check_idle()
        self._check_unused(counting)
        from posframe.kernel.domain.count_entry import UnlikelyCount  # with the first heap

        try:
            after = _taken(counting, text, self._usual, self._amount)
        except UnlikelyCount as doubt:
            self._counting = attrs.evolve(counting, doubted=doubt.row)
            raise
        if _is_complete(after):  # where it is refused, more may be counted
            self._counting = attrs.evolve(after, is_cash_done=False)
            return _command(after)
        self._counting = after
        return Show(screen=SCREEN, text=_so_far(counting, after))

    def check_idle(self) -> None:
        """Refuse what belongs to a sale while a count goes on.

        Raises:
            RuleViolation: a count goes on.
        """
        if self.counting is not None:
            raise RuleViolation(
                "A count goes on here", hint="done ends it, .leave gives it up; then do it again"
            )

    def check_action(self, action_id: str) -> None:
        """Refuse an action while a count goes on, unless it leaves the count alone.

        Raises:
            RuleViolation: a count goes on.
        """
        if action_id not in _STAY:
            self.check_idle()

    def after(self, command: Any, outcome: Outcome) -> None:  # noqa: ANN401 - any command
        """Let go of a count that was taken; one that was refused goes on."""
        if isinstance(command, _COMMANDS) and outcome.accepted:
            self._counting = None

    def _check_open(self) -> None:
        """Refuse where nobody works: signed out, or locked."""
        till = self._till
        if till.signing.is_on and not till.state.control.operator:
            raise SignInNeeded

    def _check_unused(self, counting: Counting) -> None:
        """Refuse to go on with a count of what is no longer in the drawer."""
        if self._countable(counting.what, counting.name) != counting.seen:
            raise RuleViolation(
                "The drawer was used since the count began",
                hint="give this count up with .leave, and count again",
            )

    def _countable(self, what: str, name: str) -> DrawerSeen:
        """Return what is in the drawer; refuse a count that could not be taken."""
        from posframe.kernel.domain import countable
        from posframe.kernel.domain.draft import Draft
        from posframe.kernel.domain.views import Moment

        now = Moment(wall_us=0, local_date="", operator=self._operator, id="")
        draft = Draft(self._till.state, now, self._till.parts.engine.parts.settings)
        if what == OPEN:
            return countable.float_countable(draft, name)
        if what == END:
            return countable.end_countable(draft, name)
        if what == RECOUNT:
            return countable.recount_countable(draft, name)
        return countable.hand_over_countable(draft, name)

    def _check_own(self) -> None:
        own = self._till.state.control.open_shift(self._operator)
        if own is not None:
            raise RuleViolation(
                f"You have shift {own.id} open on drawer {own.drawer}",
                hint="end it first: .shift end",
            )

    def _check_taker(self, number: str) -> None:
        signing = self._till.signing
        if not signing.is_on:
            return
        if not signing.knows(number):
            raise RuleViolation(
                f"Nobody here has the number {number}", hint="type who takes the drawer over"
            )
        if not signing.may(number, "shift_open"):
            raise RuleViolation(
                f"Operator {number} may have no drawer",
                hint="hand it to somebody who may open a shift",
            )

    @property
    def _operator(self) -> str:
        till = self._till
        signed = till.state.control.signed_in
        return signed.operator if signed is not None else till.config.till.operator

    @property
    def _usual(self) -> dict[int, int]:
        return dict(self._till.state.control.usual_pieces)

    def _told(self, asked: CountAsked, rules: CountRules) -> int | None:
        if not asked.told:
            return None
        told = self._amount(asked.told)
        check_told(told, rules)
        return told

    def _amount(self, text: str) -> int:
        try:
            return parse_minor(text, exponent(self._till.config.till.currency))
        except DataError as error:
            raise RuleViolation(error.message, hint=error.hint) from error


_TITLES = {
    OPEN: ("Count the float of drawer {}", "Count the float"),
    END: ("Count the drawer to end shift {}", "Count the drawer to end the shift"),
    RECOUNT: ("Count the drawer of shift {} once more", "Count the drawer once more"),
    HANDOVER: ("Count the drawer together: operator {} takes it", ""),
}


def _name_of(text: str) -> str:
    return text[1:].split(maxsplit=1)[0].lower() if text[:1] == "." and len(text) > 1 else ""


def _taken(counting: Counting, text: str, usual: dict[int, int], amount: Any) -> Counting:  # noqa: ANN401 - a function
    """Return the count with one more line."""
    from posframe.kernel.domain.count_entry import entered

    if counting.asked:
        return _with_sum(counting, text, amount)
    if text.lower() == "done":
        check_count(counting.count, counting.rules)
        return attrs.evolve(counting, is_cash_done=True, doubted=None)
    again = counting.doubted is not None and _same(counting, text)
    count = entered(counting.count, text, counting.rules, usual, again=again)
    return attrs.evolve(counting, count=count, doubted=None)


def _same(counting: Counting, text: str) -> bool:
    from posframe.kernel.domain.count_entry import parse_row

    return parse_row(text, counting.rules) == counting.doubted


def _with_sum(counting: Counting, text: str, amount: Any) -> Counting:  # noqa: ANN401 - a function
    if text == "-":
        return attrs.evolve(counting, sums=counting.sums[:-1], is_cash_done=bool(counting.sums))
    minor, _, pieces = text.replace("/", " ").partition(" ")
    if pieces.strip() and not (pieces.strip().isdecimal() and len(pieces.strip()) <= 6):
        raise RuleViolation(f"{text!r} is no sum", hint="like 412.50, or 412.50 17")
    said = TenderSum(type=counting.asked, minor=amount(minor), pieces=int(pieces or 0))
    return attrs.evolve(counting, sums=(*counting.sums, said))


def _is_complete(counting: Counting) -> bool:
    return counting.is_cash_done and len(counting.sums) == len(counting.asks)


def _so_far(before: Counting, after: Counting) -> str:
    """Return what was understood, and what is asked next."""
    if after.is_cash_done:
        return after.prompt
    currency = after.rules.currency
    total = f"counted so far {shown(after.total_minor, currency)}"
    if len(after.count.rows) <= len(before.count.rows):
        return f"Taken back; {total}"
    row = after.count.rows[-1]
    own = row.currency or currency
    heap = f"{row.pieces} of {shown(row.denomination_minor, own)} {own}: {shown(row.minor, own)}"
    return f"{heap}; {total}"


def _all_at_once(begun: Counting, entries: tuple[str, ...], amount: Any) -> Any:  # noqa: ANN401 - a function, a command
    """Return the command of a count whose heaps stand in one line; nobody is asked back."""
    from posframe.kernel.domain.count_entry import entered

    count, said = NO_COUNT, {}
    for entry in entries:
        type_, is_sum, text = entry.partition("=")
        if is_sum and begun.what == OPEN:
            raise RuleViolation(
                f"{entry!r} is no part of a float", hint="count cash alone, like 20x5"
            )
        if is_sum:
            minor, _, pieces = text.partition("/")
            if pieces and not (pieces.isdecimal() and len(pieces) <= 6):
                raise RuleViolation(f"{entry!r} is no sum", hint="like card=412.50/17")
            said[type_] = TenderSum(type=type_, minor=amount(minor), pieces=int(pieces or 0))
        elif entry.lower() != "done":
            count = entered(count, entry, begun.rules)
    return _command(attrs.evolve(begun, count=count, sums=tuple(said.values())))


def _command(counting: Counting) -> Any:  # noqa: ANN401 - one of four commands
    count, sums, name = counting.count, counting.sums, counting.name
    if counting.what == OPEN:
        return cmd.OpenShift(count=count, drawer=name, float_told_minor=counting.told_minor)
    if counting.what == END:
        return cmd.EndShift(count=count, sums=sums, shift=name)
    if counting.what == RECOUNT:
        return cmd.RecountShift(count=count, sums=sums, shift=name)
    return cmd.HandOver(count=count, sums=sums, to=name)
