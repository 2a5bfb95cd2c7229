"""What entries about shifts and drawers mean; one table of all entries takes them in."""

from __future__ import annotations

from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain.entry import Show
from posframe.kernel.domain.entry_shifts import CountAsked

SHIFT_ENTRIES = {
    ".shift open": CountAsked(what="open"),
    ".shift open 2": CountAsked(what="open", name="2"),
    ".shift open told=100.00 10x10": CountAsked(what="open", told="100.00", entries=("10x10",)),
    ".shift open 1 20x5 10 x 10 3 rolls 0.50 bundle 50 412g 2.00 2x5 USD done": CountAsked(
        what="open",
        name="1",
        entries=("20x5", "10 x 10", "3 rolls 0.50", "bundle 50", "412g 2.00", "2x5 USD", "done"),
    ),
    ".shift end": CountAsked(what="end"),
    ".shift end 20x5 card=412.50/17": CountAsked(what="end", entries=("20x5", "card=412.50/17")),
    ".shift end done": CountAsked(what="end", entries=("done",)),
    ".shift end 7 20x5": CountAsked(what="end", name="7", entries=("20x5",)),
    ".shift recount": CountAsked(what="recount"),
    ".shift recount 7 20x5": CountAsked(what="recount", name="7", entries=("20x5",)),
    ".shift recount 7 rolls 0.50": CountAsked(what="recount", entries=("7 rolls 0.50",)),
    ".shift confirm": cmd.ConfirmShift(),
    ".shift confirm 7": cmd.ConfirmShift(shift="7"),
    ".shift explain cash wrong change": cmd.ExplainDifference(type="cash", reason="wrong change"),
    ".shift explain 7 foreign usd torn": cmd.ExplainDifference(
        type="foreign USD", reason="torn", shift="7"
    ),
    ".handover 18": CountAsked(what="handover", name="18"),
    ".handover 18 20x5 1x0.50": CountAsked(what="handover", name="18", entries=("20x5", "1x0.50")),
    ".drawer F1 here": cmd.PlaceDrawer(drawer="F1", here=True),
    ".drawer F1 away": cmd.PlaceDrawer(drawer="F1", here=False),
    ".shifts": Show(screen="shifts"),
}
