"""``posframe hal``: the devices of a till, what on this machine could be one, and rights to them.

What connects a device stands in `hal_device`, what only says what there is in `hal_drivers`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import attrs
from cyclopts import App, Parameter

from posframe.cli import hal_device, hal_drivers
from posframe.cli.lines import paragraph, printable
from posframe.errors import ConfigurationError
from posframe.hal.udev import RELOAD, RULES_FILE, rule_for, rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from posframe.config import DeviceEntry
    from posframe.devices import DeviceReport
    from posframe.hal.scan import Candidate, Roots

app = App(name="hal", help="Find, try, watch and record devices.")
app.command(hal_drivers.drivers)
app.command(hal_drivers.profiles)
app.command(hal_device.try_, name="test")
app.command(hal_device.monitor)
app.command(hal_device.record)
app.command(hal_device.replay)

Till = Annotated[Path, Parameter(name="--till")]
Json = Annotated[bool, Parameter(name="--json", negative="")]
RULES = Path(RULES_FILE)
"""Where the rules go; another file in tests."""


@app.command(name="list")
def list_(*, till: Till = Path(), as_json: Json = False) -> int:
    """List the devices of a till and how they stand. Exit status 1: one needs somebody.

    A till that runs with a screen is asked. Otherwise the settings are read and nothing is opened.

    Args:
        till: the till's folder.
        as_json: print one list of objects instead.
    """
    from posframe.config import load_config
    from posframe.door import ask_devices
    from posframe.store.running import lock_holder
    from posframe.till import LOCK_FILE

    entries = load_config(till).devices
    told = ask_devices(till)
    reports = told if told is not None else settings_reports(till)
    if as_json:
        print(json.dumps([attrs.asdict(report) for report in reports], indent=2))
        return 0 if all(report.is_well for report in reports) else 1
    if not entries:
        print("This till has no devices; add some: posframe hal scan")
        return 0
    if told is None and (holder := lock_holder(till / LOCK_FILE)):
        print(f"Running without a screen, which does not tell how its devices stand: {holder}")
    _show_reports(reports)
    return 0 if all(report.is_well for report in reports) else 1


def settings_reports(till: Path) -> tuple[DeviceReport, ...]:
    """Return what the settings of a till say of its devices; those that cannot be say why."""
    from posframe.config import load_config

    config = load_config(till)
    return tuple(_closed(name, config.devices, till) for name in config.devices)


def _closed(name: str, entries: dict[str, DeviceEntry], folder: Path) -> DeviceReport:
    from posframe.devices import DeviceReport
    from posframe.hal.entries import check_entry, class_of

    entry = entries[name]
    report = DeviceReport(
        name=name, state="closed", device_class=class_of(entry, folder), uri=entry.uri
    )
    try:
        check_entry(name, entries, folder)
    except ConfigurationError as error:
        return attrs.evolve(report, reason=error.message, hint=error.hint)
    return report


def _show_reports(reports: Sequence[DeviceReport]) -> None:
    rows = [(each.name, each.device_class or "?", each.state, each.uri) for each in reports]
    widths = [max((len(row[at]) for row in rows), default=0) for at in range(3)]
    for report, row in zip(reports, rows, strict=True):
        head = "".join(f"{cell:<{wide}}  " for cell, wide in zip(row, widths, strict=False))
        paragraph(report.uri, first=head, indent=4)
        waiting = f"{report.waiting} waiting" if report.waiting else ""
        for words in (report.reason, report.hint, waiting):
            if words:
                paragraph(words, first="    ")


@app.command
def scan(*, net: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None) -> int:
    """Look for devices on this machine and print addresses to paste into till.toml.

    Nothing is opened and nothing is sent to a device. Exit status 1: nothing was found.

    Args:
        net: also try port 9100 of these hosts; no other host is ever asked.
    """
    from posframe.hal.scan import scan as look

    on_network, silent = _on_network(net or [])
    found = [*look(ROOTS), *on_network]
    for at, candidate in enumerate(found):
        if at:
            print()
        _show_candidate(candidate)
    for words in silent:
        paragraph(words, first="- ", indent=2)
    if not found:
        print("Nothing was found: no serial port, USB printer, HID scanner or scale.")
        print("Network printers are looked for where you say: posframe hal scan --net HOST")
    return 0 if found else 1


ROOTS: Roots | None = None
"""Where the system shows its devices; other folders in tests."""


def _show_candidate(candidate: Candidate) -> None:
    print(printable(candidate.what))
    for address in candidate.addresses:
        paragraph(address, first="    ")
    for note in candidate.notes:
        paragraph(note, first="  - ")


def _on_network(hosts: list[str]) -> tuple[list[Candidate], list[str]]:
    if not hosts:
        return [], []
    import anyio

    from posframe.hal.scan_network import scan_hosts

    return anyio.run(scan_hosts, hosts)


@app.command
def udev(*, till: Till = Path(), install: Annotated[bool, Parameter(negative="")] = False) -> int:
    """Print the rules by which the system lets the till's user at its devices.

    Args:
        till: the till's folder.
        install: write them where the system looks for them; if that needs another user, say how.
    """
    from posframe.config import load_config

    text = rules(_rule_addresses(load_config(till).devices))
    if not install:
        print(text, end="")
        return 0
    try:
        RULES.write_text(text, encoding="utf-8")
    except OSError as error:
        print(f"{RULES} cannot be written ({error.strerror}). Run:")
        print(f"posframe hal udev --till {till} | sudo tee {RULES} && {RELOAD}")
        return 1
    print(f"{RULES} is written. Run:")
    print(RELOAD)
    return 0


def _rule_addresses(entries: dict[str, DeviceEntry]) -> dict[str, str]:
    """Return the devices' addresses with what stands under ``options``, each fit for a rule.

    Raises:
        ConfigurationError: one of them is not; the message names the device.
    """
    from posframe.hal.uri import parse_uri

    addresses = {}
    for name, entry in entries.items():
        try:
            uri = parse_uri(entry.uri)
            options = {**uri.options, **entry.options}
            tail = "&".join(f"{key}={value}" for key, value in options.items())
            addresses[name] = f"{uri}?{tail}" if tail else str(uri)
            rule_for(addresses[name])
        except ConfigurationError as error:
            raise ConfigurationError(f"devices.{name}: {error.message}", hint=error.hint) from error
    return addresses
