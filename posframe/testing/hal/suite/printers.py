"""What printers must do: say what keeps them, promise nothing false, lose no letter."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import anyio
import pytest

from posframe.hal.progress import Outcome, Progress
from posframe.kernel.domain.receipt import Cut, ReceiptDocument, Section, Text
from posframe.testing.hal.suite.general import after
from posframe.testing.hal.suite.questions import SHORT
from posframe.testing.hal.suite.runs import EVERY, Line, perform, reference, tap
from posframe.testing.hal.suite.selection import needs
from posframe.testing.hal.suite.soundness import unsound
from posframe.testing.hal.workbench import Workbench, workbench

if TYPE_CHECKING:
    from posframe.testing.hal.kit import Kit

DEADLINE_S = 10.0
LATER_S = 60.0
"""How long paper may take to come back, and what was left in the buffer to be printed."""
LETTERS = (
    "Ąą Čč Ęę Ėė Įį Šš Ųų Ūū Žž", "Ää Öö Üü ß", "Éé Èè Êê Ëë Çç Œœ", "Łł Óó Śś Źź Żż Ćć Ńń",
    "Åå Ææ Øø", "Ññ ¿ ¡", "„Žodis“ – 5 €", "£ 1.00", "Ελληνικά", "Привет", "红茶",
)  # fmt: skip
"""Letters of receipts in many places."""


@needs("printer", field="bad_acts")
async def test_trouble_before_a_print_is_said_and_nothing_printed(kit: Kit) -> None:
    """Points 21 and 22: no paper, an open cover: said in time, and not one byte on paper."""
    good = await reference(kit)
    for act, word in kit.bad_acts.items():
        run = await perform(kit, work=functools.partial(after, kit, act))
        wrong = unsound(kit, run, good)
        assert not wrong, f"After {act!r}: {wrong}"
        assert run.error is not None, f"After {act!r} it prints as if nothing were"
        assert not run.effects, f"After {act!r} it printed"
        assert not run.touched, f"After {act!r} something was done to the paper"
        assert word.casefold() in run.told(), f"After {act!r} nobody says {word!r}: {run.told()}"


@needs("printer", "drawer", field="bad_acts")
async def test_trouble_in_the_middle_is_told_soundly(kit: Kit) -> None:
    """Points 21, 22 and 29: at whatever step it comes; what was given up is not printed later."""
    good = await reference(kit)
    for act in kit.bad_acts:
        for step in range(1, good.steps + 1):
            line = Line(kit.simulator())

            def strike(_scope: anyio.CancelScope, bench: Workbench, act: str = act) -> None:
                bench.line.act(act)

            run = await perform(
                kit, line, functools.partial(_and_later, kit, act), at=step, deed=strike
            )
            wrong = unsound(kit, run, good)
            assert not wrong, f"{act!r} at step {step} of {good.steps}: {wrong}"


@needs("printer", field="warnings")
async def test_a_warning_is_given_and_it_prints_on(kit: Kit) -> None:
    """Point 24: paper near its end is said once, and is no reason to stop."""
    good = await reference(kit)
    for act, word in kit.warnings.items():
        run = await perform(kit, work=functools.partial(after, kit, act))
        wrong = unsound(kit, run, good)
        assert not wrong, f"After {act!r}: {wrong}"
        assert run.error is None, f"After {act!r} it does not print: {run.error!r}"
        assert run.effects == 1, f"After {act!r} it did not print"
        given = [
            conditions
            for conditions in run.conditions
            if any(word.casefold() in each.casefold() for each in conditions.warnings)
        ]
        assert len(given) == 1, f"After {act!r} {word!r} was reported {len(given)} times"
        assert not given[0].blocking, f"{act!r} is no reason to stop"


@needs("printer", "drawer")
async def test_a_lost_confirmation_is_no_confirmation(kit: Kit) -> None:
    """Point 25: from whatever step on nothing is heard, it says DONE only of what it heard of."""
    good = await reference(kit)

    def hush(_scope: anyio.CancelScope, bench: Workbench) -> None:
        tap(bench).silent = True

    for step in range(1, good.steps + 1):
        run = await perform(kit, at=step, deed=hush)
        wrong = unsound(kit, run, good)
        assert not wrong, f"Nothing is heard from step {step} of {good.steps} on: {wrong}"
    run = await perform(kit, work=functools.partial(_unheard, kit))
    assert run.progress.outcome is not Outcome.DONE, "Nothing was ever heard, and it says DONE"


@needs("printer", field="printed")
@pytest.mark.parametrize("text", LETTERS)
async def test_every_letter_is_printed_or_reported(kit: Kit, text: str) -> None:
    """Point 26: a letter it lacks is named by `unprintable`; all others stand on the paper."""
    assert kit.printed is not None
    line = Line(kit.simulator())
    async with workbench(kit, line) as bench:
        lost = bench.driver.unprintable(text)
        remarks = await bench.driver.print_receipt(_note(text), Progress(), DEADLINE_S)
    paper = kit.printed(line.tap.device)
    missing = {letter for letter in text if letter not in paper and not letter.isspace()}
    unsaid = missing - set(lost)
    assert not unsaid, f"{sorted(unsaid)} are not on the paper, and nobody said so: {paper!r}"
    if lost:
        assert remarks, f"{lost!r} cannot be printed, and the job has no remark"


@needs("printer", field="printed")
async def test_text_wider_than_the_paper_loses_nothing(kit: Kit) -> None:
    """Point 28: a long text goes on in the next line, to its last letter."""
    assert kit.printed is not None
    words = [f"word{number:03d}" for number in range(40)]
    line = Line(kit.simulator())
    async with workbench(kit, line) as bench:
        await bench.driver.print_receipt(_note(" ".join(words)), Progress(), DEADLINE_S)
    paper = "".join(kit.printed(line.tap.device).split())
    missing = [word for word in words if word not in paper]
    assert not missing, f"These words of a long line are not on the paper: {missing}"


@needs("printer")
async def test_progress_knows_its_length_and_never_goes_back(kit: Kit) -> None:
    """Whoever looks at any moment can judge: the length is known before the first byte counts."""
    seen: list[tuple[int, int, int]] = []
    held = Progress()

    async def print_one(bench: Workbench, progress: Progress) -> Any:  # noqa: ANN401
        del progress
        return await bench.driver.print_receipt(SHORT, held, DEADLINE_S)

    def look(_scope: anyio.CancelScope, _bench: Workbench) -> None:
        seen.append((held.least, held.most, held.length))

    run = await perform(kit, work=print_one, at=EVERY, deed=look)
    assert not run.bug, run.bug
    assert all(least <= most <= length for least, most, length in seen if most), (
        f"More was sent than there is, or less is certain than possible: {seen}"
    )
    assert seen == sorted(seen, key=lambda each: each[:2]), "What was sent was taken back"


def _note(text: str) -> ReceiptDocument:
    return ReceiptDocument(sections=(Section("conformance", (Text(text), Cut())),))


async def _and_later(kit: Kit, act: str, bench: Workbench, progress: Progress) -> Any:  # noqa: ANN401
    """Do the exchange; whatever comes of it, mend the trouble and see what is printed then."""
    try:
        with anyio.move_on_after(LATER_S):  # the caller's patience
            return await kit.golden(bench.driver, progress)
    finally:
        with anyio.CancelScope(shield=True):
            if act in kit.undo:
                bench.line.act(kit.undo[act])
            await anyio.sleep(LATER_S)


async def _unheard(kit: Kit, bench: Workbench, progress: Progress) -> Any:  # noqa: ANN401
    tap(bench).silent = True
    return await kit.golden(bench.driver, progress)
