"""``posframe settle``: have terminals hand in what they took, and hold it against the journal."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
from cyclopts import App

from posframe import (
    JournalReader,
    Money,
    RuleViolation,
    Script,
    ask_running,
    events,
    open_as_owner,
    read_shop,
)
from posframe_payments.settlement.courses import PaymentHistory, read_history
from posframe_payments.settlement.handing_in import (
    Settled,
    disagreements,
    last_batch,
    since_last_batch,
)
from posframe_payments.settlement.printing import amount, step, table, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from posframe import ShopReader, TenderRule
    from posframe_payments.settlement.courses import Course

LOOK_EVERY_S: Final = 0.2
BATCH_WITHIN_S: Final = 310
"""The till gives a terminal five minutes."""
JOB_EVENTS: Final = (
    events.BatchClosed,
    events.JobQueued,
    events.JobDoubted,
    events.JobGivenUp,
    events.JobReturned,
)
HEADERS: Final = (
    "", "charges", "refunds", "reversals", "taken", "tips", "given back", "expected",
    "handed in", "fees", "net",
)  # fmt: skip

app = App(name="settle", help="Hand in to the bank what terminals and gateways took.")


@app.default
def settle(*methods: str, till: Path = Path(), look: bool = False, wait_s: int = 60) -> int:
    """Close the batches of terminals and gateways, and compare them with the journal.

    A method with a payment in doubt is left out: it is listed with what to do. Exit status 1 when
    something was left out or does not agree.

    Args:
        methods: Such as card; without any, all that have batches.
        till: The till's folder; the till may be running.
        look: Close nothing, only say what would be handed in now.
        wait_s: So long the terminal may take to clear up payments in doubt before they are left
            out.
    """
    shop = read_shop(till)
    chosen = _chosen(shop, methods)
    if look:
        history = read_history(till)
        unsettled = [_tell_doubts(history, rule) for rule in chosen]
        _show([since_last_batch(history, each.id, each.label) for each in chosen], shop.currency)
        return int(any(unsettled))
    with _entries(till) as entry:
        return _Closing(till, shop.currency, entry).settle(chosen, wait_s)


@attrs.frozen
class _Closing:
    """Batches closed one after the other at one till."""

    folder: Path
    currency: str
    entry: Callable[[str], dict[str, Any]]

    def settle(self, rules: Sequence[TenderRule], wait_s: int) -> int:
        names = {each.id for each in rules}
        _until(lambda: not _doubtful(read_history(self.folder), names), wait_s)
        history = read_history(self.folder)
        closed = [rule for rule in rules if not _tell_doubts(history, rule) and self._close(rule)]
        history = read_history(self.folder)
        found = [last_batch(history, rule.id) for rule in closed]
        settled = [each for each in found if each is not None]
        _show(settled, self.currency)
        open_ = [each for one in settled for each in disagreements(one, self.currency)]
        for each in open_:
            step("!", each.owner, each.words, each.next_step)
        return int(bool(open_) or len(closed) < len(rules))

    def _close(self, rule: TenderRule) -> bool:
        """Have one batch closed; whether it surely was."""
        after = _last_seq(self.folder)
        answer = self.entry(f".closebatch {rule.id}")
        if not answer["accepted"]:
            write(f"{rule.label}: {answer['message']} ({answer.get('hint', '')})")
            return False
        course = _Course(rule.id)
        _until(lambda: course.read(self.folder, after), BATCH_WITHIN_S)
        if course.is_waiting:
            write(f"{rule.label}: its batch is not closed yet: {course.trouble}. Then settle again")
        elif not course.is_closed:
            why = course.trouble or f"no answer in {BATCH_WITHIN_S} seconds"
            write(
                f"{rule.label}: nobody knows whether its batch was closed: {why}. Look at the "
                "terminal, then type .printed yes or .printed no at the till"
            )
        return course.is_closed


@attrs.define
class _Course:
    """How far the closing of one batch came, by the journal."""

    type: str
    jobs: set[str] = attrs.field(factory=set)
    is_closed: bool = False
    trouble: str = ""
    is_waiting: bool = False
    """True: it was surely not begun, for its trouble."""

    def read(self, folder: Path, after: int) -> bool:
        """Look once more; whether it has ended."""
        with JournalReader(folder) as journal:
            for row in journal.read(*JOB_EVENTS):
                if row.seq > after:
                    self._note(row.event)
        return self.is_closed or bool(self.trouble)

    def _note(self, event: Any) -> None:  # noqa: ANN401 - one of JOB_EVENTS
        if isinstance(event, events.BatchClosed):
            self.is_closed |= event.type == self.type
        elif isinstance(event, events.JobQueued):
            if event.job.kind == "batch" and event.job.subject == self.type:
                self.jobs.add(event.job.id)
        elif event.id in self.jobs:
            self.trouble = event.detail or "it was given up"
            self.is_waiting = isinstance(event, events.JobReturned)


def _chosen(shop: ShopReader, methods: Iterable[str]) -> list[TenderRule]:
    """Return the methods meant.

    Raises:
        RuleViolation: one of them, or none at all, has batches.
    """
    rules = [each.rule for each in shop.tender_types]
    batching = {each.id: each for each in rules if each.capabilities and each.capabilities.batches}
    for name in methods:
        if name not in batching:
            have = ", ".join(batching) or "none"
            raise RuleViolation(f"{name!r} has no batch to close", hint=f"these have: {have}")
    if not batching:
        raise RuleViolation(
            "No method of this till has a batch to close", hint="terminals and gateways have"
        )
    return [batching[each] for each in dict.fromkeys(methods)] or list(batching.values())


@contextlib.contextmanager
def _entries(folder: Path) -> Iterator[Callable[[str], dict[str, Any]]]:
    """Yield what does an entry: at the till that runs, else at one that is opened for it."""
    if ask_running(folder, []) is not None:
        yield lambda text: _asked(folder, text)
        return
    with open_as_owner(folder) as till:
        yield Script(till).line
        till.drain()


def _asked(folder: Path, text: str) -> dict[str, Any]:
    answers = ask_running(folder, [text])
    if not answers:
        return {"accepted": False, "message": "The till has closed", "hint": "run this again"}
    return answers[0]


def _doubtful(history: PaymentHistory, types: set[str]) -> list[Course]:
    courses = history.courses.values()
    return [each for each in courses if each.is_unsettled and each.payment.type in types]


def _tell_doubts(history: PaymentHistory, rule: TenderRule) -> bool:
    """List the payments that keep a method from being settled; whether there are any."""
    found = _doubtful(history, {rule.id})
    for course in found:
        payment = course.payment
        money = Money(course.captured_minor or payment.asked_minor, payment.currency)
        state = "is being given back" if course.standing == "going_back" else "is in doubt"
        step(
            "!",
            "supervisor",
            f"{rule.label} is not settled: {money} {state} (payment {payment.id})",
            "let the till ask on, or say what the slip says: .resolve paid AMOUNT NUMBER, or"
            " .resolve not",
        )
    return bool(found)


def _show(found: Iterable[Settled], currency: str) -> None:
    rows = [_row(each, currency) for each in found]
    if rows:
        table(HEADERS, rows)


def _row(each: Settled, currency: str) -> tuple[str, ...]:
    expected, handed_in = each.expected, each.handed_in
    batch = handed_in.batch if handed_in else None
    gross = batch.gross_minor if batch else None
    fees = batch.fees_minor if batch else None
    net = gross - fees if gross is not None and fees is not None else None
    counts = (expected.charges, expected.refunds, expected.reversals)
    sums = (
        expected.taken_minor,
        expected.tips_minor,
        -expected.given_back_minor,
        expected.net_minor,
    )
    told = (amount(minor, currency) for minor in (*sums, gross, fees, net))
    return (each.label, *map(str, counts), *told)


def _until(is_so: Callable[[], object], within_s: int) -> None:
    deadline = time.monotonic() + within_s
    while not is_so() and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY_S)


def _last_seq(folder: Path) -> int:
    with JournalReader(folder) as journal:
        return max((row.seq for row in journal.read(*JOB_EVENTS)), default=0)
