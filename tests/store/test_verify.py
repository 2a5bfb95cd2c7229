"""Verifying: each kind of tampering is found, and the first bad row is named."""

from __future__ import annotations

import apsw
import attrs
import pytest

from posframe.anchors import TillKey, is_genuine, message
from posframe.errors import JournalUnavailable
from posframe.kernel.domain import commands as cmd
from posframe.kernel.domain import events as ev
from posframe.kernel.domain.events import KERNEL_EVENTS
from posframe.kernel.ports import Head
from posframe.store.chain import GENESIS, row_hash
from posframe.store.codec import Codec
from posframe.store.database import open_reader
from posframe.store.verify import HASHES_KEPT, verify
from tests.kernel.shop import open_till, write_settings

CODEC = Codec(KERNEL_EVENTS)
START, FIRST_SALE = 1, (4, 5, 6)


@pytest.fixture
def key(tmp_path):
    return TillKey.load(tmp_path / "till.key")


@pytest.fixture
def sold(tmp_path, key):
    """A day: enrolment, two sales, a line, an anchor over what came before it, and a line."""
    write_settings(tmp_path)
    till = open_till(tmp_path, path=tmp_path / "till.db", lock=True)
    for code in ("PEN", "LAMP"):
        till.do(cmd.AddItem(code=code))
        till.do(cmd.Pay(type="cash"))
    till.do(cmd.AddItem(code="COLA"))
    anchor(till, key)
    till.do(cmd.AddItem(code="PEN"))
    till.close()
    return tmp_path


def anchor(till, by, **other):
    head = till.parts.journal.head
    known = {
        "seq": head.seq,
        "hash": head.hash.hex(),
        "signature": by.sign(head),
        "key": by.public_hex,
    }
    assert till.do(cmd.Anchor(**{**known, **other})).accepted


def verdict(folder):
    reader = open_reader(folder / "till.db")
    found = verify(reader, CODEC, is_genuine)
    reader.close()
    return found


def change(folder, sql, *parameters):
    connection = apsw.Connection(str(folder / "till.db"))
    connection.execute(sql, parameters)
    connection.close()


def rows_named(folder, name):
    reader = open_reader(folder / "till.db")
    found = reader.execute(
        "SELECT seq FROM journal WHERE name = ? ORDER BY seq", (name,)
    ).fetchall()
    reader.close()
    return [seq for (seq,) in found]


def rechain(folder, edit):
    """Edit rows as someone would who knows the format, and make the chain whole again."""
    connection = apsw.Connection(str(folder / "till.db"))
    previous = GENESIS
    for row in connection.execute("SELECT * FROM journal ORDER BY seq").fetchall():
        *header, body, _, _ = edit(list(row))
        hash_ = row_hash(previous, header, body)
        connection.execute(
            "UPDATE journal SET actor = ?, body = ?, previous = ?, hash = ? WHERE seq = ?",
            (header[10], body, previous, hash_, header[0]),
        )
        previous = hash_
    connection.close()


def with_event(seq, alter):
    """Return an edit that puts another event into one row."""

    def edit(row):
        if row[0] == seq:
            row[12] = CODEC.encode(alter(CODEC.decode(row[4], row[5], row[12])))[2]
        return row

    return edit


def test_a_whole_journal_is_good(sold):
    found = verdict(sold)
    assert (found.problem, found.seq) == ("", 0)
    assert (found.receipts, found.anchors) == (2, 1)
    reader = open_reader(sold / "till.db")
    last, hash_ = reader.execute("SELECT max(seq), hash FROM journal").fetchone()
    reader.close()
    assert (found.rows, found.head_hash) == (last, hash_.hex())
    assert found.anchored_seq == rows_named(sold, "journal.Anchored")[0] - 1


def test_an_empty_journal_is_good(tmp_path, open_journal):
    open_journal().close()
    found = verdict(tmp_path)
    assert (found.problem, found.rows, found.head_hash) == ("", 0, GENESIS.hex())


@pytest.mark.parametrize(
    ("sql", "seq", "problem"),
    [
        ("UPDATE journal SET body = x'81' WHERE seq = 4", 4, "not what was written"),
        ("UPDATE journal SET wall_us = wall_us + 1 WHERE seq = 3", 3, "not what was written"),
        ("UPDATE journal SET command = 'x' WHERE seq = 1", 1, "not what was written"),
        ("UPDATE journal SET transaction_id = '' WHERE seq = 4", 4, "not what was written"),
        ("UPDATE journal SET hash = x'01' WHERE seq = 2", 2, "not what was written"),
        ("UPDATE journal SET previous = x'01' WHERE seq = 2", 2, "does not continue"),
        ("UPDATE journal SET previous = x'01' WHERE seq = 1", 1, "does not continue"),
        ("DELETE FROM journal WHERE seq = 3", 4, "row 3 is missing"),
        ("DELETE FROM journal WHERE seq = 1", 2, "row 1 is missing"),
        ("UPDATE journal SET seq = 100 WHERE seq = 3", 4, "row 3 is missing"),
    ],
)
def test_a_change_by_hand_is_named_at_its_row(sold, sql, seq, problem):
    change(sold, sql)
    found = verdict(sold)
    assert found.seq == seq
    assert problem in found.problem


def test_rows_that_changed_places_are_found(sold):
    change(sold, "UPDATE journal SET seq = -1 WHERE seq = 4")
    change(sold, "UPDATE journal SET seq = 4 WHERE seq = 5")
    change(sold, "UPDATE journal SET seq = 5 WHERE seq = -1")
    found = verdict(sold)
    assert found.problem
    assert found.seq <= 4


def test_a_chain_made_anew_is_stopped_by_the_anchor(sold):
    """Who can compute hashes can rewrite all of them; the signature cannot be made."""
    last = rows_named(sold, "sale.LineAdded")[0]
    anchored = rows_named(sold, "journal.Anchored")[0]

    def edit(row):
        if row[0] == last:
            row[10] = "somebody else"
        return row

    rechain(sold, edit)
    found = verdict(sold)
    assert found.seq == anchored
    assert "with another hash than that row has" in found.problem


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        ({"signature": "00" * 64}, "its signature is false"),
        ({"signature": "no hex"}, "its signature is false"),
        ({"hash": "00" * 32}, "with another hash than that row has"),
        ({"seq": 10_000}, "anchors row 10000 with another hash"),
        ({"key": "11" * 32}, "by a key this till never had"),
    ],
)
def test_a_false_anchor_is_named(sold, key, other, problem):
    till = open_till(sold, path=sold / "till.db", lock=True)
    anchor(till, key, **other)
    till.close()
    found = verdict(sold)
    assert problem in found.problem
    assert found.seq == rows_named(sold, "journal.Anchored")[-1]


def test_an_anchor_over_another_row_than_the_signed_one_is_false(sold, key):
    """Signed for row 3, said of the head: a signature belongs to one row."""
    till = open_till(sold, path=sold / "till.db", lock=True)
    head = till.parts.journal.head
    anchor(till, key, signature=key.sign(Head(3, head.hash)))
    till.close()
    assert "its signature is false" in verdict(sold).problem


def test_an_anchor_far_behind_its_row_is_not_taken(sold, key, monkeypatch):
    """Only the last few thousand rows are remembered: an anchor signs what came just before."""
    assert HASHES_KEPT >= 2_000
    monkeypatch.setattr("posframe.store.verify.HASHES_KEPT", 3)
    till = open_till(sold, path=sold / "till.db", lock=True)
    reader = open_reader(sold / "till.db")
    (hash_,) = reader.execute("SELECT hash FROM journal WHERE seq = 2").fetchone()
    reader.close()
    anchor(till, key, seq=2, hash=hash_.hex(), signature=key.sign(Head(2, hash_)))
    till.close()
    assert "anchors row 2" in verdict(sold).problem


@pytest.mark.parametrize(
    ("alter", "problem"),
    [
        (lambda sale: attrs.evolve(sale, receipt_number=9), "receipt 9 follows receipt 1"),
        (lambda sale: attrs.evolve(sale, receipt_number=1), "receipt 1 follows receipt 1"),
        (
            lambda sale: attrs.evolve(sale, closing=attrs.evolve(sale.closing, tendered_minor=1)),
            "what was paid is not what was sold",
        ),
        (lambda sale: attrs.evolve(sale, lines=()), "its lines do not add up"),
        (
            lambda sale: attrs.evolve(sale, ever=sale.ever.with_total(1)),
            "its running totals do not add up",
        ),
        (
            lambda sale: attrs.evolve(sale, day=sale.day.with_total(1)),
            "its running totals do not add up",
        ),
    ],
)
def test_a_receipt_that_does_not_add_up_is_named(sold, alter, problem):
    """Whoever wrote it made the chain whole: what it says is wrong all the same."""
    second = rows_named(sold, "sale.Completed")[1]
    rechain(sold, with_event(second, alter))
    found = verdict(sold)
    assert found.seq == second
    assert problem in found.problem


def test_a_body_that_cannot_be_read_is_named_at_its_row(sold):
    second = rows_named(sold, "sale.Completed")[1]

    def edit(row):
        if row[0] == second:
            row[12] = b"\xc1"
        return row

    rechain(sold, edit)
    found = verdict(sold)
    assert found.seq == second
    assert "cannot be read" in found.problem


def test_totals_of_a_day_begin_with_the_day(tmp_path):
    """Sold on two days: the second day's total is its own."""
    write_settings(tmp_path)
    till = open_till(tmp_path, path=tmp_path / "till.db")
    for _ in range(2):
        till.do(cmd.AddItem(code="PEN"))
        till.do(cmd.Pay(type="cash"))
        till.parts.clock.advance(86_400_000_000)
    till.close()
    assert (verdict(tmp_path).problem, verdict(tmp_path).receipts) == ("", 2)


def test_a_damaged_file_is_said_to_be(sold):
    """Its pages are overwritten: nothing can be read, and that is what it says."""
    path = sold / "till.db"
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    connection.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    found = verdict(sold)
    assert "damaged" in found.problem
    assert (found.rows, found.seq) == (0, 1)


def test_damage_outside_of_the_rows_is_found_too(sold):
    """An index that lost its rows: every row can be read, and a command would not be found."""
    connection = apsw.Connection(str(sold / "till.db"))
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute(
        "UPDATE sqlite_schema SET sql = replace(sql, 'seq = action', 'seq <> action')"
        " WHERE name = 'journal_command'"
    )
    connection.close()
    found = verdict(sold)
    assert "every row can be read, yet the file is damaged" in found.problem
    assert found.rows > 0


def test_a_journal_of_newer_software_is_not_called_good(sold, monkeypatch):
    """What it cannot read it does not pass over."""
    second = rows_named(sold, "sale.Completed")[1]
    connection = apsw.Connection(str(sold / "till.db"))
    connection.execute("UPDATE journal SET version = 9 WHERE seq = ?", (second,))
    connection.close()
    rechain(sold, lambda row: row)
    found = verdict(sold)
    assert found.seq == second
    assert "newer posframe" in found.problem


# The key itself


def test_a_key_is_made_once_and_its_private_part_stays_private(tmp_path):
    first = TillKey.load(tmp_path / "k")
    assert TillKey.load(tmp_path / "k") == first
    assert (tmp_path / "k").stat().st_mode & 0o077 == 0
    assert first.private_hex not in repr(first)
    assert first.private_hex != first.public_hex


def test_a_signature_belongs_to_its_key_row_and_hash(tmp_path):
    mine, other = TillKey.load(tmp_path / "a"), TillKey.load(tmp_path / "b")
    head = Head(5, b"\xab" * 32)
    signature = mine.sign(head)
    assert is_genuine(mine.public_hex, 5, "ab" * 32, signature)
    assert message(5, "ab" * 32) == b"5:" + b"ab" * 32
    for wrong in (
        (other.public_hex, 5, "ab" * 32, signature),
        (mine.public_hex, 6, "ab" * 32, signature),
        (mine.public_hex, 5, "ac" * 32, signature),
        (mine.public_hex, 5, "ab" * 32, other.sign(head)),
        ("rubbish", 5, "ab" * 32, signature),
        (mine.public_hex, 5, "ab" * 32, ""),
    ):
        assert not is_genuine(*wrong)


@pytest.mark.parametrize("content", ["", "one", "not hex\n", "zz\nzz\n"])
def test_a_file_that_is_no_key_is_refused(tmp_path, content):
    """A new one is never put in its place: its anchors would be another till's."""
    (tmp_path / "k").write_text(content)
    with pytest.raises(JournalUnavailable, match="cannot be used") as error:
        TillKey.load(tmp_path / "k")
    assert "backup" in error.value.hint
    assert (tmp_path / "k").read_text() == content


def test_a_till_whose_key_was_lost_says_so_in_its_journal(sold):
    """The new key is enrolled by a row of its own; what it signs is good from there on."""
    (sold / "till.key").unlink()
    till = open_till(sold, path=sold / "till.db", lock=True)
    anchor(till, TillKey.load(sold / "till.key"))
    till.close()
    assert verdict(sold).problem == ""
    reader = open_reader(sold / "till.db")
    bodies = reader.execute("SELECT body FROM journal WHERE name = 'till.Started'").fetchall()
    reader.close()
    keys = {CODEC.decode("till.Started", 1, body).key for (body,) in bodies}
    assert len(keys) == 2
    assert ev.TillStarted.event_name == "till.Started"
