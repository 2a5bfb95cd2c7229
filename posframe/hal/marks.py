"""Bytes with an effect, and marks among them that tell how far a printer has come."""

from __future__ import annotations

from collections.abc import Callable

import attrs


@attrs.frozen
class Mark:
    """A place in what is sent: the bytes that mark it, and whether the printer has passed it."""

    data: bytes
    passed: Callable[[], bool]


@attrs.frozen
class Job:
    """Bytes with an effect, and the marks among them."""

    data: bytes
    length: int
    """Bytes after which nobody can say that the effect is not complete.

    One byte of its last command is enough: what a later connection sends, whatever it is, can be
    taken for the rest.
    """
    nearly: Mark | None = None
    """Passed just before the effect is complete."""
    done: Mark | None = None
    """Passed when it is."""
    confirms: bool = True
    """Passing ``done`` proves the effect."""
