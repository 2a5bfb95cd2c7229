"""What displays and tones must do: whatever they are given, the sale goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from posframe.hal.driver import CANCEL_S, WRITE_S
from posframe.testing.hal.suite.runs import perform, reference, tap
from posframe.testing.hal.suite.selection import needs

if TYPE_CHECKING:
    from posframe.hal.progress import Progress
    from posframe.testing.hal.kit import Kit
    from posframe.testing.hal.workbench import Workbench

TEXTS: tuple[tuple[str, ...], ...] = (
    (),
    ("",),
    ("one",),
    ("one", "two", "three", "four"),
    ("x" * 200, "y" * 200),
    ("Žąsinų 1 €", "红茶 1.00"),
    ("control \x1b\x40\x0c\x1f\r\n", "\x00\xff\udcff"),
)
"""Too little, too much, too wide, letters of other places, and what a display would obey."""


@needs("display")
async def test_any_text_can_be_shown_and_the_next_is_in_order(kit: Kit) -> None:
    """Points 34 and 35: no text is an error, and none spoils the one after it."""
    good = await reference(kit)
    for lines in TEXTS:

        async def show(bench: Workbench, progress: Progress, lines: tuple[str, ...] = lines) -> Any:  # noqa: ANN401
            await bench.driver.show(lines)
            before = kit.effects(tap(bench).device)
            await kit.golden(bench.driver, progress)
            return kit.effects(tap(bench).device) - before

        run = await perform(kit, work=show)
        assert not run.bug, f"{lines!r}: {run.bug}"
        assert run.error is None, f"{lines!r}: {run.error!r}"
        assert run.value == good.effects, f"After {lines!r} the next text is not shown"


@needs("display")
async def test_it_can_be_cleared_and_shown_again(kit: Kit) -> None:
    """A cleared display shows nothing, and the next text in full."""
    await reference(kit)

    async def clear_between(bench: Workbench, progress: Progress) -> Any:  # noqa: ANN401
        await kit.golden(bench.driver, progress)
        await bench.driver.clear()
        before = kit.effects(tap(bench).device)
        await kit.golden(bench.driver, progress)
        return kit.effects(tap(bench).device) - before

    run = await perform(kit, work=clear_between)
    assert not run.bug, run.bug
    assert run.value == 1, f"After clearing, the text was shown {run.value} times"


@needs("display", "tone")
@pytest.mark.parametrize("taken", [0, 1])
async def test_a_stuck_device_never_holds_up_the_sale(kit: Kit, taken: int) -> None:
    """Point 34: one that takes no more bytes is given up in seconds, by an error."""

    async def stuck(bench: Workbench, progress: Progress) -> Any:  # noqa: ANN401
        bench.line.stuck_after = bench.line.written + taken
        return await kit.golden(bench.driver, progress)

    run = await perform(kit, work=stuck)
    assert not run.bug, run.bug
    assert run.error is not None, "Nothing was taken, and it ends as if all were shown"
    assert run.elapsed_s <= 1.2 * (WRITE_S + CANCEL_S), f"It held up the sale {run.elapsed_s:.1f} s"


@needs("display")
async def test_its_size_is_known(kit: Kit) -> None:
    """Columns and rows are what the till lays its text out for."""
    sizes: list[tuple[int, int]] = []

    async def look(bench: Workbench, progress: Progress) -> None:
        del progress
        sizes.append((bench.driver.columns, bench.driver.rows))

    run = await perform(kit, work=look)
    assert not run.bug, run.bug
    columns, rows = sizes[0]
    assert columns >= 8, "A display has eight columns or more"
    assert rows >= 1, "A display has a row or more"
