"""Views of the screens beside the sale; loaded with the first of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posframe import format_milli, payment_outcome
from posframe_terminal import pages, words
from posframe_terminal.showing_payments import tender_rows
from posframe_terminal.showing_returns import given_back, ways_back, ways_of

if TYPE_CHECKING:
    from posframe import Item, Tender, TenderType, Transaction
    from posframe_terminal.door import Place
    from posframe_terminal.showing import Showing
    from posframe_terminal.views import View

FOUND_MAX = 30
STOCKED_MAX = 16
"""Results whose stock is asked for: those that are on the first page."""
HELD_WORDS_MAX = 4
SECOND_US = 1_000_000


def page(showing: Showing, place: Place) -> View:  # noqa: PLR0911 - one a screen
    """Return the search, the held sales, an explanation, or what is in trouble."""
    match place.screen:
        case "find":
            return _find(showing, place)
        case "held":
            return _held(showing, place.marked or 0)
        case "explain":
            return _explain(showing)
        case "payments":
            from posframe_terminal.showing_payments import payments

            return payments(showing, place.marked or 0)
        case "messages" | "cash_day" | "report" | "shifts" as screen:
            from posframe_terminal.showing_cash import page as page_of_cash

            return page_of_cash(showing, screen)
        case "receipt" | "sold" | "returns" as screen:
            from posframe_terminal.showing_returns import page as page_of_returns

            return page_of_returns(showing, screen)
        case _:
            return _trouble(showing)


def popup(showing: Showing) -> View:
    """Return the question that is open."""
    if showing.learning is not None:
        return _learn(showing)
    if showing.answering is not None:
        from posframe_terminal.showing_payments import answer

        return answer(showing, showing.answering)
    if showing.approving is not None:
        from posframe_terminal.showing_returns import approval

        return approval(showing, showing.approving)
    if showing.answer is not None:
        from posframe_terminal.showing_people import answer_view

        return answer_view(showing, showing.answer)
    if showing.asking is not None:
        asking = showing.asking
        return pages.AskView(
            head=showing.head(asking.title),
            money=showing.money,
            seen=showing.seen(asking.title),
            title=asking.title,
            text=(asking.text,),
            choices=(
                pages.Choice(key=showing.key_of("yes"), label=asking.yes),
                pages.Choice(key="Esc", label=asking.no),
            ),
        )
    return _question(showing)


def payment(showing: Showing, sale: Transaction) -> View:
    """Return the payment screen."""
    cash = _cash(showing)
    due = sale.due_minor
    rounded = cash.rule.round(due) if cash else due
    back = ways_back(showing) if due < 0 else None
    return pages.PaymentView(
        head=showing.head(showing.title(sale)),
        money=showing.money,
        seen=showing.seen(),
        to_pay_minor=sale.totals.gross_minor,
        open_minor=due,
        items=showing.items(sale),
        member=showing.member(sale),
        tenders=tender_rows(showing, sale.applied),
        ways=_ways(showing) if back is None else ways_of(showing, back),
        paid=back.paid if back else (),
        quick_cash=_quick(showing, cash, rounded),
        rounding_minor=rounded - due or None,
        notes=_payment_notes(showing, sale),
        notice=payment_outcome(showing.till),
        first=showing.urgent,
    )


def _ways(showing: Showing) -> tuple[pages.Way, ...]:
    return tuple(
        pages.Way(action=each.rule.id, label=each.rule.label, note="amount, or exact")
        for each in showing.till.parts.tenders
    )


def _payment_notes(showing: Showing, sale: Transaction) -> tuple[str, ...]:
    back = f"{showing.key_of('take_back')} takes the last tender back" if sale.applied else ""
    ages = (showing.age_words(sale), showing.age_done(sale))
    off_minor = -sale.totals.discount_minor
    saved = f"saved {showing.amount(off_minor)}" if off_minor else ""
    notes = (*ages, showing.coupons(sale), saved, back, "Esc goes back to the sale")
    return tuple(filter(None, notes))


def change(showing: Showing) -> View:
    """Return what to give back."""
    last = showing.till.state.last
    assert last is not None, "the change is of a completed sale"
    cash = _cash(showing)
    back_minor = given_back(last.tenders)
    hand_over_minor = last.change_minor + back_minor
    pieces = cash.pieces(hand_over_minor) if cash else ()
    rows = [row for each in last.tenders for row in _paid_rows(each)]
    total_minor = last.gross_minor + last.rounding_minor
    rows.append(("to pay" if total_minor >= 0 else "to give back", abs(total_minor)))
    return pages.ChangeView(
        head=showing.head(f"RECEIPT {last.receipt_number}"),
        money=showing.money,
        change_minor=hand_over_minor,
        label="GIVE BACK" if total_minor < 0 else "CHANGE",
        rows=(*rows, ("in cash" if total_minor < 0 else "change", hand_over_minor)),
        give=tuple(f"{count} x {showing.amount(piece)}" for piece, count in pieces),
        receipt=f"receipt {last.receipt_number}  ({showing.key_of('reprint')} prints a copy)",
        notes=showing.till.notices()[:2],
        first=showing.urgent,
    )


def _paid_rows(tender: Tender) -> list[tuple[str, int]]:
    tip = [("tip", tender.tip_minor)] if tender.tip_minor else []
    return [(tender.label, tender.tendered_minor), *tip]


def wanted(text: str) -> tuple[str, str]:
    """Split what is typed into a search, ``3 * milk``, into quantity and name."""
    quantity, star, name = text.partition("*")
    return (quantity.strip(), name.strip()) if star else ("", text.strip())


def _find(showing: Showing, place: Place) -> View:
    quantity, name = wanted(place.text)
    hits = showing.till.search(name, FOUND_MAX + 1) if name else ()
    return pages.FindView(
        head=showing.head("FIND"),
        money=showing.money,
        seen=showing.seen(),
        results=tuple(
            pages.Found(
                id=hit.item.sku,
                code=words.printed_code(hit.code) or hit.item.sku,
                name=hit.item.name,
                price_minor=hit.item.unit_price_minor,
                flag=_flag(hit.item),
                stock=showing.stock.figure(hit.item.sku) if at < STOCKED_MAX else "",
            )
            for at, hit in enumerate(hits[:FOUND_MAX])
        ),
        more=max(0, len(hits) - FOUND_MAX),
        detail=_detail(showing, [hit.item for hit in hits], place.marked or 0, quantity),
    )


def _flag(item: Item) -> str:
    """Return what sets an item apart: sold by weight, priced by hand, sold from an age on."""
    if item.weighed:
        return f"per {item.unit.code}"
    if item.unit_price_minor is None:
        return "open price"
    return f"{item.minimum_age_years}+" if item.minimum_age_years else ""


def _detail(showing: Showing, items: list[Item], marked: int, quantity: str) -> tuple[str, ...]:
    """Say more of the marked item: number, brand, stock; and what Enter does with it."""
    if not items:
        return ()
    item = items[min(marked, len(items) - 1)]
    told = (f"number {item.sku}", item.brand, item.department, showing.stock.words(item.sku))
    times = f"{quantity} * " if quantity else ""
    return (f"{item.name}", "   ".join(filter(None, told)), f"Enter adds {times}{item.name}")


def _held(showing: Showing, marked: int) -> View:
    suspended = showing.till.state.suspended
    now_us = showing.till.parts.clock.wall_us()
    return pages.HeldView(
        head=showing.head("HELD SALES"),
        money=showing.money,
        sales=tuple(
            pages.HeldSale(
                id=held.id,
                number=place,
                since=showing.till.clock_text(held.suspended_us)[11:16],
                age=words.age((now_us - held.suspended_us) // SECOND_US),
                items=showing.items(held),
                total_minor=held.totals.gross_minor,
                operator=held.operator,
                note=_held_note(showing, held),
                severity="warning" if held.blocked else "info",
            )
            for place, held in enumerate(suspended, start=1)
        ),
        detail=_first_lines(suspended[min(marked, len(suspended) - 1)]) if suspended else (),
    )


def _held_note(showing: Showing, held: Transaction) -> str:
    """Return the note of a held sale, before it that its payment is not at its end."""
    doubt = f"payment open ({showing.key_of('payments')})" if held.blocked else ""
    paid = "paid" if held.applied and not held.due_minor and not held.blocked else ""
    return ", ".join(filter(None, (doubt, paid, held.note)))


def _first_lines(held: Transaction) -> tuple[str, ...]:
    """Name the first goods of a held sale, by which a cashier knows it."""
    named: list[str] = []
    for line in held.basket.lines:
        if len(named) == HELD_WORDS_MAX:
            return (f"{', '.join(named)}, ...",)
        if not line.voided and not line.parent:
            times = "" if line.quantity_milli == 1000 else f"{format_milli(line.quantity_milli)} x "
            named.append(f"{times}{line.text}")
    return (", ".join(named) or "no goods yet",)


def _explain(showing: Showing) -> View:
    found = showing.explained
    assert found is not None, "what is shown was asked about"
    return pages.ExplainView(
        head=showing.head(found.title.upper()),
        money=showing.money,
        seen=showing.seen(),
        title=found.title,
        rows=found.rows,
    )


def _trouble(showing: Showing) -> View:
    notices = tuple(pages.Notice(text=text) for text in showing.till.notices())
    return pages.TroubleView(
        head=showing.head("DEVICES"),
        money=showing.money,
        notices=notices,
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
        text=("Type each field, then Enter. It is sold once and known from now on.",),
        fields=(
            pages.Field(label="price", value=price, current=stage == 0),
            pages.Field(label="name", value=form.name, current=stage == 1),
            pages.Field(
                label="tax",
                value=form.tax_category,
                note=f"empty: {form.categories[0]}",
                current=stage == 2,
            ),
        ),
        choices=(
            pages.Choice(key="", label=f"taxes: {', '.join(form.categories)}"),
            pages.Choice(key="Esc", label="give it up"),
        ),
    )


def _question(showing: Showing) -> View:
    question = showing.question
    assert question is not None, "something was asked"
    asked = showing.asked_for()
    title = "PRICE?" if asked == "price" else "WEIGHT?"
    scale = _scale_words(showing) if title == "WEIGHT?" else ()
    return pages.PriceView(
        head=showing.head(title),
        money=showing.money,
        seen=showing.seen(question.message),
        title=title,
        text=(f"{question.message}.", *scale),
        fields=(pages.Field(label=asked, current=True),),
        choices=(
            pages.Choice(key="Enter", label=f"sell it at this {title[:-1].lower()}"),
            pages.Choice(key="Esc", label="leave it"),
        ),
    )


def _scale_words(showing: Showing) -> tuple[str, ...]:
    """Say what the scale waits for, or why it gave no weight."""
    if not showing.till.devices.has("scale"):
        return ()
    words = showing.scale_words()
    return (words or "Put it on the scale, or key its weight.",)


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
