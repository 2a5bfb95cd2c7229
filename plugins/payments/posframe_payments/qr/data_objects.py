"""The parts of an EMVCo QR code: two digits of id, two of length, and the value.

Lengths count characters, whatever bytes these take. Source: EMV QR Code Specification for Payment
Systems, Merchant-Presented Mode, version 1.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from posframe import DataError
from posframe_payments.qr.wording import check_text, is_digits, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

VALUE_MAX: Final = 99
_HEAD: Final = 4


@attrs.frozen
class DataObject:
    """One part; checked when made.

    Raises:
        DataError: the id is not two digits, or the value is empty or too long.
    """

    id: str
    value: str

    def __attrs_post_init__(self) -> None:
        if len(self.id) != 2 or not is_digits(self.id):
            raise DataError(f"{quoted(self.id)} is not the id of a part", hint="Write two digits")
        check_text(self.value, f"Part {self.id}", VALUE_MAX, shortest=1)


def write(objects: Iterable[DataObject]) -> str:
    """Return parts as text."""
    return "".join(f"{each.id}{len(each.value):02}{each.value}" for each in objects)


def read(text: str) -> tuple[DataObject, ...]:
    """Read parts from text, all of it.

    Raises:
        DataError: a part has no id or length, is longer than what is left, or comes twice.
    """
    found: dict[str, DataObject] = {}
    at = 0
    while at < len(text):
        head, start = text[at : at + _HEAD], at + _HEAD
        if len(head) < _HEAD or not is_digits(head):
            raise _broken(f"there is no part at character {at + 1}")
        end = start + int(head[2:])
        if end > len(text):
            raise _broken(f"part {head[:2]} is cut short")
        if head[:2] in found:
            raise _broken(f"part {head[:2]} comes twice")
        found[head[:2]] = DataObject(head[:2], text[start:end])
        at = end
    return tuple(found.values())


def _broken(why: str) -> DataError:
    return DataError(f"The QR code cannot be read: {why}", hint="Scan it again")
