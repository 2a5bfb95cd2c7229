"""Choosing: the command that a row of a list stands for, with what was typed before Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe import RuleViolation, commands, parse_milli

if TYPE_CHECKING:
    from posframe_terminal.door import Typed


def found_item(request: Typed) -> commands.AddItem:
    """Return the item chosen from the search, as often as was typed before a star.

    Raises:
        RuleViolation: nothing was found.
    """
    from posframe_terminal.showing_pages import wanted

    quantity, name = wanted(request.text)
    if not request.choice:
        raise RuleViolation(f"Nothing is named {name!r}", hint="type fewer letters, or Esc")
    milli = parse_milli(quantity) if quantity else None
    return commands.AddItem(code=request.choice, quantity_milli=milli)


def held_sale(request: Typed) -> commands.Resume:
    """Return the sale whose number was typed, or the marked one.

    Raises:
        RuleViolation: what was typed is no number.
    """
    text = request.text.strip()
    if text and not text.isdecimal():
        raise RuleViolation(f"{text!r} is no number of the list", hint="mark one, then Enter")
    place = int(text) if text else 0
    return commands.Resume(place=place, transaction="" if place else request.choice)
