"""Laws of the simulated ESC/POS printer: its body, its buffer, and how it tells of them."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError, DataError
from posframe.hal.codecs.escpos import ReceiptEncoder
from posframe.hal.profiles import load_profile
from posframe.hal.simulators.escpos_device import SIMULATOR, EscposDevice
from posframe.hal.simulators.escpos_paper import Kick
from posframe.hal.simulators.printer_device import Body

HEX = bytes.fromhex
ASB_ON = HEX("1D61FF")
FENCE, FENCED = HEX("1D2848 0600 3030 41424344"), HEX("3722 41424344 00")
CLEAR, CLEARED = HEX("101408 01031401060208"), HEX("372500")
RECEIPT = b"\x1b@one\ntwo\n\x1dVB\x00"


def device(*quirks, **body):
    return EscposDevice(Body(quirks=frozenset(quirks), **body))


def fed(printer, *pieces, now_s=0.0):
    return b"".join(printer.feed(piece, now_s) for piece in pieces)


def done(printer, *acts, now_s=0.0):
    return b"".join(printer.act(act, now_s) for act in acts)


@pytest.mark.parametrize(
    ("acts", "question", "answer"),
    [
        ([], "100401", "12"),
        (["drawer open"], "100401", "16"),
        (["paper out"], "100401", "1A"),
        ([], "100402", "12"),
        (["cover open"], "100402", "16"),
        (["paper out"], "100402", "32"),
        (["cutter jam"], "100402", "52"),
        (["cutter jam"], "100403", "1A"),
        ([], "100404", "12"),
        (["paper 5"], "100404", "1E"),
        (["paper out"], "100404", "72"),
    ],
)
def test_real_time_questions_are_answered_by_the_tables(acts, question, answer):
    printer = device()
    done(printer, *acts)
    assert fed(printer, HEX(question)) == HEX(answer)


def test_changes_are_told_once_asked_for_and_once_each():
    printer = device()
    assert done(printer, "cover open", "cover close") == b""
    assert fed(printer, ASB_ON) == HEX("10000000")
    assert done(printer, "cover open") == HEX("38000000")
    assert done(printer, "cover open") == b""
    assert done(printer, "cover close") == HEX("10000000")
    assert done(printer, "paper 5") == HEX("10000300")
    assert done(printer, "paper out") == HEX("18000C00")
    assert done(printer, "paper new", "cutter jam") == HEX("10000000 18080000")
    assert done(printer, "cutter clear", "drawer open") == HEX("10000000 14000000")


def test_initialising_ends_the_telling():
    printer = device()
    fed(printer, ASB_ON, b"\x1b@")
    assert done(printer, "cover open") == b""


def test_out_of_paper_it_keeps_the_rest_and_prints_it_by_itself_when_paper_returns():
    printer = device()
    done(printer, "paper 1")
    answers = fed(printer, RECEIPT, FENCE)
    assert answers == b""
    assert printer.text() == "one\n"
    assert done(printer, "paper new") == FENCED
    assert [receipt.text() for receipt in printer.printer.receipts] == ["one\ntwo\n"]
    assert printer.whole_receipts == 1


def test_what_is_cleared_is_not_printed_when_paper_returns():
    printer = device()
    done(printer, "paper 1")
    fed(printer, RECEIPT, FENCE)
    assert fed(printer, CLEAR) == CLEARED
    assert done(printer, "paper new") == b""
    assert printer.text() == "one\n"
    assert printer.clears == 1


def test_a_confirmation_comes_only_after_what_was_before_it():
    printer = device(speed=10)  # lines a second
    assert fed(printer, b"a\nb\nc\n", FENCE) == b""
    assert printer.text() == "a\n"
    assert printer.due_s() == pytest.approx(0.1)
    assert printer.tick(0.1) == b""
    assert printer.text() == "a\nb\n"
    assert printer.tick(0.25) == b""
    assert printer.text() == "a\nb\nc\n"
    assert printer.due_s() == pytest.approx(0.3)
    assert printer.tick(0.31) == FENCED
    assert printer.due_s() is None


def test_time_without_paper_is_not_made_up_for():
    printer = device(speed=1)
    fed(printer, b"a\nb\n")
    printer.act("cover open", 0.5)
    printer.act("cover close", 100)
    assert printer.text() == "a\nb\n"
    assert fed(printer, b"c\nd\n", now_s=100) == b""
    assert printer.text() == "a\nb\n"
    assert printer.due_s() == pytest.approx(101)


def test_a_full_buffer_is_told_and_its_room_as_well():
    printer = device(speed=1, buffer_bytes=8, flow=True)
    assert fed(printer, b"a\nb\nc\nd\ne\nf\ng\n") == b"\x13"
    assert printer.busy
    assert printer.tick(100) == b"\x11"
    assert not printer.busy


def test_without_flow_control_it_is_only_busy():
    printer = device(buffer_bytes=8)
    done(printer, "cover open")
    assert fed(printer, RECEIPT) == b""
    assert printer.busy


@pytest.mark.parametrize("act", ["cover open", "cutter jam", "paper out"])
def test_what_stops_it_stops_all_that_comes_in_order(act):
    printer = device()
    done(printer, act)
    assert fed(printer, RECEIPT, HEX("1B700019FA"), HEX("1D7201"), FENCE) == b""
    assert not printer.printer.kicks
    assert not printer.text()
    assert printer.view()


def test_gs_r_tells_paper_and_drawer_in_order():
    printer = device()
    assert fed(printer, HEX("1D7201 1D7202")) == HEX("00 00")
    done(printer, "paper 5", "drawer open")
    assert fed(printer, HEX("1D7201 1D7202")) == HEX("03 01")


def test_real_time_commands_in_a_picture_act_and_stay_picture():
    printer = device()
    picture = HEX("1D763000 0300 0100 100401")
    assert fed(printer, picture) == HEX("12")
    assert printer.printer.paper[0].data == HEX("100401")
    deaf = device("deaf")
    assert fed(deaf, picture[:8], picture[8:]) == b""
    assert deaf.printer.paper[0].data == HEX("100401")


def test_half_a_command_waits_for_its_rest_over_a_new_connection():
    printer = device()
    fed(printer, HEX("1D763000 0200 0200 AABB"))
    printer.disconnected()
    printer.connected(1.0)
    fed(printer, b"AB" + b"C\n")
    picture, line = printer.printer.paper
    assert (picture.rows, picture.data) == (2, HEX("AABB") + b"AB")
    assert line.text == "C"


def test_a_receipt_whose_cut_the_next_connection_completes_is_not_whole():
    printer = device()
    printer.connected(0)
    fed(printer, RECEIPT[:-1])
    printer.disconnected()
    printer.connected(1)
    fed(printer, b"\x10")
    assert len(printer.printer.receipts) == 1
    assert printer.whole_receipts == 0
    fed(printer, RECEIPT)
    assert printer.whole_receipts == 1


def test_padding_is_taken_as_data_where_data_is_due_and_means_nothing_elsewhere():
    printer = device()
    fed(printer, HEX("1D763000 0100 0200 FF"), bytes(500), b"x\n")
    assert printer.printer.paper[0].data == HEX("FF00")
    assert printer.text() == "[picture 8 x 2]\nx\n"
    assert not printer.printer.unknown


@pytest.mark.parametrize(
    ("sensor", "closed", "opened"),
    [("high_open", "12", "16"), ("low_open", "16", "12"), ("none", "12", "12")],
)
def test_the_drawer_opens_by_its_pulse_and_its_line_tells(sensor, closed, opened):
    printer = device(sensor=sensor)
    assert fed(printer, HEX("100401")) == HEX(closed)
    fed(printer, HEX("1B700019FA"))
    assert printer.drawer_open
    assert fed(printer, HEX("100401")) == HEX(opened)
    done(printer, "drawer close", "drawer stuck")
    fed(printer, HEX("1B700119FA"))
    assert not printer.drawer_open
    assert list(printer.printer.kicks) == [Kick(2, 50, 500), Kick(5, 50, 500)]
    done(printer, "drawer free")
    fed(printer, HEX("1B700019FA"))
    assert printer.drawer_open


def test_a_real_time_pulse_works_while_it_cannot_print():
    printer = device()
    done(printer, "cover open")
    fed(printer, HEX("1014010102"))
    assert list(printer.printer.kicks) == [Kick(5, 200, 200)]


def test_an_error_is_left_as_it_is_asked_to_be():
    for request, text in ((HEX("100501"), "one\ntwo\n"), (HEX("100502"), "")):
        printer = device()
        done(printer, "cutter jam")
        fed(printer, RECEIPT, request)
        assert printer.text() == text


def test_switched_off_it_hears_nothing_and_forgets():
    printer = device()
    fed(printer, ASB_ON)
    done(printer, "cover open")
    fed(printer, RECEIPT)
    assert done(printer, "power off") == b""
    assert fed(printer, RECEIPT, HEX("100401")) == b""
    assert printer.view() == ("off",)
    assert done(printer, "power on", "cover close") == b""
    assert not printer.text()


def test_quirks_leave_out_what_a_model_lacks():
    assert fed(device("mute"), HEX("100401"), ASB_ON, FENCE) == b""
    assert fed(device("no_asb"), ASB_ON) == b""
    assert fed(device("no_clear"), CLEAR) == b""
    assert fed(device("no_process_id"), FENCE) == b""
    assert fed(device("no_gs_r"), HEX("1D7201")) == b""


def test_it_says_who_made_it():
    assert fed(device(), HEX("1D4942")) == b"_posframe\x00"


@pytest.mark.parametrize(
    "act",
    ["paper", "paper lots", "cover", "drawer ajar", "cutter", "power", "shake", "paper 9999999"],
)
def test_an_act_that_means_nothing_says_what_does(act):
    with pytest.raises(DataError) as error:
        device().act(act, 0)
    assert error.value.hint


def test_options_are_read_and_wrong_ones_refused():
    made = SIMULATOR.make(
        {"columns": "42", "roll": "10", "near": "3", "speed": "5", "buffer": "100", "flow": "yes",
         "sensor": "none", "quirks": "mute,deaf"}
    )  # fmt: skip
    assert made.body == Body(
        columns=42, roll_lines=10, near_lines=3, speed=5, buffer_bytes=100, flow=True,
        sensor="none", quirks=frozenset({"mute", "deaf"}),
    )  # fmt: skip
    for wrong in ({"colums": "42"}, {"columns": "3"}, {"columns": "x"}, {"quirks": "odd"}):
        with pytest.raises(ConfigurationError) as error:
            SIMULATOR.make(wrong)
        assert error.value.hint


def test_what_was_printed_can_be_seen_as_text_page_and_picture(sale):
    image = pytest.importorskip("PIL.Image")
    printer = device()
    with pytest.raises(DataError, match="Nothing"):
        printer.png()
    fed(printer, ReceiptEncoder(load_profile("epson-tm-t20")).encode(sale).data)
    assert "Café Posframe" in printer.text()
    html = printer.html()
    assert "Café Posframe" in html
    assert 'src="data:image/png;base64,' in html
    assert "EAN-13 4006381333931" in html
    assert image.open(io.BytesIO(printer.png())).width > 500


def test_a_page_of_receipts_escapes_whatever_was_printed():
    printer = device()
    hostile = b'<script>alert("x")</script> & \x1b-\x01"><img src=x>\x1b-\x00\n'
    fed(
        printer,
        hostile,
        HEX("1D6B490C") + b"{B<script>ab\x1d(k\x0b\x001P0<script>" + HEX("1D286B0300315130"),
    )
    html = printer.html()
    assert "<script" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp;" in html


def test_reverse_small_and_large_print_and_pictures_are_on_the_page():
    printer = device()
    fed(
        printer,
        HEX("1D4201") + b"r\n" + HEX("1D4200 1B4D01") + b"s\n" + HEX("1B4D00 1D2111") + b"L\n",
    )
    fed(printer, HEX("1D2100 1B4501") + b"b\n" + HEX("1B4A20 1D763000 0100 0100 F0"))
    html = printer.html()
    for expected in ('class="r">r', 'class="s">s', "scale(2,2)", 'class="b">b', "height:32px"):
        assert expected in html
    assert 'alt="picture 8 x 1"' in html


@given(st.binary(max_size=400))
def test_noise_is_survived(data):
    printer = device()
    printer.feed(data, 0)
    printer.view()
    printer.text()


@given(
    st.lists(
        st.sampled_from(
            [RECEIPT, HEX("100401"), HEX("100404"), ASB_ON, FENCE, CLEAR, b"\x10", HEX("1014"),
             HEX("1D763000 0300 0100 100401"), HEX("1014010001"), b"text\n", bytes(20)]
        ),
        max_size=10,
    ),
    st.data(),
)  # fmt: skip
def test_real_time_commands_may_come_in_pieces_of_any_size(parts, data):
    stream = b"".join(parts).replace(
        CLEAR, b""
    )  # cut in two, its first half is data like any other
    whole, pieces = device(), device()
    answers = whole.feed(stream, 0)
    cut = data.draw(st.lists(st.integers(0, len(stream)), max_size=6).map(sorted))
    heard = b""
    for start, end in zip([0, *cut], [*cut, len(stream)], strict=True):
        heard += pieces.feed(stream[start:end], 0)
    assert sorted(heard) == sorted(answers)
    assert pieces.text() == whole.text()
    assert list(pieces.printer.kicks) == list(whole.printer.kicks)
