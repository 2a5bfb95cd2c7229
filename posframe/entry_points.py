"""What installed distributions offer under a name: plugins, drivers, simulators.

Entry points are read from the distributions' own files: the general library for it costs more at
start than loading all first-party plugins.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from posframe.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@attrs.frozen
class Offer:
    """Something that an installed distribution offers."""

    name: str
    target: str
    """``module:attribute``."""
    distribution: str
    version: str


def offers(group: str, kind: str) -> dict[str, Offer]:
    """Return all that is offered in an entry point group, by name.

    Args:
        group: such as ``posframe.plugins``.
        kind: what one of it is called in a sentence, such as ``Plugin``.

    Raises:
        ConfigurationError: two distributions offer the same name.
    """
    found: dict[str, Offer] = {}
    for folder in dict.fromkeys(sys.path):
        for path in _distributions(folder or "."):
            for offer in _offered(path, group):
                other = found.setdefault(offer.name, offer)
                if other.distribution != offer.distribution:
                    raise ConfigurationError(
                        f"{kind} {offer.name} is offered by {other.distribution} and by "
                        f"{offer.distribution}",
                        hint="uninstall one of them",
                    )
    return found


def load(offer: Offer, default: str) -> Any:  # noqa: ANN401 - whatever is offered
    """Import what an offer leads to; ``default`` is the attribute where it names none.

    Raises:
        Exception: whatever the import of somebody else's module may raise.
    """
    module, _, attribute = offer.target.partition(":")
    return getattr(importlib.import_module(module), attribute or default)


def _distributions(folder: str) -> Iterable[Path]:
    try:
        with os.scandir(folder) as entries:
            return [Path(each.path) for each in entries if each.name.endswith(".dist-info")]
    except OSError:
        return []


def _offered(path: Path, group: str) -> list[Offer]:
    try:
        text = (path / "entry_points.txt").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    if group not in text:
        return []
    distribution, _, version = path.name.removesuffix(".dist-info").rpartition("-")
    return [Offer(name, target, distribution, version) for name, target in _entries(text, group)]


def _entries(text: str, group: str) -> Iterator[tuple[str, str]]:
    """Yield (name, target) of a group in an entry_points.txt, which is a plain INI file."""
    inside = False
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith("["):
            inside = line == f"[{group}]"
        elif inside and "=" in line:
            name, _, target = line.partition("=")
            yield name.strip(), target.strip()
