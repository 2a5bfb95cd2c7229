"""``posframe doctor``: looks a till over; each finding comes with what mends it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import attrs
from cyclopts import Parameter

from posframe.cli.lines import paragraph, printable

if TYPE_CHECKING:
    from posframe.config import TillConfig
    from posframe.doctor import Check, Surroundings
    from posframe.till import Till

_PROGRAMS = frozenset({"chmod", "export", "mkdir", "pip", "posframe", "sudo"})
"""What a fix begins with that is a command."""
SURROUNDINGS: Surroundings | None = None
"""What the checks look at; others in tests."""


def doctor(
    *,
    till: Annotated[Path, Parameter(name="--till")] = Path(),
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Look a till over: machine, disk, journal, plugins, devices. Nothing is changed.

    Exit status 0: all is well; 1: somebody should see to something; 2: something is broken. Devices
    are connected once, unless the till runs: then it is asked.

    Args:
        till: the till's folder.
        as_json: print one list of objects instead.
    """
    from posframe.doctor import Surroundings, examine
    from posframe.doctor.check import BROKEN, OK, RESULTS, WARN, worst

    around = SURROUNDINGS or Surroundings(assemble=_assembled)
    checks = []
    for check in examine(till, around):
        checks.append(check)
        if not as_json:
            _show(check)
    if as_json:
        print(json.dumps([attrs.asdict(check) for check in checks], indent=2, ensure_ascii=False))
    else:
        counts = [len([each for each in checks if each.result == result]) for result in RESULTS]
        print(f"\n{counts[0]} ok, {counts[1]} to see to, {counts[2]} broken")
    return {OK: 0, WARN: 1, BROKEN: 2}[worst(checks)]


def _show(check: Check) -> None:
    paragraph(check.words, first=f"{check.result:<6}  {check.name:<18}  ")
    if not check.fix:
        return
    if check.fix.partition(" ")[0] in _PROGRAMS:
        print(f"{'':8}{printable(check.fix)}")  # whole, to be copied, however long
    else:
        paragraph(check.fix, first=" " * 8)


def _assembled(config: TillConfig) -> Till:
    from posframe.cli.plugins import dry_till

    return dry_till(config.folder)
