"""The rules by which Linux lets the till's user at a device, for the file that udev reads.

Which user that is, and whether the rules are installed, is left to who runs the till.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from posframe.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

RULES_FILE = "/etc/udev/rules.d/70-posframe.rules"
"""After the rules that look a device's serial number up (60), before those that act on uaccess."""
RELOAD = "sudo udevadm control --reload && sudo udevadm trigger"
_ACCESS = 'TAG+="uaccess", GROUP="{group}", MODE="0660"'
_USB = re.compile(r"//(?P<vendor>[0-9a-f]{4}):(?P<product>[0-9a-f]{4})(?:/.*)?", re.IGNORECASE)
# systemd's names: usb-ID_SERIAL-if00-port0 for serial ports, usb-ID_SERIAL-event-kbd for input.
_BY_ID = re.compile(
    r"/dev/(?:serial|input)/by-id/[a-z0-9]+-(?P<serial>.+?)"
    r"(?:-if[0-9a-f]{2})?(?:-port\d+)?(?:-event(?:-\w+)?)?"
)
_SUBSYSTEMS = {"serial": ("tty", "dialout"), "evdev": ("input", "input")}


def rule_for(uri: str) -> str:
    """Return the rule for a device's address, with or without its driver; empty: none is needed.

    Raises:
        ConfigurationError: the address holds what cannot stand in a rule.
    """
    transport, _, rest = uri.partition(":")
    transport = transport.rpartition("+")[2].lower()
    address, _, options = rest.partition("?")
    if any(not character.isprintable() or character in '"\\' for character in address):
        raise ConfigurationError(
            f"{uri!r} cannot stand in a udev rule", hint="name the device without quotes in it"
        )
    if transport in {"usb", "hid"}:
        return _usb_rule(transport, address, raw=transport == "hid" and "via=usb" not in options)
    if transport in _SUBSYSTEMS and address.startswith("/"):
        return _node_rule(*_SUBSYSTEMS[transport], address)
    name = PurePosixPath(address.removeprefix("//")).name
    if transport == "hidraw":
        return _rule(f'SUBSYSTEM=="hidraw", KERNEL=="{name}"', "input")
    if transport == "file" and name.startswith("lp"):
        return _rule(f'SUBSYSTEM=="usbmisc", KERNEL=="{name}"', "lp")
    return ""


def rules(devices: Mapping[str, str]) -> str:
    """Return a whole rules file for devices, given by name with their addresses."""
    parts = [
        f"# Lets the till's user at its devices. Install as {RULES_FILE}, then run:",
        f"#   {RELOAD}",
    ]
    for name, uri in devices.items():
        words = "".join(each if each.isprintable() else "?" for each in f"{name}: {uri}")
        parts += ["", f"# {words}", rule_for(uri) or "# needs no rule"]
    return "\n".join(parts) + "\n"


def advice(uri: str) -> str:
    """Return what to do about a device that may not be opened: the rule and how to install it."""
    rule = rule_for(uri)
    if not rule:
        return "the user the till runs as needs the right to read and write it"
    group = rule.partition('GROUP="')[2].partition('"')[0]
    return (
        f"put this line into {RULES_FILE}, run {RELOAD} and plug it in again: {rule} "
        f"– or make the till's user a member of group {group} and log in again"
    )


def _usb_rule(transport: str, address: str, *, raw: bool) -> str:
    found = _USB.fullmatch(address)
    if found is None:
        raise ConfigurationError(
            f"{transport}:{address} names no USB device", hint=f"write {transport}://04b8:0e15"
        )
    vendor, product = found["vendor"].lower(), found["product"].lower()
    subsystem, attribute = ("hidraw", "ATTRS") if raw else ("usb", "ATTR")
    match = (
        f'SUBSYSTEM=="{subsystem}", {attribute}{{idVendor}}=="{vendor}", '
        f'{attribute}{{idProduct}}=="{product}"'
    )
    return _rule(match, "lp" if transport == "usb" else "input")


def _node_rule(subsystem: str, group: str, path: str) -> str:
    found = _BY_ID.fullmatch(path)
    if found is None:
        return _rule(f'SUBSYSTEM=="{subsystem}", KERNEL=="{PurePosixPath(path).name}"', group)
    serial = re.sub(r"[\[\]*?|]", "?", found["serial"])  # these mean something in a rule
    return _rule(f'SUBSYSTEM=="{subsystem}", ENV{{ID_SERIAL}}=="{serial}"', group)


def _rule(match: str, group: str) -> str:
    return f"{match}, {_ACCESS.format(group=group)}"
