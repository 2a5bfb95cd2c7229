"""The file of keys of a gateway, in the till's folder: no key is in till.toml or in the journal."""

from __future__ import annotations

import base64
import binascii
import tomllib
from typing import TYPE_CHECKING, Any, Final

import attrs

from posframe import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

WEBHOOK_SECRET_BYTES_MIN: Final = 24
"""As Standard Webhooks asks for: 24 to 64 bytes."""
PREFIX: Final = "whsec_"


@attrs.frozen(kw_only=True)
class GatewayKeys:
    """What opens the gateway, and what its webhooks are signed with."""

    api_key: str = attrs.field(repr=False)
    webhook_secrets: tuple[bytes, ...] = attrs.field(repr=False)
    """The newest and, while they are being changed, the one before."""


def read_keys(path: Path, setting: str) -> GatewayKeys:
    """Read the file of keys.

    Raises:
        ConfigurationError: it is not there, others may read it, or it is not as it should be.
    """
    try:
        mode = path.stat().st_mode
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:  # TOMLDecodeError is one, and may quote a key
        raise ConfigurationError(
            f"{setting}: {path.name} cannot be read ({type(error).__name__})",
            hint='it is a file in the till\'s folder, with api_key = "…"',
        ) from None
    if mode & 0o077:
        raise ConfigurationError(
            f"{setting}: others may read {path.name}", hint=f"type: chmod 600 {path.name}"
        )
    unknown = set(found) - {"api_key", "webhook_secrets"}
    api_key, secrets = found.get("api_key"), found.get("webhook_secrets", [])
    if unknown or not _is_key(api_key) or not isinstance(secrets, list):
        raise ConfigurationError(
            f"{setting}: {path.name} is no file of keys",
            hint='it has api_key = "…" and, for webhooks, webhook_secrets = ["whsec_…"]',
        )
    return GatewayKeys(
        api_key=str(api_key),
        webhook_secrets=tuple(_secret(each, path.name, setting) for each in secrets),
    )


def _is_key(found: object) -> bool:
    """Tell whether this can stand in a header."""
    return isinstance(found, str) and found.isascii() and found.isprintable() and bool(found)


def _secret(text: Any, name: str, setting: str) -> bytes:  # noqa: ANN401 - as the file has it
    """Return a secret's bytes; written as ``whsec_`` and base64 (Standard Webhooks)."""
    try:
        secret = base64.b64decode(str(text).removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if not str(text).startswith(PREFIX) or len(secret) < WEBHOOK_SECRET_BYTES_MIN:
        raise ConfigurationError(
            f"{setting}: {name} has a webhook secret that is none",
            hint=f"it is {PREFIX} and then {WEBHOOK_SECRET_BYTES_MIN} bytes or more in base64",
        )
    return secret
