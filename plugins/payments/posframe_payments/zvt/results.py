"""What the codes of a terminal mean, in our own words: results, and what it is doing meanwhile.

Codes as in the protocol's tables. Words are for the cashier; a second line is for the customer.
"""

from __future__ import annotations

OK = 0x00
BUSY = frozenset({0x9C, 0xA0})
"""Please wait; not ready. The answer to a request of ours may still come."""
REFUSALS = frozenset({0x6B, 0x83, 0x9A, 0xA5})
"""Answers to a command which say that nothing was begun."""
_HOST_CODES = range(0x01, 0x64)

_RESULTS = {
    0x00: "done",
    0x64: "the card cannot be read",
    0x65: "no data on the card",
    0x66: "the card reader failed",
    0x67: "not possible with a debit card",
    0x68: "not possible with a credit or fuel card",
    0x6A: "its memory of turnovers is full",
    0x6B: "it is not registered with the till",
    0x6C: "stopped by the customer, or nobody acted in time",
    0x6E: "the card is blocked",
    0x6F: "wrong currency",
    0x71: "not enough credit on the card",
    0x72: "the chip failed",
    0x73: "wrong data on the card",
    0x74: "its keys are used up, call its service",
    0x75: "a text is not authentic",
    0x76: "this card is not on its list",
    0x77: "it cannot do its end of day",
    0x78: "the card has expired",
    0x79: "the card is not valid yet",
    0x7A: "unknown card",
    0x7B: "the stripe may not be used for this card",
    0x7C: "the stripe may not be used for this card",
    0x7D: "its network module does not answer",
    0x7E: "the stripe may not be used, a direct debit may",
    0x83: "it does not know this function",
    0x85: "a key is missing in it",
    0x89: "its PIN pad is broken",
    0x9A: "it did not understand the till",
    0x9B: "its connection failed",
    0x9C: "please wait",
    0xA0: "not ready",
    0xA1: "its host does not answer",
    0xA3: "it has no connection",
    0xA4: "stored money cannot be handed in",
    0xA5: "not allowed by card security rules",
    0xB1: "its memory is full",
    0xB2: "its journal is full",
    0xB4: "it was given back before",
    0xB5: "it cannot be given back",
    0xB7: "the reservation is too small or its amount is wrong",
    0xB8: "the reservation failed",
    0xBF: "its power supply is too weak",
    0xC0: "its card lock is broken",
    0xC1: "the merchant card is locked",
    0xC2: "it wants a diagnosis",
    0xC3: "the amount is too high",
    0xC4: "its card profiles are invalid",
    0xC5: "this way of paying is not supported",
    0xC6: "this currency cannot be used",
    0xC8: "the amount is too small",
    0xC9: "its highest amount is too small",
    0xCB: "euros only",
    0xCC: "its printer is not ready",
    0xCD: "no cash back",
    0xD2: "not possible with this bank's service card",
    0xDC: "a card is in it",
    0xDD: "it could not eject the card",
    0xDE: "it could not draw in the card",
    0xE0: "it is being serviced from afar",
    0xE2: "its card reader does not answer",
    0xE3: "its shutter is closed",
    0xE4: "it has to be activated",
    0xE7: "a group of goods is missing",
    0xE8: "it has no table of goods",
    0xE9: "restricted goods",
    0xEA: "this kind of card is not activated",
    0xEB: "its PIN method is unknown",
    0xEC: "it cannot check a PIN",
    0xED: "its PIN pad is broken",
    0xF0: "its day is not closed",
    0xF1: "an offline payment failed",
    0xF5: "its security module failed",
    0xF6: "its security module is not personalised",
    0xFA: "offline payments could not be sent",
    0xFB: "a stored turnover is damaged",
    0xFC: "a part is missing or broken",
    0xFD: "it cannot do this speed",
    0xFE: "unknown register",
    0xFF: "it failed",
}
_REMOVE = 0x40
"""Added to a code: the same, and the card is to be taken out."""
_REMOVE_WORDS = "Please take your card"
_WAIT = ("Terminal is busy", "Please wait")
_LOOK = ("Customer looks at the terminal", "Please look at the terminal")
_REFUSED = ("Not accepted", "Not accepted")
_DOING = {
    0x00: ("Customer confirms the amount", "Please confirm the amount"),
    0x01: _LOOK,
    0x02: _LOOK,
    0x03: _REFUSED,
    0x04: ("Terminal asks its host", "Please wait"),
    0x05: ("Terminal takes the payment back", "Please wait"),
    0x06: ("Terminal sends earlier payments", "Please wait"),
    0x07: ("Card not admitted", "Card not admitted"),
    0x08: ("Unknown card", "Unknown card"),
    0x09: ("Card has expired", "Card has expired"),
    0x0A: ("Customer presents the card", "Please present your card"),
    0x0B: ("Customer takes the card", _REMOVE_WORDS),
    0x0C: ("Card cannot be read", "Card cannot be read"),
    0x0D: ("Terminal failed at this step", "Please wait"),
    0x0E: _WAIT,
    0x0F: ("Terminal does its end of day", "Please wait"),
    0x10: ("Invalid card", "Invalid card"),
    0x11: ("Balance is shown", "Balance is shown"),
    0x12: ("Terminal is out of order", "Out of order"),
    0x13: ("Payment not possible", "Payment not possible"),
    0x14: ("Not enough credit", "Not enough credit"),
    0x15: ("Wrong PIN", "Wrong PIN"),
    0x16: ("Limit of the card reached", "Limit reached"),
    0x17: _WAIT,
    0x18: ("PIN was wrong too often", "PIN was wrong too often"),
    0x19: ("Wrong data on the card", "Card not accepted"),
    0x1A: ("Terminal is being serviced", "Out of order"),
    0x1B: ("Approved, fuel may flow", "Please fill up"),
    0x1C: ("Approved, goods may go", "Please take your goods"),
    0x1D: ("Declined", "Declined"),
    0x26: ("Customer types a phone number", "Please type your phone number"),
    0x27: ("Customer types the phone number again", "Please type it again"),
    0x28: ("Customer chooses a currency", "Please choose a currency"),
    0x29: ("Customer chooses a language", "Please choose a language"),
    0x2A: ("Customer presents the card to load", "Please present your card"),
    0x2B: ("Emergency payment", "Please wait"),
    0x2C: ("Customer chooses how to pay", "Please choose"),
    0xC7: ("Customer types the mileage", "Please type the mileage"),
    0xC8: ("Terminal waits for the cashier", "Please wait"),
    0xC9: ("Terminal does a diagnosis", "Please wait"),
    0xCA: ("Terminal starts anew", "Please wait"),
    0xCB: ("Its journal is full", "Please wait"),
    0xCC: ("Direct debit not possible, PIN needed", "Please type your PIN"),
    0xD2: ("Terminal dials", "Please wait"),
    0xD3: ("Terminal has dialled", "Please wait"),
    0xE0: ("Customer chooses how to pay", "Please choose"),
    0xE1: ("Customer chooses a language", "Please choose a language"),
    0xE2: ("Terminal wants its cleaning card", "Please wait"),
    0xF1: ("Offline", "Please wait"),
    0xF2: ("Online", "Please wait"),
    0xF3: ("Offline payment", "Please wait"),
}


def result_words(code: int) -> str:
    """Return what a result, or the code of an abort, means."""
    if code in _HOST_CODES:
        return f"refused by its host (code {code:02X})"
    return _RESULTS.get(code) or f"unknown result {code:02X}"


def doing_words(code: int) -> tuple[str, str]:
    """Return what an intermediate status means: for the cashier, and for the customer."""
    known = _DOING.get(code)
    if known is None and code & _REMOVE:
        plain = _DOING.get(code & ~_REMOVE)
        known = plain and (plain[0], _with_card(plain[1]))
    return known or (f"Terminal is at work (code {code:02X})", "Please wait")


def _with_card(customer_words: str) -> str:
    if customer_words == _REMOVE_WORDS:
        return customer_words
    return f"{customer_words}. {_REMOVE_WORDS}"
