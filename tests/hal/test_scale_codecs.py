"""What scales say, byte for byte: the worked examples of each protocol."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.hal.codecs import adam, cas, dialog, hid_scale, mt8217, nci
from posframe.hal.codecs.dialog_approval import (
    read_approval,
    remainder,
    turned_left,
    turned_right,
)
from posframe.hal.facts import WireNoise
from posframe.hal.weights import Load, Reading, Weight

HEX = bytes.fromhex
KG1250 = Weight(1250, 3, "kg")


def fed(codec, data, now_s=0.0):
    return codec.feed(data, now_s)


def mt(data):
    (message,) = fed(mt8217.Mt8217Codec(), data)
    return mt8217.reading_of(message)


@pytest.mark.parametrize(
    ("answer", "reading"),
    [
        ("02 30 31 2E 32 35 30 0D", Reading(Load.STABLE, KG1250)),
        ("02 30 31 2E 32 35 30 4E 0D", Reading(Load.STABLE, KG1250, net=True)),
        ("02 30 31 2E 32 35 0D", Reading(Load.STABLE, Weight(125, 2, "lb"))),
        ("02 30 30 31 2E 32 35 0D", Reading(Load.STABLE, Weight(125, 2, "lb"))),
        ("02 30 30 2E 30 30 30 0D", Reading(Load.ZERO, Weight(0, 3, "kg"))),
        ("02 3F 41 0D", Reading(Load.MOTION)),
        ("02 3F 42 0D", Reading(Load.OVERLOAD)),
        ("02 3F 44 0D", Reading(Load.UNDER_ZERO)),
        ("02 3F 48 0D", Reading(Load.NOT_READY)),
        ("02 3F 50 0D", Reading(Load.ZERO)),
        ("02 3F 40 0D", Reading(Load.SAME)),
        ("02 3F 60 0D", Reading(Load.SAME, net=True)),
        ("02 3F 61 0D", Reading(Load.MOTION, net=True)),
        ("02 3F 43 0D", Reading(Load.OVERLOAD)),
    ],
)
def test_an_8217_says_a_weight_or_what_is_in_its_way(answer, reading):
    assert mt(HEX(answer)) == reading


def test_an_8217_is_asked_with_one_letter_and_tared_with_five_digits():
    commands = (mt8217.WEIGH, mt8217.ZERO, mt8217.TEST_START, mt8217.TEST_RESULT)
    assert commands == (HEX("57"), HEX("5A"), HEX("41"), HEX("42"))
    assert mt8217.tare_request(None) == b"T\r"
    assert mt8217.tare_request(0) == b"C"
    assert mt8217.tare_request(250) == b"T00250\r"


def test_the_echo_of_an_8217_is_a_message_only_while_it_is_awaited():
    codec = mt8217.Mt8217Codec()
    assert fed(codec, HEX("02 45 0D")) == [mt8217.Heard("E")]
    codec.expect_echo(b"hello")
    assert fed(codec, b"hel") == []
    assert fed(codec, b"lo") == [mt8217.Echo()]
    assert fed(codec, HEX("02 45 0D") + b"hello") == [mt8217.Heard("E"), mt8217.Echo()]
    codec.expect_echo(b"")
    assert fed(codec, b"hello") == [WireNoise(5, b"hello")]


def test_a_status_byte_of_an_8217_without_its_fixed_bit_is_noise():
    assert fed(mt8217.Mt8217Codec(), HEX("02 3F 21 0D")) == [WireNoise(4, HEX("02 3F 21 0D"))]


@pytest.mark.parametrize(
    ("bits", "broken"), [(0x40, ()), (0x42, ("NOVRAM",)), (0x50, ("program memory",))]
)
def test_the_self_test_of_an_8217_names_what_is_broken(bits, broken):
    assert mt8217.failed_tests(bits) == broken


def nci_reading(data):
    (answer,) = fed(nci.NciCodec(), data)
    return nci.reading_of(answer)


@pytest.mark.parametrize(
    ("answer", "reading"),
    [
        ("0A 30 31 2E 32 35 30 4B 47 0D 0A 53 30 30 0D 03", Reading(Load.STABLE, KG1250)),
        ("0A 30 31 2E 32 35 30 4B 47 0D 0A 30 30 0D 03", Reading(Load.STABLE, KG1250)),
        ("0A 53 32 30 0D 03", Reading(Load.ZERO)),
        ("0A 32 30 0D 03", Reading(Load.ZERO)),
        (
            b"\n002.76LB\r\nS10\r\x03".hex(),
            Reading(Load.MOTION, Weight(276, 2, "lb")),
        ),
        (b"\n^^^^^^KG\r\nS02\r\x03".hex(), Reading(Load.OVERLOAD)),
        (b"\n______KG\r\nS01\r\x03".hex(), Reading(Load.UNDER_ZERO)),
        (b"\n------KG\r\nS00\r\x03".hex(), Reading(Load.NOT_READY)),
        (b"\n-0.005KG\r\nS00\r\x03".hex(), Reading(Load.UNDER_ZERO, Weight(-5, 3, "kg"))),
        (b"\n00.000KG\r\nS20\r\x03".hex(), Reading(Load.ZERO, Weight(0, 3, "kg"))),
        (b"\n01.250KG\r\nS0p4\r\x03".hex(), Reading(Load.STABLE, KG1250, net=True)),
        (b"\n01.250KG\r\nS0pp2\r\x03".hex(), Reading(Load.STABLE, KG1250)),
        (b"\n01.250KG\r\nS0pp4\r\x03".hex(), Reading(Load.STABLE, KG1250)),
        (b"\n01.250KG\r\nS0p8\r\x03".hex(), Reading(Load.NOT_READY, KG1250)),
        (b"\nS40\r\x03".hex(), Reading(Load.FAULT, detail="memory")),
        (b"\nS88\r\x03".hex(), Reading(Load.FAULT, detail="settings memory, calibration")),
        (b"\nS10\r\x03".hex(), Reading(Load.MOTION)),
    ],
)
def test_an_nci_scale_says_a_weight_with_its_status_or_the_status_alone(answer, reading):
    assert nci_reading(HEX(answer)) == reading


def test_the_fourth_status_byte_vouches_for_an_emptied_platter():
    assert nci_reading(b"\n01.250KG\r\nS0pp2\r\x03").moved
    assert not nci_reading(b"\n01.250KG\r\nS0pp5\r\x03").moved
    assert not nci_reading(b"\n01.250KG\r\nS00\r\x03").moved


def test_pounds_and_ounces_are_refused_as_no_decimal_number():
    reading = nci_reading(b"\n2LB 04.1OZ\r\nS00\r\x03")
    assert (reading.load, reading.weight) == (Load.FAULT, None)


def test_a_command_an_nci_scale_does_not_know_is_no_status():
    assert fed(nci.NciCodec(), HEX("0A 3F 0D 03")) == [nci.Unknown()]
    assert HEX("57 0D") == nci.WEIGH
    assert HEX("53 0D") == nci.STATUS


@pytest.mark.parametrize("status", [b"S0p", b"S0p4p", b"S044", b"S0", b"S0pppp0"])
def test_nci_status_bytes_follow_just_where_one_is_announced(status):
    data = b"\n01.250KG\r\n" + status + b"\r\x03"
    assert all(isinstance(message, WireNoise) for message in fed(nci.NciCodec(), data))


def cas_reading(data):
    (message,) = fed(cas.CasCodec(), data)
    return cas.reading_of(message)


@pytest.mark.parametrize(
    ("answer", "reading"),
    [
        (
            "01 02 53 20 30 31 2E 32 35 30 6B 67 67 03 04",
            Reading(Load.STABLE, KG1250),
        ),
        (
            "01 02 55 2D 30 30 2E 30 30 35 6B 67 6F 03 04",
            Reading(Load.MOTION, Weight(-5, 3, "kg")),
        ),
        # 53 2D 30 30 2E 30 30 35 6B 67: as above with S for U, 6F ^ 55 ^ 53 = 69.
        (
            "01 02 53 2D 30 30 2E 30 30 35 6B 67 69 03 04",
            Reading(Load.UNDER_ZERO, Weight(-5, 3, "kg")),
        ),
        # Six spaces leave nothing: 53 ^ 46 ^ 6B ^ 67 = 19.
        ("01 02 53 46 20 20 20 20 20 20 6B 67 19 03 04", Reading(Load.OVERLOAD)),
    ],
)
def test_a_cas_scale_says_a_weight_in_a_block_with_a_checksum(answer, reading):
    assert cas_reading(HEX(answer)) == reading


def test_the_checksum_of_a_cas_block_is_the_xor_of_what_lies_before_it():
    assert cas.bcc(HEX("53 20 30 31 2E 32 35 30 6B 67")) == 0x67
    assert cas.bcc(HEX("55 2D 30 30 2E 30 30 35 6B 67")) == 0x6F


def test_a_cas_scale_says_amount_weight_and_unit_price_in_three_blocks():
    # "    2.49": 2E ^ 32 ^ 34 ^ 39 = 11; "    1.99": 2E ^ 31 ^ 39 ^ 39 = 1F; four spaces are 0.
    data = HEX(
        "01 02 20 20 20 20 32 2E 34 39 11 03"
        "02 53 20 30 31 2E 32 35 30 6B 67 67 03"
        "02 20 20 20 20 31 2E 39 39 1F 03 04"
    )
    assert cas_reading(data) == Reading(Load.STABLE, KG1250, price_minor=199, amount_minor=249)


@pytest.mark.parametrize("bit", range(8))
@pytest.mark.parametrize("at", range(3, 13))
def test_a_cas_block_with_any_one_bit_wrong_is_never_a_weight(at, bit):
    block = bytearray(HEX("01 02 53 20 30 31 2E 32 35 30 6B 67 67 03 04"))
    block[at] ^= 1 << bit
    assert fed(cas.CasCodec(), bytes(block)) == [cas.Damaged()]


def test_enquiring_a_cas_scale_is_acknowledged_or_not():
    assert (cas.ENQUIRE, cas.WEIGH, cas.WEIGH_PRICED) == (b"\x05", b"\x11", b"\x12")
    assert fed(cas.CasCodec(), b"\x06\x15") == [cas.Ready(), cas.NotReady()]


def test_a_dialog_result_is_a_weight_for_a_price():
    data = HEX("02 30 32 1B 33 1B 30 31 32 35 30 1B 30 30 30 31 39 39 1B 30 30 30 32 34 39 03")
    assert len(data) == 26
    (result,) = fed(dialog.DialogCodec(), data)
    assert result == dialog.Result(KG1250, 199, 249)
    assert dialog.reading_of(result, net=True) == Reading(
        Load.STABLE, KG1250, net=True, price_minor=199, amount_minor=249
    )
    assert dialog.reading_of(result).moved


@pytest.mark.parametrize(
    ("offer", "record"),
    [
        (dialog.Offer(199), "04 02 30 31 1B 30 30 30 31 39 39 1B 03"),
        (dialog.Offer(199, tare=20), "04 02 30 33 1B 30 30 30 31 39 39 1B 30 30 32 30 03"),
        (
            dialog.Offer(199, text="Café"),
            "04 02 30 34 1B 30 30 30 31 39 39 1B 43 61 66 65 20 20 20 20 20 20 20 20 20 03",
        ),
        (
            dialog.Offer(199, 20, "Œufs très frais 12"),
            "04 02 30 35 1B 30 30 30 31 39 39 1B 30 30 32 30 1B"
            "4F 45 75 66 73 20 74 72 65 73 20 66 72 03",
        ),
    ],
)
def test_a_dialog_scale_is_told_price_tare_and_text_in_one_record(offer, record):
    assert dialog.offer_record(offer) == HEX(record)


def test_other_records_to_a_dialog_scale():
    assert HEX("04 05") == dialog.ENQUIRE
    assert HEX("04") == dialog.EOT
    assert HEX("04 02 30 38 03") == dialog.STATUS_REQUEST
    assert dialog.checksum_record(((0x2341, 0x9B57),)) == HEX(
        "04 02 31 30 1B 32 33 34 31 39 42 35 37 03"
    )


@pytest.mark.parametrize(
    ("code", "load"),
    [
        ("20", Load.MOTION),
        ("21", Load.SAME),
        ("22", Load.NOT_READY),
        ("30", Load.BELOW_MINIMUM),
        ("31", Load.UNDER_ZERO),
        ("32", Load.OVERLOAD),
        ("00", Load.NOT_READY),
        ("01", Load.FAULT),
        ("77", Load.FAULT),
    ],
)
def test_each_status_code_of_a_dialog_scale_has_its_meaning(code, load):
    (status,) = fed(dialog.DialogCodec(), b"\x0209\x1b" + code.encode() + b"\x03")
    assert status == dialog.StatusCode(code)
    assert dialog.reading_of(status).load is load


@pytest.mark.parametrize(
    ("state", "weight"),
    [
        (b"0", None),
        (b"1", Weight(1250, 2, "lb")),
        (b"2", Weight(1250, 3, "lb")),
        (b"3", KG1250),
    ],
)
def test_the_status_of_a_dialog_result_names_its_unit(state, weight):
    data = b"\x0202\x1b" + state + b"\x1b01250\x1b000199\x1b000249\x03"
    (result,) = fed(dialog.DialogCodec(), data)
    assert result.weight == weight
    assert (dialog.reading_of(result).load is Load.FAULT) is (weight is None)


def test_a_dialog_06_scale_asks_for_checksums_and_judges_them():
    codec = dialog.DialogCodec()
    assert fed(codec, HEX("02 31 31 1B 32 34 37 03")) == [dialog.ProofWanted(0x47)]
    assert fed(codec, HEX("02 31 31 1B 31 03")) == [dialog.ProofJudged(valid=True)]
    assert fed(codec, HEX("02 31 31 1B 30 03")) == [dialog.ProofJudged(valid=False)]


def test_checksums_are_turned_left_and_correction_values_right():
    assert turned_left(0x1234, 4) == 0x2341
    assert turned_right(0xABCD, 7) == 0x9B57
    assert turned_left(0x1234, 0) == turned_right(0x1234, 0) == 0x1234


def test_a_correction_value_is_the_remainder_of_a_division_by_the_polynomial():
    # By hand: x^16 mod (x^16 + x^12 + x^5 + 1) is x^12 + x^5 + 1, and x^17 the same times x.
    assert remainder(0x0001, 0x11021) == 0x1021
    assert remainder(0x0002, 0x11021) == 0x2042
    assert remainder(0x0000, 0x11021) == 0x0000
    approval = read_approval("1021", "0001,0002")
    assert approval == read_approval("11021", "0001,0002")
    assert approval.pairs(0x00) == ((0x0001, 0x1021), (0x0002, 0x2042))
    assert approval.pairs(0x47) == ((0x0010, 0x4220), (0x0020, 0x8440))


@pytest.mark.parametrize(
    ("polynomial", "checksums"),
    [("", "1234"), ("21021", "1234"), ("1021", ""), ("1021", "12345"), ("1021", "1234," * 5 + "1")],
)
def test_an_approval_that_cannot_be_read_is_refused(polynomial, checksums):
    with pytest.raises(ValueError, match="hexadecimal"):
        read_approval(polynomial, checksums)


def test_the_secrets_of_an_approval_are_not_shown():
    assert repr(read_approval("1021", "ABCD")) == "Approval()"


@given(checksum=st.integers(0, 0xFFFF), other=st.integers(0, 0xFFFF))
def test_correction_values_add_up_as_remainders_do(checksum, other):
    parts = remainder(checksum, 0x18005) ^ remainder(other, 0x18005)
    assert remainder(checksum ^ other, 0x18005) == parts < 0x10000


@pytest.mark.parametrize(
    ("report", "reading"),
    [
        ("03 04 03 FD E2 04", Reading(Load.STABLE, KG1250)),
        ("03 04 0B FF 2C 01", Reading(Load.STABLE, Weight(300, 1, "oz"))),
        ("04 04 02 00 E2 04", Reading(Load.STABLE, Weight(1250, 0, "g"))),
        ("03 04 02 01 7D 00", Reading(Load.STABLE, Weight(1250, 0, "g"))),
        ("03 04 01 03 E2 04", Reading(Load.STABLE, Weight(1_250_000, 0, "mg"))),
        ("03 02 03 FD 00 00", Reading(Load.ZERO, Weight(0, 3, "kg"))),
        ("03 03 03 FD E2 04", Reading(Load.MOTION, KG1250)),
        ("03 05 03 FD 05 00", Reading(Load.UNDER_ZERO, Weight(-5, 3, "kg"))),
        ("03 06 03 FD FF FF", Reading(Load.OVERLOAD, Weight(65535, 3, "kg"))),
        ("03 01 00 00 00 00", Reading(Load.FAULT)),
        ("03 07 00 00 00 00", Reading(Load.NOT_READY, detail="it has to be calibrated")),
        ("03 08 00 00 00 00", Reading(Load.NOT_READY, detail="it has to be set to zero")),
        ("03 04 03 FD 00 00", Reading(Load.ZERO, Weight(0, 3, "kg"))),
    ],
)
def test_a_hid_scale_reports_number_exponent_and_unit(report, reading):
    (message,) = fed(hid_scale.HidScaleCodec(), HEX(report))
    assert hid_scale.reading_of(message) == reading


@pytest.mark.parametrize(
    "report", ["03 04 0D FD E2 04", "03 09 03 FD E2 04", "03 04 00 FD E2 04", "03 04 03 7F E2 04"]
)
def test_what_no_hid_scale_reports_is_noise(report):
    found = fed(hid_scale.HidScaleCodec(), HEX(report))
    assert found
    assert all(isinstance(message, WireNoise) for message in found)


def test_the_first_report_of_a_hid_scale_is_left_out_where_it_is_old():
    codec = hid_scale.HidScaleCodec(stale=1)
    old, new = HEX("03 04 03 FD 0F 27"), HEX("03 04 03 FD E2 04")
    assert fed(codec, old) == []
    assert fed(codec, new) == [hid_scale.Report(4, KG1250)]
    assert HEX("02 02") == hid_scale.ZERO


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"       1.250 kg\r\n", adam.Weighed(KG1250)),
        (b"1.250kg\n", adam.Weighed(KG1250)),
        (b"   -  0.005 kg \r\n", adam.Weighed(Weight(-5, 3, "kg"))),
        (b"1250 g\r\n", adam.Weighed(Weight(1250, 0, "g"))),
        (b"GROSS   1.250 kg\r\n", adam.OtherText("GROSS   1.250 kg")),
        (b"No.            1\r\n", adam.OtherText("No.            1")),
    ],
)
def test_an_adam_scale_prints_a_weight_alone_on_a_line(line, message):
    assert fed(adam.AdamCodec(), line) == [message]
    assert (adam.WEIGH, adam.TARE, adam.ZERO) == (b"P\r\n", b"T\r\n", b"Z\r\n")


def test_blank_lines_of_an_adam_scale_are_no_noise():
    assert fed(adam.AdamCodec(), b"\r\n\r\n1.250 kg\r\n\r\n") == [adam.Weighed(KG1250)]


def test_one_damaged_character_spoils_the_whole_line_of_an_adam_scale():
    assert fed(adam.AdamCodec(), b"1\xff2.250 kg\r\n") == [WireNoise(10, b"1\xff2.250 kg")]
