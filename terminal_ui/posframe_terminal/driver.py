"""Drivers: bytes between the till and its terminal, or the browser that stands for one.

They live where Textual's own do not: on input that is not UTF-8, on Esc followed by a scan, on
a terminal that stops reading. When terminal, parent or browser tab goes away they tell the
app why and let it leave. Parsing is in ``keystream``, writing in ``outlet``.
"""

from __future__ import annotations

import os
import select
import signal
import termios
from typing import TYPE_CHECKING, Any, ClassVar, Final, Protocol

from textual.drivers._byte_stream import ByteStream
from textual.drivers.linux_driver import LinuxDriver
from textual.drivers.web_driver import WebDriver
from textual.message import Message

from posframe_terminal.keystream import KeyStream, Quiet
from posframe_terminal.outlet import Outlet

if TYPE_CHECKING:
    from textual.driver import Driver

LOOK_UP_S: Final = 0.5
"""How often the reader looks up from waiting, to see whether its parent is still there."""
READ_BYTES: Final = 4096
STALL_S: Final = 0.15
"""A reader that comes back this much too late found keys which had been waiting."""
_SIGNALS: Final = {signal.SIGTERM: "SIGTERM", signal.SIGHUP: "SIGHUP", signal.SIGINT: "SIGINT"}
