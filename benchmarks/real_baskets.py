"""A shop-year of real baskets: sold for cash through a till, and compared cent by cent.

Run ``python -m benchmarks.real_baskets [--baskets N] [--data DIR]``. The data are Complete Journey
(84.51°, CC0) and Open Food Facts (ODbL); without the folder the command says so and ends.

The 92,331 products are imported through the column map as goods of open price, their department
being their tax category. 75,000 rows in 47,243 baskets are sold in the order they were paid, on a
clock that is put to the moment of each basket, to the loyalty card of the household. What a row is:

* Its list price is what was paid plus what the shop, a coupon and the shop's match of it took off;
  that sum is then taken off the line as one discount by amount, which half of the rows have.
* Its pieces are keyed where the list price divides by them into whole cents, which gives the price
  of a piece. Where it does not (one row in fifty), one piece is sold at the price of all.
* 416 rows name 0 pieces and some, of fuel in thousandths of a gallon, up to 32,623: keyed as they
  stand, the till refuses them. So it does rows whose list price is 0, the rows of 5 products that
  are in no list, and the one row that says it was paid 4.440892e-16. Each refusal is counted with
  the till's own sentence; ``plain_shop`` leaves out the same rows by a rule of its own.
* A basket of which nothing could be sold is cancelled and has no receipt.

The scans of a basket and of the card are submitted without waiting, then the discounts, then, when
all of them are on disk, the payment. Every receipt (lines, pieces, sums, tax by rate, tender, total
in print), the totals by day and department, stock and points have to be those of ``plain_shop``,
which shares no code with posframe. ``proving`` then verifies, rebuilds and folds the journal. It
takes two to ten minutes, as the disk is.
"""

from __future__ import annotations

import argparse
import calendar
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from benchmarks import plain_shop, real_shop
from benchmarks.measuring import Finding, heading, print_findings
from benchmarks.proving import prove
from benchmarks.shop import add_folder_option, workspace
from posframe import (
    DataError,
    RuleViolation,
    Session,
    Till,
    commands,
    parse_milli,
    parse_minor,
    receipt,
)
from posframe.kernel.domain.events import TransactionCompleted
from posframe.testing.ports import ManualClock
from posframe.till import Ports

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.plain_shop import PlainBooks, PlainReceipt, RealBasket, Row
    from posframe import Outcome
    from posframe.kernel.worker import Ticket

DATA: Final = Path(__file__).resolve().parents[2] / "shared" / "data"
BASKETS: Final = "completejourney_transactions_sample.csv.gz"
VERIFIED_ROWS_PER_S_MIN: Final = 50_000
"""Of a journal with at least so many rows: the first few pay for loading the library."""
TOLD_EVERY: Final = 10_000
PROBLEMS_MAX: Final = 20
"""Differences that are kept in words; one is too many."""


@attrs.define
class Sold:
    """What became of the baskets."""

    baskets: int = 0
    receipts: int = 0
    lines: int = 0
    refused: Counter[str] = attrs.field(factory=Counter)
    """Rows the till refused, by its own sentence without the figures in it."""
    seconds: float = 0.0
    cpu_s: float = 0.0
    journal_rows: int = 0
    verified_rows_per_s: float = 0.0
    problems: list[str] = attrs.field(factory=list)
    """Whatever differs; empty is the only good answer."""

    def differ(self, what: str, till: object, plain: object) -> None:
        """Note it when the till says something else than the plain reckoning."""
        if till != plain and len(self.problems) < PROBLEMS_MAX:
            self.problems.append(f"{what}: the till says {till}, the plain reckoning {plain}")

    def differ_by_key(self, what: str, till: dict[Any, Any], plain: dict[Any, Any]) -> None:
        """Note each key by which two tables differ."""
        for key in till.keys() | plain.keys():
            self.differ(f"{what} {key}", till.get(key), plain.get(key))


def main() -> None:
    """Sell, compare, prove, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--baskets", type=int, default=0, help="only so many; all without it")
    parser.add_argument("--data", type=Path, default=DATA, help="where the files are")
    add_folder_option(parser)
    options = parser.parse_args()
    if not (options.data / BASKETS).is_file():
        sys.exit(f"{options.data} holds no {BASKETS}: name its folder with --data")
    with workspace(options.folder) as folder:
        findings = run(folder, options.baskets, data=options.data)
    print_findings(findings)
    sys.exit(not all(each.met for each in findings))


def run(folder: Path, baskets: int = 0, *, data: Path = DATA) -> list[Finding]:
    """Print what became of all baskets, or of the first so many."""
    heading("Real baskets")
    lost = real_shop.import_barcodes(folder / "barcodes.db", data)
    sold = sell(baskets, folder / "till", data=data)
    print(
        f"{sold.baskets:,} baskets: {sold.receipts:,} receipts, {sold.lines:,} lines"
        f" in {sold.seconds:.0f} s; {sold.receipts / sold.seconds:,.0f} sales/s,"
        f" {sold.lines / sold.seconds:,.0f} lines/s, CPU {sold.cpu_s:.0f} s"
        f" ({sold.cpu_s / max(1, sold.receipts) * 1e3:.2f} ms a sale)"
    )
    for sentence, count in sold.refused.most_common():
        print(f"  refused {count:4}: {sentence}")
    for problem in sold.problems:
        print(f"  WRONG {problem}")
    return _judged(sold, lost)


def sell(baskets: int, folder: Path, *, data: Path = DATA) -> Sold:
    """Sell the first ``baskets`` baskets (0: all) in a new till, compare, and prove the journal."""
    real = plain_shop.read_baskets(data / BASKETS)[: baskets or None]
    departments = plain_shop.read_departments(data / real_shop.PRODUCTS)
    books = plain_shop.reckon(real, departments)
    sold = Sold(baskets=len(real))
    real_shop.make_shop(folder, departments, data)
    with Till.open(folder, _ports()) as till:
        shop = _Shop(till, books, sold)
        shop.enrol({basket.household for basket in real})
        shop.sell_all(real)
        shop.compare_receipts()
        shop.compare_books()
        sold.journal_rows = till.parts.journal.head.seq
    proof = prove(folder)
    sold.problems += proof.problems
    sold.verified_rows_per_s = proof.verified_rows_per_s
    return sold


class _Shop:
    """One till that sells real baskets and is checked against the plain books."""

    def __init__(self, till: Till, books: PlainBooks, sold: Sold) -> None:
        self._till, self._books, self._sold = till, books, sold
        self._clock: Any = till.parts.clock
        self._pieces_max = parse_milli(till.config.limits.quantity) // 1000
        self._completed: list[tuple[RealBasket, TransactionCompleted]] = []

    def enrol(self, households: Iterable[str]) -> None:
        """Give every household its card."""
        session = Session(self._till)
        entries = [f".enrol {plain_shop.card_of(each)}" for each in sorted(households)]
        for ticket in [self._till.submit(session.read(entry)) for entry in entries]:
            assert ticket.wait().accepted

    def sell_all(self, baskets: Sequence[RealBasket]) -> None:
        """Sell every basket; only this is timed."""
        begin, cpu = time.perf_counter(), time.process_time()
        for count, basket in enumerate(baskets, start=1):
            self._sell(basket)
            if count % TOLD_EVERY == 0:
                print(f"{count:,} baskets in {time.perf_counter() - begin:.0f} s", flush=True)
        self._sold.seconds = time.perf_counter() - begin
        self._sold.cpu_s = time.process_time() - cpu

    def compare_receipts(self) -> None:
        """Compare every receipt with the plain one of its basket."""
        for number, (basket, completed) in enumerate(self._completed, start=1):
            what = f"receipt {completed.receipt_number} of basket {basket.id}"
            self._sold.differ(f"{what}, number", completed.receipt_number, number)
            self._compare(what, completed, self._books.receipts[basket.id])

    def compare_books(self) -> None:
        """Compare what the read models say with the plain books."""
        sold, books = self._sold, self._books
        sold.differ("refused rows", sold.refused.total(), books.refused)
        sold.differ("receipts", sold.receipts, len(books.receipts))
        departments = {key: tuple(sums) for key, sums in books.departments.items()}
        sold.differ_by_key("department", self._departments(), departments)
        stock = {sku: -1000 * pieces for sku, pieces in books.stock.items()}
        on_hand = self._all("SELECT sku, on_hand_milli FROM inventory_stock")
        sold.differ_by_key("stock of", dict(on_hand), stock)
        points = {plain_shop.card_of(each): points for each, points in books.points.items()}
        balances = self._all("SELECT card, balance FROM loyalty_card")
        enrolled = dict.fromkeys((card for card, _ in balances), 0)
        sold.differ_by_key("points of", dict(balances), {**enrolled, **points})
        gross = sum(each.gross_cents for each in books.receipts.values())
        sold.differ("cash in the drawer", self._till.state.drawer_minor, gross)

    def _sell(self, basket: RealBasket) -> None:
        self._clock.jump(_moment_us(basket.timestamp))
        added = self._scan(basket)
        if not added:
            self._accepted([self._till.submit(commands.Cancel(reason="nothing sold"))])
            return
        self._accepted(
            self._till.submit(
                commands.Discount(number=number, amount_minor=off, reason="as in the data")
            )
            for number, off in added
            if off
        )
        self._pay(basket)

    def _scan(self, basket: RealBasket) -> list[tuple[int, int]]:
        """Scan goods and card without waiting; return the lines and what is to be taken off."""
        tickets = []
        for row in basket.rows:
            try:
                command, off = _keyed(row, self._pieces_max)
            except DataError as error:
                self._refused(error.message)
            else:
                tickets.append((self._till.submit(command), off))
        card = commands.SetCustomer(code=plain_shop.card_of(basket.household))
        card_ticket = self._till.submit(card)
        added: list[tuple[int, int]] = []
        for ticket, off in tickets:
            outcome = ticket.wait()
            if outcome.accepted:
                added.append((len(added) + 1, off))
            else:
                self._refused(outcome.words)
                ours = isinstance(outcome.error, (RuleViolation, DataError))
                self._sold.differ("a refusal", "" if ours else outcome.words, "")
        self._accepted([card_ticket])
        self._sold.lines += len(added)
        return added

    def _accepted(self, tickets: Iterable[Ticket]) -> None:
        for ticket in list(tickets):
            outcome = ticket.wait()
            self._sold.differ("a command", outcome.words if outcome.error else "", "")

    def _pay(self, basket: RealBasket) -> None:
        outcome = self._till.do(commands.Pay(type="cash"))
        completed = _completed(outcome)
        if completed is None:
            self._sold.differ(f"basket {basket.id}", outcome.words, "a receipt")
            return
        self._completed.append((basket, completed))
        self._sold.receipts += 1
        self._sold.differ("the date", self._till.state.business_date, basket.timestamp[:10])

    def _compare(self, what: str, completed: TransactionCompleted, plain: PlainReceipt) -> None:
        totals, closing = completed.totals, completed.closing
        taxes = {part.code: part.minor for part in totals.taxes}
        self._sold.differ(f"{what}, lines", len(completed.lines), plain.lines)
        self._sold.differ(f"{what}, pieces", totals.pieces_milli, 1000 * plain.pieces)
        self._sold.differ(f"{what}, list", totals.list_minor, plain.list_cents)
        self._sold.differ(f"{what}, discount", -totals.discount_minor, plain.discount_cents)
        self._sold.differ(f"{what}, gross", closing.gross_minor, plain.gross_cents)
        self._sold.differ(f"{what}, taxes", taxes, dict(plain.tax_cents))
        paid = sum(tender.tendered_minor for tender in completed.tenders)
        self._sold.differ(f"{what}, cash", paid, plain.gross_cents)
        self._sold.differ(f"{what}, in print", self._printed(completed), _written(plain))

    def _printed(self, completed: TransactionCompleted) -> list[str]:
        """Return the totals that the receipt shows."""
        document = self._till.receipt(completed.transaction)
        assert document is not None, "a completed sale has a receipt"
        blocks = [block for section in document.sections for block in section.blocks]
        return [block.amount_text for block in blocks if isinstance(block, receipt.Total)]

    def _departments(self) -> dict[tuple[str, str], tuple[int, int, int]]:
        rows = self._all(
            "SELECT business_date, department, lines, gross_minor, net_minor FROM sales_department"
        )
        return {(date, department): tuple(sums) for date, department, *sums in rows}

    def _all(self, sql: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._till.call(lambda: self._till.parts.journal.query(sql))
        return rows

    def _refused(self, sentence: str) -> None:
        self._sold.refused["".join("#" if sign.isdigit() else sign for sign in sentence)] += 1


def _keyed(row: Row, pieces_max: int) -> tuple[commands.AddItem, int]:
    """Return what is scanned for a row, and what is taken off afterwards.

    Raises:
        DataError: the row holds what nobody could key.
    """
    paid, *off = [parse_minor(text, 2) for text in row.amounts]
    price = paid + sum(off)
    quantity_milli = parse_milli(row.quantity)
    pieces = quantity_milli // 1000
    if 0 < pieces <= pieces_max:
        price, quantity_milli = (
            (price // pieces, quantity_milli) if price % pieces == 0 else (price, 1000)
        )
    command = commands.AddItem(code=row.product, price_minor=price, quantity_milli=quantity_milli)
    return command, sum(off)


def _completed(outcome: Outcome) -> TransactionCompleted | None:
    events = (row.event for row in outcome.recorded)
    return next((event for event in events if isinstance(event, TransactionCompleted)), None)


def _written(plain: PlainReceipt) -> list[str]:
    return [f"{plain.gross_cents // 100}.{plain.gross_cents % 100:02}"]


def _moment_us(timestamp: str) -> int:
    return calendar.timegm(time.strptime(timestamp, "%Y-%m-%dT%H:%M:%SZ")) * 1_000_000


def _ports() -> Ports:
    return Ports(clock=ManualClock(_moment_us("2016-12-31T12:00:00Z")), effects=False)


def _judged(sold: Sold, lost: int) -> list[Finding]:
    return [
        Finding(
            goal=f"{sold.baskets:,} real baskets, not a cent or a piece off",
            measured=f"{len(sold.problems)} differences",
            met=not sold.problems,
        ),
        Finding(goal="30,000 real barcodes, no row lost", measured=f"{lost} lost", met=lost == 0),
        Finding(
            goal=f"journal verified, >= {VERIFIED_ROWS_PER_S_MIN:,} rows/s",
            measured=f"{sold.verified_rows_per_s:,.0f} rows/s of {sold.journal_rows:,}",
            met=sold.verified_rows_per_s >= VERIFIED_ROWS_PER_S_MIN
            if sold.journal_rows > VERIFIED_ROWS_PER_S_MIN
            else None,
        ),
    ]


if __name__ == "__main__":
    main()
