"""Devices in line mode: scans and weights are answered in sentences, beside what is typed."""

from __future__ import annotations

import io
import os
import threading
import time

import pytest

from posframe import facts
from posframe.hal.errors import DeviceFault
from posframe_terminal.line import LineMode, sell
from posframe_terminal.line_devices import LineDevices
from tests.device_lines import desk_in
from tests.terminal_ui.selling import MILK
from tests.terminal_ui.stand import BANANAS, FLOWERS, SAFFRON, PlayedDevices, open_till

MILK_SOLD = ["Milk 1 l.", "Line 1: 1 Milk 1 l, 1.19.", "To pay 1.19."]


class Talk:
    """A till in line mode whose devices a test plays, and all that was said."""

    def __init__(self, till, *classes):
        till.devices = self.devices = PlayedDevices(*classes)
        self.till, self.line = till, LineMode(till)
        self.said = []
        self.ears = LineDevices(till, self.line, self.said.append)

    def enter(self, text):
        answer = self.line.answer(text)
        self.ears.follow()
        return answer

    def until_said(self, count):
        until(lambda: len(self.said) >= count)
        return self.said[-1]


def until(holds):
    ends_s = time.monotonic() + 5.0
    while not holds():
        assert time.monotonic() < ends_s, "it never came true"
        time.sleep(0.002)


@pytest.fixture
def talk(tmp_path):
    with open_till(tmp_path) as till:
        talk = Talk(till, "scanner", "scale")
        yield talk
        if talk.devices.listeners:
            talk.ears.close()


def test_a_scan_is_answered_in_sentences_as_it_comes(talk):
    talk.devices.bring(facts.Scan(f"010{MILK}", "]C1"))
    assert talk.until_said(1) == MILK_SOLD
    talk.devices.bring(facts.Scan("4000000000006"))
    assert talk.until_said(2)[0].startswith("Refused: 4000000000006 not found. ")


def test_scans_that_come_at_once_are_answered_one_after_another(talk):
    for _ in range(20):
        talk.devices.bring(facts.Scan(MILK))
    talk.until_said(20)
    assert [answer[-1] for answer in talk.said] == [
        f"To pay {119 * count // 100}.{119 * count % 100:02d}." for count in range(1, 21)
    ]


def test_states_are_not_read_out(talk):
    talk.devices.bring(facts.StateChanged(facts.DeviceState.OFFLINE, "pulled"))
    talk.devices.bring(facts.Scan(MILK))
    assert talk.until_said(1) == MILK_SOLD


@pytest.mark.parametrize(
    ("item", "weight", "said"),
    [
        (BANANAS, "0.642 kg", "Line 1: 0.642 Bananas, 0.96."),
        (BANANAS, "120 kg", "Line 1: 120 Bananas, 178.80."),
        (SAFFRON, "642 g", "Line 1: 642 Saffron, 57.78."),
    ],
)
def test_a_weighed_item_is_asked_of_the_scale(talk, item, weight, said):
    assert "is sold by" in talk.enter(item)[0]
    talk.devices.answer(weight)
    assert said in talk.until_said(1)
    assert len(talk.devices.asked) == 1


def test_a_weighed_item_that_is_scanned_is_asked_of_the_scale_too(talk):
    talk.devices.bring(facts.Scan(BANANAS))
    talk.until_said(1)
    until(lambda: talk.devices.asked)
    talk.devices.answer("0.642 kg")
    assert "Line 1: 0.642 Bananas, 0.96." in talk.until_said(2)


def test_a_price_that_is_asked_for_is_not_asked_of_the_scale(talk):
    talk.enter(FLOWERS)
    assert talk.devices.asked == []


def test_a_till_without_a_scale_waits_for_the_keys(tmp_path):
    with open_till(tmp_path) as till:
        talk = Talk(till, "scanner")
        talk.enter(BANANAS)
        assert "Line 1: 0.5 Bananas, 0.75." in talk.enter("0.5")
        talk.ears.close()
    assert talk.devices.asked == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            DeviceFault("This load was weighed already", fault="same", hint="lift it once"),
            "This load was weighed already (lift it once).",
        ),
        (ZeroDivisionError("division by zero"), "division by zero."),
        ("1.25 lb", "The scale weighs in lb, this item is sold by the kg"),
    ],
)
def test_why_the_scale_gave_no_weight_is_said_and_the_next_item_is_asked_anew(talk, answer, words):
    talk.enter(BANANAS)
    talk.devices.answer(answer)
    assert talk.until_said(1)[0].startswith(words)
    talk.enter("0.5")
    talk.enter(BANANAS)
    talk.devices.answer("0.642 kg")
    assert "Line 2: 0.642 Bananas, 0.96." in talk.until_said(2)


def test_typing_the_weight_takes_the_question_back(talk):
    talk.enter(BANANAS)
    assert "Line 1: 0.5 Bananas, 0.75." in talk.enter("0.5")
    assert talk.devices.asked[0].cancelled()


@pytest.mark.parametrize("later", [BANANAS, SAFFRON, FLOWERS])
def test_a_weight_that_comes_late_answers_no_later_question(talk, later):
    talk.enter(BANANAS)
    talk.devices.asked[0].set_running_or_notify_cancel()  # it is being given
    talk.line.answer("0.5")
    asked = talk.line.answer(later)  # and nobody has followed yet
    talk.devices.answer("0.642 kg", question=0)
    until(lambda: talk.said == [[]])
    assert talk.line.session.question.message in asked[0], "it is still open"
    assert len(talk.till.state.transaction.basket.lines) == 1


def test_what_is_typed_and_what_is_scanned_get_along(talk):
    """Two threads at one session: every answer is whole, and nothing is lost."""

    def scan():
        for _ in range(30):
            talk.devices.bring(facts.Scan(MILK))

    scanning = threading.Thread(target=scan)
    scanning.start()
    typed = [talk.enter("96385074") for _ in range(30)]
    scanning.join()
    talk.until_said(30)
    assert len(talk.till.state.transaction.basket.lines) == 60
    assert all(answer[0] == "Rye bread." for answer in typed)
    assert all(answer[0] == "Milk 1 l." for answer in talk.said)


def test_closing_ends_listening_and_takes_the_question_back(talk):
    talk.enter(BANANAS)
    talk.ears.close()
    assert talk.devices.listeners == []
    assert talk.devices.asked[0].cancelled()
    assert "posframe-line" not in {thread.name for thread in threading.enumerate()}


def test_a_till_in_line_mode_sells_what_real_lines_bring_while_nobody_types(tmp_path, capsys):
    with desk_in(tmp_path) as desk:
        scanner, scale = desk.plug("scanner"), desk.plug("mt8217", swing_ms="0", settle_ms="0")
        settings = (
            f'\n[devices.scanner]\nuri = "scanner+{scanner.address}"\n'
            f'\n[devices.scale]\nuri = "mt8217+{scale.address}"\n'
        )
        mine, theirs = os.pipe()
        with open_till(tmp_path / "till", settings) as till, io.FileIO(mine) as source:
            selling = threading.Thread(target=sell, args=(till, source))
            selling.start()
            until(lambda: scanner.line.connected and scale.line.connected)
            scanner.act(f"scan {MILK}")
            until(lambda: till.state.transaction is not None)
            os.write(theirs, f"{BANANAS}\n".encode())
            scale.act("put 0.645")
            until(lambda: len(till.state.transaction.basket.lines) == 2)
            os.close(theirs)
            selling.join(5.0)
            assert not selling.is_alive()
    said = capsys.readouterr().out.splitlines()
    assert "Line 1: 1 Milk 1 l, 1.19." in said
    assert "Line 2: 0.645 Bananas, 0.96." in said
