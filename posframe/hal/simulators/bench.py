"""A bench: the devices of one till in software, each on a line of its own, and what they say.

It knows no screen: a panel shows what stands here and does what is done here. The till connects to
it as to any other devices, with the lines that `Bench.settings` gives for its till.toml.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import anyio
import attrs

from posframe.errors import ConfigurationError
from posframe.hal.simulators.paper_watch import CUT, TORN, PaperWatch, printer_of
from posframe.hal.simulators.scenario import do, usages
from posframe.hal.simulators.serving import Line
from posframe.hal.simulators.simulator import Simulator, SimulatorSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from anyio.abc import TaskStatus

SETTINGS_FILE = "devices.toml"
PRINTER_AT = "tcp://127.0.0.1:9100"
EVENTS_KEPT_MAX = 1000
PAPER_LINES_MAX = 5000
SHOWN_BYTES_MAX = 32


@attrs.frozen
class Happening:
    """Something that happened to a device of the bench."""

    number: int
    """Counts from 1, without gaps."""
    at_s: float
    """Seconds since the first."""
    device: str
    words: str


@attrs.frozen(kw_only=True, eq=False)
class BenchDevice:
    """One device of the bench."""

    name: str
    """As in till.toml."""
    spec: SimulatorSpec
    line: Line

    @property
    def simulator(self) -> Simulator:
        """The device itself."""
        return self.line.simulator

    @property
    def uri(self) -> str:
        """Its address for till.toml."""
        return f"{self.spec.name}+{self.line.address}"

    @property
    def prints(self) -> bool:
        """Whether paper comes out of it, and a drawer hangs on it."""
        return printer_of(self.simulator) is not None

    def view(self) -> tuple[str, ...]:
        """Return its state as short lines."""
        return self.simulator.view()

    def acts(self) -> tuple[str, ...]:
        """Return the names of what can be done to it."""
        return tuple(self.simulator.acts())

    def usages(self) -> tuple[str, ...]:
        """Return how everything is written that can be done to it and its line."""
        return usages(self.simulator.acts().values())

    def do(self, words: str) -> None:
        """Do what a person does to it or its cable: ``put 1.250``, ``pull``, ``plug``.

        Raises:
            DataError: there is no such act, or its words mean nothing.
        """
        do(self.line, words)


class Bench:
    """Devices by name; used on one event loop."""

    def __init__(
        self,
        folder: Path,
        devices: Mapping[str, SimulatorSpec],
        places: Mapping[str, str] | None = None,
    ) -> None:
        """Put devices on the bench, links to them in ``folder``.

        Args:
            folder: made when it is not there.
            devices: what each device of the till is; its names are those in till.toml.
            places: where a device listens, when that is not its usual place: a printer at
                `PRINTER_AT`, others at a pseudo-terminal in the folder.

        Raises:
            ConfigurationError: a place cannot be read, or the folder not be made.
        """
        self.folder = folder.absolute()
        self.paper: deque[str] = deque(maxlen=PAPER_LINES_MAX)
        """What was printed, line by line, the newest last."""
        self.receipts = 0
        """How many receipts were printed."""
        self.happenings: deque[Happening] = deque(maxlen=EVENTS_KEPT_MAX)
        self.shows_bytes = False
        """Whether what passes on the lines is among the happenings."""
        self._watches: dict[str, PaperWatch] = {}
        self._begun_s: float | None = None
        self._count = 0
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"{folder} cannot be made: {error.strerror}", hint="choose another folder"
            ) from error
        given = places or {}
        self.devices = {
            name: self._device(name, spec, given.get(name, "")) for name, spec in devices.items()
        }

    async def run(self, *, task_status: TaskStatus[Bench] = anyio.TASK_STATUS_IGNORED) -> None:
        """Serve all devices until cancelled; the settings are written before it counts as begun.

        Raises:
            DeviceError: one cannot be served; the message names its place.
            OSError: the settings cannot be written.
        """
        async with anyio.create_task_group() as tasks:
            for device in self.devices.values():
                await tasks.start(_run, device.line)
            (self.folder / SETTINGS_FILE).write_text(self.settings(), encoding="utf-8")
            task_status.started(self)

    def settings(self) -> str:
        """Return the lines of till.toml that lead to these devices."""
        tables = [f'[devices.{device.name}]\nuri = "{device.uri}"\n' for device in self]
        printer = next((device.name for device in self if device.prints), None)
        if printer and "drawer" not in self.devices:
            tables.append(f'[devices.drawer]\nuri = "drawer+on://{printer}"\n')
        head = (
            "# For till.toml, in place of its [devices...]: they are there while the bench runs.\n"
        )
        return "\n".join((head, *tables))

    def look(self) -> None:
        """Bring `paper` up to what has been printed by now; to be called when it is shown."""
        for device in self:
            if device.name in self._watches:
                lines = self._watches[device.name].lines()
                self.receipts += sum(line in {CUT, TORN} for line in lines)
                self.paper.extend(lines)

    def note(self, device: str, words: str) -> None:
        """Add to the happenings."""
        self._count += 1
        now_s = anyio.current_time()
        if self._begun_s is None:
            self._begun_s = now_s
        self.happenings.append(Happening(self._count, now_s - self._begun_s, device, words))

    def __iter__(self) -> Iterator[BenchDevice]:
        return iter(self.devices.values())

    def _device(self, name: str, spec: SimulatorSpec, where: str) -> BenchDevice:
        simulator = spec.make({})
        printer = printer_of(simulator)
        if printer is not None:
            self._watches[name] = PaperWatch(printer)
        line = Line(
            simulator,
            where or (PRINTER_AT if printer else f"pty:{self.folder / name}"),
            tell=lambda words: self.note(name, words),
            trace=lambda way, data: self._passed(name, spec, way, data),
        )
        return BenchDevice(name=name, spec=spec, line=line)

    def _passed(self, name: str, spec: SimulatorSpec, way: str, data: bytes) -> None:
        if self.shows_bytes:
            shown = data[:SHOWN_BYTES_MAX].hex(" ").upper()
            more = f" … {len(data)} bytes" if len(data) > SHOWN_BYTES_MAX else ""
            self.note(name, f"{way} {len(data)} bytes" if spec.secret else f"{way} {shown}{more}")


async def _run(line: Line, *, task_status: TaskStatus[Line]) -> None:
    await line.run(task_status=task_status)
