"""The till's side of settlement: it writes down reconciliations, each file once, and ends tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe import CommandType, Projection, RuleViolation, holds_card_number
from posframe_payments.methods import Method
from posframe_payments.permissions import END_TASK, RECONCILE
from posframe_payments.settlement.agreed import check_settings
from posframe_payments.settlement.records import (
    RECORDS,
    DifferenceFound,
    EndTask,
    Reconciled,
    TakeReconciliation,
    TaskDone,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from posframe import Moment, PluginContext, Recorded, SaleView, Statement
    from posframe_payments.settings import SettlementSettings

ENTRY: Final = ".taskdone"
HOW_MAX: Final = 200
_SCHEMA: Final = """
CREATE TABLE settlement_file (
    key TEXT PRIMARY KEY,
    file TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE settlement_task (
    number INTEGER PRIMARY KEY,
    is_open INTEGER NOT NULL
) STRICT;
"""


class Settlement(Method):
    """Keeps what reconciliations found."""

    def __init__(self, settings: Mapping[str, SettlementSettings], context: PluginContext) -> None:
        """Check the settings: a slip in them is found at the start, and not when a file came.

        Raises:
            ConfigurationError: one cannot be used, or a map cannot be read.
        """
        for method, each in settings.items():
            check_settings(method, each, context.currency, context.folder)
        self._query = context.query

    def event_classes(self) -> Sequence[type]:
        """Return what is kept of reconciliations."""
        return RECORDS

    def projections(self) -> Sequence[Projection]:
        """Return the files and tasks there are."""
        return (_PROJECTION,)

    def commands(self) -> Sequence[CommandType]:
        """Return the commands of ``posframe reconcile``."""
        return (
            CommandType(command=TakeReconciliation, decide=self._take, permission=RECONCILE),
            CommandType(command=EndTask, decide=self._end, permission=END_TASK),
        )

    def parse(self, text: str, screen: str) -> Any:  # noqa: ANN401 - any command
        """Read ``.taskdone NUMBER HOW``."""
        del screen
        name, _, rest = text.strip().partition(" ")
        if name.lower() != ENTRY:
            return None
        number, _, how = rest.strip().partition(" ")
        if not number.isdecimal():
            raise RuleViolation("Which task?", hint=f"type: {ENTRY} NUMBER HOW")
        return EndTask(number=int(number[:9]), how=how)

    def _take(
        self, asked: TakeReconciliation, _sale: SaleView | None, _now: Moment
    ) -> tuple[str, list[Any]]:
        done = asked.reconciled
        if self._query("settlement_file", (done.key,)):
            raise RuleViolation(
                f"{done.file} was reconciled already", hint="it counts once; take the next file"
            )
        first = int(self._query("settlement_last")[0][0]) + 1
        found = [attrs.evolve(each, number=at) for at, each in enumerate(asked.found, start=first)]
        return f"{done.file} is reconciled", [done, *asked.settled, *found]

    def _end(
        self, asked: EndTask, _sale: SaleView | None, now: Moment
    ) -> tuple[str, list[TaskDone]]:
        how = asked.how.strip()
        known = self._query("settlement_task", (asked.number,))
        if not known:
            raise RuleViolation(
                f"There is no task {asked.number}", hint="posframe reconcile --open lists them"
            )
        if not known[0][0]:
            raise RuleViolation(f"Task {asked.number} is done already", hint="go on")
        if not how:
            raise RuleViolation("How was it done?", hint="say it, as: given back cash, slip 4711")
        if len(how) > HOW_MAX or holds_card_number(how):
            raise RuleViolation(
                "That is too long, or may hold a card number", hint="say it in a few words"
            )
        done = TaskDone(number=asked.number, how=how, by=now.operator)
        return f"Task {asked.number} is done", [done]


def _apply(row: Recorded) -> Iterator[Statement]:
    event: Any = row.event
    if isinstance(event, Reconciled):
        yield "note_file", (event.key, event.file)
    elif isinstance(event, DifferenceFound):
        yield "note_task", (event.number, int(event.is_open))
    elif isinstance(event, TaskDone):
        yield "end_task", (event.number,)


_PROJECTION: Final = Projection(
    name="settlement",
    handles=frozenset(
        str(getattr(each, "event_name", "")) for each in (Reconciled, DifferenceFound, TaskDone)
    ),
    migrations=(_SCHEMA,),
    statements={
        "note_file": "INSERT INTO settlement_file VALUES (?, ?)",
        "note_task": "INSERT INTO settlement_task VALUES (?, ?)",
        "end_task": "UPDATE settlement_task SET is_open = 0 WHERE number = ?",
    },
    queries={
        "settlement_file": "SELECT file FROM settlement_file WHERE key = ?",
        "settlement_task": "SELECT is_open FROM settlement_task WHERE number = ?",
        "settlement_last": "SELECT coalesce(max(number), 0) FROM settlement_task",
    },
    apply=_apply,
    required=True,
)
