"""The file with the passphrase a terminal shares with its tills. Nobody but its owner reads it."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from posframe import ConfigurationError
from posframe_payments.nexo.envelope import EnvelopeKey, envelope_key

if TYPE_CHECKING:
    from pathlib import Path

SIZE_MAX = 10_000
EXAMPLE = 'passphrase = "…", identifier = "…" and version = 1, a line each'


def read_key(path: Path, setting: str) -> EnvelopeKey:
    """Return the key of a file like ``passphrase = "…"``, ``identifier = "…"``, ``version = 1``.

    Raises:
        ConfigurationError: there is none, others may read it, or it is no such file.
    """
    try:
        mode = path.stat().st_mode
        data = path.read_bytes()[:SIZE_MAX]
    except OSError as error:
        raise ConfigurationError(
            f"{setting}: {path.name} cannot be read ({error.strerror})",
            hint=f"write it into the till's folder: {EXAMPLE}",
        ) from error
    if mode & 0o077:
        raise ConfigurationError(
            f"{setting}: others may read {path.name}", hint=f"type: chmod 600 {path.name}"
        )
    try:
        found = tomllib.loads(data.decode())
    except ValueError:
        raise _no_key(path, setting) from None  # its words could quote the passphrase
    phrase, name, version = (found.get(each) for each in ("passphrase", "identifier", "version"))
    if not all(isinstance(each, str) and each for each in (phrase, name)):
        raise _no_key(path, setting)
    if type(version) is not int or version < 0:
        raise _no_key(path, setting)
    return envelope_key(str(phrase), str(name), version)


def _no_key(path: Path, setting: str) -> ConfigurationError:
    return ConfigurationError(f"{setting}: {path.name} is no key", hint=f"it has {EXAMPLE}")
