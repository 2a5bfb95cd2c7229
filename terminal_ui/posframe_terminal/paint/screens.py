"""The screens by name: which function paints a view, and how a screen stands to the others.

A plugin's screen is one more ``ScreenSpec``: a name, a pure function, whether it is a pop-up.
The functions are found by name when first needed, so that a till loads only what it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import attrs

from posframe_terminal.paint.rows import Row, blank

if TYPE_CHECKING:
    from posframe_terminal.views import View

Paint: TypeAlias = Callable[..., list[Row]]
"""``paint(view, width, height) -> rows``; a pop-up's also takes the rows below it."""

Kind = Literal["base", "over", "popup", "lock"]
"""``base``: selling stands on one of these. ``over``: Esc leads back. ``popup``: scans wait.
``lock``: over everything, until somebody signs in."""


@attrs.frozen(eq=False, repr=False)
class ScreenSpec:
    """One screen. ``paint`` is a function, or ``module:function`` to be found when shown."""

    id: str
    paint: Paint | str
    kind: Kind = "over"


_HERE: Final = "posframe_terminal.paint"
SCREENS: Final[tuple[ScreenSpec, ...]] = (
    ScreenSpec("sale", f"{_HERE}.sale:paint", "base"),
    ScreenSpec("payment", f"{_HERE}.payment:paint", "base"),
    ScreenSpec("change", f"{_HERE}.payment:paint_change", "base"),
    ScreenSpec("paying", f"{_HERE}.paying:paint", "base"),
    ScreenSpec("find", f"{_HERE}.lists:paint_find"),
    ScreenSpec("held", f"{_HERE}.lists:paint_held"),
    ScreenSpec("explain", f"{_HERE}.explaining:paint"),
    ScreenSpec("payments", f"{_HERE}.paying:paint_payments"),
    ScreenSpec("returns", f"{_HERE}.returning:paint_returns"),
    ScreenSpec("sold", f"{_HERE}.returning:paint_sold"),
    ScreenSpec("receipt", f"{_HERE}.returning:paint_receipt"),
    ScreenSpec("lessons", f"{_HERE}.lessons:paint"),
    ScreenSpec("help", f"{_HERE}.lists:paint_help"),
    ScreenSpec("menu", f"{_HERE}.lists:paint_menu"),
    ScreenSpec("trouble", f"{_HERE}.lists:paint_trouble"),
    ScreenSpec("ask", f"{_HERE}.popups:paint_ask", "popup"),
    ScreenSpec("learn", f"{_HERE}.popups:paint_form", "popup"),
    ScreenSpec("price", f"{_HERE}.popups:paint_form", "popup"),
    ScreenSpec("answer", f"{_HERE}.popups:paint_form", "popup"),
    ScreenSpec("approval", f"{_HERE}.popups:paint_form", "popup"),
    ScreenSpec("lock", f"{_HERE}.lock:paint", "lock"),
    ScreenSpec("counting", f"{_HERE}.counting:paint", "base"),
    ScreenSpec("cash_day", f"{_HERE}.cash_day:paint"),
    ScreenSpec("report", f"{_HERE}.report:paint"),
    ScreenSpec("shifts", f"{_HERE}.takings:paint"),
    ScreenSpec("messages", f"{_HERE}.report:paint_messages"),
)


class Screens:
    """The screens of one till, its plugins' included."""

    def __init__(self, more: tuple[ScreenSpec, ...] = ()) -> None:
        self._specs = {spec.id: spec for spec in (*SCREENS, *more)}
        self._painters: dict[str, Paint] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._specs)

    def kind(self, screen: str) -> Kind:
        """Return how the screen stands to the others."""
        return self._specs[screen].kind

    def paint(self, view: View, width: int, height: int, *, under: View | None = None) -> list[Row]:
        """Paint whatever screen the view is of; a pop-up over the screen ``under`` it."""
        painter = self._painter(view.screen)
        if self.kind(view.screen) != "popup":
            return painter(view, width, height)
        below = self.paint(under, width, height) if under else [blank(width)] * height
        return painter(view, width, height, below)

    def _painter(self, screen: str) -> Paint:
        if screen not in self._painters:
            self._painters[screen] = _found(self._specs[screen].paint)
        return self._painters[screen]


def _found(paint: Paint | str) -> Paint:
    if not isinstance(paint, str):
        return paint
    module, _, name = paint.partition(":")
    function: Paint = getattr(import_module(module), name)
    return function
