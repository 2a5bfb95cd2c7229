"""A real terminal's own settings, changed for a while and given back."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO


@contextlib.contextmanager
def unseen(source: BinaryIO) -> Iterator[None]:
    """Have what is typed meanwhile stay off a real terminal."""
    with _changed(source, _without_echo):
        yield


@contextlib.contextmanager
def kept(source: BinaryIO) -> Iterator[None]:
    """Have a real terminal's own keys end and suspend nothing meanwhile."""
    with _changed(source, _without_signals):
        yield


def _without_echo(settings: list[Any], termios: Any, _descriptor: int) -> list[Any]:  # noqa: ANN401 - the module
    return [*settings[:3], settings[3] & ~termios.ECHO, *settings[4:]]


def _without_signals(settings: list[Any], termios: Any, descriptor: int) -> list[Any]:  # noqa: ANN401 - the module
    keys = list(settings[6])
    # ctrl+d would be the end of what is typed
    keys[termios.VEOF] = bytes([os.fpathconf(descriptor, "PC_VDISABLE")])
    return [*settings[:3], settings[3] & ~termios.ISIG, *settings[4:6], keys]


@contextlib.contextmanager
def _changed(
    source: BinaryIO, change: Callable[[list[Any], Any, int], list[Any]]
) -> Iterator[None]:
    try:
        import termios

        descriptor = source.fileno()
        before = termios.tcgetattr(descriptor)
    except (ImportError, OSError, ValueError):  # a pipe, a file, or no terminal of this kind
        yield
        return
    except termios.error:
        yield
        return
    termios.tcsetattr(descriptor, termios.TCSADRAIN, change(before, termios, descriptor))
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
