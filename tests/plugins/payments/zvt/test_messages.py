"""What a terminal's messages say: worked examples, damaged ones, texts in their character set."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe_payments.zvt.apdu import Apdu, read_apdu
from posframe_payments.zvt.charsets import charset_of
from posframe_payments.zvt.containers import Tlv, container, read_container
from posframe_payments.zvt.facts import (
    Aborted,
    CardTotal,
    Completed,
    Intermediate,
    PrintBlock,
    PrintLine,
    ReceiptKind,
    Status,
    Totals,
    Unreadable,
    Unsupported,
)
from posframe_payments.zvt.messages import read_message
from posframe_payments.zvt.results import doing_words, result_words

HEX = bytes.fromhex
TEXT = HEX("3C F0 F1 F9") + b"Abbruch durch Kunde"
APPROVED = (
    HEX(
        "27 00 04 00 00 00 00 17 49 49 09 78 0C 14 05 09 0D 11 22 29 28 00 48 69 0B 00 01 23"
        " 87 00 42"
        " 37 00 01 22 8A 06 22 F0 F8 EE EE EE EE EE EE 47 71"
        " 8B F1 F1"
    )
    + b"MASTERCARD\0"
)


def said(control, data=b""):
    message = read_message(Apdu(HEX(control), data))
    return attrs.evolve(message, raw=b"") if isinstance(message, Status) else message


def test_the_abort_a_terminal_was_seen_to_send_is_read():
    apdu = read_apdu(HEX("04 0F 1E 27 6C 29 28 00 48 69") + TEXT)
    assert apdu is not None
    status = read_message(apdu)
    assert status == Status(
        result=0x6C,
        words="stopped by the customer, or nobody acted in time",
        terminal="28004869",
        text="Abbruch durch Kunde",
        raw=apdu.to_bytes(),
    )


def test_an_approval_gives_amount_numbers_time_and_card():
    assert said("04 0F", APPROVED) == Status(
        result=0,
        words="done",
        amount_minor=1749,
        currency=978,
        receipt=42,
        trace=123,
        original_trace=122,
        terminal="28004869",
        time="14:05:09",
        date="11-22",
        card_name="MASTERCARD",
        card_type=6,
        card_last_four="4771",
    )


def test_what_a_contactless_payment_was_seen_to_say_is_read():
    """As published in the tests of Portalum.Zvt (MIT); this terminal sends no amount."""
    apdu = read_apdu(
        HEX(
            "04 0F 65 27 00 0C 23 13 55 0D 10 29 0E 99 99 22 F0 F8 EE EE EE EE EE EE 47 71 A0 01"
            "29 00 00 00 06 87 00 08 0B 00 00 00 8A 06 8B F1 F1 4D 41 53 54 45 52 43 41 52 44 00"
            "06 2E 2F 08 1F 12 01 02 1F 10 01 00 60 1B 43 07 A0 00 00 00 04 10 10 44 10 44 65 62"
            "69 74 20 4D 61 73 74 65 72 63 61 72 64 1F 2B 04 10 01 50 08"
        )
    )
    assert apdu is not None
    status = read_message(apdu)
    assert isinstance(status, Status)
    assert attrs.evolve(status, raw=b"") == Status(
        result=0,
        words="done",
        receipt=8,
        trace=0,
        long_trace=10015008,
        terminal="00000006",
        time="23:13:55",
        date="10-29",
        host_result=1,
        card_name="MASTERCARD",
        card_type=6,
        card_last_four="4771",
        application="A0000000041010",
        verification=0,
        technology=2,
    )
    hidden = apdu.to_bytes().replace(HEX("0E 99 99"), HEX("0E EE EE"))
    assert status.raw == hidden.replace(HEX("47 71 A0"), HEX("EE EE A0"))


def test_what_a_terminal_without_a_card_was_seen_to_say_is_read():
    """As published in the tests of Portalum.Zvt (MIT); the rest of the message is its own text."""
    said_so = HEX("27 6C 04 00 00 00 00 12 00 49 09 78 0C 11 33 39 0D 08 17 22 F0 F0 0B 00 00 00")
    status = said("04 0F", said_so + HEX("19 60 29 52 50 02 95 8B F0 F1 00"))
    assert (status.result, status.amount_minor, status.terminal) == (0x6C, 1200, "52500295")
    assert (status.card_name, status.card_last_four, status.payment_type) == ("", "", 0x60)
    assert status.whole


@pytest.mark.parametrize("cut", range(1, len(APPROVED)))
def test_a_status_cut_off_anywhere_is_whole_only_between_fields(cut):
    """What was read before the cut stands; it proves nothing."""
    ends = {2, 9, 12, 16, 19, 24, 28, 31, 35, 37, 48, len(APPROVED)}
    status = said("04 0F", APPROVED[:cut])
    assert status.whole == (cut in ends)


@pytest.mark.parametrize(
    ("why", "data"),
    [
        ("a field nobody knows", "27 00 99 01"),
        ("a field that stands there twice", "27 6C 27 00"),
        ("an amount of letters", "27 00 04 00 00 00 00 17 4A"),
        ("a receipt of letters", "27 00 87 00 4F"),
        ("an hour of 24", "27 00 0C 24 00 00"),
        ("a month of 13", "27 00 0D 13 01"),
        ("a length that is no digit", "27 00 8B F1 0A"),
        ("a length in other bytes", "27 00 8B 01 01 41"),
        ("a container that is cut off", "27 00 06 03 1F 10 02"),
        ("a container whose tag is longer than it", "27 00 06 03 43 05 01"),
        ("a container of a length nobody knows", "27 00 06 83 00 00 01 01"),
        ("turnovers that are too short", "27 00 60 F0 F0 F1 00"),
    ],
)
def test_a_status_that_is_damaged_says_so(why, data):
    assert not said("04 0F", HEX(data)).whole, why


def test_of_a_field_that_contradicts_itself_nothing_is_approved():
    assert not said("04 0F", HEX("27 6C 27 00")).approves


def test_a_container_is_read_with_long_lengths():
    text = "x" * 300
    for size in (5, 127, 128, 255, 256, 300):
        body = Tlv(0x24, parts=(Tlv(0x07, text[:size].encode()),)).to_bytes()
        data = HEX("FF 00") + b"\x06\x82" + len(body).to_bytes(2, "big") + body
        assert said("04 FF", data) == Intermediate(0xFF, text[:size], text[:size], 0)


@given(
    st.recursive(
        st.builds(Tlv, st.sampled_from([0x07, 0x1F07, 0x14]), st.binary(max_size=300)),
        lambda parts: st.builds(
            Tlv, st.sampled_from([0x25, 0x60, 0x24]), st.just(b""), st.tuples(parts, parts)
        ),
        max_leaves=12,
    )
)
def test_containers_go_to_bytes_and_back(part):
    assert read_container(container(part)) == (part,)


@given(st.binary(max_size=300))
def test_no_container_makes_the_reader_fail(data):
    read_container(data)


def test_a_container_nested_without_end_is_damaged():
    part = Tlv(0x25)
    for _ in range(40):
        part = Tlv(0x25, parts=(part,))
    assert read_container(container(part)) is None


@pytest.mark.parametrize(("verification", "signs"), [(0, False), (1, True), (3, False), (7, True)])
def test_a_status_says_whether_the_customer_signs(verification, signs):
    data = HEX("27 00 06 04 1F 10 01") + bytes((verification,))
    assert said("04 0F", data).needs_signature is signs
    assert said("04 0F", HEX("27 00")).needs_signature is False


def test_the_end_of_a_registration_names_terminal_and_currency():
    assert said("06 0F", HEX("19 00 29 28 00 48 69 49 09 78")) == Completed(
        terminal="28004869", currency=978, status_byte=0
    )
    assert said("06 0F") == Completed()
    assert said("06 0F", HEX("29 28")) == Completed(whole=False)
    assert said("06 0F", HEX("49 0A 78")) == Completed(whole=False)


def test_an_abort_without_a_code_says_so():
    assert said("06 1E", HEX("6C")) == Aborted(code=0x6C, words=result_words(0x6C))
    assert said("06 1E") == Aborted(code=None, words="it did not say why")


def test_an_intermediate_status_has_words_for_both_sides_of_the_counter():
    words, customer_words = "Customer presents the card", "Please present your card"
    assert said("04 FF", HEX("0A")) == Intermediate(0x0A, words, customer_words)
    assert said("04 FF", HEX("0A 05")) == Intermediate(0x0A, words, customer_words, 5)
    assert said("04 FF") == Unreadable("intermediate status")


@pytest.mark.parametrize("code", range(0x2D))
def test_forty_added_to_a_status_says_to_take_the_card(code):
    plain, added = doing_words(code), doing_words(code + 0x40)
    assert added[1].endswith("Please take your card") or "code" in plain[0]
    assert added[1].count("take your card") <= 1


def test_every_code_has_words():
    assert all(result_words(code) and all(doing_words(code)) for code in range(256))
    assert result_words(0x05) == "refused by its host (code 05)"
    assert result_words(0xA8) == "unknown result A8"


def test_turnovers_are_read_by_kind_of_card():
    kinds = [bytes(7)] * 7
    kinds[0] = b"\x02" + HEX("00 00 00 00 30 00")
    table = HEX("00 01 00 03") + b"".join(kinds)
    data = HEX("27 00 60 F0 F5 F3") + table
    totals = said("04 0F", data).totals
    assert totals == Totals(
        1,
        3,
        (
            CardTotal("girocard", 2, 3000),
            *(
                CardTotal(name, 0, 0)
                for name in ("JCB", "Mastercard", "American Express", "Visa", "Diners", "other")
            ),
        ),
    )


@pytest.mark.parametrize("at", [0, 2, 5])
def test_turnovers_that_are_no_digits_are_damage(at):
    table = bytearray(HEX("00 01 00 03") + bytes(49))
    table[at] = 0xAA
    assert said("04 0F", HEX("60 F0 F5 F3") + table).whole is False


def test_a_line_to_print_has_its_form():
    assert said("06 D1", b"\x00Beleg") == PrintLine(text="Beleg")
    assert said("06 D1", b"\x40mitten") == PrintLine(text="mitten", centred=True)
    assert said("06 D1", b"\x30gross") == PrintLine(text="gross", wide=True, tall=True)
    assert said("06 D1", b"\x81Ende") == PrintLine(text="Ende", last=True)
    assert said("06 D1", b"\x80nicht das Ende") == PrintLine(text="nicht das Ende")
    assert said("06 D1", HEX("FF 03")) == PrintLine(text="", feeds=3)
    assert said("06 D1", HEX("FF")) == PrintLine(text="", feeds=1)
    assert said("06 D1") == Unreadable("print line")


def block(*parts):
    body = container(*parts)
    return said("06 D3", b"\x06\x82" + len(body).to_bytes(2, "big") + body)


@pytest.mark.parametrize("kind", ReceiptKind)
def test_a_block_of_text_has_its_kind_and_its_lines(kind):
    lines = tuple(Tlv(0x07, each) for each in (b"H\x8eNDLERBELEG", b"", b"EUR 17.49"))
    texts = Tlv(0x25, parts=(Tlv(0x09, b"\x00"), *lines, Tlv(0x09, b"\x81")))
    assert block(Tlv(0x1F07, bytes((kind.value,))), texts) == PrintBlock(
        kind=kind, lines=("HÄNDLERBELEG", "", "EUR 17.49"), ended=True
    )


def test_a_block_without_its_last_mark_goes_on_in_the_next():
    assert block(Tlv(0x25, parts=(Tlv(0x07, b"a"),))) == PrintBlock(
        kind=ReceiptKind.UNKNOWN, lines=("a",)
    )
    assert said("06 D3", HEX("06 05 25 04 07")) == Unreadable("print block")


@pytest.mark.parametrize(
    ("code", "data"),
    [
        (None, "K\x84se".encode("latin-1")),
        (0xFF, "K\x84se".encode("latin-1")),
        (0x01, "Käse".encode("latin-1")),
        (0x02, "Käse".encode("iso8859-2")),
        (0x0F, "Käse".encode("iso8859-15")),
        (0xFE, "Käse".encode()),
        (0x77, "K\x84se".encode("latin-1")),
    ],
)
def test_a_text_is_read_in_the_character_set_it_names(code, data):
    named = () if code is None else (Tlv(0x14, bytes((code,))),)
    assert block(*named, Tlv(0x25, parts=(Tlv(0x07, data),))).lines == ("Käse",)


def test_character_sets_are_known_to_python():
    assert all(b"A".decode(charset_of(code)) == "A" for code in range(256))


def test_control_characters_of_a_terminal_reach_no_printer():
    assert said("06 D1", b"\x00A\x1b@B\x07") == PrintLine(text="A @B")


def test_what_this_till_does_not_take_is_named():
    assert said("04 0D", b"\x01") == Unsupported("04 0D")


@given(
    st.sampled_from(["040F", "04FF", "060F", "061E", "06D1", "06D3", "0401", "1234"]),
    st.binary(max_size=400),
)
def test_no_message_makes_the_reader_fail(control, data):
    read_message(Apdu(HEX(control), data))
