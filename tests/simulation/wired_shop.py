"""A demonstration shop whose printer, drawer, display, scanner and scale hang on real lines.

The devices are simulators served in this process, on ptys and TCP; the till is a process of its own
on a pty. Nothing of the till is reached into: keys go in, the screen comes out.
"""

from __future__ import annotations

import functools
import re
import subprocess
import sys
from typing import TYPE_CHECKING

from posframe.hal.registry import simulator_spec
from posframe.hal.simulators.serving import Line
from posframe.loop_thread import LoopThread

if TYPE_CHECKING:
    from pathlib import Path

    from anyio.abc import TaskStatus

TWINS = {"printer": "escpos", "display": "cd5220", "scanner": "scanner", "scale": "mt8217"}
TWIN_OPTIONS = {"printer": {"roll": "99999"}}
"""A roll that outlasts the longest test."""
DEVICE_OPTIONS = {"printer": "?profile=epson-tm-t88"}
"""A model that confirms what it has printed."""


class WiredShop:
    """The folder of a till, and its devices by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "till"
        made = [sys.executable, "-m", "posframe", "new", "till", str(self.folder), "--demo"]
        subprocess.run(made, check=True, capture_output=True)
        self._loop = LoopThread()
        self._ends = []
        self._receipts = []
        self._kicks = []
        self.twins = {
            name: simulator_spec(twin).make(TWIN_OPTIONS.get(name, {}))
            for name, twin in TWINS.items()
        }
        self.lines = {name: self._served(name, twin, folder) for name, twin in self.twins.items()}
        settings = (self.folder / "till.toml").read_text("utf-8")
        head = settings[: settings.index("[devices.printer]")]
        tail = settings[settings.index("[ui]") :]
        (self.folder / "till.toml").write_text(f"{head}{self._devices()}\n{tail}", "utf-8")

    @property
    def command(self) -> list[str]:
        """What starts the till."""
        return [sys.executable, "-m", "posframe", "run", "--till", str(self.folder)]

    def is_connected(self) -> bool:
        """Tell whether every device has seen its till."""
        return self.do(lambda: all(line.connected for line in self.lines.values()))

    def act(self, device: str, words: str) -> None:
        """Do what a person does at a device."""
        self.do(functools.partial(self.lines[device].act, words))

    def pull(self, device: str) -> None:
        """Pull a cable."""
        self.do(self.lines[device].pull)

    def plug(self, device: str) -> None:
        """Put a cable back."""
        self.do(self.lines[device].plug)

    def do(self, function):
        """Call a function on the devices' loop; return what it returns."""
        return self._loop.portal().call(function)

    def receipts(self) -> list[int]:
        """Return the number of each receipt that came out of the printer, in order."""
        self.collect()
        texts = "\n".join(receipt.text() for receipt in self._receipts)
        return [int(number) for number in re.findall(r"Receipt T01-(\d+)", texts)]

    def kicks(self) -> int:
        """Return how often the drawer was opened."""
        self.collect()
        return len(self._kicks)

    def collect(self) -> None:
        """Take what was printed and kicked so far; the twin keeps the latest 200 only."""
        self.do(self._collected)

    def _collected(self) -> None:
        printer = self.twins["printer"].printer
        self._receipts += printer.receipts
        self._kicks += printer.kicks
        printer.receipts.clear()
        printer.kicks.clear()

    def glass(self) -> str:
        """Return what stands on the customer display."""
        return "\n".join(self.do(self.twins["display"].view))

    def close(self) -> None:
        """Switch everything off."""
        for end in self._ends:
            end.cancel()
        self._loop.close()

    def _served(self, name: str, twin, folder: Path) -> Line:
        where = "tcp://127.0.0.1:0" if name == "printer" else f"pty:{folder / name}"
        line = Line(twin, where)
        future, _ = self._loop.portal().start_task(_run, line)
        self._ends.append(future)
        return line

    def _devices(self) -> str:
        at = {name: line.address for name, line in self.lines.items()}
        tables = [
            f'[devices.{name}]\nuri = "{TWINS[name]}+{at[name]}'
            f'{DEVICE_OPTIONS.get(name, "")}"\nlosses_per_minute = 1000'
            for name in TWINS
        ]
        return "\n".join((*tables, '[devices.drawer]\nuri = "drawer+on://printer"', ""))


async def _run(line: Line, *, task_status: TaskStatus[Line]) -> None:
    await line.run(task_status=task_status)
