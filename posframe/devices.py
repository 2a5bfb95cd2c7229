"""The till's devices for everybody else: any thread may ask, nobody waits for a device.

What devices are and how they are kept alive is `posframe.hal`'s business. They are connected when
somebody first needs one: a screen that listens, a job that prints.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import threading
from typing import TYPE_CHECKING, Any

import attrs

from posframe.errors import DeviceError, PosframeError
from posframe.kernel.domain.card_guard import shown
from posframe.kernel.domain.currencies import exponent
from posframe.kernel.domain.transaction import TillState
from posframe.pole import marked_rows, pole_rows
from posframe.shop_settings import training_mark

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from posframe.config import TillConfig
    from posframe.hal.facts import DeviceEvent
    from posframe.hal.hardware import Hardware
    from posframe.loop_thread import LoopThread

STOP_S = 5.0

_log = logging.getLogger(__name__)


@attrs.frozen(kw_only=True)
class DeviceReport:
    """How one device stands, for lists and status bars."""

    name: str
    state: str
    """``closed``, ``connecting``, ``ready``, ``warning``, ``blocked``, ``offline``, ``failed``."""
    device_class: str = ""
    """``printer``, ``scale``, …; empty where its settings cannot be read."""
    uri: str = ""
    reason: str = ""
    """A sentence for the operator; empty when all is well."""
    hint: str = ""
    waiting: int = 0
    """Pieces of work that wait for it."""

    @property
    def is_well(self) -> bool:
        """Whether nobody has to do anything about it."""
        return self.state in {"ready", "connecting", "closed"} and not self.reason


class Devices:
    """The devices of one till."""

    def __init__(
        self,
        config: TillConfig,
        loop: LoopThread,
        state: Callable[[], TillState] = TillState,
    ) -> None:
        """``state`` tells what the customer display shows when it is first connected."""
        self._config, self._loop, self._state = config, loop, state
        self._hardware: Hardware | None = None
        self._made = threading.Event()
        self._begun = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stop: Any = None
        self._ended = threading.Event()
        self._closed = False
        self._trouble: PosframeError | None = None
        self._listeners: list[Callable[[DeviceEvent], None]] = []
        self._weighings: set[Future[Any]] = set()
        self._shown: tuple[str, ...] = ()

    def begin(self) -> None:
        """Connect the devices, in the background; again: nothing."""
        with self._begun:
            if self._thread is None and self._config.devices and not self._closed:
                # Loading drivers and an event loop takes longer than the first screen may wait.
                self._thread = threading.Thread(
                    target=self._begin, name="posframe-devices", daemon=True
                )
                self._thread.start()

    def listen(self, take: Callable[[DeviceEvent], None]) -> Callable[[], None]:
        """Call ``take`` on the devices' thread with every event; return what ends that.

        ``take`` must not wait. Listening connects the devices.
        """
        self._listeners.append(take)
        self.begin()
        return lambda: self._listeners.remove(take)

    def reports(self) -> tuple[DeviceReport, ...]:
        """Return how each device stands now, in the order of till.toml."""
        return tuple(self._report(name) for name in self._config.devices)

    def hardware(self) -> Hardware:
        """Return the devices themselves, connected or on their way; waits until they are made.

        They belong to the devices' event loop: whoever asks them runs on it.

        Raises:
            DeviceError: this till has none, or is closed.
        """
        self.begin()
        if self._closed:
            raise DeviceError("This till is closed", hint="open it again")
        if self._thread is None:
            raise DeviceError("This till has no devices", hint="name some under [devices]")
        self._made.wait()
        if self._hardware is None:
            assert self._trouble is not None, "what could not be made has a reason"
            raise self._trouble
        return self._hardware

    @property
    def is_empty(self) -> bool:
        """True: till.toml names no device."""
        return not self._config.devices

    def has(self, device_class: str) -> bool:
        """Tell whether there is a device of a class, connected or not; never waits."""
        hardware = self._hardware
        return hardware is not None and bool(hardware.of_class(device_class))

    def weigh(self, deadline_s: float) -> Future[Any]:
        """Ask the scale for a stable weight; the future gives a Reading or a DeviceError.

        Cancelling it takes the question back.

        Raises:
            DeviceError: this till has no scale, or is closed.
        """
        scale = self.hardware().scale
        if scale is None:
            raise DeviceError("This till has no scale", hint="name one under [devices]")
        weighing = self._loop.portal().start_task_soon(scale.weigh, deadline_s)
        self._weighings.add(weighing)
        weighing.add_done_callback(self._weighings.discard)
        return weighing

    def follow(self, state: TillState) -> None:
        """Have the customer display show what is on disk now; never waits, never fails."""
        hardware = self._hardware
        if hardware is None or hardware.display is None:
            return
        till = self._config.till
        rows = pole_rows(state, hardware.display.columns, exponent(till.currency), till.store)
        rows = marked_rows(rows, hardware.display.columns, training_mark(self._config))
        if rows != self._shown:
            self._shown = rows
            self._soon(_shown, hardware.display, rows)

    def signal(self, *, good: bool, source: str = "") -> None:
        """Tell by sound whether input was taken, at the device it came from; never waits."""
        hardware = self._hardware
        if hardware is not None and (source in hardware.devices or hardware.of_class("tone")):
            self._soon(functools.partial(hardware.signal, good=good, source=source))

    def retry(self, name: str) -> None:
        """Try to connect a device now."""
        hardware = self._hardware
        if hardware is not None and name in hardware.devices:
            self._soon(_appeared, hardware.devices[name])

    def close(self) -> None:
        """Let the devices go; whoever asks for one from now on gets none. Idempotent."""
        with self._begun:
            self._closed = True
        if self._thread is None:
            return
        self._thread.join()
        if self._stop is not None:
            stop, self._stop = self._stop, None
            for weighing in tuple(self._weighings):
                weighing.cancel()  # or the loop would wait for it as long as for a customer
            stop()
            self._ended.wait(STOP_S)

    def _begin(self) -> None:
        from posframe.hal.hardware import Hardware

        try:
            config = self._config
            self._hardware = Hardware(
                config.devices, config.folder, logo=config.till.logo, mark=training_mark(config)
            )
            self._hardware.bus.listen(self._tell)
            self._stop = self._loop.portal().start_task_soon(self._run, self._hardware).cancel
            self.follow(self._state())
        except PosframeError as error:
            self._trouble = error
        finally:
            self._made.set()

    async def _run(self, hardware: Hardware) -> None:
        try:
            await hardware.run()
        except Exception:  # noqa: BLE001 - a bug is told, wherever it is
            _log.exception("The devices have stopped")
        finally:
            self._ended.set()  # not before every line is closed

    def _soon(self, function: Callable[..., Any], *arguments: Any) -> None:  # noqa: ANN401
        with contextlib.suppress(RuntimeError):  # the loop has ended, with the till
            if not self._closed:
                self._loop.portal().start_task_soon(function, *arguments)

    def _tell(self, event: DeviceEvent) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception:  # noqa: BLE001 - it would end the devices, which are not to blame
                _log.exception("A listener to devices failed at %s", event)

    def _report(self, name: str) -> DeviceReport:
        uri = self._config.devices[name].uri
        hardware = self._hardware
        if hardware is None:
            begun = self._thread is not None
            return DeviceReport(name=name, state="connecting" if begun else "closed", uri=uri)
        report: DeviceReport = attrs.evolve(hardware_report(hardware, name), uri=uri)
        return report


def hardware_report(hardware: Hardware, name: str) -> DeviceReport:
    """Return how a device stands; a drawer on a connector stands as its printer does."""
    device = hardware.device_behind(name)
    plan = hardware.plans.get(name)
    return DeviceReport(
        name=name,
        state=device.state.value,
        device_class=plan.spec.device_class
        if plan
        else "drawer"
        if name in hardware.drawers
        else "",
        reason=shown(device.reason),
        hint=shown(device.hint),
        waiting=device.waiting,
    )


async def _shown(display: Any, lines: tuple[str, ...]) -> None:  # noqa: ANN401 - a display
    display.show(lines)


async def _appeared(device: Any) -> None:  # noqa: ANN401 - a supervised device
    device.appeared()
