"""A receipt printer in this process: for a till without hardware, whose paper is files in a folder.

What the bytes do is `posframe.hal.simulators`' business.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

import anyio.to_thread

from posframe.errors import ConfigurationError
from posframe.hal.simulators.receipt_folder import ReceiptFolder
from posframe.hal.transports import CHUNK_BYTES_MAX, NO_OPTIONS, OPEN_DEADLINE_S, Transport
from posframe.hal.transports.settings import LineSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from posframe.hal.simulators.escpos_printer import VirtualPrinter

COLUMNS_DEFAULT = 48
ANSWERS_KEPT_MAX = 4096


class VirtualTransport(Transport):
    """Feeds a virtual printer that writes each receipt to ``folder`` when it is cut."""

    OPTIONS: ClassVar[frozenset[str]] = frozenset({"columns"})

    def __init__(self, folder: Path, *, columns: int = COLUMNS_DEFAULT) -> None:
        self.folder = folder
        self.columns = columns
        self.name = f"virtual:{folder}"
        self.confirms = True  # the receipt lies in the folder when write returns
        self._printer: VirtualPrinter | None = None
        self._answers = bytearray()
        self._news = anyio.Event()
        self._open = False

    @classmethod
    def from_address(cls, address: str, options: Mapping[str, str] = NO_OPTIONS) -> Self:
        """Return the transport for ``FOLDER``; an option ``columns`` says how wide the paper is."""
        folder = address.removeprefix("//")
        if not folder:
            raise ConfigurationError(
                f"virtual:{address} is not understood",
                hint="Write virtual:FOLDER or virtual:FOLDER?columns=42",
            )
        settings = LineSettings("virtual", options)
        return cls(Path(folder), columns=settings.number("columns", COLUMNS_DEFAULT, 8, 256))

    def present(self) -> bool | None:
        """Return that it is there: its folder is made when it is needed."""
        return True

    async def open(self, deadline_s: float = OPEN_DEADLINE_S) -> None:
        """Make the folder; ``deadline_s`` is not needed: a folder does not keep anyone waiting."""
        del deadline_s
        self.taken = 0
        if self._printer is None:
            try:
                self._printer = await anyio.to_thread.run_sync(self._new_printer)
            except OSError as error:
                raise self._failed(f"{self.name} cannot be used: {error.strerror}") from error
        self._open = True

    async def close(self) -> None:
        """Switch off; paper that was not cut stays in the printer."""
        self._open = False
        self._news.set()

    @property
    def is_open(self) -> bool:
        """Whether the line was opened and has not failed since."""
        return self._open

    async def write(self, data: bytes, deadline_s: float) -> int:
        """Let the printer obey ``data``; it always takes all of it, whatever ``deadline_s``."""
        del deadline_s
        self.taken = 0
        printer = self._ready(len(data))
        for start in range(0, len(data), CHUNK_BYTES_MAX):
            chunk = data[start : start + CHUNK_BYTES_MAX]
            self.taken += len(chunk)
            try:
                # In a thread: receipts are files, and files wait for disks.
                self._answers += await anyio.to_thread.run_sync(printer.feed, chunk)
            except OSError as error:
                await self.close()
                raise self._failed(
                    f"{self.name} cannot write a receipt: {error.strerror}", length=len(data)
                ) from error
        del self._answers[:-ANSWERS_KEPT_MAX]
        self._news.set()
        return len(data)

    async def read(self, size_max: int, deadline_s: float) -> bytes:
        """Return what the printer answered, at most ``size_max`` bytes; empty when nothing."""
        with anyio.move_on_after(deadline_s):
            while not self._answers:
                self._ready()
                self._news = anyio.Event()
                await self._news.wait()
        self._ready()
        data = bytes(self._answers[:size_max])
        del self._answers[:size_max]
        return data

    def _new_printer(self) -> VirtualPrinter:
        return ReceiptFolder(self.folder).printer(self.columns)

    def _ready(self, length: int = 0) -> VirtualPrinter:
        if self._printer is None or not self._open:
            raise self._failed(f"{self.name} is not connected", length=length)
        return self._printer
