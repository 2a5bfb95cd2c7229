"""What the drivers of all customer displays have in common: rows of text, and a dialect.

What a dialect's commands are is the codecs' business; which text is shown when is not its driver's.
"""

from __future__ import annotations

from typing import Never

import anyio
import attrs

from posframe.hal.codecs.display_text import Alphabet, Dialect, Encoding, Rows
from posframe.hal.codecs.one_way import OneWay
from posframe.hal.driver import CANCEL_S, CodecDriver, DeviceSetup
from posframe.hal.driver_classes import DisplayDriver
from posframe.hal.options import between
from posframe.hal.transports import TransportError


@attrs.frozen(kw_only=True)
class DisplayOptions:
    """Options that all these displays have."""

    columns: int = attrs.field(default=20, validator=between(8, 20))
    """Characters in a row."""
    rows: int = attrs.field(default=2, validator=between(1, 2))
    """Rows of the display."""
    encoding: Encoding = "cp437"
    """The character table the display is set to; ``ascii`` where none is right."""


class TextDisplay(CodecDriver[Never], DisplayDriver):
    """A display of rows of characters, without a voice.

    What stands on the glass is known as long as each command went whole; after one that did not,
    the display is set up anew.
    """

    def __init__(self, setup: DeviceSetup, dialect: Dialect, *, shared: bool = False) -> None:
        """``shared``: what can be heard on the line is another device."""
        super().__init__(setup, OneWay(shared=shared))
        options: DisplayOptions = setup.options
        self.columns, self.rows = options.columns, options.rows
        self._dialect = dialect
        self._alphabet = Alphabet(options.encoding)
        self._blank: Rows = (b" " * self.columns,) * self.rows
        self._glass: Rows | None = None

    def unprintable(self, text: str) -> str:
        """Return the characters of ``text`` this display lacks, each once."""
        return self._alphabet.missing(text)

    async def start(self) -> None:
        """Blank the display and set it up, whatever an earlier till left half sent.

        Raises:
            TransportError: the line failed.
        """
        await self._send(self._dialect.start(), self._blank)

    async def show(self, lines: tuple[str, ...]) -> None:
        """Show ``lines``, cut and padded to the display, in place of what stood there.

        Raises:
            TransportError: the line failed; what stands on the glass is unknown.
        """
        rows = self._alphabet.rows(lines, self.columns, self.rows)
        if self._glass is None:
            data = self._dialect.start() + self._dialect.show(rows, self._blank)
        else:
            data = self._dialect.show(rows, self._glass)
        await self._send(data, rows)

    def distrust(self) -> None:
        """Take what stands on the glass as unknown: the next text is drawn whole."""
        self._glass = None

    async def end(self) -> None:
        """Leave the display blank."""
        try:
            known = self._glass is not None
            await self._send(self._dialect.end() if known else self._dialect.start(), self._blank)
        except TransportError:
            return  # it is gone: there is nothing to leave in order

    async def _send(self, data: bytes, rows: Rows) -> None:
        self._glass = None
        # Half a command makes a display take what follows for parameters, and one that shares its
        # line would keep the printer's bytes: a few bytes are sent whole or not at all.
        with anyio.CancelScope(shield=True):
            if data:
                await self.send(data, CANCEL_S)
        self._glass = rows
