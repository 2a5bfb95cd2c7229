"""Every exception posframe raises, split by what happens next.

::

    PosframeError
    ├── ConfigurationError      the till does not start; names file, key and a suggestion
    ├── PluginError             a plugin is set aside or stops the till; names it and its hook
    ├── RuleViolation           nothing changed; the operator can correct it
    │   └── SaleChanged         what the operator saw is no longer so: look and press again
    ├── DataError               a file or a code cannot be understood; nothing was taken from it
    ├── DeviceError             a device did not do what was asked
    │   ├── DeviceOffline           try again when it is back
    │   └── DeviceNeedsAttention    a person has to act: paper, cover, jam
    └── JournalError            the store cannot be trusted or written
        ├── JournalBusy             another till holds it, named in the message
        ├── JournalFull             no room: finish or cancel this sale, then free space
        ├── JournalCorrupt          stop selling; the message says what to restore
        └── JournalUnavailable      closed after a failure; nothing more is taken

A message is a sentence for the person who reads it. ``hint`` says what to do next.
"""

from __future__ import annotations


class PosframeError(Exception):
    """Something posframe refuses or cannot do, in words for the person concerned."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class ConfigurationError(PosframeError):
    """The till does not start until a file or a setting is mended."""


class PluginError(PosframeError):
    """A plugin broke its contract; the message names plugin, version and hook."""


class RuleViolation(PosframeError):
    """The request is refused and nothing changed; the operator can correct it."""


class SaleChanged(RuleViolation):
    """The sale is not the one the operator saw when pressing the key."""


class DataError(PosframeError):
    """Data from outside cannot be understood; nothing of it was taken."""


class DeviceError(PosframeError):
    """A device did not do what was asked."""


class DeviceOffline(DeviceError):
    """The device cannot be reached; try again when it is back."""


class DeviceNeedsAttention(DeviceError):
    """A person has to act at the device before it goes on."""


class JournalError(PosframeError):
    """The store cannot be trusted or written."""


class JournalBusy(JournalError):
    """Another process holds the journal."""


class JournalFull(JournalError):
    """The disk has no room for the action; nothing of it was written."""


class JournalCorrupt(JournalError):
    """The journal or its database is damaged."""


class JournalUnavailable(JournalError):
    """The journal was closed after a failure and takes nothing more."""
