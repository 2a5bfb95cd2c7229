"""Writes ``docs/drivers/devices.md`` from the specs of the drivers that come with posframe.

Run it after a change of a driver's spec or options: ``python docs/make_drivers.py``.
"""

from __future__ import annotations

import importlib
import pkgutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from posframe.hal.driver import DEVICE_CLASSES
from posframe.hal.hardware import CONNECTOR
from posframe.hal.option_docs import option_docs
from posframe.testing.hal import kits
from posframe.testing.hal.kit import Kit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from posframe.hal.driver import DriverSpec
    from posframe.hal.option_docs import OptionDoc

ROOT: Final = Path(__file__).resolve().parents[1]
TARGET: Final = ROOT / "docs" / "drivers" / "devices.md"
TITLES: Final = {
    "printer": "Printers",
    "drawer": "Cash drawers",
    "display": "Displays",
    "scale": "Scales",
    "scanner": "Scanners",
    "card": "Card readers",
    "keylock": "Keylocks",
    "tone": "Tones",
}

HEAD: Final = """\
# Drivers that come with posframe

Made by `python docs/make_drivers.py` from the drivers themselves: change it there. Installed
drivers, those of others too, are listed by `posframe hal drivers`.

A device's address is `DRIVER+TRANSPORT:ADDRESS?option=value&option=value`. The options below are
the driver's; the transport has its own. What the words under *Can* mean is on
[Device contracts](contracts.md#capabilities), what the steps of quality mean on
[Quality of drivers](quality.md).

"""


def page() -> str:
    """Return the whole page."""
    specs = (CONNECTOR, *shipped())
    parts = [HEAD + _summary(specs)]
    for device_class in DEVICE_CLASSES:
        found = [spec for spec in specs if spec.device_class == device_class]
        if found:
            parts.append(f"## {TITLES[device_class]}")
            parts += [_section(spec) for spec in found]
    return "\n\n".join(parts) + "\n"


def shipped() -> tuple[DriverSpec, ...]:
    """Return the specs of the drivers of this repository, in the order of their entry points."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    specs = []
    for target in project["entry-points"]["posframe.drivers"].values():
        module, _, name = target.partition(":")
        specs.append(getattr(importlib.import_module(module), name))
    return tuple(specs)


def certified() -> frozenset[str]:
    """Return the names of the drivers that the conformance suite is put to."""
    modules = [
        importlib.import_module(f"{kits.__name__}.{found.name}")
        for found in pkgutil.iter_modules(kits.__path__)
    ]
    return frozenset(
        each.spec.name
        for module in modules
        for each in vars(module).values()
        if isinstance(each, Kit)
    )


def _summary(specs: Iterable[DriverSpec]) -> str:
    names = certified()
    rows = ["| Driver | For | Quality |", "|---|---|---|"]
    rows += [
        f"| `{spec.name}` | {spec.title} | {'certified' if spec.name in names else 'draft'} |"
        for spec in specs
        if spec is not CONNECTOR
    ]
    rows.append(f"| `{CONNECTOR.name}` | {CONNECTOR.title} | as its printer |")
    return "\n".join(rows)


def _section(spec: DriverSpec) -> str:
    can = ", ".join(f"`{word}`" for word in sorted(spec.capabilities)) or "no more than its class"
    line = ", ".join(f"`{key}={value}`" for key, value in spec.line.items())
    facts = [
        f"- Over: {', '.join(f'`{each}`' for each in spec.transports)}",
        *([f"- Line: {line}"] if line else []),
        f"- Can: {can}",
        *([f"- In software: `posframe sim {spec.simulator}`"] if spec.simulator else []),
        *(["- Personal: recordings hold lengths only"] if spec.secret else []),
    ]
    parts = [f"### {spec.name}", f"{spec.title}.", "\n".join(facts)]
    options = option_docs(spec)
    if options:
        parts.append(
            "\n".join(["| Option | Takes | Default | |", "|---|---|---|---|", *map(_row, options)])
        )
    return "\n\n".join(parts)


def _row(option: OptionDoc) -> str:
    takes = option.takes.replace("|", "\\|")
    default = f"`{option.default}`" if option.default else ""
    words = " ".join(option.words.split()).replace("``", "`").replace("|", "\\|")
    return f"| `{option.name}` | {takes} | {default} | {words} |"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
