"""Views of the screens beside the sale; loaded with the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe_terminal import pages

if TYPE_CHECKING:
    from posframe import TenderType, Transaction
    from posframe_terminal.door import Place
    from posframe_terminal.showing import Showing
    from posframe_terminal.views import View

FOUND_MAX = 30


def page(showing: Showing, place: Place) -> View:
    """Return the search, the held sales, or what is in trouble."""
    match place.screen:
        case "find":
            return _find(showing, place)
        case "held":
            return _held(showing)
        case _:
            return _trouble(showing)


def popup(showing: Showing) -> View:
    """Return the question that is open."""
    if showing.learning is not None:
        return _learn(showing)
    if showing.asking is not None:
        return pages.AskView(
            head=showing.head("CANCEL?"),
            money=showing.money,
            seen=showing.seen("cancel"),
            title="GIVE UP THIS SALE?",
            text=("Every line is taken back. The journal keeps what it had come to.",),
            choices=(
                pages.Choice(key="F5", label="yes, cancel it"),
                pages.Choice(key="Esc", label="no, go on selling"),
            ),
        )
    return _question(showing)


def payment(showing: Showing, sale: Transaction) -> View:
    """Return the payment screen."""
    cash = _cash(showing)
    due = sale.due_minor
    rounded = cash.rule.round(due) if cash else due
    return pages.PaymentView(
        head=showing.head(f"SALE {sale.number}"),
        money=showing.money,
        seen=showing.seen(),
        to_pay_minor=sale.totals.gross_minor,
        open_minor=due,
        items=str(sale.basket.active),
        tenders=tuple(
            pages.TenderRow(label=each.label, amount_minor=each.applied_minor)
            for each in sale.applied
        ),
        ways=tuple(
            pages.Way(action=each.rule.id, label=each.rule.label, note="amount, or exact")
            for each in showing.till.parts.tenders
        ),
        quick_cash=_quick(showing, cash, rounded),
        rounding_minor=rounded - due or None,
    )


def change(showing: Showing) -> View:
    """Return what to give back."""
    last = showing.till.state.last
    assert last is not None, "the change is of a completed sale"
    cash = _cash(showing)
    pieces = cash.pieces(last.change_minor) if cash else ()
    rows = [(each.label, each.tendered_minor) for each in last.tenders]
    rows.append(("to pay", last.gross_minor + last.rounding_minor))
    return pages.ChangeView(
        head=showing.head(f"RECEIPT {last.receipt_number}"),
        money=showing.money,
        change_minor=last.change_minor,
        rows=(*rows, ("change", last.change_minor)),
        give=tuple(f"{count} x {showing.amount(piece)}" for piece, count in pieces),
        receipt=f"receipt {last.receipt_number}  (F11 prints a copy)",
        notes=showing.till.notices()[:2],
    )


def _find(showing: Showing, place: Place) -> View:
    hits = showing.till.search(place.text, FOUND_MAX + 1) if place.text.strip() else ()
    return pages.FindView(
        head=showing.head("FIND"),
        money=showing.money,
        seen=showing.seen(),
        results=tuple(
            pages.Found(
                id=hit.item.sku,
                code=hit.code or hit.item.sku,
                name=hit.item.name,
                price_minor=hit.item.unit_price_minor,
                flag=hit.item.unit.code if hit.item.weighed else "",
            )
            for hit in hits[:FOUND_MAX]
        ),
        more=max(0, len(hits) - FOUND_MAX),
    )


def _held(showing: Showing) -> View:
    return pages.HeldView(
        head=showing.head("HELD SALES"),
        money=showing.money,
        sales=tuple(
            pages.HeldSale(
                id=held.id,
                number=place,
                since=showing.till.clock_text(held.suspended_us)[11:16],
                age="",
                items=str(held.basket.active),
                total_minor=held.totals.gross_minor,
                operator=held.operator,
                note=held.note,
            )
            for place, held in enumerate(showing.till.state.suspended, start=1)
        ),
    )


def _trouble(showing: Showing) -> View:
    notices = tuple(pages.Notice(text=text) for text in showing.till.notices())
    return pages.TroubleView(
        head=showing.head("DEVICES"),
        money=showing.money,
        notices=notices or (pages.Notice(text="Nothing needs attention", severity="good"),),
    )


def _learn(showing: Showing) -> View:
    form = showing.learning
    assert form is not None, "an item is being learnt"
    price = "" if form.price_minor is None else showing.amount(form.price_minor)
    stage = 0 if form.price_minor is None else 1 if not form.name else 2
    return pages.LearnView(
        head=showing.head("LEARN"),
        money=showing.money,
        seen=showing.seen(f"learn {form.code} {stage}"),
        title=f"NEW ITEM {form.code}",
        text=("Fill in, Enter after each. Esc gives it up.",),
        fields=(
            pages.Field(label="price", value=price, current=stage == 0),
            pages.Field(label="name", value=form.name, current=stage == 1),
            pages.Field(
                label="tax",
                value=form.tax_category,
                note=f"{', '.join(showing.till.config.tax.categories)}; empty: standard",
                current=stage == 2,
            ),
        ),
    )


def _question(showing: Showing) -> View:
    question = showing.question
    assert question is not None, "something was asked"
    return pages.PriceView(
        head=showing.head("PRICE"),
        money=showing.money,
        seen=showing.seen(question.message),
        title=question.message,
        text=("Type it, then Enter. Esc leaves it.",),
        fields=(pages.Field(label=showing.asked_for(), current=True),),
    )


def _cash(showing: Showing) -> TenderType | None:
    return next((each for each in showing.till.parts.tenders if each.rule.is_cash), None)


def _quick(showing: Showing, cash: TenderType | None, rounded: int) -> tuple[pages.QuickCash, ...]:
    if cash is None or rounded <= 0:
        return ()
    amounts = cash.quick(rounded)
    exact = pages.QuickCash(entry="Enter", amount_minor=rounded, note="exact")
    return (
        exact,
        *(pages.QuickCash(entry=_entry(showing, each), amount_minor=each) for each in amounts),
    )


def _entry(showing: Showing, minor: int) -> str:
    return str(minor) if showing.implied_decimals else showing.amount(minor)
