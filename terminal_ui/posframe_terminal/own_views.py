"""The views that the terminal makes by itself, from its key table: help and menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe_terminal.grammar import GRAMMAR
from posframe_terminal.pages import HelpView, MenuView

if TYPE_CHECKING:
    from posframe_terminal.keys import KeyTable
    from posframe_terminal.views import View


def help_view(below: View, about: str, table: KeyTable) -> HelpView:
    """Return the keys of the screen ``about``, whose view is ``below``."""
    return HelpView(
        head=below.head,
        money=below.money,
        seen=below.seen,
        denied=below.denied,
        about=about,
        keys=table.hints(about),
        grammar=GRAMMAR.get(about, ()),
    )


def menu_view(below: View, about: str, table: KeyTable, typed: str) -> MenuView:
    """Return all that can be done on the screen ``about``, as far as it is named as typed."""
    wanted = typed.strip().lower()
    rows = [hint for hint in table.offered(about) if hint.action != "menu"]
    named = [hint for hint in rows if wanted in f"{hint.label} {hint.action}".lower()]
    rows = named or [hint for hint in rows if wanted in hint.help.lower()]
    return MenuView(
        head=below.head,
        money=below.money,
        seen=below.seen,
        denied=below.denied,
        about=about,
        rows=tuple(rows),
    )
