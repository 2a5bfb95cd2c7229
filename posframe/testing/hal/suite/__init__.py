"""The points of the conformance suite, by what they are about.

::

    general    what every driver must do in its life: open, be asked, be broken off, close
    lines      what a line does to bytes: pieces, noise, halves, wrong bits
    declared   what a driver says of itself is so: spec, capabilities, options, secrets
    printers   trouble before, in and after a print; letters and widths
    drawers    with a sensor and without
    scales     what may be sold, what is refused, what is exact
    inputs     what scanners, card readers and keylocks send, in order, and nothing else
    displays   displays and tones: whatever is shown, the sale goes on

Each point is a test function that takes a `Kit`. `selection` says which kit it is for, `runs` has
the bench, `soundness` what may be claimed. Time is virtual: see `posframe.testing.virtual_clock`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

CHAPTERS = (
    "general", "lines", "declared", "printers", "drawers", "scales", "inputs", "displays",
)  # fmt: skip


def points() -> dict[str, Callable[..., Any]]:
    """Return every point of the suite, by its name."""
    found: dict[str, Callable[..., Any]] = {}
    for chapter in CHAPTERS:
        module = importlib.import_module(f"{__name__}.{chapter}")
        own = {name: point for name, point in vars(module).items() if name.startswith("test_")}
        assert not found.keys() & own.keys(), f"a name of {chapter} is taken"
        found |= own
    return found
