"""What is checked of plugins before anything is sold: hooks by name, mark and arguments."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from posframe.errors import ConfigurationError
from posframe.kernel import hookspecs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe.kernel.activation import ActivePlugin


def hook_names() -> tuple[str, ...]:
    """Return the names of all kernel hooks."""
    return tuple(name for name in vars(hookspecs) if name.startswith("posframe_"))


def check_plugins(plugins: Sequence[ActivePlugin]) -> None:
    """Refuse misspelt hooks and arguments, in words that name plugin, hook and argument."""
    names = hook_names()
    for each in plugins:
        for name in dir(each.plugin):
            if not name.startswith("posframe_"):
                continue
            if name not in names:
                near = difflib.get_close_matches(name, names, 1)
                raise ConfigurationError(
                    f"Plugin {each.name} {each.version} implements an unknown hook {name}",
                    hint=f"did you mean {near[0]}?" if near else "see docs/plugins/hooks.md",
                )
            _check_arguments(each, name)


def _check_arguments(plugin: ActivePlugin, hook: str) -> None:
    wanted = _arguments(getattr(hookspecs, hook))
    function = getattr(plugin.plugin, hook)
    if not hasattr(function, f"{hookspecs.PROJECT}_impl"):
        raise ConfigurationError(
            f"Plugin {plugin.name} {plugin.version}: {hook} is not marked",
            hint="write @hookimpl above it",
        )
    given = _arguments(function)
    for name in given:
        if name not in wanted:
            near = difflib.get_close_matches(name, wanted, 1)
            raise ConfigurationError(
                f"Plugin {plugin.name} {plugin.version}: {hook} has no argument {name!r}",
                hint=f"did you mean {near[0]!r}?" if near else f"it has: {', '.join(wanted)}",
            )
    if set(wanted) - set(given):
        missing = ", ".join(name for name in wanted if name not in given)
        raise ConfigurationError(
            f"Plugin {plugin.name} {plugin.version}: {hook} lacks the argument {missing}",
            hint=f"it has: {', '.join(wanted)}",
        )


def _arguments(function: Any) -> tuple[str, ...]:  # noqa: ANN401 - a function or a bound method
    """Return the names a hook takes, from its code: signatures cost ten times as much at start."""
    plain = getattr(function, "__func__", function)
    names: tuple[str, ...] = plain.__code__.co_varnames[: plain.__code__.co_argcount]
    return names[1:] if plain is not function else names
