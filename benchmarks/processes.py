"""Processes to measure: started as an installed till is, and what they take of the machine."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

_UNWANTED: Final = frozenset(
    {"PYTHONDONTWRITEBYTECODE", "PYTHONSTARTUP", "PYTHONPROFILEIMPORTTIME"}
)


def environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """Return what a process is started with: compiled modules, whatever the caller's settings.

    They are kept outside the checkout; the first start of anything compiles, and is not measured.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _UNWANTED}
    compiled = Path(tempfile.gettempdir(), "posframe-bench-compiled")
    return {**kept, "PYTHONPYCACHEPREFIX": str(compiled), **(extra or {})}


def cpu_s(process: int) -> float:
    """Return user and system time of a process; counted in ticks of the system."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(process: int) -> float:
    """Return the resident memory of a process."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
