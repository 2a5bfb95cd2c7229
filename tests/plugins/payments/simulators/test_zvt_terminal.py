"""The simulated terminal alone, bytes in and bytes out, and the ledger it writes."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import posframe_payments.simulators
from posframe_payments.simulators.zvt_faults import Scripted
from posframe_payments.simulators.zvt_profile import Customer, Profile
from posframe_payments.simulators.zvt_terminal import Terminal
from posframe_payments.simulators.zvt_wire import FramedPort, framed, kermit, message

HEX = bytes.fromhex
OK = HEX("80 00 00")
PAY = HEX("06 01 07 04 00 00 00 00 17 49")
REPEAT, TOTALS, CLOSE = (HEX(f"06 {each} 03 00 00 00") for each in ("20", "10", "50"))
QUIET, TELLING, PRINTING = "80", "88", "8E"


class Till:
    """Sends bytes, and answers every message with 80 00."""

    def __init__(self, profile=None, *, config=QUIET, **how):
        self.terminal = Terminal(profile, **how)
        self.now_s = 0.0
        self.terminal.connect(self.now_s)
        assert self.say(HEX(f"06 00 06 00 00 00 {config} 09 78"))[0] == OK

    def hear(self):
        """Return the messages that have come, one by one."""
        data, found = self.terminal.take(), []
        while data:
            size = 5 + data[3] + 256 * data[4] if data[2] == 0xFF else 3 + data[2]
            found.append(data[:size])
            data = data[size:]
        return found

    def send(self, data):
        self.terminal.receive(data, self.now_s)
        return self.hear()

    def say(self, data, answer=OK):
        """Send a command, answer what comes, and return all of it."""
        heard = self.send(data)
        waiting = [each for each in heard if each[0] not in {0x80, 0x84}]
        while waiting:
            waiting = self.send(answer)
            heard += waiting
        return heard

    def wait(self, seconds):
        self.now_s += seconds
        self.terminal.tick(self.now_s)
        return self.hear()

    @property
    def ledger(self):
        return self.terminal.acquirer


def reverse(receipt):
    return HEX("06 30 06 00 00 00 87") + HEX(f"{receipt:04d}")


def test_the_simulator_imports_nothing_of_what_it_tests():
    folder = Path(posframe_payments.simulators.__file__).parent
    imported = set()
    for path in [*folder.glob("zvt*.py"), folder / "acquirer.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                imported.add(node.module)
            elif isinstance(node, ast.Import):
                imported |= {each.name for each in node.names}
    own = {each for each in imported if each.startswith("posframe")}
    assert own
    assert all(each.startswith("posframe_payments.simulators") for each in own)


def test_its_checksums_are_those_of_the_published_frames():
    assert kermit(b"123456789") == 0x2189
    assert framed(OK) == HEX("10 02 80 00 00 10 03 F5 1F")
    assert framed(PAY) == HEX("10 02 06 01 07 04 00 00 00 00 17 49 10 03 19 8C")
    pay = HEX("06 01 07 04 00 00 00 04 46 83")
    assert framed(pay) == HEX("10 02 06 01 07 04 00 00 00 04 46 83 10 03 10 10")


def test_a_serial_till_is_understood_byte_by_byte_and_its_damaged_frames_are_not():
    port = FramedPort()
    pay = HEX("06 01 07 04 00 00 00 01 10 10")
    heard = [each for byte in framed(pay) for each in port.receive(bytes((byte,)), 0.0)]
    assert [each.data for each in heard] == [pay[3:]]
    assert port.take() == b"\x06"
    assert port.receive(framed(pay, wrong=True), 0.0) == []
    assert port.take() == b"\x15"


def test_a_serial_message_that_nobody_acknowledges_is_sent_three_times():
    port = FramedPort()
    port.put(OK, 0.0)
    sent = [port.take()]
    while port.due_s() is not None:
        port.tick(port.due_s())
        sent.append(port.take())
    assert sent == [framed(OK)] * 3 + [b""]


def test_a_registration_answers_with_terminal_and_currency():
    till = Till()
    assert till.say(HEX("06 00 06 00 00 00 80 09 78")) == [
        OK,
        HEX("06 0F 0A 19 00 29 28 00 48 69 49 09 78"),
    ]


def test_a_payment_charges_the_card_and_tells_so_in_order():
    till = Till(config=TELLING)
    heard = till.say(PAY)
    assert [each[:2].hex() for each in heard] == ["8000", "04ff", "04ff", "040f", "060f"]
    assert heard[3][3:5] == HEX("27 00")
    assert HEX("04 00 00 00 00 17 49") in heard[3]
    (charge,) = till.ledger.charges
    assert (charge.amount_minor, charge.terminal, charge.reference) == (1749, "28004869", "0001")


def test_it_prints_only_what_the_till_took_over():
    assert not any(each[:2] == HEX("06D1") for each in Till(config=TELLING).say(PAY))
    lines = [each for each in Till(config=PRINTING).say(PAY) if each[:2] == HEX("06D1")]
    assert lines[-1][3] & 0x80, "the last line says that it is the last"


@pytest.mark.parametrize(("long", "head"), [(False, "06 D3"), (True, "06 D3 FF")])
def test_blocks_of_text_come_to_a_till_that_permits_them(long, head):
    till = Till(Profile(long_receipts=long))
    till.say(HEX("06 00 0E 00 00 00 8E 09 78 06 06 26 04 0A 02 06 D3"))
    blocks = [each for each in till.say(PAY) if each[:2] == HEX("06 D3")]
    assert [HEX("1F 07 01 01") in blocks[0], HEX("1F 07 01 02") in blocks[1]] == [True, True]
    assert all(each.startswith(HEX(head)) for each in blocks)


@pytest.mark.parametrize(("does", "result"), [("decline", "05"), ("abort", "6C")])
def test_a_customer_who_does_not_pay_is_not_charged(does, result):
    till = Till(customers=[Customer(does=does)])
    heard = till.say(PAY)
    assert (heard[1][:2], heard[1][3:5]) == (HEX("04 0F"), HEX("27" + result))
    assert heard[2] == HEX("06 1E 01" + result)
    assert till.ledger.movements == ()


def test_a_host_may_approve_a_part_and_a_customer_may_add_a_tip():
    till = Till(customers=[Customer(pays_minor=1000), Customer(tip_minor=151)])
    assert HEX("04 00 00 00 00 10 00") in till.say(PAY)[1]
    assert HEX("04 00 00 00 00 19 00") in till.say(PAY)[1]
    assert [each.amount_minor for each in till.ledger.charges] == [1000, 1900]


def test_a_till_that_hands_out_no_goods_gets_the_payment_reversed():
    till = Till()
    heard = till.say(PAY, answer=HEX("84 66 00"))
    assert heard[-1] == HEX("06 1E 01 A1")
    assert till.ledger.charges == ()
    assert till.say(REPEAT) == [OK, HEX("06 0F 00")], "it leaves no receipt"


def test_a_till_that_needs_more_time_is_told_again():
    till = Till()
    heard = till.send(PAY)
    assert till.send(HEX("84 9C 00")) == []
    assert till.wait(1.0) == [heard[1]]
    assert till.send(OK) == [HEX("06 0F 00")]


def test_the_last_receipt_is_repeated_word_for_word():
    till = Till()
    first = till.say(PAY)
    assert till.say(REPEAT) == [OK, *first[1:]]
    assert len(till.ledger.movements) == 1
    silent = Till(Profile(repeats_receipt=False))
    silent.say(PAY)
    assert silent.say(REPEAT) == [OK, HEX("06 0F 00")]


def test_only_the_last_payment_can_be_reversed_unless_the_profile_says_any():
    for profile, ends in (("last", "06 1E 01 B5"), ("any", "06 0F 00")):
        till = Till(Profile(reverses=profile))
        till.say(PAY)
        till.say(PAY)
        assert till.say(reverse(1))[-1] == HEX(ends)
        standing = [each.reference for each in till.ledger.charges]
        assert standing == (["0001", "0002"] if profile == "last" else ["0002"])


def test_a_payment_is_reversed_once():
    till = Till(Profile(reverses="any"))
    till.say(PAY)
    heard = till.say(reverse(1))
    assert HEX("37 00 00 01") in heard[1], "the trace number of what was reversed"
    assert till.say(reverse(1))[-1] == HEX("06 1E 01 B4")
    assert till.say(reverse(2))[-1] == HEX("06 1E 01 B5"), "a reversal stays"
    assert till.say(reverse(9))[-1] == HEX("06 1E 01 B5")
    assert till.ledger.taken_minor == 0


def test_a_refund_gives_money_and_names_no_payment():
    till = Till(customers=[Customer(), Customer(does="abort")])
    refund = HEX("06 31 0A 00 00 00 04 00 00 00 00 05 00")
    assert till.say(refund)[-1] == HEX("06 0F 00")
    assert till.say(refund)[-1] == HEX("06 1E 01 6C")
    assert till.ledger.taken_minor == -500


def test_turnovers_count_what_was_not_taken_back_until_the_day_is_closed():
    till = Till(config=PRINTING)
    for _ in range(3):
        till.say(PAY)
    till.say(reverse(3))
    total = HEX("04 00 00 00 00 34 98")
    assert total in till.say(TOTALS)[1]
    assert total in till.say(CLOSE)[1]
    assert HEX("04 00 00 00 00 00 00") in till.say(TOTALS)[1]
    assert len(till.ledger.charges) == 2


def test_a_card_is_read_without_its_number():
    heard = Till().say(HEX("06 C0 01 1E"))
    assert heard[0] == OK
    assert HEX("22 F0 F8 EE EE EE EE EE EE 55 59") in heard[1]


@pytest.mark.parametrize("command", ["06 70 00", "06 79 00", "06 93 00", "06 1A 00", "05 01 00"])
def test_other_commands_just_come_to_their_end(command):
    assert Till().say(HEX(command)) == [OK, HEX("06 0F 00")]


def test_it_works_for_a_registered_till_with_the_right_password_only():
    till = Till()
    assert till.say(HEX("06 31 0A 12 34 56 04 00 00 00 00 05 00")) == [HEX("84 9A 00")]
    assert till.say(HEX("06 99 00")) == [HEX("84 83 00")]
    assert till.say(HEX("06 02 00")) == [OK]
    assert till.say(PAY) == [HEX("84 6B 00")]
    assert till.ledger.movements == ()


def test_while_a_customer_looks_for_the_card_it_is_busy_and_can_be_stopped():
    till = Till(customers=[Customer(thinks_s=30.0)])
    assert till.send(PAY) == [OK]
    assert till.send(PAY) == [HEX("84 9C 00")]
    heard = till.send(HEX("06 B0 00"))
    assert heard[0] == OK
    assert heard[1][3:5] == HEX("27 6C")
    assert till.send(OK) == [HEX("06 1E 01 6C")]
    assert till.ledger.movements == ()


def test_a_wish_to_stop_after_the_host_said_yes_comes_too_late():
    till = Till()
    assert len(till.send(PAY)) == 2
    assert till.send(HEX("06 B0 00")) == [OK]
    assert till.send(OK) == [HEX("06 0F 00")]
    assert len(till.ledger.charges) == 1


def test_a_till_that_says_nothing_is_waited_for_and_then_lost():
    for after_loss, charges in (("keeps", 1), ("reverses", 0)):
        till = Till(Profile(after_loss=after_loss))
        till.send(PAY)
        assert till.terminal.due_s() == 5.0
        till.wait(5.0)
        assert len(till.ledger.charges) == charges


def test_a_payment_can_begin_at_the_terminal():
    till = Till()
    till.terminal.pay_unasked(700, 0.0)
    (status,) = till.hear()
    assert HEX("04 00 00 00 00 07 00") in status
    assert till.send(OK) == [HEX("06 0F 00")]
    assert till.ledger.taken_minor == 700


def test_it_greets_with_what_is_no_message():
    terminal = Terminal(Profile(greeting=b"YOMANI"))
    terminal.connect(0.0)
    assert terminal.take() == b"YOMANI"


def test_faults_strike_once_and_are_told():
    faults = Scripted({"tx ack": "lose"})
    till = Till()
    till.terminal.faults = faults
    assert till.send(PAY)[0].startswith(HEX("04 0F")), "no 80 after the payment"
    assert faults.struck == [("tx ack", "lose")]
    assert till.send(OK) == [HEX("06 0F 00")]
    till.send(OK)
    assert till.send(PAY)[0] == OK


def test_a_long_length_is_written_where_it_is_asked_for():
    assert message("06D3", b"a", long=True) == HEX("06 D3 FF 01 00 61")
    assert message("06D3", bytes(300))[:5] == HEX("06 D3 FF 2C 01")
