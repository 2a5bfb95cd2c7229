"""Journals over a file or in memory, with the events and read models of the tests' own plugin."""

from __future__ import annotations

import pytest

from posframe.kernel.domain.events import KERNEL_EVENTS
from posframe.kernel.ports import ActionHead
from posframe.store.codec import Codec
from posframe.store.journal import SqliteJournal, StoreOptions
from tests.kernel.notes import Noted


@pytest.fixture(scope="session")
def codec():
    return Codec([*KERNEL_EVENTS, Noted])


@pytest.fixture
def open_journal(tmp_path, codec):
    """Open journals that are closed when the test ends: ``open_journal(model, …, path=…)``."""
    opened = []

    def open_(*models, path=None, codec=codec, failed=None, **options):
        where = path or tmp_path / "till.db"
        journal = SqliteJournal(
            StoreOptions(**{"path": where, "boot": "b", "synchronous": "OFF", **options}),
            codec,
            models,
            failed,
        )
        opened.append(journal)
        return journal

    yield open_
    for journal in opened:
        journal.close()


def write(journal, *events, command=None, commit=True, transaction="t-1"):
    """Write one action of ``events`` in a group of its own, and return its rows."""
    journal.begin()
    head = ActionHead(
        command=command or f"c{journal.head.seq + 1:06}",
        wall_us=1_000,
        mono_us=1,
        business_date="2026-01-01",
        actor="1",
    )
    try:
        rows = journal.append(head, [(event, transaction) for event in events])
    except BaseException:
        journal.rollback()
        raise
    if commit:
        journal.commit()
    return rows


@pytest.fixture(name="write")
def write_fixture():
    return write
