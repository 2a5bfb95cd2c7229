"""Every performance goal in one run: ``python -m benchmarks [--quick]``, about seven minutes.

Sizes are moderate; each benchmark by itself takes larger ones (``--help``). Those of catalogue and
receipt print tables of their own and set no verdict here; ``powercuts`` proves, and does not time.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

import attrs

from benchmarks import (
    devices,
    hooks,
    line,
    promotions,
    real_baskets,
    sale,
    screen,
    sign_in,
    start,
    z_report,
)
from benchmarks.measuring import Finding, heading, print_findings
from benchmarks.processes import environment
from benchmarks.shop import add_folder_option, workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@attrs.frozen(kw_only=True)
class Sizes:
    """How much of everything is done."""

    rounds: int
    calls: int
    scans: int
    sales: int
    skus: int
    baskets: int


FULL: Final = Sizes(rounds=5, calls=400, scans=80, sales=40, skus=100_000, baskets=3_000)
QUICK: Final = Sizes(rounds=3, calls=60, scans=20, sales=10, skus=5_000, baskets=200)


def main() -> None:
    """Run everything, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only to see that all of it runs")
    add_folder_option(parser)
    options = parser.parse_args()
    begin = time.perf_counter()
    findings: list[Finding] = []
    sizes = QUICK if options.quick else FULL
    for name, measure in MEASURES.items():
        with workspace(options.folder) as folder:
            findings += _measured(name, measure, folder, sizes)
    _print_others(sizes)
    heading("Goals")
    print_findings(findings)
    print(f"{time.perf_counter() - begin:.0f} s")


def _measured(
    name: str, measure: Callable[[Path, Sizes], list[Finding]], folder: Path, sizes: Sizes
) -> list[Finding]:
    """Measure one thing; whatever goes wrong is said in the table and hides nothing else."""
    try:
        return measure(folder, sizes)
    except Exception as error:  # noqa: BLE001 - one broken benchmark leaves the others their say
        print(f"{name} broke off: {type(error).__name__}: {error}")
        return [Finding(goal=f"{name}: runs to its end", measured="broke off", met=False)]


def _line(folder: Path, sizes: Sizes) -> list[Finding]:
    return line.run(folder, line.SIZES, calls=sizes.calls, rounds=sizes.rounds)


def _sale(folder: Path, sizes: Sizes) -> list[Finding]:
    return sale.run(folder, sales=sizes.sales, rounds=sizes.rounds)


def _start(folder: Path, sizes: Sizes) -> list[Finding]:
    return start.run(folder, rounds=sizes.rounds, skus=sizes.skus)


def _screen(folder: Path, sizes: Sizes) -> list[Finding]:
    return screen.run(folder, screen.SIZES, scans=sizes.scans, rounds=sizes.rounds)


def _hooks(folder: Path, sizes: Sizes) -> list[Finding]:
    return hooks.run(folder, calls=sizes.calls, rounds=sizes.rounds)


def _devices(folder: Path, sizes: Sizes) -> list[Finding]:
    return devices.run(
        folder, sales=sizes.sales, keys=sizes.scans, idle_s=5.0, rounds=min(sizes.rounds, 3)
    )


def _promotions(_: Path, sizes: Sizes) -> list[Finding]:
    return promotions.run(baskets=max(4, sizes.sales // 2), rounds=min(sizes.rounds, 2))


def _real_baskets(folder: Path, sizes: Sizes) -> list[Finding]:
    if (real_baskets.DATA / real_baskets.BASKETS).is_file():
        return real_baskets.run(folder, sizes.baskets)
    return [Finding(goal="real baskets", measured="their data are not beside this checkout")]


def _sign_in(folder: Path, sizes: Sizes) -> list[Finding]:
    return sign_in.run(folder, calls=min(sizes.calls, 40), rounds=min(sizes.rounds, 3))


def _z_report(folder: Path, sizes: Sizes) -> list[Finding]:
    return z_report.run(folder, sales=sizes.baskets, rounds=sizes.rounds)


MEASURES: Final[dict[str, Callable[[Path, Sizes], list[Finding]]]] = {
    "durable line": _line,
    "ten-line sale": _sale,
    "start": _start,
    "scan to screen": _screen,
    "idle plugins": _hooks,
    "devices": _devices,
    "signing in": _sign_in,
    "Z report": _z_report,
    "promotions": _promotions,
    "real baskets": _real_baskets,
}


def _print_others(sizes: Sizes) -> None:
    """Run the benchmarks that print tables of their own."""
    for module, *options in (
        ("benchmarks.catalogue", "--skus", str(sizes.skus)),
        ("benchmarks.receipt", "--repeats", str(sizes.calls)),
    ):
        heading(module)
        command = [sys.executable, "-m", module, *options]
        done = subprocess.run(command, env=environment(), check=False)
        if done.returncode:
            print(f"{module} broke off")


if __name__ == "__main__":
    main()
