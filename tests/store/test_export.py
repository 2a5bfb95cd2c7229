"""The journal as text: everything a row says, for people and for machines."""

from __future__ import annotations

import json

import pytest

from posframe.kernel.domain.basket import LineItem, LineKind
from posframe.kernel.domain.events import KERNEL_EVENTS, LineAdded
from posframe.kernel.domain.tax import Tax
from posframe.store.codec import Codec, RawEvent
from posframe.store.database import open_reader
from posframe.store.export import plain, rows_as_json
from tests.kernel.notes import Noted


@pytest.fixture
def reader(open_journal, write, tmp_path):
    journal = open_journal()
    write(journal, Noted("a"), Noted("b", loud=True))
    write(journal, Noted("c"))
    opened = open_reader(tmp_path / "till.db")
    yield opened
    opened.close()


def test_each_row_is_an_object_with_its_header_event_and_hash(reader, codec):
    rows = list(rows_as_json(reader, codec))
    hashes = [hash_.hex() for (hash_,) in reader.execute("SELECT hash FROM journal ORDER BY seq")]
    assert [row["hash"] for row in rows] == hashes
    assert rows[1] | {"hash": ""} == {
        "seq": 2, "epoch": 1, "action": 1, "command": "c000001", "name": "notes.Noted",
        "version": 1, "wall_us": 1_000, "boot": "b", "mono_us": 1, "business_date": "2026-01-01",
        "actor": "1", "transaction": "t-1", "event": {"text": "b", "loud": True}, "hash": "",
    }  # fmt: skip
    assert json.loads(json.dumps(rows)) == rows


@pytest.mark.parametrize(("first", "last", "seqs"), [(1, 2, [1, 2]), (2, 9, [2, 3]), (4, 9, [])])
def test_a_range_of_rows_is_read(reader, codec, first, last, seqs):
    assert [row["seq"] for row in rows_as_json(reader, codec, first, last)] == seqs


def test_what_no_plugin_here_knows_is_shown_by_its_numbers(reader):
    (row, *_) = rows_as_json(reader, Codec(KERNEL_EVENTS))
    assert row["event"] == {"unknown_event": {"1": "a"}}


def test_values_are_written_as_json_can_carry_them():
    """Enums by value, tuples as lists, bytes in hex, defaults left out, to any depth."""
    line = LineItem(
        number=1, sku="A", text="Ä", unit_price_minor=5, list_minor=5, kind=LineKind.RETURN,
        taxes=(Tax("t", "T", 19, 100, included=False),), attributes=(("batch", "1"),),
    )  # fmt: skip
    assert plain(LineAdded(line)) == {
        "line": {
            "number": 1, "sku": "A", "text": "Ä", "unit_price_minor": 5, "list_minor": 5,
            "kind": "return", "attributes": [["batch", "1"]],
            "taxes": [{"code": "t", "label": "T", "numerator": 19, "included": False}],
        }
    }  # fmt: skip
    assert plain(RawEvent("x", 1, b"\x81\x01\xc4\x01\xff")) == {"unknown_event": {"1": "ff"}}
    assert plain({1: (b"\x01", None, True)}) == {"1": ["01", None, True]}
