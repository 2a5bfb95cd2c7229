"""Finding plugins by entry point and making those that till.toml names.

Entry points are read from the installed distributions' own files: the general library for it costs
more at start than loading all first-party plugins.
"""

from __future__ import annotations

import difflib
import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from posframe.errors import ConfigurationError, PosframeError
from posframe.kernel.activation import ActivePlugin, describe
from posframe.settings_reader import read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from posframe.config import TillConfig
    from posframe.kernel.contracts import Criticality, PluginContext

GROUP = "posframe.plugins"
CRITICALITIES = ("required", "degradable", "advisory")


@attrs.frozen
class InstalledPlugin:
    """A plugin that some installed distribution offers."""

    name: str
    target: str
    """``module:attribute``."""
    distribution: str
    version: str


class PluginClass(Protocol):
    """What an entry point leads to: a class made with its settings and a context.

    ``Config`` is a frozen attrs class read from ``[plugins.NAME]``; ``criticality`` is optional.
    """

    Config: type

    def __call__(self, config: Any, context: PluginContext) -> Any:  # noqa: ANN401 - the plugin
        """Return the plugin."""


def installed() -> dict[str, InstalledPlugin]:
    """Return every plugin that can be named in till.toml.

    Raises:
        ConfigurationError: two distributions offer the same name.
    """
    found: dict[str, InstalledPlugin] = {}
    for folder in dict.fromkeys(sys.path):
        for path in _distributions(folder or "."):
            for plugin in _offered(path):
                other = found.setdefault(plugin.name, plugin)
                if other.distribution != plugin.distribution:
                    raise ConfigurationError(
                        f"Plugin {plugin.name} is offered by {other.distribution} and by "
                        f"{plugin.distribution}",
                        hint="uninstall one of them",
                    )
    return found


def make_plugins(
    config: TillConfig, context_for: Callable[[str], PluginContext]
) -> list[ActivePlugin]:
    """Import and make the plugins till.toml names, in its order.

    Raises:
        ConfigurationError: one is not installed, or its settings do not fit.
        PluginError: one cannot be imported or made.
    """
    known = installed()
    _check_tables(config, known)
    return [_make(known[name], config, context_for(name)) for name in config.enabled]


def load_target(plugin: InstalledPlugin) -> Any:  # noqa: ANN401 - a plugin class
    """Import what an entry point leads to.

    Raises:
        ConfigurationError: it cannot be imported, or lacks the attribute.
    """
    module, _, attribute = plugin.target.partition(":")
    try:
        return getattr(importlib.import_module(module), attribute or "plugin")
    except Exception as error:
        raise ConfigurationError(
            f"Plugin {plugin.name} {plugin.version} ({plugin.distribution}) cannot be loaded: "
            f"{describe(error)}",
            hint="reinstall it, or take it out of plugins.enable",
        ) from error


def _make(plugin: InstalledPlugin, config: TillConfig, context: PluginContext) -> ActivePlugin:
    cls = load_target(plugin)
    settings_class = getattr(cls, "Config", None)
    settings = None
    if settings_class is not None:
        table = config.plugins.get(plugin.name, {})
        settings = read_table(settings_class, table, f"plugins.{plugin.name}")
    try:
        made = cls(settings, context)
    except PosframeError:
        raise
    except Exception as error:
        raise ConfigurationError(
            f"Plugin {plugin.name} {plugin.version} cannot be made: {describe(error)}",
            hint="check its settings, or take it out of plugins.enable",
        ) from error
    criticality: Criticality = getattr(cls, "criticality", "degradable")
    if criticality not in CRITICALITIES:
        raise ConfigurationError(
            f"Plugin {plugin.name} {plugin.version} is {criticality!r}, which no plugin can be",
            hint=f"its criticality is one of: {', '.join(CRITICALITIES)}",
        )
    return ActivePlugin(plugin.name, plugin.version, made, criticality, plugin.distribution)


def _check_tables(config: TillConfig, known: dict[str, InstalledPlugin]) -> None:
    enabled = config.enabled
    for name in enabled:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            raise ConfigurationError(
                f"plugins.enable names {name!r}, which is not installed",
                hint=f"did you mean {near[0]!r}?"
                if near
                else f"installed are: {', '.join(sorted(known)) or 'none'}",
            )
        if enabled.count(name) > 1:
            raise ConfigurationError(
                f"plugins.enable names {name!r} twice", hint="take one of them out"
            )
    for name in config.plugins:
        if name not in enabled and name != "enable":
            near = difflib.get_close_matches(name, enabled, 1)
            raise ConfigurationError(
                f"plugins.{name} belongs to no enabled plugin",
                hint=f"did you mean {near[0]}?" if near else "add it to plugins.enable",
            )


def _distributions(folder: str) -> Iterable[Path]:
    try:
        with os.scandir(folder) as entries:
            return [Path(each.path) for each in entries if each.name.endswith(".dist-info")]
    except OSError:
        return []


def _offered(path: Path) -> list[InstalledPlugin]:
    try:
        text = (path / "entry_points.txt").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    if GROUP not in text:
        return []
    distribution, _, version = path.name.removesuffix(".dist-info").rpartition("-")
    return [
        InstalledPlugin(name, target, distribution, version)
        for name, target in _group_entries(text)
    ]


def _group_entries(text: str) -> Iterator[tuple[str, str]]:
    """Yield (name, target) of our group in an entry_points.txt, which is a plain INI file."""
    inside = False
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith("["):
            inside = line == f"[{GROUP}]"
        elif inside and "=" in line:
            name, _, target = line.partition("=")
            yield name.strip(), target.strip()
