"""Entries as files: exact, the same bytes every time, written once."""

from __future__ import annotations

import csv
import io
import json

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.accounting import writing
from posframe.accounting.booking import LedgerEntry, Posting, booked
from posframe.accounting.writing import COLUMNS, csv_text, export, json_lines
from posframe.errors import RuleViolation
from tests.accounting.example import DAY, block, the_map

AMOUNTS = st.lists(st.integers(0, 10**15), max_size=4)


def entry():
    return booked(DAY, the_map())


def entry_of(amounts, currency="EUR", text="tender x: taken"):
    debits = [Posting(account="1", debit_minor=each, text=text) for each in amounts]
    credits_ = [Posting(account="2", credit_minor=each, text=text) for each in amounts]
    return LedgerEntry(
        id="T01-Z000001", date="2026-11-21", currency=currency, postings=(*debits, *credits_)
    )


def test_the_worked_example_is_written_as_the_page_shows_it():
    assert csv_text(entry()) == block("csv")
    assert json_lines(entry()).splitlines()[0] == block("json").strip()


def test_csv_and_json_lines_say_the_same():
    rows = list(csv.DictReader(io.StringIO(csv_text(entry()))))
    objects = [json.loads(line) for line in json_lines(entry()).splitlines()]
    assert rows == [{key: str(value) for key, value in each.items()} for each in objects]
    assert [tuple(each) for each in objects] == [COLUMNS] * 26


@pytest.mark.parametrize(
    ("currency", "debit"), [("JPY", "1234"), ("EUR", "12.34"), ("KWD", "1.234")]
)
def test_amounts_have_the_decimals_of_their_currency(currency, debit):
    assert f",1,{debit},0" in csv_text(entry_of([1234], currency))


@given(AMOUNTS)
def test_amounts_are_read_back_to_the_cent(amounts):
    rows = list(csv.DictReader(io.StringIO(csv_text(entry_of(amounts)))))
    for side, part in (("debit", rows[: len(amounts)]), ("credit", rows[len(amounts) :])):
        assert [int(row[side].replace(".", "")) for row in part] == amounts


@given(st.text(max_size=20).filter(str.isprintable))
def test_any_name_survives_both_forms(name):
    text = f"sales: {name}"
    named = entry_of([1], text=text)
    rows = list(csv.DictReader(io.StringIO(csv_text(named), newline="")))
    assert [row["text"] for row in rows] == [text, text]
    parsed = [json.loads(line) for line in json_lines(named).split("\n")[:-1]]
    assert [each["text"] for each in parsed] == [text, text]


def test_a_day_without_anything_is_a_header_alone():
    assert csv_text(entry_of([])) == ",".join(COLUMNS) + "\n"
    assert json_lines(entry_of([])) == ""


@pytest.mark.parametrize(("form", "text"), [("csv", csv_text), ("jsonl", json_lines)])
def test_exporting_again_is_told_and_changes_nothing(tmp_path, form, text):
    first = export(entry(), tmp_path, form)
    stamp = first.path.stat().st_mtime_ns
    again = export(booked(DAY, the_map()), tmp_path, form)
    assert (first.again, again.again) == (False, True)
    assert first.path == again.path == tmp_path / f"T01-Z000042.{form}"
    assert first.path.read_bytes() == text(entry()).encode()
    assert first.path.stat().st_mtime_ns == stamp
    assert list(tmp_path.iterdir()) == [first.path], "no draft is left behind"


def test_another_content_is_refused_and_the_file_stays(tmp_path):
    path = export(entry(), tmp_path).path
    changed = attrs.evolve(the_map(), accounts=the_map().accounts | {("tenders", "cash"): "1001"})
    with pytest.raises(RuleViolation) as caught:
        export(booked(DAY, changed), tmp_path)
    assert caught.value.message == (
        "T01-Z000042 was exported before, and differently: line 10 is"
        r" 'T01-Z000042,9,2026-11-21,1000,116.45,0.00,EUR,tender cash: taken\n' there,"
        r" 'T01-Z000042,9,2026-11-21,1001,116.45,0.00,EUR,tender cash: taken\n' now"
    )
    assert caught.value.hint.startswith(f"{path} was left as it is")
    assert path.read_text(encoding="utf-8") == block("csv")


@pytest.mark.parametrize(
    ("there", "words"),
    [
        (b"", "line 1 is '' there, 'entry,line"),
        (block("csv").encode()[:-1], r"line 27 is 'T01-Z000042,26"),
        (block("csv").encode() + b"more\xff", "line 28 is 'more\ufffd' there, '' now"),
        (block("csv").replace("\n", "\r\n").encode(), r"line 1 is 'entry,line"),
    ],
)
def test_a_file_cut_off_longer_or_converted_is_another(tmp_path, there, words):
    path = tmp_path / "T01-Z000042.csv"
    path.write_bytes(there)
    with pytest.raises(RuleViolation) as caught:
        export(entry(), tmp_path)
    assert words in caught.value.message
    assert path.read_bytes() == there


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(RuleViolation, match="cannot be written: No such file") as caught:
        export(entry(), tmp_path / "books")
    assert caught.value.hint == "Name a folder that is there and has room; nothing was exported"


def test_a_disk_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.os, "fsync", full)
    with pytest.raises(RuleViolation, match="No space left on device"):
        export(entry(), tmp_path)
    assert list(tmp_path.iterdir()) == []
