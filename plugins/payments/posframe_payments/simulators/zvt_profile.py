"""How a simulated ZVT terminal is set up, and what its customers do."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class Profile:
    """A terminal as its maker and its merchant set it up."""

    terminal: str = "28004869"
    password: str = "000000"  # noqa: S105 - as terminals come from their maker
    currency: str = "0978"
    after_loss: str = "keeps"
    """``keeps`` a payment although the till has gone, or ``reverses`` it by itself."""
    reverses: str = "last"
    """``last`` payment only, or ``any``."""
    repeats_receipt: bool = True
    """False: repeat receipt ends without a status, as some settings have it."""
    greeting: bytes = b""
    """Said on each connection before anything else."""
    shows_card_number: bool = False
    """Sends whole card numbers, as a terminal set up wrongly does."""
    long_receipts: bool = False
    """Text blocks longer than 254 bytes."""
    silent_s: float = 5.0
    """How long it waits for an acknowledgement."""


@attrs.frozen(kw_only=True)
class Customer:
    """Who stands before the terminal next."""

    does: str = "approve"
    """``approve``, ``decline`` (the host does) or ``abort`` (the red key)."""
    pays_minor: int | None = None
    """The host approves so much and no more; None: all."""
    tip_minor: int = 0
    """Added at the terminal."""
    thinks_s: float = 0.0
    """Until the card is there."""
    result: int = 0x05
    """Of a decline."""
    card_name: str = "MASTERCARD"
    card_number: str = "5500005555555559"
    """A number for tests that belongs to no card."""


@attrs.frozen(kw_only=True)
class Record:
    """What the terminal remembers of one payment, reversal or refund."""

    kind: str
    amount_minor: int
    receipt: int
    trace: int
    at_s: float
    movement: int
    """Number in the acquirer's ledger."""
    customer: Customer
    original_trace: int | None = None
    is_reversed: bool = False
