"""What leaves a wire log has card data masked, however its bytes came; a recording stays one."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.cli.hal_watch import WatchedLog
from posframe.hal.wire_log import WireLog, WireRecord, card_free, read_records
from tests.card_canaries import CANARIES, FORMS, VISA, found_in, packed


def log():
    return WireLog(now_s=lambda: 1.5)


def bytes_of(records, direction="rx"):
    return b"".join(each.data for each in records if each.direction == direction and each.data)


def in_pieces(data, cuts):
    places = [0, *sorted({cut % (len(data) + 1) for cut in cuts}), len(data)]
    return [data[first:after] for first, after in itertools.pairwise(places)]


@pytest.mark.parametrize("direction", ["rx", "tx"])
@pytest.mark.parametrize("form", FORMS)
def test_an_export_holds_no_card_data(form, direction):
    for number in CANARIES:
        wire = log()
        wire.carried(direction, FORMS[form](number).encode() + b"\r")
        wire.happened("failed", f"broken at {FORMS[form](number)}")
        lines = wire.export().splitlines()
        shown = b"".join(bytes.fromhex(json.loads(line).get("x", "")) for line in lines)
        assert not found_in(shown)
        assert not found_in(wire.export())
        assert not found_in(repr(list(wire)))


@given(st.sampled_from(CANARIES), st.lists(st.integers(0, 30), max_size=6), st.booleans())
def test_a_number_that_came_in_pieces_is_found_across_them(number, cuts, others_between):
    wire = log()
    for piece in in_pieces(b"card " + number.encode() + b"\r", cuts):
        wire.carried("rx", piece)
        if others_between:
            wire.carried("tx", b"\x1b@1")
            wire.happened("open")
    assert not found_in(bytes_of(wire))
    assert len(bytes_of(wire)) == len(number) + 6


def test_packed_digits_that_a_device_sent_are_masked():
    wire = log()
    wire.carried("rx", b"\x02\x22\xf0\xf8" + packed(VISA) + b"\x87\x00\x42")
    assert not found_in(bytes_of(wire))
    assert bytes_of(wire)[:4] == b"\x02\x22\xf0\xf8"


def test_item_numbers_and_all_else_stay_and_a_recording_reads_back():
    """The negative control: what is no card's is recorded to the byte."""
    wire = log()
    wire.carried("rx", b"4006381333931\r]C1010400638133393117261231\r")
    wire.carried("tx", b"\x1b@Total 12.34\n", unsure=2)
    wire.happened("open")
    records = read_records(wire.export().splitlines())
    assert records == list(wire)
    assert bytes_of(records) == b"4006381333931\r]C1010400638133393117261231\r"
    assert records[1].unsure == 2


def test_a_device_of_secrets_keeps_its_lengths():
    wire = WireLog(secret=True, now_s=lambda: 1.5)
    wire.carried("rx", VISA.encode())
    assert [(each.data, each.length) for each in wire] == [(None, len(VISA))]


@given(st.sampled_from(CANARIES), st.lists(st.integers(0, 30), max_size=6), st.booleans())
def test_what_is_handed_on_as_it_comes_waits_for_the_end_of_a_number(number, cuts, others_between):
    handed = []
    wire = WatchedLog(handed.append, secret=False)
    wire._now_s = lambda: 1.5
    for piece in in_pieces(b"card " + number.encode() + b"\rnext\r", cuts):
        wire.carried("rx", piece)
        if others_between:
            wire.carried("tx", b"\x1b@")
    wire.hand_on()
    assert not found_in(bytes_of(handed))
    assert bytes_of(handed).endswith(b"\rnext\r")


def test_what_ends_in_no_digit_is_handed_on_at_once():
    handed = []
    wire = WatchedLog(handed.append, secret=False)
    wire._now_s = lambda: 1.5
    wire.carried("rx", b"4006381333931\r")
    assert bytes_of(handed) == b"4006381333931\r"
    wire.carried("rx", b"4111")
    assert len(handed) == 1
    wire.hand_on()
    assert len(handed) == 2


def test_records_without_bytes_pass():
    records = (WireRecord(1.0, "open"), WireRecord(2.0, "rx", None, 5), WireRecord(3.0, "rx", b""))
    assert card_free(records) == records
