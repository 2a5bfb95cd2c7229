"""Card data is found wherever it is written, and little else is taken for it."""

from __future__ import annotations

import csv
import gzip
import json
import random
import time
import timeit
import urllib.parse
import uuid

import msgpack
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from posframe.kernel.domain.card_data import find_card_numbers, holds_card_number, masked
from posframe.kernel.domain.identifiers import is_valid_gtin

SCHEMES = (
    ("4", 13),
    ("4", 16),
    ("4", 19),
    ("51", 16),
    ("55", 16),
    ("2221", 16),
    ("2720", 16),
    ("34", 15),
    ("37", 15),
    ("300", 14),
    ("305", 14),
    ("36", 14),
    ("38", 16),
    ("6011", 16),
    ("644", 16),
    ("65", 19),
    ("3528", 16),
    ("3589", 16),
    ("62", 16),
    ("62", 19),
    ("81", 16),
    ("5018", 13),
    ("6759", 19),
    ("6703", 17),
    ("5019", 16),
    ("2200", 16),
    ("9792", 16),
    ("9704", 19),
    ("8600", 16),
    ("9860", 16),
)
PUBLISHED = (
    "4111111111111111",
    "4222222222222",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "30569309025904",
    "6011111111111117",
    "3530111333300000",
    "6759649826438453",
    "6200000000000005",
)
"""Numbers the schemes and gateways publish for tests."""
RANDOM = random.Random(7)  # a fixed draw: rates are the same on every run


def with_check_digit(digits):
    """Append the Luhn digit, as the standard tells it: from the right every second twice."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value // 10 + value % 10
    return digits + str(-total % 10)


@st.composite
def cards(draw):
    """A number no bank gave out, of any scheme."""
    prefix, length = draw(st.sampled_from(SCHEMES))
    rest = length - len(prefix) - 1
    return with_check_digit(prefix + draw(st.text("0123456789", min_size=rest, max_size=rest)))


def spelt(number, cut, separator):
    """Put separators before the places that are in ``cut``."""
    return "".join(
        (separator if place and place in cut else "") + digit for place, digit in enumerate(number)
    )


def hidden(text, number):
    """Return whether no more than the last four digits of a number can still be read."""
    readable = "".join(each for each in text if each.isdecimal())
    return number[:-4] not in readable and number[: len(number) // 2] not in readable


@pytest.mark.parametrize("number", PUBLISHED)
def test_published_numbers_are_found_and_all_but_the_last_four_digits_masked(number):
    found = find_card_numbers(f"paid with {number}.")
    assert [(each.start, each.end, each.kind) for each in found] == [
        (10, 10 + len(number), "number")
    ]
    assert masked(f"paid with {number}.") == f"paid with {'*' * (len(number) - 4)}{number[-4:]}."


def test_numbers_with_a_wrong_check_digit_are_seldom_taken():
    """The negative control of all below: not everything of that length and beginning is found.

    What is left are other numbers that stand in these by chance, without the first digit or the
    last.
    """
    taken = 0
    for _ in range(5_000):
        prefix, length = RANDOM.choice(SCHEMES)
        rest = "".join(RANDOM.choices("0123456789", k=length - len(prefix) - 1))
        right = with_check_digit(prefix + rest)
        wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
        taken += holds_card_number(f"number {wrong} here")
    assert taken < 50, f"{taken} of 5000"


@given(cards(), st.sets(st.integers(1, 18)), st.sampled_from([" ", "-", "+", "%20", "\xa0", "  "]))
@example("4111111111111111", {4, 8, 12}, " ")
@example("378282246310005", {4, 10}, "-")
def test_a_number_is_found_however_it_is_split(number, cut, separator):
    """As on a card, one by one, or anyhow."""
    text = f"card: {spelt(number, cut, separator)}, thanks"
    for each in (text, text.encode()):
        assert holds_card_number(each)
        shown = masked(each)
        shown = shown if isinstance(shown, str) else shown.decode()
        assert len(shown.encode()) == len(text.encode())
        assert hidden(shown.replace("%20", ""), number)


CARRIERS = {
    "json": lambda number: json.dumps({"at": 1737000000, "pan": number, "amount": 1749}),
    "json number": lambda number: json.dumps({"pan": int(number), "amount": 1749}),
    "msgpack": lambda number: msgpack.packb({"pan": number, "amount": 1749}),
    "msgpack list": lambda number: msgpack.packb([57, number, 52]),
    "msgpack long text": lambda number: msgpack.packb(f"{number} {'x' * (52 - len(number))}"),
    "url": lambda number: f"https://shop.example/pay?id=17&pan={number}&amount=1749",
    "form": lambda number: urllib.parse.urlencode({"a": 1, "card": f"no {number} x"}),
    "path": lambda number: f"/v1/cards/{number}/charges",
    "log": lambda number: f"2026-01-15 12:34:56.123456 INFO till 17 sent {number} to terminal 42",
    "exception": lambda number: repr(ValueError("bad", number)),
    "uuid before": lambda number: f"{uuid.UUID(int=7)} {number}",
    "with expiry": lambda number: f"{number}2712123",
    "json escapes": lambda number: json.dumps({"pan": "\xa0".join(number)}),
    "bytes shown": lambda number: repr(b"\x02" + number.encode() + b"\x03"),
    "hex of text": lambda number: f"x {number.encode().hex()} y",
    "hex of text, spaced": lambda number: number.encode().hex(" ").upper(),
    "hex of split text": lambda number: " ".join(number).encode().hex(),
    "hex of dashes": lambda number: "-".join(number).encode().hex(" "),
    "hex of a line": lambda number: f"STX {number} ETX".encode().hex(),
}


@pytest.mark.parametrize("carrier", CARRIERS)
@given(number=cards())
def test_a_number_is_found_in_whatever_carries_it(carrier, number):
    carried = CARRIERS[carrier](number)
    if carrier == "with expiry" and len(number) not in {14, 15, 16, 19}:
        return
    if carrier.startswith("msgpack l") and (len(number) not in {15, 16, 19} or number[0] == "0"):
        return
    assert holds_card_number(carried)
    shown = masked(carried)
    assert len(shown) == len(carried)
    text = shown.decode("latin-1") if isinstance(shown, bytes) else shown
    assert number not in text
    assert number.encode().hex() not in text.lower().replace(" ", "")


def packed(number):
    """Two digits a byte, as EMV has it: filled up with F."""
    return number + "F" * (len(number) % 2)


@pytest.mark.parametrize("spaced", [False, True])
@pytest.mark.parametrize(
    "message",
    [
        "060124040000000017492 2F0F8{0}",
        "5A0{1}{0}",
        "570E{0}",
        "8407A0000000041010{2}5F24032712315A08{0}5F340101",
    ],
)
@given(number=cards().filter(lambda number: len(number) in {16, 19} or number[0] == "3"))
def test_a_number_in_packed_digits_is_found_in_a_hex_dump(spaced, message, number):
    """The wire logs show bytes so; what stands before and after grows together with it."""
    dump = message.format(packed(number), (len(number) + 1) // 2, "").replace(" ", "")
    dump += "" if len(dump) % 2 == 0 else "0"
    if spaced:
        dump = bytes.fromhex(dump).hex(" ").upper()
    assert holds_card_number(dump)
    assert packed(number) not in masked(dump).replace(" ", "")


@given(cards().filter(lambda number: len(number) in {16, 19}), st.text("01", min_size=4))
def test_a_number_within_longer_digits_is_found_at_the_end_and_behind_its_length(number, before):
    """As fields without separators have them: a length in digits, or in bytes of two."""
    size = len(number)
    for length in (f"{size:02}", f"{(size + 1) // 2:02}"):
        assert holds_card_number(f"{before}{length}{number}{before}")
    assert holds_card_number(f"x{before}{number}x")
    assert not holds_card_number(f"x{before}{'1' * size}{before}x"), "the negative control"


@given(cards())
def test_tracks_go_whole(number):
    """Not even the last four digits: what stands beside the number is as secret."""
    one, two = f"%B{number}^DOE/JANE^27121010000?", f";{number}=27121010000123?"
    emv = f"57 {number}D27121010000123F"
    for track in (one, two, one[1:], two[1:-1]):
        assert masked(f"read {track} here") == f"read {'*' * len(track)} here"
    assert "2712101" not in masked(emv)
    assert masked(two.encode().hex()) == "3b" + "*" * (2 * len(two) - 2)


def test_a_track_needs_no_check_digit():
    """Bank cards of one country have none, and nothing else looks like a track."""
    assert masked(";672500000000000000=2712?") == "*" * 25


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pin=1234", "pin=****"),
        ('{"pin": "493817"}', '{"pin": "******"}'),
        ("PIN_BLOCK: 0412AC89ABCDEF67", "PIN_BLOCK: ****************"),
        ("encrypted_pin_block=0412AC89ABCDEF67;", "encrypted_pin_block=****************;"),
        ("customerPinBlock='0412AC89ABCDEF67'", "customerPinBlock='****************'"),
    ],
)
def test_fields_named_like_a_pin_are_masked(text, shown):
    assert masked(text) == shown


def test_a_pin_block_in_msgpack_is_masked():
    block = "0412AC89ABCDEF67"
    assert block.encode() not in masked(msgpack.packb({"pin_block": block}))


@pytest.mark.parametrize(
    "text",
    ["shipping: 12345", "spin 1234", "pin: ok", "pinned: 2026-01-15", "pin wrong, 2 tries left"],
)
def test_other_words_with_pin_in_them_are_left_alone(text):
    assert masked(text) == text


def test_what_is_masked_already_is_left_alone():
    for text in ("************1111", "411111******1111", "EEEEEEEEEEEE1111", "xxxx 1111"):
        assert masked(text) == text


def test_a_telephone_number_is_told_by_its_plus_and_only_at_its_length():
    """Not where the plus stands for a blank, nor before a longer number however far apart."""
    assert not holds_card_number("call +4222222222222")
    assert holds_card_number("call 4222222222222")
    assert holds_card_number("q=call+4222222222222")
    assert holds_card_number("+" + "      ".join("4111111111111111"))


def test_a_telephone_number_is_told_by_two_zeros_as_by_a_plus():
    """``004917435171872`` holds what would be an old Visa number; a longer number is none."""
    for text in ("call 0049 174 35171872", "004917435171872", "tel:00222-222-222-2222"):
        assert not holds_card_number(text), text
    assert holds_card_number("4917435171872")
    assert holds_card_number("004111111111111111")
    assert holds_card_number("00 4111 1111 1111 1111")
    assert holds_card_number("x004222222222222")
    assert holds_card_number("5.00 4222222222222")
    assert holds_card_number(";004222222222222=27121010000")


def test_a_caller_who_knows_a_number_lets_it_through():
    """A loyalty card that passes the check digit, and a scanned element string."""
    assert holds_card_number("member 6000000000000007")
    assert not find_card_numbers("member 6000000000000007", lambda each: each[:4] == "6000")
    scan = "01" + "4111111111111111" + "10123456"
    assert holds_card_number(scan)
    assert not find_card_numbers(scan, lambda each: each[:2] == "01")
    asked = []
    assert find_card_numbers(";4111111111111111=27121010000?", asked.append)


def drawn(make, count=20_000):
    return [make() for _ in range(count)]


def valid_iban():
    account = f"{RANDOM.randrange(10**18):018}"
    return f"DE{98 - int(account + '131400') % 97:02}{account}"


@pytest.mark.parametrize(
    ("what", "make", "per_mille"),
    [
        ("microseconds", lambda: str(17 * 10**14 + RANDOM.randrange(10**14)), 0),
        ("nanoseconds", lambda: str(17 * 10**17 + RANDOM.randrange(10**17)), 0),
        ("telephone", lambda: f"+49 {RANDOM.randrange(30, 999)} {RANDOM.randrange(10**8)}", 0),
        ("telephone 00", lambda: f"004917{RANDOM.randrange(10**9):09}", 0),
        ("order", lambda: f"T01-2026{RANDOM.randrange(10**4):04}-{RANDOM.randrange(10**6):06}", 0),
        ("order 12", lambda: str(RANDOM.randrange(10**11, 10**12)), 0),
        ("iban", valid_iban, 0),
        ("uuid", lambda: str(uuid.UUID(int=RANDOM.getrandbits(128), version=4)), 2),
        ("sha256", lambda: f"{RANDOM.getrandbits(256):064x}", 4),
        ("sscc", lambda: f"00{RANDOM.randrange(10**18):018}", 140),
        ("gs1", lambda: f"01{RANDOM.randrange(10**14):014}3103{RANDOM.randrange(10**6):06}", 200),
        ("order 16", lambda: str(RANDOM.randrange(10**15, 10**16)), 60),
    ],
)
def test_what_a_till_writes_is_seldom_taken_for_a_card(what, make, per_mille):
    """Random numbers of 16 digits cannot be told apart better: nearly half begin as an issuer's do,
    and a tenth of these passes the check digit. Longer scans hold several such by chance: whoever
    reads them knows them, and says so."""
    taken = sum(map(holds_card_number, drawn(make)))
    assert taken * 1000 <= per_mille * 20_000, f"{what}: {taken} of 20000"


def test_real_gtins_are_seldom_taken_and_never_when_the_caller_knows_them(real_data):
    """A tenth of those that begin like a 13-digit Visa or Maestro number passes the check digit."""
    with gzip.open(real_data("off_ean_products_30k.csv.gz"), "rt", encoding="utf-8") as file:
        gtins = [row["ean"] for row in csv.DictReader(file)]
    taken = sum(map(holds_card_number, gtins))
    assert taken < len(gtins) // 100, f"{taken} of {len(gtins)}"
    assert not any(holds_card_number(gtin, is_valid_gtin) for gtin in gtins)


HOSTILE = {
    "nines": "9" * 10**6,
    "fours": "4" * 10**6,
    "blanks": "4 " * 500_000,
    "dashes": "4111-" * 200_000,
    "hex": "31" * 500_000,
    "hex letters": "a4" * 500_000,
    "track 1": "%B4" * 333_000,
    "track 1 names": "%B411111111111111^" * 55_000,
    "track 2": ";4" * 500_000,
    "track 2 digits": "411111111111111=1" * 59_000,
    "pins": "pin" * 333_000,
    "pin values": "pin: 1" * 166_000,
    "zeros": "0" * 10**6,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_time_is_in_proportion_to_the_length(name):
    """A megabyte made to be slow takes seconds; four times a quarter takes as long."""
    text = HOSTILE[name]
    started = time.perf_counter()
    find_card_numbers(text[: len(text) // 4])
    quarter = time.perf_counter() - started
    started = time.perf_counter()
    find_card_numbers(text)
    assert time.perf_counter() - started < 12 * quarter + 0.5


@given(st.binary(max_size=300))
def test_any_bytes_are_taken_and_masking_twice_changes_no_length(data):
    assert len(masked(masked(data))) == len(data)


def test_a_megabyte_of_noise_passes():
    assert len(masked(random.Random(3).randbytes(10**6))) == 10**6


def test_a_line_without_digits_costs_next_to_nothing():
    """Every log line passes here: 1.1 µs measured; the bound allows for a busy machine."""
    line = "the printer on the counter is online again and paper is fine"
    best_s = min(timeit.repeat(lambda: find_card_numbers(line), number=2_000, repeat=9)) / 2_000
    assert best_s < 6e-6
