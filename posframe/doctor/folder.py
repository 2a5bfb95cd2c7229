"""The files of a till: who may read and write them, and how old the latest backup is."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from posframe.config import FILE_NAME
from posframe.doctor.check import BROKEN, OK, WARN, Check
from posframe.till import BACKUP_FOLDER, JOURNAL_FILE, KEY_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from posframe.config import TillConfig
    from posframe.doctor.surroundings import Surroundings

BACKUP_DAYS_MAX = 7
_DAY_S = 86_400
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def rights(config: TillConfig) -> Iterator[Check]:
    """Look who may write the settings, and who may read the key that signs the journal."""
    settings, key = config.folder / FILE_NAME, config.folder / KEY_FILE
    mode = _mode(settings)
    if mode & _OTHERS_WRITE:
        words = f"others may write {settings}"
        yield Check("rights of settings", WARN, words, f"chmod 640 {settings}")
    else:
        yield Check("rights of settings", OK, f"{FILE_NAME} {mode:03o}")
    if not key.exists():
        yield Check("rights of key", OK, "there is no key yet: the first start makes it")
    elif _mode(key) & _OTHERS:
        words = f"others may use {key}: whoever has it can sign a forged journal"
        yield Check("rights of key", BROKEN, words, f"chmod 600 {key}")
    else:
        yield Check("rights of key", OK, f"{KEY_FILE} {_mode(key):03o}")


def backup(config: TillConfig, around: Surroundings) -> Check:
    """Look how old the latest copy of the journal is."""
    journal = config.folder / JOURNAL_FILE
    if not journal.exists():
        return Check("backup", OK, "there is no journal yet to keep a copy of")
    folder = config.folder / BACKUP_FOLDER
    fix = f"mkdir -p {folder} && sqlite3 {journal} \".backup '{folder}/copy.db'\""
    copies = sorted(folder.glob("*.db"), key=_changed_s)
    if not copies:
        words = f"there is no copy of the journal in {folder}"
        return Check("backup", WARN, words, f"{fix}  # then copy it to another disk")
    days = int(around.now_s() - _changed_s(copies[-1])) // _DAY_S
    words = f"{copies[-1].name} is {days} days old"
    if days > BACKUP_DAYS_MAX:
        return Check("backup", WARN, words, f"{fix}  # then copy it to another disk")
    return Check("backup", OK, f"{words}; keep another on another disk")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _changed_s(path: Path) -> float:
    return path.stat().st_mtime
