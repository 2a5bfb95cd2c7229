"""Codes of gift cards: what one looks like, when it is mistyped, and how the journal names a card.

Twenty digits: the shop's prefix, a random number, two check digits by ISO/IEC 7064, MOD 97-10,
which find every wrong digit and every two neighbours exchanged. Longer than a payment card's
number, so that neither is taken for the other. The journal has no code: it names a card by a keyed
hash.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from posframe import RuleViolation

CODE_DIGITS: Final = 20
PREFIX_DIGITS: Final = 4
BODY_DIGITS: Final = CODE_DIGITS - PREFIX_DIGITS - 2
_SHOWN_DIGITS: Final = 4
_MODULUS: Final = 97
_CARD_HEX: Final = 32


def with_check_digits(digits: str) -> str:
    """Return 18 digits with the two that make the whole leave 1 when divided by 97."""
    assert len(digits) == CODE_DIGITS - 2
    return f"{digits}{_MODULUS + 1 - int(digits) * 100 % _MODULUS:02}"


def spelt(text: str) -> str:
    """Return a code as typed, without the blanks and dashes it may be printed with."""
    return "".join(text.split()).replace("-", "")


def is_of_shop(code: str, prefix: str) -> bool:
    """Tell whether a scanned code is meant to be a gift card of this shop, right or mistyped."""
    return len(code) == CODE_DIGITS and code.isascii() and code.isdigit() and code[:4] == prefix


def read_code(text: str, prefix: str) -> str:
    """Return the code of a card of this shop.

    Raises:
        RuleViolation: it is mistyped, or another shop's; the words show no more than its end.
    """
    code = spelt(text)
    if not (code.isascii() and code.isdigit()) or len(code) != CODE_DIGITS:
        raise RuleViolation(
            "That is no code of a gift card",
            hint=f"it has {CODE_DIGITS} digits: scan it, or type it as printed",
        )
    if int(code) % _MODULUS != 1:
        raise RuleViolation(
            f"A digit of card {masked(code)} is wrong", hint="scan it, or type it again"
        )
    if not code.startswith(prefix):
        raise RuleViolation(
            f"Card {masked(code)} is another shop's",
            hint="it is taken where it was bought; pay another way",
        )
    return code


def masked(code: str) -> str:
    """Return what screen, paper and journal show of a code, or of its last digits."""
    return f"...{code[-_SHOWN_DIGITS:]}"


def ending_of(code: str) -> str:
    """Return the last digits of a code, which the journal keeps for people."""
    return code[-_SHOWN_DIGITS:]


def card_of(code: str, secret: bytes) -> str:
    """Return a card's name in the journal; without the secret no code is found from it."""
    return keyed(secret, "card", code).hex()[:_CARD_HEX]


def code_for(subject: str, prefix: str, secret: bytes) -> str:
    """Return the code of a card that a till gives out itself, the same for the same subject.

    Derived and not drawn, so that the action that gives it out stays pure and a receipt can print
    it while the journal does not hold it. Guessing one means guessing the secret.
    """
    number = int.from_bytes(keyed(secret, "issue", subject), "big") % 10**BODY_DIGITS
    return with_check_digits(f"{prefix}{number:0{BODY_DIGITS}}")


def keyed(secret: bytes, purpose: str, text: str) -> bytes:
    """Return HMAC-SHA-256 of a text under the shop's secret, apart for each purpose."""
    return hmac.digest(secret, f"{purpose}:{text}".encode(), hashlib.sha256)
