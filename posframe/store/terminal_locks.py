"""Terminals that serve one till only: held by address while it runs, among the tills of a machine.

A terminal that knows only its last receipt cannot tell one till's payment from another's. The
files are in the user's runtime folder, so that tills of other users, and those of other machines,
are not seen: who sets those up gives each till a terminal of its own.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from posframe.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable


class TerminalLocks:
    """Held while a till runs; the system lets go of them when the process ends, however it ends."""

    def __init__(self, addresses: Iterable[str], name: str) -> None:
        """Take them all.

        Args:
            addresses: of the terminals, as configured.
            name: of the till, for whoever is refused.

        Raises:
            ConfigurationError: another till holds one, or no file can be written; none is held.
        """
        self._descriptors: list[int] = []
        try:
            for address in addresses:
                self._take(address, name)
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Let go; the files stay, since removing one could free another's lock."""
        while self._descriptors:
            os.close(self._descriptors.pop())

    def _take(self, address: str, name: str) -> None:
        place = hashlib.sha256(one_name(address).encode()).hexdigest()[:16]
        try:
            path = _folder() / f"terminal-{place}.lock"
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise ConfigurationError(
                f"No file can be written that says who uses {address} ({error.strerror})",
                hint="make XDG_RUNTIME_DIR, or the system's temporary folder, writable",
            ) from error
        self._descriptors.append(descriptor)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(descriptor, 200, 0).decode(errors="replace").strip()
            raise ConfigurationError(
                f"The terminal {address} is in use by {holder or 'another till'}",
                hint="it knows only its last receipt, so it serves one till: give each its own",
            ) from error
        with contextlib.suppress(OSError):  # on a full disk the lock holds, and names nobody
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{name}, process {os.getpid()}\n".encode(), 0)


def one_name(address: str) -> str:
    """Return one name for the ways to write an address: by case, options, or another link to it."""
    scheme, _, rest = address.partition(":")
    rest = rest.partition("?")[0]
    path = Path("/", rest.lstrip("/"))
    if path.exists():
        return os.path.realpath(path)
    return f"{scheme}:{rest.lstrip('/')}".lower()


def _folder() -> Path:
    folder = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    own = folder / f"posframe-{os.getuid()}"
    own.mkdir(mode=0o700, exist_ok=True)
    return own
