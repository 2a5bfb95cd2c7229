"""What is said of a failure: only what is certain by then."""

from __future__ import annotations

from posframe.errors import (
    JournalBusy,
    JournalCorrupt,
    JournalError,
    JournalFull,
    JournalUnavailable,
    PosframeError,
)


def not_stored(error: JournalError) -> JournalError:
    """Add to an error what is certain by now: nothing was stored, and the till goes on."""
    if isinstance(error, (JournalFull, JournalBusy, JournalCorrupt)):
        return error
    return JournalError(f"{error.message}; nothing of this was stored", hint=error.hint)


def unknown(error: Exception) -> JournalError:
    """Return why the till takes nothing more: what is on disk is found out at its next start."""
    if isinstance(error, (JournalUnavailable, JournalCorrupt)):
        return error
    return JournalUnavailable(
        f"The till has stopped: {type(error).__name__}: {error}",
        hint="start it again; it will say what was stored. Tell support these words",
    )


def broken_promise(error: Exception) -> PosframeError:
    """Return what is said where one of our own checks failed: nothing was changed."""
    return PosframeError(
        f"A check of the till's own failed: {type(error).__name__}: {error}",
        hint="nothing was changed; do it another way, and tell support these words",
    )
