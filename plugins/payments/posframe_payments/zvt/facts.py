"""Facts of a card terminal: what was said on its line, no more. Money is judged elsewhere.

Every fact is free of card data. Amounts are in minor units of the terminal's currency.
"""

from __future__ import annotations

import enum

import attrs


class Wait(enum.Enum):
    """What did not come in time."""

    LINE = "the line took nothing"
    ACKNOWLEDGEMENT = "no answer to the command"
    ANSWER = "no end of the command"


class ReceiptKind(enum.Enum):
    """Whom a receipt is for (tag 1F 07)."""

    UNKNOWN = 0
    MERCHANT = 1
    CUSTOMER = 2
    ADMINISTRATION = 3


@attrs.frozen
class Sent:
    """A command went out."""

    command: str


@attrs.frozen
class Acked:
    """The terminal took the command (80 00 or 84 00)."""


@attrs.frozen
class Waiting:
    """84 9C to the command: it needs more time before it says whether it takes it."""


@attrs.frozen
class Refused:
    """84 xx to the command: it does not take it."""

    code: int
    words: str


@attrs.frozen
class CancelSent:
    """06 B0 went out: a wish, not an outcome."""


@attrs.frozen
class CancelTaken:
    """The terminal heard the wish; ``refused`` holds the code where it does not follow it."""

    refused: int | None = None


@attrs.frozen
class Intermediate:
    """04 FF: what the terminal is doing."""

    code: int
    words: str
    customer_words: str
    timeout: int | None = None
    """As sent; its unit is unverified."""
    asked: bool = True


@attrs.frozen
class CardTotal:
    """Turnover of one kind of card."""

    name: str
    count: int
    amount_minor: int


@attrs.frozen
class Totals:
    """BMP 60: turnovers since the last end of day."""

    first_receipt: int
    last_receipt: int
    cards: tuple[CardTotal, ...]


_SIGNED = frozenset({1, 5, 6, 7})
"""Values of tag 1F 10: by signature, alone or beside a PIN."""


@attrs.frozen(kw_only=True)
class Status:
    """04 0F: the result of a payment so far. It is not the outcome: the end of the command is."""

    result: int | None = None
    """0 is approved; None: it says none."""
    words: str = ""
    amount_minor: int | None = None
    currency: int | None = None
    """Number of ISO 4217: 978 is the euro."""
    receipt: int | None = None
    trace: int | None = None
    original_trace: int | None = None
    terminal: str = ""
    merchant: str = ""
    time: str = ""
    """HH:MM:SS by the terminal's clock."""
    date: str = ""
    """MM-DD by the terminal's clock."""
    turnover: int | None = None
    long_trace: int | None = None
    authorisation: str = ""
    """What the host calls its approval."""
    host_result: int | None = None
    payment_type: int | None = None
    card_name: str = ""
    card_type: int | None = None
    network_card_type: int | None = None
    card_last_four: str = ""
    application: str = ""
    """Identifier of the chip's application, hexadecimal."""
    verification: int | None = None
    """How the customer was verified, see `needs_signature`."""
    technology: int | None = None
    """0 stripe, 1 chip, 2 contactless."""
    text: str = ""
    totals: Totals | None = None
    whole: bool = True
    """False: part of it could not be read, so it proves nothing."""
    asked: bool = True
    """False: no open command of ours can be meant."""
    raw: bytes = attrs.field(default=b"", repr=False)
    """As it came, card data overwritten."""

    @property
    def approves(self) -> bool:
        """Whether it says that the payment succeeded."""
        return self.result == 0

    @property
    def needs_signature(self) -> bool:
        """Whether the customer signs a slip; the cashier compares before the sale goes on."""
        return self.verification in _SIGNED


@attrs.frozen
class StatusAnswered:
    """An approving status was answered: keep the money, or (a wish) take it back."""

    keep: bool


@attrs.frozen(kw_only=True)
class Completed:
    """06 0F: the command came to its end."""

    terminal: str = ""
    currency: int | None = None
    status_byte: int | None = None
    whole: bool = True
    asked: bool = True


@attrs.frozen(kw_only=True)
class Aborted:
    """06 1E: the command was broken off."""

    code: int | None
    words: str
    asked: bool = True


@attrs.frozen(kw_only=True)
class PrintLine:
    """06 D1: one line of a receipt."""

    text: str
    centred: bool = False
    wide: bool = False
    tall: bool = False
    feeds: int = 0
    """So many empty lines instead of a text."""
    last: bool = False


@attrs.frozen(kw_only=True)
class PrintBlock:
    """06 D3: lines of a receipt."""

    kind: ReceiptKind
    lines: tuple[str, ...]
    ended: bool = False
    """Whether the receipt is complete with them."""


@attrs.frozen
class Unreadable:
    """A message whose kind is known came damaged."""

    kind: str


@attrs.frozen
class Unsupported:
    """A message came that this till does not take; it was told so."""

    control: str


@attrs.frozen
class Unexpected:
    """An acknowledgement came that nobody waited for."""


@attrs.frozen
class Noise:
    """Bytes that are no message were skipped. They are counted, never kept."""

    length: int
    checked: bool = False
    """Whether a checksum tells messages from noise on this line."""


@attrs.frozen
class TimedOut:
    """Something did not come in time: how the command ended is not known."""

    wait: Wait


@attrs.frozen
class Lost:
    """The connection broke before the command ended."""


Fact = (
    Sent | Acked | Waiting | Refused | CancelSent | CancelTaken | Intermediate | Status
    | StatusAnswered | Completed | Aborted | PrintLine | PrintBlock | Unreadable | Unsupported
    | Unexpected | Noise | TimedOut | Lost
)  # fmt: skip
