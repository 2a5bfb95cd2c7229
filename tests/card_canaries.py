"""Card numbers that no bank gave out, one of each scheme, and the search for them in what is left.

A canary passes the check digit and begins as its issuer's do. It is no valid item number: those of
13 digits pass where goods are meant.
"""

from __future__ import annotations

import random
from pathlib import Path

from posframe.kernel.domain.identifiers import is_valid_gtin
from tests.kernel.domain.test_card_data import SCHEMES, with_check_digit

RANDOM = random.Random(97)  # a fixed draw: the same numbers on every run


def canary(prefix, length):
    while True:
        rest = "".join(RANDOM.choices("0123456789", k=length - len(prefix) - 1))
        number = with_check_digit(prefix + rest)
        if not is_valid_gtin(number):
            return number


CANARIES = tuple(canary(prefix, length) for prefix, length in SCHEMES)
VISA, LONG = CANARIES[1], CANARIES[2]


def grouped(number, separator):
    return separator.join(number[at : at + 4] for at in range(0, len(number), 4))


def packed(number):
    """Two digits a byte, filled up with F: as terminals send it."""
    return bytes.fromhex(number + "F" * (len(number) % 2))


FORMS = {
    "plain": lambda number: number,
    "in fours": lambda number: grouped(number, " "),
    "with dashes": lambda number: grouped(number, "-"),
    "in a sentence": lambda number: f"card {number}, thanks",
    "track 1": lambda number: f"%B{number}^DOE/JANE^27121010000?",
    "track 2": lambda number: f";{number}=27121010000123?",
    "both tracks": lambda number: f"%B{number}^DOE/J^27121010000?;{number}=27121010000123?",
    "hex": lambda number: number.encode().hex(),
}


def traces(number):
    """Return what betrays a number: more of it than the last four digits, however it is written."""
    whole_bytes = bytes.fromhex(number[: len(number) // 2 * 2])
    found = {number.encode(), number[:-4].encode(), number.encode("utf-16-le"), whole_bytes}
    found |= {grouped(number, separator).encode() for separator in " -"}
    found |= {number.encode().hex().encode(), grouped(number, " ").encode().hex().encode()}
    return found | ({bytes.fromhex("0" + number)} if len(number) % 2 else set())


def found_in(data, numbers=CANARIES):
    """Return the numbers that can be read in bytes or text."""
    data = data.encode("utf-8", "replace") if isinstance(data, str) else data
    lower = data.lower()
    return [
        number
        for number in numbers
        if any(trace in data or trace in lower for trace in traces(number))
    ]


def found_under(folder, numbers=CANARIES):
    """Return (file, number) for every number in any byte of the files under a folder."""
    return [
        (path.name, number)
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file()
        for number in found_in(path.read_bytes(), numbers)
    ]
