"""What commands about gift cards come to: registered, presented, asked, voided, expired."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from posframe import CommandType, Money, RuleViolation
from posframe_payments import gift_events as gift
from posframe_payments.gift_codes import card_of, ending_of, keyed, masked, read_code
from posframe_payments.gift_commands import (
    AskCard,
    ExpireCards,
    PresentCard,
    RegisterCard,
    VoidCard,
)
from posframe_payments.gift_pins import TRIES, checked_pin, is_pin, pin_hash, wait_s
from posframe_payments.permissions import EXPIRE_CARDS, REGISTER_CARD, USE_CARD, VOID_CARD

if TYPE_CHECKING:
    from posframe import Moment, SaleView
    from posframe_payments.gift_ledger import Card, GiftLedger
    from posframe_payments.gift_settings import GiftRules

Answer = tuple[str, list[Any]]
_S: Final = 1_000_000
_SALT_BYTES: Final = 16


class GiftDesk:
    """Answers commands about cards."""

    def __init__(self, rules: GiftRules, ledger: GiftLedger) -> None:
        self._rules = rules
        self._ledger = ledger

    def commands(self) -> list[CommandType]:
        """Return each command with what decides it."""
        return [
            CommandType(command=RegisterCard, decide=self._register, permission=REGISTER_CARD),
            CommandType(command=PresentCard, decide=self._present, permission=USE_CARD),
            CommandType(command=AskCard, decide=self._ask, permission=USE_CARD),
            CommandType(command=VoidCard, decide=self._void, permission=VOID_CARD),
            CommandType(command=ExpireCards, decide=self._expire, permission=EXPIRE_CARDS),
        ]

    def known(self, text: str) -> Card:
        """Return the card of a code that was typed or scanned.

        Raises:
            RuleViolation: it is mistyped, another shop's, or not known.
        """
        code = read_code(text, self._rules.prefix)
        card = self._ledger.card(card_of(code, self._rules.secret))
        if card is None:
            raise RuleViolation(
                f"Card {masked(code)} is not known here",
                hint="type .giftnew CODE PIN, or import the delivery, if it is the shop's",
            )
        return card

    def _register(self, asked: RegisterCard, _sale: SaleView | None, now: Moment) -> Answer:
        code = read_code(asked.code, self._rules.prefix)
        secret = self._rules.secret
        card = card_of(code, secret)
        if self._ledger.card(card) is not None:
            raise RuleViolation(f"Card {masked(code)} is known already", hint="take the next one")
        salt = keyed(secret, "salt", f"{now.id}:{code}")[:_SALT_BYTES]
        registered = gift.CardRegistered(
            card=card,
            ending=ending_of(code),
            salt=salt,
            pin=pin_hash(checked_pin(asked.pin), salt, secret),
        )
        return f"Card {masked(code)} can be sold now: scan it", [registered]

    def _present(self, asked: PresentCard, sale: SaleView | None, now: Moment) -> Answer:
        card = self.known(asked.code)
        if sale is None or sale.due_minor == 0:
            raise RuleViolation("There is nothing to pay with a card", hint="scan the goods first")
        refused = self._check_pin(card, asked.pin, now)
        if refused:
            return refused
        self._check_usable(card, now, is_refund=sale.due_minor < 0)
        method = card.kind
        takes = min(card.balance_minor, sale.due_minor)
        shown = method if takes == sale.due_minor else f"{self._text(takes)} {method}"
        words = f"{card.noun} has {self._text(card.balance_minor)}. To use it type: {shown}"
        return words, [gift.CardPresented(card=card.card, transaction=sale.id)]

    def _ask(self, asked: AskCard, _sale: SaleView | None, now: Moment) -> Answer:
        card = self.known(asked.code)
        refused = self._check_pin(card, asked.pin, now)
        if refused:
            return refused
        if card.state != "issued":
            words = "is not sold yet" if card.state == "registered" else "was voided"
            return f"{card.noun} {words}", []
        past = ", and its last day is over" if card.is_past(now.wall_us) else ""
        found = [gift.CardPresented(card=card.card)] if card.wrong else []
        return f"{card.noun} has {self._text(card.balance_minor)}{past}", found

    def _void(self, asked: VoidCard, _sale: SaleView | None, _now: Moment) -> Answer:
        card = self.known(asked.code)
        if card.state != "issued":
            raise RuleViolation(f"{card.noun} is not in use", hint="nothing needs undoing")
        if self._ledger.spent_minor(card.card):
            raise RuleViolation(
                f"{card.noun} was paid with already", hint="give back what is left as a return"
            )
        voided = gift.CardVoided(
            card=card.card, minor=card.balance_minor, reason=asked.reason, closes=True
        )
        amount = self._text(card.balance_minor)
        return f"{card.noun} voided. Give back {amount}: .out {amount}", [voided]

    def _expire(self, _asked: ExpireCards, _sale: SaleView | None, now: Moment) -> Answer:
        found = [
            gift.CardExpired(card=card, minor=minor)
            for card, minor in self._ledger.past(now.wall_us)
        ]
        total = self._text(sum(each.minor for each in found))
        return f"{len(found)} cards have expired, with {total} on them", found

    def _check_pin(self, card: Card, pin: str, now: Moment) -> Answer | None:
        """Return None if the PIN is right, else what a wrong one comes to, which is journalled.

        Raises:
            RuleViolation: the card waits, or needs a PIN; nothing is tried.
        """
        if not card.pin:
            return None
        left_s = -(-(card.wrong_us - now.wall_us) // _S) + wait_s(card.wrong)
        if left_s > 0:
            raise RuleViolation(
                f"{card.noun} is locked after {card.wrong} wrong PINs",
                hint=f"try again in {left_s // 60}:{left_s % 60:02} min, or pay another way",
            )
        if not pin:
            raise RuleViolation(f"{card.noun} needs its PIN", hint="type it after the code")
        if is_pin(pin, card.salt, card.pin, self._rules.secret):
            return None
        wrong = card.wrong + 1
        wait = wait_s(wrong)
        left = f"{TRIES - wrong} tries left" if not wait else f"locked for {wait // 60} min"
        refused = gift.PinRefused(card=card.card, at_us=now.wall_us)
        return f"{card.noun}: the PIN is wrong, {left}", [refused]

    def _check_usable(self, card: Card, now: Moment, *, is_refund: bool) -> None:
        if card.state == "registered":
            raise RuleViolation(f"{card.noun} is not sold yet", hint="sell it first: scan it")
        if card.state == "voided":
            raise RuleViolation(f"{card.noun} was voided", hint="pay another way")
        if card.is_past(now.wall_us):
            raise RuleViolation(f"{card.noun} has expired", hint="pay another way")
        if not card.balance_minor and not is_refund:
            raise RuleViolation(f"{card.noun} is spent", hint="pay another way")

    def _text(self, minor: int) -> str:
        return Money(minor, self._rules.currency).major
