"""Card numbers: which codes are cards, how they stand in the journal and on paper."""

from __future__ import annotations

from typing import Final

from posframe import RuleViolation, is_valid_gtin, to_gtin14

_REFERENCE: Final = "card:"
_SHOWN_DIGITS: Final = 4


def is_card(code: str, prefix: str) -> bool:
    """Tell whether a scanned code is a card of this shop, enrolled or not."""
    return code.startswith(prefix) and is_valid_gtin(code)


def checked_card(code: str, prefix: str) -> str:
    """Return a card number as keyed, without what stands around it.

    Raises:
        RuleViolation: it has another prefix.
        DataError: its check digit is wrong, or it is no GTIN at all.
    """
    card = code.strip()
    if not card.startswith(prefix):
        raise RuleViolation(
            f"{card[:20]} is no card of this shop", hint=f"their numbers begin with {prefix}"
        )
    to_gtin14(card)
    return card


def customer_of(card: str) -> str:
    """Return the neutral reference a sale keeps of a member."""
    return f"{_REFERENCE}{card}"


def card_of(customer: str) -> str:
    """Return the card number behind a reference."""
    return customer.removeprefix(_REFERENCE)


def masked(card: str) -> str:
    """Return what screen and paper show of a card number."""
    return f"...{card[-_SHOWN_DIGITS:]}"


def groups_of(card: str, groups: tuple[str, ...], by_prefix: dict[str, str]) -> tuple[str, ...]:
    """Return the groups a card's holder belongs to: everyone's, then those of its beginning."""
    own = (group for prefix, group in by_prefix.items() if card.startswith(prefix))
    return tuple(dict.fromkeys((*groups, *own)))
