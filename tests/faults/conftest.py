"""Tills in folders of their own, driven in other processes that die where a test says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from posframe.anchors import is_genuine
from posframe.catalogue.store import Catalogue
from posframe.crashpoint import VARIABLE
from posframe.script import Script
from posframe.store.database import open_reader
from posframe.store.verify import verify
from posframe.testing.tills import GOODS, write_settings
from posframe.till import JOURNAL_FILE, Ports, Till

PLUGINS = ("payments", "loyalty", "inventory")
SETTINGS = '\n[plugins.loyalty]\ncard_prefix = "9528"\n'
ROOT = Path(__file__).parents[2]


class Shop:
    """A till's folder: run scripts in it, open it here, look at what it keeps."""

    def __init__(self, path: Path, plugins: tuple[str, ...] = PLUGINS):
        self.path = path
        write_settings(path, plugins=plugins, settings=SETTINGS if "loyalty" in plugins else "")
        with Catalogue.open(path / "catalogue.db", currency="EUR") as catalogue:
            catalogue.put(GOODS, at_us=0)

    @property
    def journal(self) -> Path:
        return self.path / JOURNAL_FILE

    def enable(self, plugins: tuple[str, ...]) -> None:
        (self.path / "till.toml").unlink()
        write_settings(self.path, plugins=plugins, settings=SETTINGS)

    def sell(self, *entries: str) -> None:
        """Type entries at a till in this process, which does nothing outside and is closed."""
        with self.open() as till:
            session = Script(till)
            for entry in entries:
                answer = session.line(entry)
                assert answer["accepted"], answer

    def script(self, *entries: str, crash: str = "") -> subprocess.CompletedProcess:
        """Type entries at ``posframe script`` in a process of its own."""
        command = ("-m", "posframe", "script", "--till", str(self.path))
        return self.run(*command, typed=entries, crash=crash)

    def python(self, source: str, crash: str = "") -> subprocess.CompletedProcess:
        """Run a program that finds the folder in ``FOLDER``."""
        return self.run("-c", source, crash=crash)

    def run(self, *arguments: str, typed=(), crash="") -> subprocess.CompletedProcess:
        environment = {**os.environ, "FOLDER": str(self.path), VARIABLE: crash}
        return subprocess.run(
            [sys.executable, *arguments],
            input="".join(f"{entry}\n" for entry in typed),
            env=environment,
            cwd=ROOT,
            text=True,
            capture_output=True,
            timeout=50,
            check=False,
        )

    def open(self, **ports) -> Till:
        return Till.open(self.path, Ports(**{"effects": False, **ports}))

    def check(self) -> list[tuple]:
        """Assert that journal and file are whole; return the rows as (seq, name, command)."""
        reader = open_reader(self.journal)
        try:
            with self.open() as till:
                codec = till.parts.codec
            verdict = verify(reader, codec, is_genuine)
            assert verdict.problem == ""
            assert reader.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            rows = reader.execute("SELECT seq, name, command FROM journal ORDER BY seq").fetchall()
        finally:
            reader.close()
        return rows

    def names(self) -> list[str]:
        return [name for _, name, _ in self.check()]

    def stock(self, sku: str) -> int:
        return self._one("SELECT on_hand_milli FROM inventory_stock WHERE sku = ?", sku)

    def points(self, card: str) -> int:
        return self._one("SELECT balance FROM loyalty_card WHERE card = ?", card)

    def _one(self, sql: str, parameter: str) -> int:
        reader = open_reader(self.journal)
        try:
            return reader.execute(sql, (parameter,)).fetchone()[0]
        finally:
            reader.close()


def assert_killed(process: subprocess.CompletedProcess) -> None:
    """The point was reached and nothing tidied up: a test that kills nothing proves nothing."""
    assert process.returncode == -signal.SIGKILL, process.stderr


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "till")


@pytest.fixture
def make_shop(tmp_path: Path):
    """Make further shops, by name."""
    return lambda name, plugins=PLUGINS: Shop(tmp_path / name, plugins)


@pytest.fixture
def died():
    return assert_killed
