"""What scanners, card readers and keylocks must do: send what was presented, once, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import pytest

from posframe.hal.facts import INPUT, Overrun, StateChanged, WireNoise
from posframe.testing.hal.suite.runs import Line, facts_after, inject, perform, reference
from posframe.testing.hal.suite.selection import INPUTS, needs

if TYPE_CHECKING:
    from posframe.hal.progress import Progress
    from posframe.testing.hal.kit import Kit
    from posframe.testing.hal.workbench import Workbench

TIMES = 5
IDLE_S = 240.0


@needs(*INPUTS)
async def test_what_is_presented_is_sent_once_in_order(kit: Kit) -> None:
    """Point 15: the facts of one act, in their order, and none besides."""
    good = await reference(kit)
    noise = [fact for fact in good.value if isinstance(fact, WireNoise)]
    assert not noise, f"What the device sends in good order is no noise: {noise}"
    assert any(isinstance(fact, INPUT) for fact in good.value), "No input came of it"


@needs("scanner")
async def test_scans_in_quick_succession_all_arrive(kit: Kit) -> None:
    """Point 37: codes whose bytes come in one piece are codes of their own, in their order."""
    good = await reference(kit)
    said = bytes(good.line.tap.said)

    async def several(bench: Workbench, progress: Progress) -> None:
        del progress
        inject(bench, said * TIMES)
        await anyio.sleep(1.0)

    run = await perform(kit, work=several)
    assert not run.bug, run.bug
    assert tuple(run.facts) == kit.expected * TIMES, (
        f"{TIMES} codes came in one piece, and these were read: {run.facts}"
    )


@needs(*INPUTS, field="cases")
@pytest.mark.parametrize("byte_s", [None, 0.001], ids=["at-once", "slowly"])
async def test_each_case_leads_to_its_facts(kit: Kit, byte_s: float | None) -> None:
    """Points 36, 39, 40: what the kit names, whether it comes in one piece or byte by byte."""
    for act, expected in kit.cases.items():
        line = Line(kit.simulator())
        line.byte_s = byte_s

        async def present(
            bench: Workbench,
            progress: Progress,
            act: str = act,
            count: int = len(expected),
        ) -> Any:  # noqa: ANN401
            del progress
            return await facts_after(bench, act, count)

        run = await perform(kit, line, present)
        assert not run.bug, f"After {act!r}: {run.bug}"
        assert run.value == expected, f"{act!r} leads to {run.value}, not to {expected}"


@needs(*INPUTS)
async def test_an_idle_device_invents_nothing(kit: Kit) -> None:
    """Minutes in which nobody does anything leads to no fact."""

    async def idle(bench: Workbench, progress: Progress) -> None:
        del bench, progress
        await anyio.sleep(IDLE_S)

    run = await perform(kit, work=idle)
    assert not run.bug, run.bug
    assert not run.facts, f"Nobody did anything, and it reports {run.facts}"


@needs(*INPUTS)
async def test_feedback_never_disturbs_reading(kit: Kit) -> None:
    """Beeping, and switching off and on: no error, and the next code is read as ever."""

    async def disturbed(bench: Workbench, progress: Progress) -> Any:  # noqa: ANN401
        del progress
        await bench.driver.feedback(good=True)
        await bench.driver.feedback(good=False)
        await bench.driver.enable(on=False)
        await bench.driver.enable(on=True)
        await anyio.sleep(1.0)
        bench.facts.clear()
        return await facts_after(bench, kit.stimulus, len(kit.expected))

    run = await perform(kit, work=disturbed)
    assert not run.bug, run.bug
    assert run.error is None, f"It fails with {run.error!r}"
    assert run.value == kit.expected, f"After beeping it reads {run.value}, not {kit.expected}"


@needs(*INPUTS)
async def test_a_device_says_only_what_was_presented(kit: Kit) -> None:
    """A driver reports input and noise; its state is for the supervisor to tell."""
    good = await reference(kit)
    others = [fact for fact in good.facts if isinstance(fact, (StateChanged, Overrun))]
    assert not others, f"These are the supervisor's to report: {others}"
