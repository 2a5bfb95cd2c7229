"""Measure the terminal on a real pty: ``python -m tests.terminal_ui.measure``.

Scan to screen, digit to echo, bytes and CPU per scan, idle CPU, and the start against a
minimal Textual app, rounds interleaved. One frame ends with a reset of the style, so the end of
a frame is seen without an emulator.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.terminal_ui.pty_terminal import PtyTerminal, till_command

MINIMAL = """
from textual.app import App
from textual.widgets import Static
class Minimal(App):
    def compose(self):
        yield Static("READY")
Minimal().run()
"""


def main() -> None:
    # Compiled files, as an installed till has them, whatever the caller's settings are.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(Path(tempfile.gettempdir()) / "measured"))
    for lines in (10, 1000):
        for size in ((80, 24), (120, 36)):
            _scans(lines, size)
    _start(rounds=9)


def _scans(lines: int, size: tuple[int, int], count: int = 300) -> None:
    till = till_command("commit_s=0.0002", f"lines={lines}")
    with PtyTerminal(till, size=size) as terminal:
        terminal.wait_for(f"items {lines}")
        _quiet(terminal)
        pid = terminal.process.pid
        before = _cpu_s(pid)
        scans = [
            _timed(terminal, f"{random.randrange(4 * 10**12, 5 * 10**12)}\r") for _ in range(count)
        ]
        cpu_ms = (_cpu_s(pid) - before) / count * 1000
        digits = []
        for _ in range(count):
            digits.append(_timed(terminal, "7", pause_s=0.05))
            if len(digits) % 12 == 0:
                _timed(terminal, "\x1b[3~", pause_s=0.05)
        before = _cpu_s(pid)
        time.sleep(3)
        idle = (_cpu_s(pid) - before) / 3 * 100
        _say(f"{lines} lines, {size[0]}x{size[1]}: idle {idle:.1f} %, {_rss_mb(pid):.0f} MB")
        _report("scan", scans, f", cpu {cpu_ms:.2f} ms")
        _report("digit", digits)


def _timed(terminal: PtyTerminal, keys: str, pause_s: float = 0.02) -> tuple[float, int]:
    time.sleep(pause_s * random.uniform(0.8, 1.2))
    before = time.perf_counter()
    os.write(terminal.master, keys.encode())
    data = b""
    while not data.endswith(b"\x1b[0m"):
        data += os.read(terminal.master, 65536)
    return (time.perf_counter() - before) * 1000, len(data)


def _report(name: str, timed: list[tuple[float, int]], more: str = "") -> None:
    times = sorted(ms for ms, _ in timed)
    size = statistics.median(n for _, n in timed)

    def at(share: float) -> float:
        return times[min(int(len(times) * share), len(times) - 1)]

    _say(
        f"  {name:6} p50 {at(0.5):.2f} p95 {at(0.95):.2f} p99 {at(0.99):.2f} max {times[-1]:.2f} ms"
        f", {size:.0f} bytes{more}"
    )


def _start(rounds: int) -> None:
    minimal, ready, scanned = [], [], []
    for _ in range(rounds):
        with PtyTerminal([sys.executable, "-c", MINIMAL]) as terminal:
            minimal.append(_until(terminal, "READY"))
        with PtyTerminal(till_command()) as terminal:
            before = time.perf_counter()
            terminal.type("4006581002330\r")
            _until(terminal, "items [01]")
            ready.append(time.perf_counter() - before)
            terminal.wait_for("items 1")
            scanned.append(time.perf_counter() - before)
    base = statistics.median(minimal)
    for name, times in (("minimal app", minimal), ("till painted", ready), ("first scan", scanned)):
        middle = statistics.median(times)
        _say(f"{name}: {middle * 1000:.0f} ms, x{middle / base:.2f}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _until(terminal: PtyTerminal, pattern: str) -> float:
    before = time.perf_counter()
    terminal.wait_for(pattern)
    return time.perf_counter() - before


def _quiet(terminal: PtyTerminal) -> None:
    while terminal.read(0.3):
        pass


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _rss_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
