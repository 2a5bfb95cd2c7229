"""A till with every method that has no wire, a clock to move, and a cashier who types."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import attrs

from posframe import LineKind, RuleViolation, Session
from posframe.kernel.domain.commands import AddItem
from posframe.kernel.domain.entry import Show
from posframe.kernel.domain.events import LineAdded
from posframe.kernel.domain.evolve import evolve
from posframe.kernel.ports import ActionHead
from posframe.testing.ports import CountingIds
from posframe.testing.tills import make_till, quiet_ports
from posframe_payments.gift_codes import with_check_digits

if TYPE_CHECKING:
    from pathlib import Path

    from posframe import Outcome

SECRET = bytes(range(32))
PREFIX = "2990"
CARD = "9528000000017"
CUSTOMER = f"card:{CARD}"
OTHER_CARD = "9528000000024"
LOYALTY = '[plugins.loyalty]\ncard_prefix = "9528"\n'
GIFT = '[plugins.payments.gift]\nprefix = "2990"\nvalid_days = 365\ncredit_valid_days = 90\n'
ACCOUNT = "[plugins.payments.account]\n"
USD = (
    '[plugins.payments.currencies.USD]\nrate = "0.92"\nsource = "the bank"\nas_of = "2025-12-31"\n'
)
SKUS = frozenset({"PEN", "INK", "PAD"})
DAY_US = 86_400_000_000


def code(number: int = 1, prefix: str = PREFIX) -> str:
    """Return a gift card's code."""
    return with_check_digits(f"{prefix}{number:014}")


class Desk:
    """One till in a folder, opened again as often as wanted."""

    def __init__(self, folder: Path, settings: str) -> None:
        self.folder = folder / "till"
        self.settings = LOYALTY + settings
        self._starts = itertools.count(1)
        self.ports = quiet_ports()
        self.folder.mkdir()
        secret = self.folder / "gift.secret"
        secret.write_bytes(SECRET)
        secret.chmod(0o600)
        (self.folder / "accounts.csv").write_text(f"customer,limit\n{CUSTOMER},100.00\n")
        self.open()

    def open(self) -> None:
        """Open the till."""
        ids = CountingIds(next(self._starts) * 1_000_000)
        self.till = make_till(
            self.folder,
            plugins=("payments", "loyalty"),
            settings=self.settings,
            ports=attrs.evolve(self.ports, ids=ids),
        )
        self.session = Session(self.till)

    def reopen(self) -> None:
        """Stop and start."""
        self.till.close()
        self.open()

    def __call__(self, *entries: str) -> str:
        """Type entries that are all taken, goods by their SKU; return the words of the last."""
        words = ""
        for entry in entries:
            outcome = self.attempt(entry)
            assert outcome is None or outcome.accepted, f"{entry}: {outcome}"
            words = outcome.words if outcome else words
        return words

    def attempt(self, entry: str) -> Outcome | None:
        command = AddItem(code=entry) if entry in SKUS else self.session.read(entry)
        if isinstance(command, Show):
            assert command.screen in {"sale", "payment"}, f"{entry} means {command}"
            self.session.show(command)
            return None
        outcome = self.till.do(command)
        self.session.after(command, outcome)
        return outcome

    def refused(self, entry: str) -> str:
        """Type an entry that changes nothing; return words and hint."""
        before, head = self.till.state, self.head()
        try:
            outcome = self.attempt(entry)
        except RuleViolation as error:
            return str(error)
        assert outcome is not None
        assert not outcome.accepted, outcome.words
        assert (self.till.state, self.head()) == (before, head), "a refusal changes nothing"
        return f"{outcome.words} ({outcome.hint})"

    def sell(self, number: int, amount: str, pin: str = "1234") -> str:
        """Register a card and sell it for cash; return its code."""
        self(f".giftnew {code(number)} {pin}")
        self.load(number, amount)
        return code(number)

    def load(self, number: int, amount: str) -> None:
        """Sell an amount on a card, for cash."""
        self.attempt(code(number))
        self(amount, "+", "")

    def bring_back(self, minor: int, **changes: Any) -> None:
        """Put a line of goods given back into the open sale, past the till that sells only."""
        sale = self.till.state.transaction
        assert sale is not None, "something was scanned"
        first = sale.basket.lines[0]
        line = attrs.evolve(
            first,
            **{
                "number": len(sale.basket.lines) + 1,
                "kind": LineKind.RETURN,
                "unit_price_minor": -minor,
                "list_minor": -minor,
                **changes,
            },
        )
        journal, engine = self.till.parts.journal, self.till.parts.engine
        head = ActionHead(command=f"0-{minor}", wall_us=1, mono_us=1, business_date="", actor="1")

        def write() -> None:
            journal.begin()
            journal.append(head, [(LineAdded(line), sale.id)])
            journal.commit()
            engine.state = engine.acknowledged = evolve(engine.state, LineAdded(line))

        self.till.call(write)
        self("+")

    def head(self) -> int:
        return int(self.till.call(lambda: self.till.parts.engine.head_seq))

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return list(self.till.call(lambda: self.till.parts.journal.query(sql, parameters)))

    def events(self, name: str) -> list[Any]:
        rows = self.till.call(lambda: list(self.till.parts.journal.read()))
        return [row.event for row in rows if row.name == name]

    def pass_days(self, days: int) -> None:
        self.ports.clock.advance(days * DAY_US)

    @property
    def due(self) -> int:
        sale = self.till.state.transaction
        return sale.due_minor if sale else 0
