"""A settlement file is read strictly: every bad row is named, and nothing is guessed."""

from __future__ import annotations

import datetime
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe import ConfigurationError, DataError
from posframe.kernel.domain.card_data import holds_card_number
from posframe_payments.settlement.file_map import read_map
from posframe_payments.settlement.reading import read_rows
from posframe_payments.settlement.row_reader import RowReader

MAP = """\
[columns]
date = "Datum"
time = "Zeit"
terminal = "TID"
receipt = "Beleg"
reference = "Referenz"
kind = "Art"
gross = "Brutto"
fee = "Gebühr"
net = "Netto"
currency = "Währung"
payout = "Auszahlung"

[kinds]
charge = ["Kauf"]
refund = ["Gutschrift"]
chargeback = ["Rücklastschrift"]
fee = ["Monatsgebühr"]
payout = ["Auszahlung"]
skip = ["Vortrag"]

[options]
delimiter = ";"
decimal = ","
thousands = "."
date = "%d.%m.%Y"
encoding = "cp1252"
header_lines = 1
skip_last = 1
"""
HEADERS = "Datum;Zeit;TID;Beleg;Referenz;Art;Brutto;Gebühr;Netto;Währung;Auszahlung"
ROWS = [
    "15.01.2026;12:00:05;T1;0042;R1;Kauf;1.234,56;12,35;1.222,21;EUR;A7",
    "15.01.2026;12:01:00;T1;0043;R2;Gutschrift;-20,00;-0,10;-19,90;EUR;A7",
    "15.01.2026;;T1;;R3;Rücklastschrift;-5,00;0,00;-5,00;EUR;A7",
    "31.01.2026;;;;;Monatsgebühr;0,00;9,90;-9,90;EUR;A7",
    "01.01.2026;;;;;Vortrag;0,00;;;EUR;",
    "31.01.2026;;;;;Auszahlung;-1.187,41;;;EUR;A7",
]
PLAIN = read_map('[columns]\ndate = "date"\ngross = "gross"\n[options]\ncurrency = "EUR"\n', "m")
CANARIES = ("4111111111111111", "378282246310005", "4111 1111 1111 1111", "6759649826438453")


def read(rows=ROWS, text_of_map=MAP, **changes):
    for old, new in changes.items():
        text_of_map = text_of_map.replace(old, new)
    body = "\r\n".join(["Abrechnung Januar", HEADERS, *rows, "Ende der Datei", ""])
    file_map = read_map(text_of_map, "bank.toml")
    encoded = body.encode(file_map.options.encoding)
    return read_rows(encoded, "jan.csv", file_map, holds_card_number=holds_card_number)


def with_cell(column, cell, base=0):
    cells = ROWS[base].split(";")
    cells[HEADERS.split(";").index(column)] = cell
    return ";".join(cells)


def why(*rows):
    """Return what is said of bad rows, which stand behind a good one of no payout."""
    good = with_cell("Auszahlung", "")
    return [str(each) for each in read([good, *rows]).bad]


def test_a_file_is_read_as_its_map_says():
    """Worked by hand: 1234.56 - 12.35 = 1222.21; the payout 1222.21 - 19.90 - 5.00 - 9.90."""
    reading = read()
    assert reading.bad == ()
    assert reading.skipped == 1
    rows = reading.take()
    assert [(each.kind, each.amount_minor, each.fee_minor, each.net_minor) for each in rows] == [
        ("charge", 123_456, 1235, 122_221),
        ("refund", -2000, -10, -1990),
        ("chargeback", -500, 0, -500),
        ("fee", 0, 990, -990),
    ]
    first = rows[0]
    assert (first.day, first.time_s) == (datetime.date(2026, 1, 15), 43_205)
    assert (first.terminal, first.receipt, first.reference) == ("T1", "0042", "R1")
    assert (first.currency, first.payout, first.place) == ("EUR", "A7", "jan.csv:3")
    assert rows[2].time_s is None
    sums = reading.sums["EUR"]
    assert (sums.rows, sums.gross_minor, sums.fee_minor, sums.net_minor) == (
        4,
        120_956,
        2215,
        118_741,
    )


def test_a_payout_that_its_rows_do_not_come_to_is_named():
    changed = [*ROWS[:-1], ROWS[-1].replace("1.187,41", "1.187,42")]
    (bad,) = read(changed).bad
    assert str(bad) == (
        "jan.csv:8: payout 'A7' says 1187.42 EUR, its rows come to 1187.41 EUR"
        " (a row is missing or bad: ask the provider)"
    )


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("Datum", "2026-01-15", "'2026-01-15' is not a date as in %d.%m.%Y"),
        ("Datum", "31.02.2026", "is not a date"),
        ("Datum", "", "'' is not a date"),
        ("Zeit", "12.00", "'12.00' is not a time as in %H:%M:%S"),
        ("Art", "Storno", "'Storno' is not a kind the map knows (Add the word under [kinds])"),
        ("Brutto", "1234.56", "is not an amount with '.' between thousands"),
        ("Brutto", "1.23,56", "is not an amount with '.' between thousands"),
        ("Brutto", "12,345", "is not an amount in EUR"),
        ("Brutto", "zwölf", "'zwölf' is not an amount"),
        ("Brutto", "", "'' is not an amount"),
        ("Brutto", "1 234,56", "is not an amount"),
        ("Brutto", "-1.234,56", "a charge of -1234.56 EUR has the wrong sign"),
        ("Netto", "1.222,22", "gross 1234.56 EUR less fee 12.35 EUR is not net 1222.22 EUR"),
        ("Währung", "EURO", "'EURO' is not a currency"),
        ("Währung", "", "'' is not a currency"),
        ("Referenz", "x" * 101, "column 'Referenz' holds 101 characters"),
        ("TID", '"offen', "cannot be split into cells"),
        ("TID", "a;b", "the row has 12 cells, the headers are 11"),
    ],
)
def test_a_bad_row_is_named_by_its_line_with_a_sentence(column, cell, words):
    (said,) = why(with_cell(column, cell))
    assert words in said
    assert said.startswith("jan.csv:4: ")
    assert said.endswith(")")


def test_rows_that_an_open_quote_swallows_are_named_by_their_lines():
    """The rows behind it are within it: nobody may believe that one row is missing."""
    (said,) = why(with_cell("TID", '"offen'), *ROWS)
    assert said.startswith("jan.csv:4: what stands here up to line 10 cannot be split into cells")


def test_a_file_with_bad_rows_is_taken_only_when_a_person_says_so():
    reading = read([*ROWS[:2], with_cell("Brutto", "x"), with_cell("Art", "y")])
    with pytest.raises(DataError) as caught:
        reading.take()
    assert str(caught.value).splitlines()[0] == "jan.csv was not taken, 2 of its rows are bad:"
    assert "jan.csv:5: 'x' is not an amount" in str(caught.value)
    assert "--skip-bad" in str(caught.value)
    assert [each.reference for each in reading.take(skip_bad=True)] == ["R1", "R2"]
    assert [each.line for each in reading.bad] == [5, 6]


def test_a_file_full_of_bad_rows_lists_some_of_them():
    with pytest.raises(DataError, match="and 80 more"):
        read([with_cell("Brutto", "x")] * 100).take()


@pytest.mark.parametrize("number", CANARIES)
@pytest.mark.parametrize("column", HEADERS.split(";"))
def test_a_card_number_is_in_no_row_and_no_message(number, column):
    reading = read([with_cell(column, number), with_cell("Auszahlung", "")])
    assert len(reading.bad) == 1
    shown = repr(reading) + repr(reading.take(skip_bad=True)) + str(reading.bad[0])
    with pytest.raises(DataError) as caught:
        reading.take()
    shown += str(caught.value) + repr(caught.value.__context__)
    assert number not in shown
    assert number.replace(" ", "") not in shown


@pytest.mark.parametrize("column", HEADERS.split(";"))
def test_no_error_behind_an_error_carries_a_card_number(column):
    """As a log would see it that writes down causes too."""
    reader = RowReader(HEADERS.split(";"), "x", read_map(MAP, "m"), holds_card_number)
    with pytest.raises(DataError) as caught:
        reader.read(with_cell(column, CANARIES[0]).split(";"), 1)
    assert caught.value.__context__ is None
    assert CANARIES[0] not in str(caught.value)


def test_a_card_number_among_the_headers_is_in_no_message():
    data = f"4111111111111111,{CANARIES[2]},x\n1,2,3\n".encode()
    with pytest.raises(DataError) as caught:
        read_rows(data, "x.csv", PLAIN, holds_card_number=holds_card_number)
    assert not any(number in str(caught.value) for number in CANARIES)


def test_long_numbers_of_the_providers_own_are_kept_where_the_map_says_so():
    row = with_cell("Referenz", CANARIES[0])
    assert len(read([row]).bad) == 1
    (kept,) = read([with_cell("Auszahlung", "").replace("R1", CANARIES[0])],
                   'not_cards = ["reference"]\n' + MAP).take()  # fmt: skip
    assert kept.reference == CANARIES[0]


def test_signs_may_be_written_the_other_way():
    """Refunds without a minus, and fees with one."""
    changed = MAP + 'refunds = "positive"\nfees = "negative"\n'
    rows = [
        "15.01.2026;;T1;;R1;Kauf;10,00;-0,10;9,90;EUR;",
        "15.01.2026;;T1;;R2;Gutschrift;10,00;0,00;10,00;EUR;",
    ]
    read_ = read(rows, changed).take()
    assert [(each.amount_minor, each.fee_minor, each.net_minor) for each in read_] == [
        (1000, 10, 990),
        (-1000, 0, -1000),
    ]


def test_a_map_of_two_columns_suffices():
    data = b"gross,note,date\n12.30,x,2026-01-15\n-1.00,,2026-01-16\n\n"
    rows = read_rows(data, "x.csv", PLAIN, holds_card_number=holds_card_number).take()
    assert [(each.kind, each.amount_minor, each.net_minor, each.line) for each in rows] == [
        ("charge", 1230, 1230, 2),
        ("refund", -100, -100, 3),
    ]


def test_one_column_may_hold_date_and_time():
    text = '[columns]\ndate = "d"\ngross = "g"\n[options]\ncurrency = "JPY"\n'
    file_map = read_map(text + 'date = "%Y-%m-%dT%H:%M:%S"\n', "m")
    (row,) = read_rows(
        b"d,g\n2026-01-15T12:00:01,500\n", "x.csv", file_map, holds_card_number=holds_card_number
    ).take()
    assert (row.time_s, row.amount_minor) == (43_201, 500)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "has no headers"),
        (b"date\n", "has no column 'gross' for gross"),
        (b"date,gross,gross\n", "more than one column 'gross'"),
        (b"date,gross\n2026-01-15,1\n\xff", "x.csv:3: this is not written in utf-8-sig"),
    ],
)
def test_a_file_that_cannot_be_understood_is_refused_whole(data, words):
    with pytest.raises(DataError, match=words) as caught:
        read_rows(data, "x.csv", PLAIN, holds_card_number=holds_card_number)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[columns", "bank.toml cannot be read"),
        ('[colums]\ndate = "x"', "'colums' is not a table .*Did you mean columns"),
        ('[columns]\ndat = "x"', "'dat' is not a field .*Did you mean date"),
        ('[columns]\ndate = "x"', "columns.gross is missing"),
        ('[columns]\ndate = ""\ngross = "g"', "columns.date is not a header"),
        ("columns = 1", "columns is not a table"),
        (MAP.replace("charge =", "chrge ="), "'chrge' is not a kind"),
        (MAP.replace('["Gutschrift"]', '["kauf"]'), "'kauf' is of two kinds"),
        (MAP.replace('["Gutschrift"]', '"x"'), "kinds.refund is not a list"),
        (MAP + "fee = 1", "'fee' is not a option|Did you mean fees"),
        (MAP + 'fees = "some"', "options.fees cannot be 'some'"),
        (MAP.replace('thousands = "."', 'thousands = ","'), "both the decimals"),
        (MAP.replace('thousands = "."', 'thousands = "_"'), "options.thousands"),
        (MAP.replace('delimiter = ";"', 'delimiter = ";;"'), "not one character"),
        (MAP.replace("cp1252", "cp9999"), "Unknown encoding"),
        (MAP.replace("%d.%m.%Y", "%d.%m."), "options.date"),
        (MAP + 'time = "%H:%q"', "options.time"),
        (MAP.replace("header_lines = 1", "header_lines = -1"), "below zero"),
        (MAP.replace("header_lines = 1", 'header_lines = "1"'), "a whole number"),
        ("not_cards = 1\n" + MAP, "not_cards is not a list"),
        ('not_cards = ["ref"]\n' + MAP, "'ref' is not a field"),
    ],
)
def test_a_map_that_says_something_unknown_is_refused(text, words):
    with pytest.raises(ConfigurationError, match=words) as caught:
        read_map(text, "bank.toml")
    assert caught.value.hint
    assert caught.value.message.startswith("bank.toml")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    for text in (data, b"date,gross\n" + data):
        try:
            reading = read_rows(text, "x", PLAIN, holds_card_number=holds_card_number)
        except DataError:
            continue
        assert len(reading.take(skip_bad=True)) + len(reading.bad) <= text.count(b"\n") + (
            text.count(b"\r") + 2
        )


@given(st.integers(-(10**12), 10**12), st.sampled_from([",", "."]), st.sampled_from(["", "'", " "]))
def test_every_amount_is_read_as_it_is_written(minor, decimal, thousands):
    whole, cents = divmod(abs(minor), 100)
    written = f"{whole:,}".replace(",", thousands) + f"{decimal}{cents:02}"
    text = (
        '[columns]\ndate = "d"\ngross = "g"\n[options]\ncurrency = "EUR"\ndelimiter = ";"\n'
        f'decimal = "{decimal}"\nthousands = "{thousands}"\n'
    )
    data = f"d;g\n2026-01-15;{'-' if minor < 0 else ''}{written}\n".encode()
    (row,) = read_rows(data, "x", read_map(text, "m"), holds_card_number=holds_card_number).take()
    assert row.amount_minor == minor


@pytest.mark.slow
def test_a_megabyte_of_noise_is_refused_or_named():
    noise = random.Random(1).randbytes(10**6)
    for data in (noise, b"date,gross\n" + noise, b"date,gross\n" + b'"' * 10**6):
        text = data.decode("latin-1").encode()
        try:
            reading = read_rows(text, "x", PLAIN, holds_card_number=holds_card_number)
        except DataError:
            continue
        assert reading.take(skip_bad=True) == ()
