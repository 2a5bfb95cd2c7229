"""What cash drawers must do: open once, and say open only of a drawer that was seen open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio

from posframe.hal.facts import DrawerChanged
from posframe.hal.progress import Outcome
from posframe.testing.hal.suite.runs import perform, reference
from posframe.testing.hal.suite.selection import needs

if TYPE_CHECKING:
    from posframe.hal.progress import Progress
    from posframe.testing.hal.kit import Kit
    from posframe.testing.hal.workbench import Workbench

LOOK_S = 1.0


@needs("drawer", capability="sensor")
async def test_a_drawer_with_a_sensor_is_seen_open(kit: Kit) -> None:
    """Point 32: the sensor says so: DONE, the fact, and the state agree."""
    seen: list[bool | None] = []

    async def kick_and_look(bench: Workbench, progress: Progress) -> Any:  # noqa: ANN401
        value = await kit.golden(bench.driver, progress)
        await anyio.sleep(LOOK_S)
        seen.append(bench.driver.is_open)
        return value

    run = await perform(kit, work=kick_and_look)
    assert not run.bug, run.bug
    assert run.error is None, f"A drawer in order does not open: {run.error!r}"
    assert run.progress.outcome is Outcome.DONE, "The sensor saw it open, and it does not say so"
    assert DrawerChanged(open=True) in run.facts, "Nobody was told that the drawer is open"
    assert seen == [True], "The drawer is open, and `is_open` does not say so"


@needs("drawer")
async def test_a_drawer_without_a_sensor_is_not_said_to_be_open(kit: Kit) -> None:
    """Point 32: without a sensor nobody knows: `is_open` is None, and no fact says otherwise."""
    if "sensor" in kit.spec.capabilities:
        return
    states: list[bool | None] = []

    async def kick_and_look(bench: Workbench, progress: Progress) -> None:
        await kit.golden(bench.driver, progress)
        states.append(bench.driver.is_open)

    run = await perform(kit, work=kick_and_look)
    assert not run.bug, run.bug
    assert states == [None], "Without a sensor nobody can know whether it is open"
    told = [fact for fact in run.facts if isinstance(fact, DrawerChanged)]
    assert not told, f"Without a sensor nobody can tell {told}"


@needs("drawer")
async def test_a_kick_is_one_pulse(kit: Kit) -> None:
    """One kick is one effect: a drawer that is kicked again and again burns its magnet."""
    good = await reference(kit)
    assert good.progress.length > 0, "A pulse has a length in bytes, which `progress` knows"
