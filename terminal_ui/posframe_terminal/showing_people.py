"""Views of the form of an approval, and of what was left for who signs in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe_terminal import pages, words
from posframe_terminal.control_pages import MessageRow, MessagesView
from posframe_terminal.return_pages import ApprovalView
from posframe_terminal.signing_in import tries_words

if TYPE_CHECKING:
    from posframe_terminal.showing import Showing
    from posframe_terminal.supervising import Answer


def answer_view(showing: Showing, form: Answer) -> ApprovalView:
    """Return the form in which a supervisor answers for what was refused."""
    who = "badge" if form.badge else form.number
    verb = "DENIES" if form.denies else "ANSWERS FOR"
    keys = showing.key_of("deny")
    return ApprovalView(
        head=showing.head("APPROVAL"),
        money=showing.money,
        seen=f"|approval {form.request} {form.denies} {form.tried}",
        private=True,
        secret=form.field == "PIN",
        hears_scans=True,
        title=f"WHO {verb} THIS?",
        text=(f"{form.words}.", _asked(showing, form)),
        fields=(
            pages.Field(label="number", value=who, current=form.field == "number"),
            pages.Field(label="PIN", value="•" * 4 if form.pin else "",
                        current=form.field == "PIN"),
            pages.Field(label="reason", current=form.field == "reason"),
        ),
        choices=(
            pages.Choice(key="Badge", label="or number, PIN and reason, each with Enter"),
            pages.Choice(key=keys, label="approve after all" if form.denies else "say no instead"),
            pages.Choice(key="Esc", label="leave it; the sale stays as it is"),
        ),
        severity="error" if form.denies else "warning",
    )  # fmt: skip


def messages_view(showing: Showing) -> MessagesView:
    """Return what waits for who is signed in."""
    control = showing.till.state.control
    tries = showing.signing_in.tries_before if showing.signing_in else 0
    return MessagesView(
        head=showing.head("MESSAGES"),
        money=showing.money,
        seen=showing.seen("messages"),
        warnings=tries_words(tries),
        messages=tuple(
            MessageRow(
                author=showing.name(each.author),
                left=words.clock(showing.till.clock_text(each.left_us)),
                text=each.text,
            )
            for each in control.unread(control.operator)
        ),
    )


def _asked(showing: Showing, form: Answer) -> str:
    """Say what is asked for, about how much, and by whom."""
    request = form.request
    parts = [f"Asked by {showing.name(request.operator)}"]
    if request.amount_minor is not None:
        parts.append(f"{showing.amount(request.amount_minor)} {showing.money.currency}")
    if request.percent_milli is not None:
        parts.append(f"{_percent(request.percent_milli)} %")
    return ", ".join(parts) + ". It holds for this once, and for a minute."


def _percent(milli: int) -> str:
    whole, rest = divmod(milli, 1000)
    return f"{whole}.{rest:03}".rstrip("0").rstrip(".") if rest else str(whole)
