"""Barcode scanners on a serial line, also those that show one over USB or Bluetooth.

Scanners differ in the bytes that make them beep or stop reading, so these are options. Common ones:
PSC, Datalogic and CipherLab are enabled by ``E`` (45) and disabled by ``D`` (44), PSC and Datalogic
beep for ``B`` (42). With ACK/NAK set in the scanner, each code is answered as soon as it is read
whole: a NAK makes it send the code again, so a code that nobody sells must not be answered by one.
"""

from __future__ import annotations

from typing import Literal

import anyio
import attrs

from posframe.hal.codecs.scanner_serial import (
    ACK,
    NAK,
    Charset,
    Framing,
    Message,
    SerialScannerCodec,
    Suffix,
)
from posframe.hal.codecs.scans import LENGTH_MAX, ScanFormat
from posframe.hal.driver import DeviceSetup, DriverSpec
from posframe.hal.facts import Scan
from posframe.hal.input_reader import InputReader
from posframe.hal.options import between

COMMAND_BYTES_MAX = 32


def _is_command(_options: object, field: attrs.Attribute[str], value: str) -> None:
    try:
        command = bytes.fromhex(value)
    except ValueError as error:
        raise ValueError(f"{field.name}={value} is no row of bytes such as 1B45") from error
    if len(command) > COMMAND_BYTES_MAX:
        raise ValueError(f"{field.name} has {len(command)} bytes; at most {COMMAND_BYTES_MAX}")


@attrs.frozen(kw_only=True)
class ScannerOptions:
    """Options of the address."""

    suffix: Literal["CR", "CRLF", "TAB", "ETX", "none"] = "CR"
    """What the scanner sends after a code; ``none``: silence ends it."""
    prefix: str = ""
    """What it sends before; other input is rejected. ``%02`` in an address is STX."""
    aim: bool = False
    """It sends AIM identifiers, which tell what kind of code was read: set it so if it can."""
    ack: bool = False
    """It waits for ACK after each code, and sends it again after NAK."""
    strip_nul: bool = True
    """NULs on the line mean nothing."""
    charset: Literal["utf-8", "latin-1", "gb18030"] = "utf-8"
    """How it writes letters beyond ASCII."""
    idle_ms: int = attrs.field(default=100, validator=between(20, 5000))
    """Silence that ends a code, in milliseconds; more for slow radio links."""
    length_max: int = attrs.field(default=LENGTH_MAX, validator=between(1, 10_000))
    """Characters that a code has at most."""
    good: str = attrs.field(default="", validator=_is_command)
    """Bytes, in hexadecimal, that make it beep for a code that was taken."""
    bad: str = attrs.field(default="", validator=_is_command)
    """Bytes that make it beep for a code that was refused."""
    enable: str = attrs.field(default="", validator=_is_command)
    """Bytes that let it read."""
    disable: str = attrs.field(default="", validator=_is_command)
    """Bytes that keep it from reading."""


class SerialScanner(InputReader[Message]):
    """One scanner."""

    def __init__(self, setup: DeviceSetup) -> None:
        self._options: ScannerOptions = setup.options
        super().__init__(setup, SerialScannerCodec(_framing(setup.options)))
        self._wire = anyio.Lock()  # answers to codes and commands must not mix
        self._owed = b""

    async def pump(self) -> None:
        """Take what the scanner sends, for ever, and answer it where it waits for that."""
        while True:
            await self.listen()
            owed, self._owed = self._owed, b""
            await self._say(owed)

    def received(self, message: Message) -> None:
        """Report what was read; owe the scanner an answer where it waits for one."""
        super().received(message)
        if self._options.ack:
            self._owed += ACK if isinstance(message, Scan) else NAK

    async def feedback(self, *, good: bool) -> None:
        """Beep or blink for a code that was taken, or refused; does nothing where it cannot."""
        await self._say(bytes.fromhex(self._options.good if good else self._options.bad))

    async def enable(self, *, on: bool) -> None:
        """Let the scanner read, or not; does nothing where it cannot."""
        await self._say(bytes.fromhex(self._options.enable if on else self._options.disable))

    async def _say(self, data: bytes) -> None:
        if data:
            async with self._wire:
                await self.send(data)


def _framing(options: ScannerOptions) -> Framing:
    suffix: Suffix = options.suffix
    charset: Charset = options.charset
    return Framing(
        suffix=suffix,
        charset=charset,
        strip_nul=options.strip_nul,
        idle_s=options.idle_ms / 1000,
        form=ScanFormat(prefix=options.prefix, aim=options.aim, length_max=options.length_max),
    )


DRIVER = DriverSpec(
    name="scanner",
    device_class="scanner",
    title="Barcode scanner on a serial line",
    transports=("serial", "tcp"),
    make=SerialScanner,
    options=ScannerOptions,
    line={"baud": "9600", "format": "8N1"},
    capabilities=frozenset({"aim", "feedback", "enable"}),
    simulator="scanner",
)
