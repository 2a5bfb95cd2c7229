"""A machine with nothing wrong, for the doctor to look at."""

from __future__ import annotations

import attrs

from posframe.cli.plugins import dry_till
from posframe.doctor import Surroundings, examine
from posframe.doctor.surroundings import TerminalFacts

GOOD_TERMINAL = TerminalFacts(
    is_terminal=True,
    encoding="utf-8",
    columns=80,
    rows=24,
    name="xterm-256color",
    true_colours=True,
)
SOUND = Surroundings(
    assemble=lambda config: dry_till(config.folder),
    sqlite=lambda: "3.51.3",
    free_bytes=lambda _: 50 << 30,
    sync_ms=lambda _: 1.5,
    is_synchronised=lambda: True,
    terminal=lambda: GOOD_TERMINAL,
    load_ms=lambda names: dict.fromkeys(names, 20.0),
    groups=lambda: frozenset({"dialout", "lp", "input"}),
    is_root=False,
    allowed=lambda _: True,
    stable_name=lambda _: "",
)
"""A machine with nothing wrong."""


def looked(folder, **wrong):
    """Examine a till on a sound machine, but for what is ``wrong``; return checks by name."""
    return {each.name: each for each in examine(folder, attrs.evolve(SOUND, **wrong))}
