"""PINs: how one is chosen, kept and verified. Who may try again, and when, is ``lockout``'s.

A PIN has too little in it for any hash to hide: argon2id (RFC 9106) makes each guess slow, and the
pepper, a key beside the database, makes guesses from a stolen database worthless. Each stored hash
is bound to its operator, so that one copied to another's row opens nothing.

For whoever wires this: verifying takes tens of milliseconds and lets other threads run meanwhile,
so it belongs off the engine thread. Journal a wrong try under ``PinKeeper.mark`` before a word is
said of it, and say ``REFUSED`` alike for a wrong PIN and for an operator nobody knows.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import TYPE_CHECKING, Final

import attrs

from posframe.errors import ConfigurationError, DataError, RuleViolation

if TYPE_CHECKING:
    from pathlib import Path

    from argon2 import PasswordHasher

DIGITS_MIN: Final = 4
DIGITS_MAX: Final = 12
PEPPER_BYTES: Final = 32
REFUSED: Final = "Number or PIN is wrong"
"""The only words after a try that failed, whatever was wrong with it."""

_RISING: Final = "0123456789" * 2
_KEYPAD_COLUMNS: Final = frozenset({"2580", "0852"})
_SALT_BYTES: Final = 16
_HASH_BYTES: Final = 32


def check_pin(pin: str, operator: str, *, digits_min: int = DIGITS_MIN) -> None:
    """Refuse a new PIN that others would try first. No message repeats it.

    Args:
        pin: as typed.
        operator: the number it is for.
        digits_min: more for those who approve for others.

    Raises:
        RuleViolation: it has the wrong length, or is easy to guess.
    """
    if not (pin.isascii() and pin.isdigit() and digits_min <= len(pin) <= DIGITS_MAX):
        raise RuleViolation(
            f"A PIN has {digits_min} to {DIGITS_MAX} digits and nothing else",
            hint="type another one",
        )
    if _is_own_number(pin, operator):
        raise RuleViolation("Your own number is no PIN", hint="choose digits nobody connects to it")
    if _is_pattern(pin):
        raise RuleViolation(
            "That PIN is among the first anybody would try",
            hint="choose digits without a row or a pattern",
        )


@attrs.frozen(kw_only=True)
class PinCost:
    """What one verification costs; as it stands, 26 ms of one core where it was measured."""

    memory_kib: int = 19 * 1024
    passes: int = 2
    lanes: int = 1


_DEAREST: Final = PinCost(memory_kib=256 * 1024, passes=16, lanes=8)
"""A stored hash that asks for more was written by nobody of ours, and would stop the till."""


@attrs.frozen(kw_only=True)
class PinKeeper:
    """Hashes and verifies PINs with one pepper, at one cost."""

    pepper: bytes = attrs.field(repr=False)
    cost: PinCost = PinCost()

    def __attrs_post_init__(self) -> None:
        assert len(self.pepper) >= PEPPER_BYTES, "a short pepper can be guessed like a PIN"

    def hash(self, operator: str, pin: str) -> str:
        """Return what is stored of an operator's PIN, in PHC format; another one each time."""
        return self._hasher().hash(self._peppered(operator, pin))

    def verify(self, stored: str | None, operator: str, pin: str) -> bool:
        """Tell whether ``pin`` is the operator's; at the price of one verification, always.

        Args:
            stored: from ``hash``; None: nobody has this number, or no PIN was set.
            operator: the number that was typed.
            pin: as typed, whatever it is.
        """
        from argon2.exceptions import VerificationError

        is_real = stored is not None and _is_readable(stored)
        encoded = stored if stored is not None and is_real else self._decoy()
        try:
            self._hasher().verify(encoded, self._peppered(operator, pin))
        except VerificationError:
            return False
        return is_real

    def is_outdated(self, stored: str) -> bool:
        """Tell whether a hash was made at another cost: after a right PIN, hash it anew."""
        return self._hasher().check_needs_rehash(stored)

    def mark(self, typed: str) -> str:
        """Return what is journalled for a number that was typed, known or not.

        Never the number itself: people type their PIN into the wrong field. Known and unknown ones
        look alike, so a lock-out does not tell which numbers exist either.
        """
        return self._keyed(b"number", typed).hex()[:32]

    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher  # 20 ms that a till without sign-in need not spend

        return PasswordHasher(
            time_cost=self.cost.passes,
            memory_cost=self.cost.memory_kib,
            parallelism=self.cost.lanes,
            salt_len=_SALT_BYTES,
            hash_len=_HASH_BYTES,
        )

    def _peppered(self, operator: str, pin: str) -> bytes:
        # The length in front: number 1 with PIN 23… is not number 12 with PIN 3….
        return self._keyed(b"pin", f"{len(operator)}:{operator}:{pin}")

    def _keyed(self, purpose: bytes, text: str) -> bytes:
        message = purpose + b"\0" + text.encode("utf-8", "surrogatepass")
        return hmac.digest(self.pepper, message, hashlib.sha256)

    def _decoy(self) -> str:
        """Return a hash of our cost that no PIN is known to have; its answer counts for nothing."""
        cost = self.cost
        salt, digest = "A" * 22, "A" * 43  # zeros, in base64 without padding
        sizes = f"m={cost.memory_kib},t={cost.passes},p={cost.lanes}"
        return f"$argon2id$v=19${sizes}${salt}${digest}"


def check_stored(stored: str) -> None:
    """Refuse a stored hash that ``PinKeeper.verify`` could not use; for when operators are read in.

    Raises:
        DataError: it is damaged, or would cost more than a till can bear.
    """
    if not _is_readable(stored):
        raise DataError("A stored PIN cannot be read", hint="have the operator set a new PIN")


def load_pepper(path: Path, *, may_make: bool) -> bytes:
    """Return the pepper in a file that only the till can read.

    Args:
        path: beside the database, never in it, and in no backup that holds the database.
        may_make: make one where there is none; only as long as no PIN is stored, since under a new
            pepper every stored PIN is wrong.

    Raises:
        ConfigurationError: there is none, it is damaged, or others can read it.
    """
    try:
        if may_make and not path.exists():
            _make(path)
        is_open_to_others = path.stat().st_mode & 0o077
        pepper = bytes.fromhex(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"The key {path} for PINs cannot be used ({type(error).__name__})",
            hint="restore it from its backup; without it every PIN is set anew",
        ) from error
    if is_open_to_others:
        raise ConfigurationError(f"Others can read {path}", hint=f"chmod 600 {path}")
    if len(pepper) < PEPPER_BYTES:
        raise ConfigurationError(
            f"The key {path} for PINs is cut short", hint="restore it from its backup"
        )
    return pepper


def _make(path: Path) -> None:
    draft = path.with_name(f"{path.name}.draft")  # a kill leaves a draft behind, never half a key
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, f"{os.urandom(PEPPER_BYTES).hex()}\n".encode("ascii"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    draft.replace(path)


def _is_own_number(pin: str, operator: str) -> bool:
    """Tell whether a PIN is the operator's number, as it is or with zeros in front."""
    return bool(operator) and pin.lstrip("0") == operator.lstrip("0")


def _is_pattern(pin: str) -> bool:
    """Tell whether a PIN is a row, such as 3456 or 9876, or one short piece again and again."""
    is_row = pin in _RISING or pin[::-1] in _RISING
    repeats = any(
        pin == pin[:size] * (len(pin) // size)
        for size in range(1, len(pin) // 2 + 1)
        if len(pin) % size == 0
    )
    return is_row or repeats or pin in _KEYPAD_COLUMNS


def _is_readable(stored: str) -> bool:
    """Tell whether a hash is argon2id, whole, and at a bearable cost: memory is finite."""
    from argon2 import Type, extract_parameters
    from argon2.exceptions import InvalidHashError

    try:
        found = extract_parameters(stored)
    except (InvalidHashError, ValueError):
        return False
    return (
        stored.isascii()
        and found.type is Type.ID
        and (found.salt_len, found.hash_len) == (_SALT_BYTES, _HASH_BYTES)
        and 0 < found.memory_cost <= _DEAREST.memory_kib
        and 0 < found.time_cost <= _DEAREST.passes
        and 0 < found.parallelism <= _DEAREST.lanes
    )
