"""Finding plugins by entry point and making those that till.toml names."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Protocol

from posframe.entry_points import Offer, load, offers
from posframe.errors import ConfigurationError, PosframeError
from posframe.kernel.activation import ActivePlugin, describe
from posframe.settings_reader import read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from posframe.config import TillConfig
    from posframe.kernel.contracts import Criticality, PluginContext

GROUP = "posframe.plugins"
CRITICALITIES = ("required", "degradable", "advisory")


class PluginClass(Protocol):
    """What an entry point leads to: a class made with its settings and a context.

    ``Config`` is a frozen attrs class read from ``[plugins.NAME]``; ``criticality`` is optional.
    """

    Config: type

    def __call__(self, config: Any, context: PluginContext) -> Any:  # noqa: ANN401 - the plugin
        """Return the plugin."""


def installed() -> dict[str, Offer]:
    """Return every plugin that can be named in till.toml.

    Raises:
        ConfigurationError: two distributions offer the same name.
    """
    return offers(GROUP, "Plugin")


def make_plugins(
    config: TillConfig,
    context_for: Callable[[str], PluginContext],
    known: Mapping[str, Offer] | None = None,
) -> list[ActivePlugin]:
    """Import and make the plugins till.toml names, in its order.

    Args:
        config: the till's settings.
        context_for: returns what a plugin of a name is made with.
        known: what is installed, for who makes plugins again and again; None: it is looked up.

    Raises:
        ConfigurationError: one is not installed, or its settings do not fit.
        PluginError: one cannot be imported or made.
    """
    known = installed() if known is None else known
    _check_tables(config, known)
    return [_make(known[name], config, context_for(name)) for name in config.enabled]


def load_target(plugin: Offer) -> Any:  # noqa: ANN401 - a plugin class
    """Import what an entry point leads to.

    Raises:
        ConfigurationError: it cannot be imported, or lacks the attribute.
    """
    try:
        return load(plugin, "plugin")
    except Exception as error:
        raise ConfigurationError(
            f"Plugin {plugin.name} {plugin.version} ({plugin.distribution}) cannot be loaded: "
            f"{describe(error)}",
            hint="reinstall it, or take it out of plugins.enable",
        ) from error


def _make(plugin: Offer, config: TillConfig, context: PluginContext) -> ActivePlugin:
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


def _check_tables(config: TillConfig, known: Mapping[str, Offer]) -> None:
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
