"""Bytes from a terminal: none of them may put the till to sleep."""

from hypothesis import example, given
from hypothesis import strategies as st
from textual import events

from posframe_terminal.keynames import one_name
from posframe_terminal.keystream import PASTE_SILENCE_S, KeyStream, Quiet

ESC = b"\x1b"


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def keys(messages) -> list[str]:
    return [message.key for message in messages if isinstance(message, events.Key)]


def test_bytes_that_are_not_utf_8_are_shown_and_survived():
    stream = KeyStream()
    assert keys(stream.feed(b"caf\xe9 1"))[-1] == "1"


def test_escape_then_a_scan_loses_nothing():
    stream = KeyStream()
    assert keys(stream.feed(ESC + b"4006\r")) == ["escape", "4", "0", "0", "6", "enter"]
    assert keys(stream.feed(ESC + b"\r")) == ["escape", "enter"]


def test_escape_then_nothing_is_escape():
    stream = KeyStream()
    assert keys(stream.feed(ESC)) == []
    assert stream.patience(9.0) < 0.2
    stream._parser._timeout_time = 0.0  # the parser has its own clock
    assert keys(stream.silence()) == ["escape"]


def test_function_keys_still_are_function_keys():
    stream = KeyStream()
    names = keys(stream.feed(b"\x1bOP\x1b[15~\x1b[A\x1b[[A\x1b[1;2P"))
    assert [one_name(name) for name in names] == ["f1", "f5", "up", "f1", "shift+f1"]


def test_a_paste_whose_end_never_came_does_not_swallow_what_follows():
    clock = Clock()
    stream = KeyStream(clock=clock)
    assert stream.feed(b"\x1b[200~4006") == []
    clock.now_s += PASTE_SILENCE_S
    assert [type(message) for message in stream.silence()] == [events.Paste]
    assert keys(stream.feed(b"7")) == ["7"]


def test_a_paste_mark_split_over_two_reads_is_a_paste_all_the_same():
    stream = KeyStream()
    stream.feed(b"\x1b[20")
    messages = stream.feed(b"0~abc\x1b[201~") + stream.feed(b"x")
    assert [message.text for message in messages if isinstance(message, events.Paste)] == ["abc"]
    assert not stream._pasting


def test_silence_after_an_acting_character_is_reported_once():
    clock = Clock()
    stream = KeyStream("+-", clock=clock)
    stream.feed(b"-")
    assert stream.patience(9.0) == 0.025
    clock.now_s += 0.03
    assert [type(message) for message in stream.silence()] == [Quiet]
    assert stream.silence() == []
    assert stream.patience(9.0) == 9.0


def test_inside_a_run_silence_takes_longer():
    clock = Clock()
    stream = KeyStream("-", clock=clock)
    stream.feed(b"A")
    clock.now_s += 0.03
    stream.feed(b"-")
    assert stream.patience(9.0) == 0.040


@given(st.lists(st.binary(max_size=40), max_size=6))
@example([b"\x1b[1:2;3u"])
@example([b"\x1b[99999999999;1u"])
@example([b"\x1b[200~", b"\x1b[201~\xff"])
@example([b"\x1b[<0;99999999999999999999;1M"])
def test_after_any_bytes_the_next_scan_is_understood(reads):
    clock = Clock()
    stream = KeyStream(clock=clock)
    for data in reads:
        stream.feed(data)
        clock.now_s += 2
        stream._parser._timeout_time = stream._parser._timeout_time and 0.0
        stream.silence()
    assert keys(stream.feed(b"4006581002330\r"))[-14:] == [*"4006581002330", "enter"]
