"""Laws of faults on a line: each strikes where it was written, at no other byte, and only so often.

Every fault is tried on the same bytes as its control, which has none.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import DataError
from posframe.hal.simulators.faults import FORM, parse_faults
from posframe.hal.simulators.faulty_way import FaultyWay
from posframe.hal.simulators.wire import Wire
from tests.hal.echo_device import EchoDevice

SENT = ((0.0, b"abcd"), (3.0, b"efgh"))
"""What goes over the line in these tests, and when."""
CLOSED = "closed"


def carried(script, *, receives, sent=SENT):
    """Return what arrives of ``sent`` at the other end of a line, with the seconds it takes."""
    wire = Wire(EchoDevice(), parse_faults(script))
    wire.connect(0.0)
    arrived, times = [], sorted({*(at for at, _ in sent), *(n / 100 for n in range(1200))})
    for now_s in times:
        for at, data in sent:
            if at == now_s and not wire.broken:
                wire.receive(data, now_s) if receives else wire.act(f"say {data.decode()}", now_s)
        wire.advance(now_s)
        data = wire.take(100, now_s)
        if not receives and data:
            arrived.append((now_s, data))
        if wire.broken:
            arrived.append((now_s, CLOSED))
            break
    taken = wire.simulator.taken
    return (
        [*_joined(taken), *arrived[-1:]]
        if receives and wire.broken
        else (_joined(taken) if receives else arrived)
    )


def _joined(taken):
    """Return what a device was given, put together where it came at the same time."""
    found = {}
    for at_s, data in taken:
        found[at_s] = found.get(at_s, b"") + data
    return list(found.items())


CONTROL = [(0.0, b"abcd"), (3.0, b"efgh")]
FAULTS = {
    "at byte 5 drop": [(0.0, b"abcd"), (3.0, b"e")],
    "at byte 1 drop 2": [(0.0, b"ad"), (3.0, b"efgh")],
    "at byte 3 drop 3": [(0.0, b"abc"), (3.0, b"gh")],
    "at byte 0 drop": [(3.0, b"efgh")],
    "at byte 2 delay 1.5": [(0.0, b"ab"), (1.5, b"cd"), (3.0, b"efgh")],
    "at byte 0 delay": [(1.0, b"abcd"), (3.0, b"efgh")],
    "at byte 1 delay 4": [(0.0, b"a"), (4.0, b"bcdefgh")],
    "at byte 2 corrupt": [(0.0, b"abbd"), (3.0, b"efgh")],
    "at byte 7 corrupt 7": [(0.0, b"abcd"), (3.0, b"efg\xe8")],
    "at byte 1 split": [(0.0, b"a"), (0.02, b"bcd"), (3.0, b"efgh")],
    "at byte 1 split 2": [(0.0, b"abc"), (0.02, b"d"), (3.0, b"efgh")],
    "after 0 split": [(0.0, b"ab"), (0.02, b"cd"), (3.0, b"efgh")],
    "at byte 2 merge": [(0.0, b"ab"), (3.0, b"cdefgh")],
    "at byte 0 merge": [(3.0, b"abcdefgh")],
    "at byte 0 merge 0.5": [(0.5, b"abcd"), (3.0, b"efgh")],
    "at byte 2 close": [(0.0, b"ab"), (0.0, CLOSED)],
    "at byte 0 close": [(0.0, CLOSED)],
    "at byte 6 close": [(0.0, b"abcd"), (3.0, b"ef"), (3.0, CLOSED)],
    "after 2 close": [(0.0, b"abcd"), (2.0, CLOSED)],
    "at byte 4 nak": [(0.0, b"abcd"), (3.0, b"\x15")],
    "at byte 1 nak 0x06": [(0.0, b"a\x06"), (3.0, b"efgh")],
    "at byte 1 nak 1F": [(0.0, b"a\x1f"), (3.0, b"efgh")],
    "at byte 1 duplicate": [(0.0, b"abcdbcd"), (3.0, b"efgh")],
    "after 2 dup": [(0.0, b"abcd"), (3.0, b"efghefgh")],
    "after 2 s drop": [(0.0, b"abcd")],
    "after 0 drop x2": [],
    "after 0 corrupt x9": [(0.0, b"`bcd"), (3.0, b"dfgh")],
    "at byte 2 drop 1\nat byte 2 delay 1": [(0.0, b"ab"), (1.0, b"d"), (3.0, b"efgh")],
    "at byte 1 drop 1\nat byte 3 duplicate": [(0.0, b"acdd"), (3.0, b"efgh")],
    "at byte 9 close": CONTROL,
    "after 4 drop": CONTROL,
}


@pytest.mark.parametrize("receives", [False, True], ids=["tx", "rx"])
@pytest.mark.parametrize("script", FAULTS)
def test_a_fault_strikes_at_its_byte_or_its_time(script, receives):
    lines = [f"rx {line}" if receives else line for line in script.splitlines()]
    assert carried("", receives=receives) == CONTROL, "what would come without the fault"
    assert carried("\n".join(lines), receives=receives) == FAULTS[script]


def test_a_fault_of_one_direction_leaves_the_other_alone():
    for script in FAULTS:
        lines = script.splitlines()
        if not script.startswith("after 2 close"):
            assert carried("\n".join(lines), receives=True) == CONTROL
            assert carried("\n".join(f"rx {line}" for line in lines), receives=False) == CONTROL


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("tx on 6263 corrupt", [(0.0, b"accd"), (3.0, b"efgh")]),
        ("tx on 63 64 65 drop", [(0.0, b"abcd"), (3.0, b"")]),
        ("tx on 64 65 drop 1", [(0.0, b"abcd"), (3.0, b"fgh")]),
        ("tx on 78 drop", CONTROL),
        ("rx on 6263 corrupt", CONTROL),
    ],
)
def test_bytes_are_found_where_they_pass_also_in_two_pieces(script, expected):
    assert carried(script, receives=False) == [each for each in expected if each[1]]
    turned = script.replace("tx", "xx").replace("rx", "tx").replace("xx", "rx")
    assert carried(turned, receives=True) == [each for each in expected if each[1]]


def exchange(script, *requests):
    """Return what a host reads after each request, all within 0.1 s or not at all."""
    wire = Wire(EchoDevice(), parse_faults(script))
    wire.connect(0.0)
    answers = []
    for at, request in enumerate(requests):
        wire.receive(request, float(at))
        answers.append(wire.take(100, at + 0.1))
    return answers


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("", [b"[W]", b"[Z]", b"[W]"]),
        ("on 57 drop", [b"", b"[Z]", b"[W]"]),
        ("on 57 drop x2", [b"", b"[Z]", b""]),
        ("on 5A nak", [b"[W]", b"\x15", b"[W]"]),
        ("on 57 0D corrupt 1", [b"YW]", b"[Z]", b"[W]"]),
        ("on 5a delay 0.5", [b"[W]", b"", b"[Z][W]"]),
        ("on 57 merge", [b"", b"[W][Z]", b"[W]"]),
        ("on 57 merge x2", [b"", b"[W][Z]", b""]),
        ("on 57 merge\non 5A merge", [b"", b"", b"[W][Z][W]"]),
        ("on 57 duplicate", [b"[W][W]", b"[Z]", b"[W]"]),
        ("on 57 split", [b"[W]", b"[Z]", b"[W]"]),  # the pause is over when the host reads
        ("on 51 drop", [b"[W]", b"[Z]", b"[W]"]),
    ],
)
def test_a_command_is_answered_with_the_fault_written_for_it(script, expected):
    assert exchange(script, b"W\r", b"Z\r", b"W\r") == expected


def test_of_commands_that_come_together_only_the_one_named_is_answered_badly():
    assert exchange("on 5A nak", b"W\rZ\rW\r") == [b"[W]\x15[W]"]
    assert exchange("on 5A 0D drop x2", b"Z\rZ\rZ\r") == [b"[Z]"]
    assert exchange("on 5A drop\non 5A nak", b"Z\rZ\r") == [b"[Z]"]


def test_a_command_is_known_when_it_comes_byte_by_byte():
    assert exchange("on 41 42 0D nak", b"A", b"B", b"\r", b"AB\r") == [b"", b"", b"\x15", b"[AB]"]


def test_closing_on_a_command_needs_no_answer():
    wire = Wire(EchoDevice(), parse_faults("on 1B 40 close"))
    wire.connect(0.0)
    wire.receive(b"W\r\x1b", 0.0)
    assert wire.take(9, 0.0) == b"[W]"
    assert not wire.broken
    wire.receive(b"@", 0.0)
    assert wire.take(9, 0.0) == b""
    assert wire.broken
    assert wire.simulator.received == b"W\r\x1b@"


def test_a_fault_that_waits_for_an_answer_does_not_wait_over_a_reconnect():
    wire = Wire(EchoDevice(), parse_faults("on 57 drop"))
    wire.connect(0.0)
    wire.receive(b"W", 0.0)
    wire.disconnect()
    wire.connect(1.0)
    wire.receive(b"Z\r", 1.0)
    assert wire.take(9, 1.0) == b"[Z]"


def test_bytes_that_are_late_need_room_too():
    wire = Wire(EchoDevice(room_bytes=10), parse_faults("rx after 0 delay 5"))
    wire.connect(0.0)
    wire.receive(b"12345678", 0.0)
    assert (wire.room, wire.simulator.received) == (2, b"")
    wire.advance(5.0)
    assert (wire.room, wire.simulator.received) == (2, b"12345678")


def test_bytes_are_counted_anew_in_each_connection():
    wire = Wire(EchoDevice(), parse_faults("at byte 1 close x2"))
    seen = []
    for at in range(3):
        wire.connect(float(at))
        wire.act("say abc", float(at))
        seen.append((wire.take(9, float(at)), wire.broken))
        wire.disconnect()
    assert seen == [(b"a", True), (b"a", True), (b"abc", False)]


def test_what_is_on_its_way_when_the_line_ends_never_arrives():
    wire = Wire(EchoDevice(), parse_faults("after 0 delay 5\nrx after 0 delay 5"))
    wire.connect(0.0)
    wire.act("say late", 0.0)
    wire.receive(b"late", 0.0)
    wire.disconnect()
    wire.connect(1.0)
    wire.advance(9.0)
    assert wire.take(9, 9.0) == b""
    assert wire.simulator.received == b""
    assert wire.simulator.gone == 1


def test_without_a_host_what_a_device_sends_is_lost_and_strikes_nothing():
    wire = Wire(EchoDevice(), parse_faults("after 0 drop"))
    wire.act("say lost", 0.0)
    wire.connect(1.0)
    wire.act("say struck", 1.0)
    wire.act("say heard", 1.0)
    assert wire.take(99, 1.0) == b"heard"


def test_what_has_struck_is_told():
    told = []
    faults = parse_faults("on 57 drop # the first\nrx at byte 2 corrupt")
    wire = Wire(EchoDevice(), faults, on_fault=told.append)
    wire.connect(0.0)
    wire.receive(b"W\rW\r", 0.0)
    assert [str(fault) for fault in told] == ["rx at byte 2 corrupt", "on 57 drop"]


@given(
    pieces=st.lists(st.binary(min_size=1, max_size=9), max_size=9),
    sizes=st.lists(st.integers(1, 5), min_size=60, max_size=60),
)
def test_a_line_without_faults_keeps_every_byte_in_order(pieces, sizes):
    way, got = FaultyWay(), b""
    for piece in pieces:
        way.put(piece, 0.0)
    for size in sizes:
        got += way.take(size, 0.0)
        assert len(got) + way.kept == sum(map(len, pieces))
    assert got == b"".join(pieces)[: sum(sizes)]


@given(
    at=st.integers(0, 30),
    what=st.sampled_from(("delay 2", "split", "split 3", "merge 2")),
    pieces=st.lists(st.binary(min_size=1, max_size=9), max_size=6),
    cut=st.integers(1, 4),
)
def test_a_fault_of_time_loses_nothing_and_turns_nothing_round(at, what, pieces, cut):
    way, got = FaultyWay(), b""
    for fault in parse_faults(f"at byte {at} {what} x3"):
        way.add(fault, 0.0)
    for now, piece in enumerate(pieces):
        way.put(piece, float(now))
        got += way.take(cut, float(now))
    while way.kept:
        got += way.take(cut, 100.0)
    assert got == b"".join(pieces)


# Scripts


@pytest.mark.parametrize(
    "line",
    ["on drop", "at byte drop", "at byte -1 drop", "after soon drop", "on 5 drop", "on 57 explode",
     "drop", "on 57 drop x0", "on 57 corrupt 8", "on 57 delay -1", "on 57 close 3", "57 drop",
     "on 57 nak 115", "on 57 drop 0", "on 57 duplicate 2", "xx on 57 drop", "on 57 drop x2 x3"],
)  # fmt: skip
def test_a_line_that_is_no_fault_names_itself_and_the_valid_form(line):
    with pytest.raises(DataError, match=r"line 3 means nothing") as caught:
        parse_faults(f"# first\non 57 drop # second\n{line}")
    assert line in caught.value.message
    assert FORM in caught.value.hint


def test_a_script_has_an_end():
    with pytest.raises(DataError, match="too many"):
        parse_faults("on 57 drop\n" * 10_001)
