"""The plugins of a till: whether it can be assembled from them, and how long they take to load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe.doctor.check import BROKEN, OK, WARN, Check
from posframe.errors import PosframeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe.config import TillConfig
    from posframe.doctor.surroundings import Surroundings

LOAD_MS_MAX = 200.0


def assembled(config: TillConfig, around: Surroundings) -> Check:
    """Assemble the till without selling: settings of plugins, hooks, keys that clash."""
    try:
        with around.assemble(config) as till:
            for plugin in till.hooks.plugins:
                further = getattr(type(plugin.plugin), "check", None)
                if further is not None:
                    further(till)
    except PosframeError as error:
        fix = error.hint or f"posframe plugins check --till {config.folder}"
        return Check("plugins", BROKEN, error.message, fix)
    names = ", ".join(config.enabled) or "none"
    return Check("plugins", OK, f"{names}; no two keys clash")


def load_times(config: TillConfig, around: Surroundings) -> Iterator[Check]:
    """Look how long each plugin keeps a start waiting."""
    taken = around.load_ms(config.enabled)
    slow = {name: took for name, took in taken.items() if took > LOAD_MS_MAX}
    for name, took in slow.items():
        words = f"{name} takes {took:.0f} ms to load; {LOAD_MS_MAX:.0f} ms are fair"
        fix = f"tell its makers, or take {name!r} out of plugins.enable"
        yield Check("plugin load", WARN, words, fix)
    if taken and not slow:
        slowest = max(taken, key=taken.__getitem__)
        yield Check("plugin load", OK, f"the slowest is {slowest}, {taken[slowest]:.0f} ms")
