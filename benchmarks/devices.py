"""What devices cost: the first byte to the printer, a dead printer, twenty that have nothing to do.

    python -m benchmarks.devices [--sales 60] [--keys 120] [--idle-s 10] [--rounds 3]

* First byte: from the commit of a cash sale until a printer on loopback TCP holds the first byte,
  which is the drawer's pulse; the receipt follows when that is confirmed. Between commit and byte
  lies one more flush: a job is on disk as being sent before it is. The anchor is that flush alone,
  and one byte over loopback TCP. The printer runs in a thread of the same process.
* Dead printer: from a key until its echo is painted, with a printer that nobody answers for, beside
  the same till with one that prints. Each round is a till of its own.
* Idle: CPU of a process that keeps twenty scanners on ptys connected.
"""

from __future__ import annotations

import argparse
import os
import pty
import random
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Final

from benchmarks.anchors import Flush
from benchmarks.measuring import (
    Finding,
    heading,
    measured,
    millis,
    percentile,
    print_findings,
    print_table,
)
from benchmarks.processes import cpu_s, environment
from benchmarks.pseudo_terminal import PseudoTerminal
from benchmarks.shop import PLUGINS, Shop, accept, add_folder_option, make_shop, workspace
from benchmarks.start import till_command
from posframe import commands
from posframe.till import Till

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FIRST_BYTE_MAX_S: Final = 0.002
DEAD_RATIO_MAX: Final = 1.10
"""An offline printer adds nothing: within what two runs of the same till differ by."""
IDLE_SHARE_MAX: Final = 0.01
IDLE_DEVICES: Final = 20
WARMING: Final = 5
RECEIPT_TEXT: Final = b"Benchmark"
"""The name of the shop: the first text on every receipt."""


class LoopbackPrinter:
    """Takes what a till sends and answers status questions; notes when a receipt begins."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.begun = threading.Semaphore(0)
        self.first_s: float | None = None
        """When the first byte came since this was last set to None."""
        self.receipt_s = 0.0
        """When the first text of a receipt came."""
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def _serve(self) -> None:
        from posframe.hal.registry import simulator_spec

        printer = simulator_spec("escpos").make({})
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with connection:
                while data := connection.recv(65536):
                    now_s = time.perf_counter()
                    self.first_s = self.first_s or now_s
                    if RECEIPT_TEXT in data:
                        self.receipt_s = now_s
                        self.begun.release()
                    answer = printer.feed(data, time.monotonic())
                    answer += printer.tick(time.monotonic() + 60)  # paper takes no time here
                    connection.sendall(answer)


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sales", type=int, default=60)
    parser.add_argument("--keys", type=int, default=120)
    parser.add_argument("--idle-s", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=3)
    add_folder_option(parser)
    options = parser.parse_args()
    with workspace(options.folder) as folder:
        print_findings(
            run(
                folder,
                sales=options.sales,
                keys=options.keys,
                idle_s=options.idle_s,
                rounds=options.rounds,
            )
        )


def run(folder: Path, *, sales: int, keys: int, idle_s: float, rounds: int) -> list[Finding]:
    """Print every figure and return what became of the goals."""
    return [
        *_first_byte(folder / "first", sales),
        *_dead_printer(folder / "dead", keys, rounds),
        *_idle(idle_s),
    ]


def _first_byte(folder: Path, sales: int) -> list[Finding]:
    heading("First byte to the printer")
    printer = LoopbackPrinter()
    address = f"tcp://127.0.0.1:{printer.port}?profile=epson-tm-t88"
    codes = make_shop(folder, Shop(plugins=("payments",), printer=address))
    after_s: list[float] = []
    receipts_s: list[float] = []
    with Till.open(folder) as till, Flush(folder) as flush:
        committed: list[float] = []
        till.listen(lambda _outcomes: committed.append(time.perf_counter()))
        for number in range(WARMING + sales):
            accept(till, commands.AddItem(code=codes[number % len(codes)]))
            time.sleep(0.02)  # nothing of the sale before is under way
            committed.clear()
            printer.first_s = None
            accept(till, commands.Pay(type="cash"))
            assert printer.begun.acquire(timeout=10), "the receipt came out"
            if number >= WARMING:
                assert printer.first_s is not None, "the pulse of the drawer came first"
                after_s.append(printer.first_s - committed[0])
                receipts_s.append(printer.receipt_s - committed[0])
            till.drain()
        flushes = [_timed(flush) for _ in range(sales)]
    printer.close()
    hops = _loopback(sales)
    anchor_s = percentile(flushes, 0.5) + percentile(hops, 0.5)
    p50_s, p99_s = percentile(after_s, 0.5), percentile(after_s, 0.99)
    print_table(
        ("", "p50 ms", "p99 ms"),
        [
            ("first byte after the commit: the drawer", millis(p50_s), millis(p99_s)),
            ("the receipt, once the drawer is confirmed", *map(millis, _p50_p99(receipts_s))),
            ("anchor: one flush", *map(millis, _p50_p99(flushes))),
            ("anchor: one byte over loopback", *map(millis, _p50_p99(hops))),
        ],
    )
    return [
        Finding(
            goal=f"first byte to the printer <= {millis(FIRST_BYTE_MAX_S)} ms after commit",
            measured=f"{millis(p50_s)} ms",
            ratio=f"{p50_s / anchor_s:.2f}",
            met=p50_s <= FIRST_BYTE_MAX_S,
        )
    ]


def _dead_printer(folder: Path, keys: int, rounds: int) -> list[Finding]:
    heading("A key beside a dead printer")
    alive, dead = LoopbackPrinter(), _free_port()
    shops = {"prints": alive.port, "dead": dead}
    walls: dict[str, list[list[float]]] = {name: [] for name in shops}
    cpus: dict[str, list[float]] = {name: [] for name in shops}
    for number in range(rounds):
        for name, port in shops.items():
            place = folder / f"{name}-{number}"
            make_shop(
                place, Shop(plugins=(*PLUGINS, "terminal"), printer=f"tcp://127.0.0.1:{port}")
            )
            seconds, cpu = _typed(place, keys)
            walls[name].append(seconds)
            cpus[name].append(cpu)
    alive.close()
    own, anchor = (measured(walls[name], cpus[name]) for name in ("dead", "prints"))
    rows = [
        (name, millis(each.p50_s), millis(each.p99_s), millis(each.cpu_s))
        for name, each in (("a printer that prints (anchor)", anchor), ("a dead printer", own))
    ]
    print_table(("", "p50 ms", "p99 ms", "CPU ms a key"), rows)
    ratio = own.p50_ratio(anchor)
    return [
        Finding(
            goal=f"an offline printer adds nothing to a key: <= {DEAD_RATIO_MAX:.2f}",
            measured=f"{millis(own.p50_s)} ms",
            ratio=f"{ratio:.2f}",
            met=ratio <= DEAD_RATIO_MAX,
        )
    ]


def _typed(folder: Path, keys: int) -> tuple[list[float], float]:
    """Pay a sale, so that a receipt is to be printed, then type digits and time their echo."""
    seconds: list[float] = []
    with PseudoTerminal(till_command("run", folder)) as screen:
        screen.read_until(b"items")
        screen.read_to_rest()
        screen.type("4000000007919\r")
        screen.read_to_rest()
        screen.type("\x1b[20~")
        screen.read_to_rest()
        screen.type("\r")
        screen.read_to_rest(1.0)
        begun_cpu_s = screen.cpu_s
        for _ in range(keys):
            time.sleep(random.uniform(0.06, 0.12))  # a person's pace
            screen.read(0)
            begun = time.perf_counter()
            screen.type("7")
            screen.read_until(b"7")
            seconds.append(time.perf_counter() - begun)
            screen.type("\x7f")
        cpu = (screen.cpu_s - begun_cpu_s) / keys
    return seconds, cpu


IDLE_PROCESS: Final = """
import sys, time, tempfile
from pathlib import Path
from posframe.config import DeviceEntry
from posframe.loop_thread import LoopThread
from posframe.hal.hardware import Hardware
entries = {f"scanner{at}": DeviceEntry(uri=f"scanner+serial:{path}")
           for at, path in enumerate(sys.argv[1:])}
hardware = Hardware(entries, Path(tempfile.gettempdir()))
loop = LoopThread()
running = loop.portal().start_task_soon(hardware.run)
until = time.monotonic() + 30
while not all(each.state.is_usable for each in hardware.devices.values()):
    assert time.monotonic() < until, {n: (d.state, d.reason) for n, d in hardware.devices.items()}
    time.sleep(0.05)
print("READY", flush=True)
sys.stdin.read()
running.cancel()
loop.close()
"""


def _idle(idle_s: float) -> list[Finding]:
    heading(f"{IDLE_DEVICES} devices with nothing to do")
    pairs = [pty.openpty() for _ in range(IDLE_DEVICES)]
    names = [os.ttyname(slave) for _, slave in pairs]
    process = subprocess.Popen(
        [sys.executable, "-c", IDLE_PROCESS, *names],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
        text=True,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == "READY\n", "twenty devices are connected"
    time.sleep(1.0)
    begun_cpu_s, begun = cpu_s(process.pid), time.perf_counter()
    time.sleep(idle_s)
    share = (cpu_s(process.pid) - begun_cpu_s) / (time.perf_counter() - begun)
    process.stdin.close()
    process.wait(10)
    for pair in pairs:
        for descriptor in pair:
            os.close(descriptor)
    print(f"{share * 100:.3f} % of a core over {idle_s:.0f} s")
    return [
        Finding(
            goal=f"{IDLE_DEVICES} idle devices cost <= {IDLE_SHARE_MAX * 100:.0f} % of a core",
            measured=f"{share * 100:.3f} %",
            met=share <= IDLE_SHARE_MAX,
        )
    ]


def _loopback(times: int) -> list[float]:
    """Return what one byte takes from one socket of this machine to another, seconds each."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        far, _ = listener.accept()
        with near, far:

            def hop() -> None:
                near.sendall(b"x")
                far.recv(1)

            return [_timed(hop) for _ in range(times)]


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _p50_p99(seconds: list[float]) -> tuple[float, float]:
    return percentile(seconds, 0.5), percentile(seconds, 0.99)


def _free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
