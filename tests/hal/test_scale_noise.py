"""What noise, halves and wrong bits on a serial line may not do to the answers of scales."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.hal.codecs import adam, cas, dialog, hid_scale, mt8217, nci
from posframe.hal.facts import WireNoise

HEX = bytes.fromhex
CODECS = {
    "mt8217": (mt8217.Mt8217Codec, HEX("02 30 31 2E 32 35 30 0D")),
    "nci": (nci.NciCodec, HEX("0A 30 31 2E 32 35 30 4B 47 0D 0A 53 30 30 0D 03")),
    "cas": (cas.CasCodec, HEX("01 02 53 20 30 31 2E 32 35 30 6B 67 67 03 04")),
    "dialog": (
        dialog.DialogCodec,
        HEX("02 30 32 1B 33 1B 30 31 32 35 30 1B 30 30 30 31 39 39 1B 30 30 30 32 34 39 03"),
    ),
    "hid": (hid_scale.HidScaleCodec, HEX("03 04 03 FD E2 04")),
    "adam": (adam.AdamCodec, b"       1.250 kg\r\n"),
}
NAMES = sorted(CODECS)


def fed(codec, data, now_s=0.0):
    return codec.feed(data, now_s)


@pytest.mark.parametrize("name", NAMES)
def test_bytes_one_by_one_say_the_same_as_together(name):
    make, frame = CODECS[name]
    data = frame * 3
    codec, one_by_one = make(), []
    for at, byte in enumerate(data):
        one_by_one += fed(codec, bytes((byte,)), at * 0.01)
    assert one_by_one == fed(make(), data)
    assert len(one_by_one) == 3


@pytest.mark.parametrize("name", NAMES)
def test_half_a_frame_is_given_up_after_a_gap_and_the_next_one_is_read(name):
    make, frame = CODECS[name]
    (message,) = fed(make(), frame)
    for cut in range(1, len(frame)):
        codec = make()
        assert fed(codec, frame[:cut], 10.0) == []
        due_s = codec.deadline_s()
        assert due_s is not None
        assert 10.02 <= due_s <= 10.1
        assert codec.tick(due_s - 0.001) == []
        assert [type(each) for each in codec.tick(due_s)] == [WireNoise]
        assert codec.deadline_s() is None
        assert fed(codec, frame, due_s) == [message]


@pytest.mark.parametrize("name", NAMES)
def test_half_a_frame_that_nobody_ticked_away_does_not_eat_the_next_one(name):
    make, frame = CODECS[name]
    codec = make()
    fed(codec, frame[:-1], 10.0)
    assert fed(codec, frame, 11.0)[-1] == fed(make(), frame)[0]


@pytest.mark.parametrize("name", ["adam", "dialog", "mt8217", "nci"])
@pytest.mark.parametrize("mark", [b"\xff", b"\x00"])
def test_a_frame_damaged_by_the_line_is_no_weight_and_the_next_one_is_read(name, mark):
    """A character with a parity error arrives as FF, or as 00 where the system says no more."""
    make, frame = CODECS[name]
    (message,) = fed(make(), frame)
    for at in range(len(frame)):
        codec = make()
        found = fed(codec, frame[:at] + mark + frame[at + 1 :])
        heard = [each for each in found if not isinstance(each, WireNoise)]
        # Of an NCI frame cut in two, the second half is its status alone, without a weight.
        assert all(name == "nci" and each.weight is None for each in heard)
        codec.tick(1.0)
        assert fed(codec, frame, 1.0) == [message]


@pytest.mark.parametrize("name", NAMES)
def test_a_million_bytes_of_noise_are_counted_and_the_next_frame_is_read(name):
    make, frame = CODECS[name]
    noise = random.Random(name).randbytes(1_000_000)
    codec, counted = make(), 0
    for at in range(0, len(noise), 4096):
        for message in fed(codec, noise[at : at + 4096], 1.0):
            counted += message.length if isinstance(message, WireNoise) else 0
            assert not isinstance(message, WireNoise) or len(message.sample) <= 16
    codec.tick(2.0)
    assert fed(codec, frame, 2.0) == fed(make(), frame)
    assert counted > 900_000


@pytest.mark.parametrize("name", NAMES)
@given(data=st.binary(max_size=200), cuts=st.lists(st.integers(0, 200), max_size=5))
def test_noise_is_the_same_however_it_is_cut_and_is_never_lost(name, data, cuts):
    make, frame = CODECS[name]
    data += frame
    codec, pieces = make(), []
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(data)], strict=True):
        pieces += fed(codec, data[start:end], 5.0)
    whole = make()
    together = fed(whole, data, 5.0)
    assert _messages(pieces + codec.tick(9.0)) == _messages(together + whole.tick(9.0))


def _messages(found):
    """Return messages with the length of the noise before each, however it was cut."""
    joined = []
    for each in found:
        if isinstance(each, WireNoise) and joined and isinstance(joined[-1], int):
            joined[-1] += each.length
        else:
            joined.append(each.length if isinstance(each, WireNoise) else each)
    return joined
