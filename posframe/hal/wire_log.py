"""What went over a device's wire, lately: kept in memory, exported as lines of JSON.

::

    {"t": 10.000301, "d": "open"}              connected
    {"t": 12.034567, "d": "tx", "x": "1b40"}   written; with "u", its last bytes are in doubt
    {"t": 12.040112, "d": "rx", "n": 37}       read from a device of secrets: only how much
    {"t": 15.125000, "d": "failed", "w": "…"}  the line failed, and why

Card data is masked in what leaves it, also where it came in pieces; item numbers stay.
A recording is played back by `posframe.hal.transports.replay`.
"""

from __future__ import annotations

import io
import json
from collections import deque
from typing import TYPE_CHECKING, Any

import anyio
import attrs

from posframe.errors import DataError, DeviceError
from posframe.hal.transports import OPEN_DEADLINE_S, Transport
from posframe.kernel.domain.card_guard import shown
from posframe.kernel.domain.card_packed import masked_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

BYTES_MAX = 256 * 1024
RECORD_BYTES = 32
"""What a record counts for besides its bytes."""
PIECE_BYTES_MAX = 4096
DIRECTIONS = ("tx", "rx", "open", "failed")


@attrs.frozen
class WireRecord:
    """One event on a wire."""

    at_s: float
    direction: str = attrs.field(validator=attrs.validators.in_(DIRECTIONS))
    """``tx`` to the device, ``rx`` from it, ``open``, ``failed``."""
    data: bytes | None = b""
    """None where the device is one of secrets."""
    length: int = 0
    unsure: int = 0
    """Bytes at the end of a write of which nobody knows whether the device got them."""
    why: str = ""

    def line(self) -> str:
        """Return the record as one line of JSON."""
        parts: dict[str, object] = {"t": round(self.at_s, 6), "d": self.direction}
        if self.direction in ("tx", "rx"):
            parts |= {"n": self.length} if self.data is None else {"x": self.data.hex()}
        parts |= {"u": self.unsure} if self.unsure else {}
        parts |= {"w": self.why} if self.why else {}
        return json.dumps(parts)

    @property
    def size(self) -> int:
        """What it counts for in the log."""
        return RECORD_BYTES + len(self.data or b"") + len(self.why)


class WireLog:
    """The latest records of one device; the oldest make room. ``secret``: no byte is ever kept."""

    def __init__(
        self,
        *,
        secret: bool = False,
        bytes_max: int = BYTES_MAX,
        now_s: Callable[[], float] = anyio.current_time,
    ) -> None:
        assert bytes_max >= PIECE_BYTES_MAX + RECORD_BYTES, "the largest record must fit"
        self.secret = secret
        self.forgotten = 0
        """Records that had to make room."""
        self._records: deque[WireRecord] = deque()
        self._bytes_max = bytes_max
        self._size = 0
        self._now_s = now_s

    def __iter__(self) -> Iterator[WireRecord]:
        return iter(card_free(self._records))

    def carried(self, direction: str, data: bytes, unsure: int = 0) -> None:
        """Note bytes that went in a direction, the last ``unsure`` of them perhaps."""
        for start in range(0, len(data), PIECE_BYTES_MAX):
            piece = data[start : start + PIECE_BYTES_MAX]
            doubt = max(0, min(len(piece), start + len(piece) - (len(data) - unsure)))
            kept = None if self.secret else piece
            self._keep(WireRecord(self._now_s(), direction, kept, len(piece), doubt))

    def happened(self, what: str, why: str = "") -> None:
        """Note that the line was opened or failed."""
        self._keep(WireRecord(self._now_s(), what, why=why[:PIECE_BYTES_MAX]))

    def export(self) -> str:
        """Return all records as lines of JSON."""
        return "".join(f"{record.line()}\n" for record in self)

    def _keep(self, record: WireRecord) -> None:
        self._records.append(record)
        self._size += record.size
        while self._size > self._bytes_max:
            self._size -= self._records.popleft().size
            self.forgotten += 1


def card_free(records: Iterable[WireRecord]) -> tuple[WireRecord, ...]:
    """Return records with card data masked, also where one direction's bytes came in pieces."""
    found = tuple(records)
    heard, said = (
        b"".join(each.data or b"" for each in found if each.direction == direction)
        for direction in ("rx", "tx")
    )
    free = {"rx": io.BytesIO(masked_bytes(heard)), "tx": io.BytesIO(shown(said))}
    return tuple(
        attrs.evolve(
            each,
            data=free[each.direction].read(len(each.data)) if each.data else each.data,
            why=shown(each.why),
        )
        for each in found
    )


def read_records(lines: Iterable[str]) -> list[WireRecord]:
    """Return the records of an exported log; empty lines are left out.

    Raises:
        DataError: a line is no record; names it.
    """
    return [_record(at, line) for at, line in enumerate(lines, 1) if line.strip()]


def _record(at: int, line: str) -> WireRecord:
    try:
        parts: dict[str, Any] = json.loads(line)
        data = bytes.fromhex(parts["x"]) if "x" in parts else None
        length = len(data) if data is not None else int(parts.get("n", 0))
        if data is None and parts["d"] in ("open", "failed"):
            data = b""
        return WireRecord(
            float(parts["t"]),
            parts["d"],
            data,
            length,
            int(parts.get("u", 0)),
            str(parts.get("w", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"Line {at} of the recording is no record: {line.strip()[:60]}",
            hint='a record looks so: {"t": 1.5, "d": "tx", "x": "1b40"}',
        ) from error


class LoggedTransport(Transport):
    """A line that notes what really goes over ``inner``, also when a call fails or is cancelled."""

    def __init__(self, inner: Transport, log: WireLog) -> None:
        self.inner = inner
        self.log = log

    # The counts are the inner line's own.
    @property
    def taken(self) -> int:
        """Bytes of the latest write handed over so far."""
        return self.inner.taken

    @taken.setter
    def taken(self, count: int) -> None:
        self.inner.taken = count

    @property
    def unsure(self) -> int:  # type: ignore[override] # a property in place of an attribute
        """Those of ``taken`` that are in doubt."""
        return self.inner.unsure

    @property
    def confirms(self) -> bool:  # type: ignore[override] # a property in place of an attribute
        """Whether what `write` has accepted is certain to have been processed."""
        return self.inner.confirms

    @property
    def note(self) -> str:  # type: ignore[override] # a property in place of an attribute
        """What the operator should know about how the device was found."""
        return self.inner.note

    @property
    def name(self) -> str:
        """The line's name, for messages."""
        return getattr(self.inner, "name", type(self.inner).__name__)

    @property
    def is_open(self) -> bool:
        """Whether the line was opened and has not failed since."""
        return self.inner.is_open

    def present(self) -> bool | None:
        """Return whether the device can be seen now."""
        return self.inner.present()

    async def open(self, deadline_s: float = OPEN_DEADLINE_S) -> None:
        """Connect; a transport that is open stays as it is."""
        if self.inner.is_open:
            return
        try:
            await self.inner.open(deadline_s)
        except DeviceError as error:
            self.log.happened("failed", str(error))
            raise
        self.log.happened("open")

    async def close(self) -> None:
        """Disconnect and wake whoever waits."""
        await self.inner.close()

    async def write(self, data: bytes, deadline_s: float) -> int:
        """Hand over all of ``data`` within ``deadline_s`` seconds; return its length."""
        failure = ""
        try:
            return await self.inner.write(data, deadline_s)
        except DeviceError as error:
            failure = str(error)
            raise
        finally:
            self.log.carried("tx", data[: self.inner.taken], self.inner.unsure)
            if failure:
                self.log.happened("failed", failure)

    async def read(self, size_max: int, deadline_s: float) -> bytes:
        """Return what has arrived, at most ``size_max`` bytes; empty when nothing came in time."""
        try:
            data = await self.inner.read(size_max, deadline_s)
        except DeviceError as error:
            self.log.happened("failed", str(error))
            raise
        self.log.carried("rx", data)
        return data
