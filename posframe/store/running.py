"""Whether a till is running in a folder: a look at its lock that takes nothing away."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def lock_holder(path: Path) -> str:
    """Return who holds the lock file, as ``till T01, process 123``; empty: nobody does."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return ""  # no till has ever run there, or none that this user may look at
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.pread(descriptor, 200, 0).decode(errors="replace").strip() or "a till"
    except OSError:
        return ""
    finally:
        os.close(descriptor)  # a shared lock taken by looking goes with it
    return ""
