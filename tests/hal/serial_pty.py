"""A serial line whose other end a test holds: a pty, on which the tests of serial lines stand.

A pty has no parity, no control lines and no speed: what depends on them is tested up to the system
call, and is unproved beyond it.
"""

from __future__ import annotations

import os
import pty
import termios
import tty

from posframe.hal.transports import transport_from_uri

LARGE = bytes(1024 * 1024)


class Pty:
    """The device's end of a pty; the till's end is free, so that a hang-up is seen."""

    def __init__(self):
        self.end, theirs = pty.openpty()
        tty.setraw(theirs)
        self.path = os.ttyname(theirs)
        os.close(theirs)

    def settings(self):
        return termios.tcgetattr(self.end)

    def received(self):
        os.set_blocking(self.end, False)
        data = b""
        try:
            while part := os.read(self.end, 65536):
                data += part
        except BlockingIOError:
            pass
        return data

    def hang_up(self):
        if self.end >= 0:
            os.close(self.end)
            self.end = -1

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.hang_up()


def line(device, options=""):
    return transport_from_uri(f"serial:{device.path}?{options}")
