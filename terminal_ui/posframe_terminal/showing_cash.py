"""Views of cash and the day: a count, the page of what can be done, shifts, reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe import Money, open_shifts
from posframe_terminal import control_pages, words
from posframe_terminal.cash_page import rows_of
from posframe_terminal.showing_lock import standing_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from posframe import OpenMatter
    from posframe_terminal.showing import Showing
    from posframe_terminal.views import View

LAST_MAX = 8


def page(showing: Showing, screen: str) -> View:
    """Return a page about cash and the day, or the messages that were left."""
    if screen == "messages":
        from posframe_terminal.showing_people import messages_view

        return messages_view(showing)
    pages: dict[str, Callable[[Showing], View]] = {
        "cash_day": cash_day,
        "report": report,
        "shifts": shifts,
    }
    return pages[screen](showing)


def cash_day(showing: Showing) -> View:
    """Return all that can be done about cash and the day."""
    return control_pages.CashDayView(
        head=showing.head("CASH AND DAY"),
        money=showing.money,
        seen=showing.seen("cash and day"),
        standing=tuple(standing_facts(showing, showing.till.state)),
        rows=rows_of(showing),
    )


def counting(showing: Showing, count: Any) -> View:  # noqa: ANN401 - a session_counting.Counting
    """Return the drawer that is counted: what was found, and nothing of what should be there."""
    currency = count.rules.currency
    return control_pages.CountingView(
        head=showing.head("COUNTING"),
        money=showing.money,
        seen=showing.seen("counting"),
        title=count.title.upper(),
        heaps=tuple(_heaps(count)),
        total_minor=count.total_minor,
        last=tuple(_heap_words(each, currency) for each in reversed(count.count.rows[-LAST_MAX:])),
        asks=count.asked,
        sums=tuple((each.type, showing.amount(each.minor)) for each in count.sums),
        expected=_expected(showing, count),
        notes=(count.prompt, f"{showing.key_of('count_done')} ends it."),
        first=("count_done",),
    )


def shifts(showing: Showing) -> View:
    """Return the shifts that are not confirmed; amounts only for who may see them."""
    confirm = showing.key_of("shift_confirm")
    return control_pages.ShiftsView(
        head=showing.head("SHIFTS"),
        money=showing.money,
        seen=showing.seen("shifts"),
        rows=tuple(_shift(showing, each) for each in open_shifts(showing.till)),
        notes=(
            f"Type a reason, then Enter, for the first that is missing; {confirm} confirms the"
            " takings of the marked shift: somebody else than who counted.",
        ),
        first=("shift_confirm",),
    )


def report(showing: Showing) -> View:
    """Return the report that is looked at."""
    found = showing.report
    assert found is not None, "it was asked for"
    key = showing.key_of("close_day" if found.closes else "report_print")
    verb = "closes the day: this is numbered once" if found.closes else "prints it"
    return control_pages.ReportView(
        head=showing.head(found.title),
        money=showing.money,
        seen=showing.seen(found.title),
        title=found.title,
        rows=(*(_carried(showing) if found.closes else ()), *found.lines),
        notes=(f"{key} {verb}. Esc leads back.",),
        first=("close_day",) if found.closes else ("report_print",),
    )


def _carried(showing: Showing) -> Iterator[str]:
    """Say what the close carries forward, and who sees to it."""
    matters = showing.matters()
    yield "CARRIED FORWARD" if matters else "NOTHING IS UNFINISHED"
    for each in matters:
        yield f"  {each.words}"
        yield f"    {_worth(showing, each)}{showing.name(each.owner)} sees to it"
    yield ""


def _worth(showing: Showing, matter: OpenMatter) -> str:
    return f"{showing.amount(matter.minor)}, " if matter.minor else ""


def _heaps(count: Any) -> Iterator[control_pages.HeapRow]:  # noqa: ANN401 - a Counting
    """Yield each coin and note of the till, then foreign notes that were counted."""
    rules = count.rules
    pieces = {(currency, minor): found for currency, minor, found in count.pieces}
    own = [(rules.currency, each.minor) for each in rules.denominations]
    for currency, minor in (*own, *(key for key in pieces if key[0] != rules.currency)):
        found = pieces.get((currency, minor), 0)
        is_own = currency == rules.currency
        yield control_pages.HeapRow(
            label=_shown(minor, currency),
            pieces=str(found) if found else "",
            sum_minor=minor * found if found else None,
            currency="" if is_own else currency,
        )


def _heap_words(row: Any, currency: str) -> str:  # noqa: ANN401 - a CountRow
    how = row.how.value
    many = f"{row.packs} {how}, {row.pieces}" if row.packs else str(row.pieces)
    own = row.currency or currency
    return f"{many} x {_shown(row.denomination_minor, own)} = {_shown(row.minor, own)}"


def _shown(minor: int, currency: str) -> str:
    return Money(minor, currency).major


def _expected(showing: Showing, count: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401 - a Counting
    """Return what should be in the drawer, only where who is signed in may see it."""
    if count.what == "open":
        return ()
    return tuple(
        (f"drawer {each.drawer}", showing.amount(each.expected_minor))
        for each in open_shifts(showing.till)
        if each.expected_minor is not None and each.standing == "open"
    )


def _shift(showing: Showing, row: Any) -> control_pages.ShiftRow:  # noqa: ANN401 - a shift_list.ShiftRow
    reasons = _reasons(showing, row.id)
    waits = row.standing == "ended"
    return control_pages.ShiftRow(
        id=row.id,
        operator=showing.name(row.operator),
        drawer=f"{row.drawer} (away)" if row.is_away else row.drawer,
        since=words.clock(showing.till.clock_text(row.opened_us))[4:],
        state="waits to be confirmed" if waits else "open",
        severity="warning" if row.reasons_missing else "info",
        takings=tuple(
            control_pages.TakingsRow(
                label=each.type,
                expected_minor=each.expected_minor,
                counted_minor=each.declared_minor,
                reason=reasons.get(each.type, ""),
            )
            for each in row.differences
        ),
        missing=row.reasons_missing,
    )


def _reasons(showing: Showing, id_: str) -> dict[str, str]:
    shift = showing.till.state.control.shift(id_)
    return dict(shift.reasons) if shift is not None else {}
