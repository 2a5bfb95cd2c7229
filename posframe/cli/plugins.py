"""``posframe plugins``: list, inspect, why, check."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import cyclopts

from posframe.errors import ConfigurationError, PosframeError

if TYPE_CHECKING:
    from posframe.till import Till

app = cyclopts.App(name="plugins", help="Look at the plugins that are installed and used.")


@app.command(name="list")
def list_(*, till: Path | None = None) -> int:
    """List installed plugins, and with --till which of them that till uses.

    Args:
        till: the till's folder.
    """
    from posframe.config import load_config
    from posframe.plugins import installed, load_target

    enabled = load_config(till).enabled if till else ()
    print(f"{'name':<14}{'version':<10}{'criticality':<13}{'used':<6}distribution")
    for name, plugin in sorted(installed().items()):
        try:
            criticality = getattr(load_target(plugin), "criticality", "degradable")
        except PosframeError as error:
            criticality = f"broken: {error.message}"
        used = "yes" if name in enabled else ""
        print(f"{name:<14}{plugin.version:<10}{criticality:<13}{used:<6}{plugin.distribution}")
    return 0


@app.command
def inspect(name: str, /, *, till: Path = Path()) -> int:
    """Say what a plugin of a till brings: hooks in order, settings, tables, events, faults.

    Args:
        name: as in plugins.enable.
        till: the till's folder.
    """
    with dry_till(till) as opened:
        plugin = next((each for each in opened.hooks.plugins if each.name == name), None)
        if plugin is None:
            used = ", ".join(each.name for each in opened.hooks.plugins)
            raise ConfigurationError(f"This till does not use {name!r}", hint=f"it uses: {used}")
        print(f"{plugin.name} {plugin.version} from {plugin.distribution}, {plugin.criticality}")
        _print_settings(type(plugin.plugin), opened.config.plugins.get(name, {}))
        for hook in _hooks_of(opened, plugin):
            order = [each.name for each in opened.hooks.implementations(hook)]
            print(f"  {hook:<30} asked {order.index(name) + 1}. of {len(order)}")
        _print_contributions(opened, plugin)
        print(f"  calls {plugin.calls}, faults {plugin.faults} {plugin.last_fault}")
        if plugin.sampled:
            print(f"  {plugin.sampled_ns / plugin.sampled / 1000:.1f} µs a call, sampled")
    return 0


@app.command
def why(hook: str, /, *, till: Path = Path()) -> int:
    """Say which plugins answer a hook, in the order they are asked.

    Args:
        hook: such as posframe_identify_item.
        till: the till's folder.
    """
    import difflib

    from posframe.kernel import hookspecs
    from posframe.kernel.activation import hook_names

    if hook not in hook_names():
        near = difflib.get_close_matches(hook, hook_names(), 1)
        raise ConfigurationError(
            f"There is no hook {hook}", hint=f"did you mean {near[0]}?" if near else ""
        )
    summary = (getattr(hookspecs, hook).__doc__ or "").strip().splitlines()[0]
    print(f"{hook}: {summary}")
    shape = "the first answer wins" if hook in hookspecs.ANSWER else "all are asked"
    with dry_till(till) as opened:
        for place, plugin in enumerate(opened.hooks.implementations(hook), start=1):
            print(f"  {place}. {plugin.name} {plugin.version} ({plugin.criticality})")
    print(f"  {shape}")
    return 0


@app.command
def check(*, till: Path = Path()) -> int:
    """Assemble a till without selling: settings, hooks, arguments, SQL, devices, actions, keys.

    Args:
        till: the till's folder.
    """
    from posframe.hal.entries import check_devices

    with dry_till(till) as opened:
        check_devices(opened.config.devices, opened.config.folder)
        for plugin in opened.hooks.plugins:
            further = getattr(type(plugin.plugin), "check", None)
            if further is not None:
                further(opened)
        names = ", ".join(f"{each.name} {each.version}" for each in opened.hooks.plugins)
        print(f"good: {names}")
    return 0


def plugin_apps() -> list[Any]:
    """Return the command groups installed plugins bring; a broken plugin brings none."""
    from posframe.plugins import installed, load_target

    apps: list[Any] = []
    for plugin in installed().values():
        try:
            found = getattr(load_target(plugin), "posframe_cli", None)
            apps.extend(found() if found else ())
        except Exception as error:  # noqa: BLE001 - a plugin's bug leaves the other commands alone
            print(f"posframe: plugin {plugin.name} brings no commands: {error}", file=sys.stderr)
    return apps


def event_classes(folder: Path) -> list[type]:
    """Return the events of the plugins a till uses, as far as they can be loaded."""
    try:
        with dry_till(folder) as opened:
            found = opened.hooks.collect("posframe_events")
            return [each for _, classes in found for each in classes]
    except PosframeError:
        return []


def dry_till(folder: Path) -> Till:
    """Assemble the till over an empty journal in memory: nothing of the real one is touched."""
    from posframe.catalogue.finder import CatalogueFinder
    from posframe.catalogue.store import Catalogue
    from posframe.config import load_config
    from posframe.store.journal import StoreOptions
    from posframe.till import Ports, Till

    config = load_config(folder)
    catalogue = Catalogue.in_memory(currency=config.till.currency)
    finder = CatalogueFinder(catalogue, config.barcodes, None)
    store = StoreOptions(path=":memory:")
    return Till(config, Ports(store=store, catalogue=finder, effects=False, lock=False))


def _hooks_of(opened: Till, plugin: Any) -> list[str]:  # noqa: ANN401 - an active plugin
    from posframe.kernel.activation import hook_names

    return [name for name in hook_names() if plugin in opened.hooks.implementations(name)]


def _print_settings(cls: type, table: dict[str, Any]) -> None:
    config = getattr(cls, "Config", None)
    for field in attrs.fields(config) if config else ():
        default = "required" if field.default is attrs.NOTHING else repr(field.default)
        now = repr(table[field.name]) if field.name in table else default
        print(f"  setting {field.name:<22} {now}")


def _print_contributions(opened: Till, plugin: Any) -> None:  # noqa: ANN401 - an active plugin
    for hook, noun in (
        ("posframe_events", "event"),
        ("posframe_projections", "read model"),
        ("posframe_tender_types", "tender"),
        ("posframe_actions", "action"),
    ):
        for owner, found in opened.hooks.collect(hook):
            if owner is plugin:
                print(f"  {noun}s: {', '.join(_name_of(each) for each in found)}")


def _name_of(thing: Any) -> str:  # noqa: ANN401 - any contribution
    for name in ("event_name", "name", "id"):
        if hasattr(thing, name):
            return str(getattr(thing, name))
    return str(thing.rule.id)
