"""Actions: what the terminal can do by itself, and the presets of keys.

What a till can do (void, pay, discount, ...) comes from the kernel and from plugins, in the same
form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from posframe_terminal.keys import EVERYWHERE, Action
from posframe_terminal.leaving import LEAVE

_SELLING: Final = ("sale", "payment", "change", "paying")
_RETURNS: Final = ("returns", "sold", "receipt")
_OVER: Final = (
    *("find", "held", "explain", "menu", "help", "trouble", "payments", "lessons"),
    *("cash_day", "report", "shifts", "messages"),
    *_RETURNS,
)
_POPUPS: Final = ("ask", "learn", "price", "answer", "approval")
_HELP: Final = (*_SELLING, "counting", *(each for each in _OVER if each != "help"), *_POPUPS)

TERMINAL: Final = (
    Action(
        id="help",
        label="Help",
        keys=("f1",),
        contexts=_HELP,
        run="show:help",
        help="Shows the keys of this screen",
    ),
    Action(
        id="find",
        label="Find",
        keys=("f2",),
        contexts=("sale", "change"),
        run="show:find",
        help="Searches items by parts of their name, code or PLU",
    ),
    Action(
        id="recall",
        label="Recall",
        keys=("shift+f4",),
        contexts=("sale", "change"),
        run="show:held",
        help="Lists held sales",
    ),
    Action(
        id="trouble",
        label="Devices",
        keys=("shift+f1",),
        contexts=_SELLING,
        run="show:trouble",
        help="Shows devices and what needs attention",
    ),
    Action(
        id="menu",
        label="Menu",
        keys=("f10",),
        contexts=_SELLING,
        run="show:menu",
        help="Everything this till can do, by name",
    ),
    Action(
        id="next",
        label="Next",
        keys=("enter",),
        contexts=("change",),
        run="local:enter",
        help="Begins the next sale; so does a scan",
    ),
    Action(
        id="choose",
        label="Choose",
        keys=("enter",),
        contexts=("find", "held", "menu", "returns", "sold", "lessons", "cash_day"),
        run="local:enter",
        help="Takes the marked row",
    ),
    Action(
        id="take_line",
        label="Return",
        keys=("enter",),
        contexts=("receipt",),
        run="local:enter",
        help="The marked line comes back; a quantity or reason is typed before it",
    ),
    Action(
        id="open_sale",
        label="Sale",
        keys=("enter",),
        contexts=("payments",),
        run="local:enter",
        help="Recalls the sale of the marked payment",
    ),
    Action(
        id="cancel_payment",
        label="Cancel",
        keys=("escape", "delete"),
        contexts=("paying",),
        run="local:clear",
        help="Clears the entry, then asks the terminal to give the payment up",
    ),
    Action(
        id="accept",
        label="Accept",
        keys=("enter",),
        contexts=("learn", "price", "answer", "approval", "lock", "counting"),
        run="local:enter",
        help="Takes what was typed",
    ),
    Action(
        id="read",
        label="Read",
        keys=("enter",),
        contexts=("messages",),
        run="local:enter",
        help="You have read them: they are not shown again",
    ),
    Action(
        id="reason",
        label="Reason",
        keys=("enter",),
        contexts=("shifts",),
        run="local:enter",
        help="Takes what was typed as the reason of what differs",
    ),
    Action(
        id="leave",
        label="Back",
        keys=("escape", "delete"),
        contexts=("payment", "change", "lock", "counting", *_OVER, *_POPUPS),
        run="local:clear",
        help="Clears the entry, then goes back",
    ),
    Action(
        id="clear",
        label="Clear",
        keys=("escape", "delete"),
        contexts=(EVERYWHERE,),
        run="local:clear",
        help="Clears the entry, then the mark",
    ),
    Action(
        id="training",
        label="Training",
        contexts=_SELLING,
        help="Practises on a till of which nothing is real; .training off leads back",
    ),
    Action(
        id="lessons",
        label="Lessons",
        contexts=_SELLING,
        help="Lists the lessons that can be played",
    ),
    Action(
        id="quit",
        label="Quit",
        contexts=("sale", "change"),
        permission=LEAVE,
        help="Ends the till; an open sale is there at the next start",
    ),
    *(
        Action(
            id=name,
            label=label,
            keys=(key,),
            contexts=(EVERYWHERE,),
            run=f"local:{name}",
            help=words,
            footer=False,
        )
        for name, label, key, words in (
            ("up", "Up", "up", "Marks the row above"),
            ("down", "Down", "down", "Marks the row below"),
            ("page_up", "PgUp", "pageup", "Moves up by ten rows"),
            ("page_down", "PgDn", "pagedown", "Moves down by ten rows"),
        )
    ),
)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Preset:
    """A key map that a shop can start from."""

    keymap: Mapping[str, Sequence[str]] = attrs.field(factory=dict)
    """Keys by action id, in place of the action's own."""
    numbered_commands: bool = False
    """``.5`` and Enter is F5, for keyboards that have neither F keys nor letters."""


PRESETS: Final[Mapping[str, Preset]] = {
    "default": Preset(),
    "numpad-only": Preset(
        keymap={"pay": ("+", "f9"), "void": ("-", "f5"), "find": ("/", "f2")},
        numbered_commands=True,
    ),
}
