"""What an EMVCo QR code says about tips: asked for, a fixed amount, or a share of the amount."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import attrs

from posframe import DataError, Money, format_minor, parse_minor
from posframe_payments.qr.data_objects import DataObject
from posframe_payments.qr.wording import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

PERCENT_MAX_HUNDREDTHS: Final = 9999
_KIND, _FIXED, _PERCENT = "55", "56", "57"
_DIGITS_OF: Final = {"ask": "01", "fixed": "02", "percent": "03"}


@attrs.frozen
class Tip:
    """A tip, or none; checked when made.

    Raises:
        DataError: an amount or share is missing, or not above zero, or too large.
    """

    kind: Literal["none", "ask", "fixed", "percent"] = "none"
    value: int = 0
    """Fixed: minor units. Percent: hundredths of a percent, 1 to 9999."""

    def __attrs_post_init__(self) -> None:
        wanted = {"fixed": range(1, 10**13), "percent": range(1, PERCENT_MAX_HUNDREDTHS + 1)}
        if self.value not in wanted.get(self.kind, range(1)):
            raise DataError(
                f"A tip of kind {self.kind} cannot be {self.value}",
                hint="A fixed one is above zero, a share 0.01 to 99.99 %; else leave it out",
            )


NO_TIP: Final = Tip()


def tip_objects(tip: Tip, currency: str) -> list[DataObject]:
    """Return the parts that say so."""
    if tip.kind == "none":
        return []
    objects = [DataObject(_KIND, _DIGITS_OF[tip.kind])]
    if tip.kind == "fixed":
        objects.append(DataObject(_FIXED, Money(tip.value, currency).major))
    if tip.kind == "percent":
        objects.append(DataObject(_PERCENT, format_minor(tip.value, 2)))
    return objects


def read_tip(parts: Mapping[str, str], currency: str) -> Tip:
    """Read what the parts of a code say.

    Raises:
        DataError: they contradict each other, or are none that are known.
    """
    kind = parts.get(_KIND, "")
    if kind == _DIGITS_OF["fixed"] and _FIXED in parts:
        return Tip("fixed", read_amount(parts[_FIXED], currency))
    if kind == _DIGITS_OF["percent"] and _PERCENT in parts:
        return Tip("percent", parse_minor(_with_point(parts[_PERCENT]), 2))
    if _FIXED in parts or _PERCENT in parts or kind not in {"", _DIGITS_OF["ask"]}:
        raise DataError(
            f"The QR code says of tips {quoted(kind)}, which does not go with the rest",
            hint="Scan it again",
        )
    return Tip("ask") if kind else NO_TIP


def read_amount(text: str, currency: str) -> int:
    """Return an amount in minor units.

    Raises:
        DataError: it is none, or has more decimals than the currency.
    """
    return Money.parse(_with_point(text), currency).minor


def _with_point(text: str) -> str:
    """Return a number whose only mark is a point, which may end it in these codes."""
    if "," in text or text.startswith("-"):
        raise DataError(f"{quoted(text)} is not a number", hint="Digits, and a point if any")
    return text.removesuffix(".")
