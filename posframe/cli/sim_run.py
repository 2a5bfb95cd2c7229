"""One device in software in a terminal: what happens is printed, what is typed is done."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import anyio.lowlevel
import attrs

from posframe.errors import ConfigurationError, DataError
from posframe.hal.simulators.faults import parse_faults
from posframe.hal.simulators.paper_watch import PaperWatch, printer_of
from posframe.hal.simulators.scenario import do, parse_scenario, play, usages
from posframe.hal.simulators.serving import Line
from posframe.hal.simulators.simulator import Simulator, SimulatorSpec

TYPED_BYTES_MAX = 4096
LOOK_S = 0.2
"""Rest between two looks at the device: text that scrolls over a display is not a page a second."""


@attrs.frozen(kw_only=True)
class Plan:
    """What the command line says, read."""

    spec: SimulatorSpec
    simulator: Simulator
    where: str
    scenario: str = ""
    faults: str = ""
    out: Path | None = None
    wire: bool = False


async def run(plan: Plan) -> None:
    """Serve the device until ``quit`` is typed, or for ever.

    Raises:
        PosframeError: a script means nothing, or the place cannot be listened on.
    """
    keeper = PaperKeeper(plan.simulator, plan.out) if plan.out else None
    steps = parse_scenario(plan.scenario, plan.simulator.acts())
    desk = _Desk(plan)
    line = Line(
        plan.simulator,
        plan.where,
        faults=parse_faults(plan.faults),
        tell=desk.say,
        trace=desk.trace if plan.wire else lambda _way, _data: None,
    )
    async with anyio.create_task_group() as tasks:
        await tasks.start(lambda task_status: line.run(task_status=task_status))
        name, uri = plan.spec.name, f"{plan.spec.name}+{line.address}"
        _print(f'{plan.spec.title}. In till.toml: uri = "{uri}"')
        receipts = f", receipts in {plan.out}" if plan.out else ""
        _print(
            f"{name} on {line.address}{receipts}. Type help for what can be done; Ctrl-C ends it."
        )
        if keeper:
            tasks.start_soon(_keep, keeper, line)
        tasks.start_soon(desk.watch, line)
        tasks.start_soon(play, steps, line, desk.say)
        await desk.obey(line)
        tasks.cancel_scope.cancel()


class PaperKeeper:
    """Puts a printer's receipts and drawer kicks into a folder."""

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        """Make the folder.

        Raises:
            ConfigurationError: this device prints nothing, or the folder cannot be made.
        """
        from posframe.hal.simulators.receipt_folder import ReceiptFolder

        printer = printer_of(simulator)
        if printer is None:
            raise ConfigurationError("This device prints nothing", hint="leave --out away")
        try:
            self._folder = ReceiptFolder(folder)
        except OSError as error:
            raise ConfigurationError(
                f"{folder} cannot be made: {error.strerror}", hint="choose another folder"
            ) from error
        self._watch = PaperWatch(printer)

    def keep(self) -> None:
        """Write what is new.

        Raises:
            ConfigurationError: it cannot be written.
        """
        try:
            for receipt in self._watch.receipts():
                self._folder.add(receipt)
            for kick in self._watch.kicks():
                self._folder.kicked(kick)
        except OSError as error:
            raise ConfigurationError(
                f"A receipt cannot be written: {error.strerror}", hint="see to the disk"
            ) from error


async def _keep(keeper: PaperKeeper, line: Line) -> None:
    while True:
        keeper.keep()
        await line.changed()


class _Desk:
    """Standard input and output of one device."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._begun_s = anyio.current_time()
        self._seen: tuple[str, ...] = ()

    def say(self, words: str) -> None:
        """Print what happened, and when."""
        _print(f"{anyio.current_time() - self._begun_s:9.3f}  {words}")

    def trace(self, way: str, data: bytes) -> None:
        """Print bytes; of a device that reads what is personal, only their number."""
        shown = f"{len(data)} bytes" if self._plan.spec.secret else data.hex(" ").upper()
        self.say(f"{way} {shown}")

    async def watch(self, line: Line) -> None:
        """Print what changes at the device."""
        self._seen = self._plan.simulator.view()
        while True:
            await line.changed()
            await anyio.sleep(LOOK_S)
            view = self._plan.simulator.view()
            for row in view:
                if row not in self._seen:
                    self.say(f"  {row}")
            self._seen = view

    async def obey(self, line: Line) -> None:
        """Do what is typed until it is ``quit``; for ever where nobody types."""
        async for words in _typed():
            if words == "quit":
                return
            if words == "help":
                _print("\n".join((*usages(line.simulator.acts().values()), "view", "quit")))
            elif words == "view":
                _print("\n".join(line.simulator.view()))
            elif words:
                try:
                    do(line, words)
                except DataError as error:
                    _print(f"{error.message}: {error.hint}" if error.hint else error.message)
        await anyio.sleep_forever()


async def _typed() -> AsyncIterator[str]:
    """Yield what is typed, line by line, until there is no more."""
    try:
        descriptor = sys.stdin.fileno()
    except (OSError, ValueError):  # there is no standard input
        return
    rest = b""
    while True:
        try:
            await anyio.wait_readable(descriptor)
        except PermissionError:  # a file: it can always be read
            await anyio.lowlevel.checkpoint()
        data = os.read(descriptor, TYPED_BYTES_MAX)
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            yield line.decode("utf-8", "replace").strip()
        rest = rest[:TYPED_BYTES_MAX]
        if not data:
            if rest:
                yield rest.decode("utf-8", "replace").strip()
            return


def _print(text: str) -> None:
    print(text, flush=True)
