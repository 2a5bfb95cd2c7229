"""PINs of gift cards: hashed with scrypt and the shop's secret, compared in constant time, locked.

A PIN has few digits, so the hash alone protects little from whoever has both journal and secret;
without the secret, which is in a file of its own, it protects all.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Final

from posframe import ConfigurationError, RuleViolation
from posframe_payments.gift_codes import keyed

if TYPE_CHECKING:
    from pathlib import Path

SECRET_BYTES: Final = 32
PIN_DIGITS_MIN: Final = 4
PIN_DIGITS_MAX: Final = 12
TRIES: Final = 5
"""So many wrong PINs in a row are free; then the card waits."""
FIRST_WAIT_S: Final = 60
LONGEST_WAIT_S: Final = 86_400
_SCRYPT_N: Final = 1 << 12
"""4 MiB and 10 to 25 ms, on the thread that decides: a scan may have to wait as long once."""


def read_secret(path: Path, setting: str) -> bytes:
    """Return the shop's secret, which every till of the shop has the same.

    Raises:
        ConfigurationError: there is none, it is short, or others than its owner may read it.
    """
    try:
        secret = path.read_bytes()
        mode = path.stat().st_mode
    except OSError as error:
        raise ConfigurationError(
            f"{setting}: {path.name} cannot be read ({error.strerror})",
            hint="copy it from another till of the shop; for the first one type:"
            " posframe payments gift secret",
        ) from error
    if len(secret) < SECRET_BYTES:
        raise ConfigurationError(
            f"{setting}: {path.name} is no secret", hint=f"it has {SECRET_BYTES} bytes or more"
        )
    if mode & 0o077:
        raise ConfigurationError(
            f"{setting}: others may read {path.name}", hint=f"type: chmod 600 {path.name}"
        )
    return secret


def checked_pin(pin: str) -> str:
    """Return a PIN that can be given to a card.

    Raises:
        RuleViolation: it is too short, too long, or no number.
    """
    is_number = pin.isascii() and pin.isdigit()
    if not is_number or not PIN_DIGITS_MIN <= len(pin) <= PIN_DIGITS_MAX:
        raise RuleViolation(
            f"A PIN has {PIN_DIGITS_MIN} to {PIN_DIGITS_MAX} digits", hint="choose another"
        )
    return pin


def pin_hash(pin: str, salt: bytes, secret: bytes) -> bytes:
    """Return what is kept of a PIN: scrypt (RFC 7914) of its keyed hash.

    The one place to change for another function.
    """
    return hashlib.scrypt(
        keyed(secret, "pin", pin), salt=salt, n=_SCRYPT_N, r=8, p=1, maxmem=1 << 24, dklen=32
    )


def is_pin(pin: str, salt: bytes, kept: bytes, secret: bytes) -> bool:
    """Tell whether a PIN is the one that was kept."""
    return hmac.compare_digest(pin_hash(pin, salt, secret), kept)


def wait_s(wrong: int) -> int:
    """Return how long a card waits after so many wrong PINs in a row: a minute, then doubled."""
    if wrong < TRIES:
        return 0
    doublings = min(wrong - TRIES, LONGEST_WAIT_S.bit_length())
    return min(FIRST_WAIT_S << doublings, LONGEST_WAIT_S)
