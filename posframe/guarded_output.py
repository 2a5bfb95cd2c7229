"""What a process says besides its answers: logs and tracebacks, with card data in them masked.

An exception carries whatever its raiser had at hand, and a log line whatever it was given. Both
pass here before anybody can read them.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any

from posframe.kernel.domain.card_guard import shown

if TYPE_CHECKING:
    from types import TracebackType


def guard_output() -> None:
    """Mask card data in log records and in tracebacks of this process, from now on.

    For whoever runs a till: ``posframe`` does it first of all. Doing it again changes nothing. A
    program of its own that opens a ``Till`` calls it once. Whoever sets hooks of his own later has
    to mask by himself.
    """
    make = logging.getLogRecordFactory()
    if not isinstance(make, _GuardedRecords):
        logging.setLogRecordFactory(_GuardedRecords(make))
    sys.excepthook = _say_uncaught
    threading.excepthook = _say_ended
    sys.unraisablehook = _say_unraisable


class _GuardedRecords:
    """Makes log records as ``make`` does, and masks them."""

    def __init__(self, make: Any) -> None:  # noqa: ANN401 - a factory takes what logging gives it
        self._make = make

    def __call__(self, *arguments: Any, **named: Any) -> logging.LogRecord:  # noqa: ANN401 - as above
        record: logging.LogRecord = self._make(*arguments, **named)
        try:
            words = record.getMessage()
        except Exception:  # noqa: BLE001 - its handler tells of it, without its arguments
            words = f"a log line could not be made: {record.msg}"
        record.msg, record.args = shown(words), None
        if record.exc_info and record.exc_info[0] is not None:
            # A formatter takes this text where there is one.
            record.exc_text = shown(_told(*record.exc_info)).rstrip("\n")
        return record


def _told(
    kind: type[BaseException] | None,
    error: BaseException | None,
    trace: TracebackType | None,
) -> str:
    return "".join(traceback.format_exception(kind, error, trace))


def _say_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    _say(_told(kind, error, trace))


def _say_ended(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_type is SystemExit:
        return
    name = ended.thread.name if ended.thread else "?"
    trace = _told(ended.exc_type, ended.exc_value, ended.exc_traceback)
    _say(f"Exception in thread {name}:\n{trace}")


def _say_unraisable(unraisable: sys.UnraisableHookArgs) -> None:
    trace = _told(unraisable.exc_type, unraisable.exc_value, unraisable.exc_traceback)
    _say(f"{unraisable.err_msg or 'Exception ignored'}:\n{trace}")


def _say(text: str) -> None:
    if sys.stderr is not None:  # None: the process has nobody to tell
        sys.stderr.write(shown(text))
        sys.stderr.flush()
