"""What one check has found."""

from __future__ import annotations

import attrs

OK = "ok"
WARN = "warn"
"""The till sells, and somebody should see to it."""
BROKEN = "broken"
"""Something of the till does not work, or sales are in danger."""
RESULTS = (OK, WARN, BROKEN)


@attrs.frozen
class Check:
    """One thing that was looked at."""

    name: str
    """What was looked at, in a word or two: ``sqlite``, ``device printer``."""
    result: str = attrs.field(validator=attrs.validators.in_(RESULTS))
    words: str
    """What was found."""
    fix: str = ""
    """The command or the edit that mends it; empty where all is well."""


def worst(checks: list[Check]) -> str:
    """Return the worst result of all."""
    return max((each.result for each in checks), key=RESULTS.index, default=OK)
