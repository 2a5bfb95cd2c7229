"""What is plugged into this machine, with addresses to paste into till.toml.

Only looks: nothing is opened and nothing is written to a device. What speaks on a serial line
cannot be seen, so a serial port names no driver unless its maker makes one kind of thing.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import attrs

from posframe.hal.transports.hid import hidraw_devices
from posframe.hal.transports.refusals import holders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posframe.hal.transports.hid import HidrawDevice

ANY_DRIVER = "DRIVER"
"""Stands in an address for what a look cannot tell."""
PRINTER_CLASS = "07"
_SERIAL_MAKERS = {
    "04b8": "escpos", "0519": "star", "05e0": "scanner", "05f9": "scanner", "0c2e": "scanner",
    "1eab": "scanner",
}  # fmt: skip
"""Makers whose serial ports are one kind of thing: Epson, Star, Zebra, Datalogic, Honeywell,
Newland (from lists of USB numbers; unverified on real devices)."""
_STAR = "0519"
_HID_DRIVERS = {0x8C: ("scanner", "hidpos"), 0x8D: ("scale", "hidscale")}
"""Usage pages of the HID tables with what is behind them."""
_USB_IS_BETTER = "usb: is better where it works: it also tells paper and cover"
_TYPING = {
    "nfc": ("rfid", "nfc"),
    "msr": ("magnetic", "magtek", "swipe", "msr"),
    "wedge": (
        "barcode", "scan", "symbol", "zebra", "honeywell", "metrologic", "datalogic", "newland",
        "opticon",
    ),
}  # fmt: skip
"""Words in the names of keyboards that are none, by the driver for them."""


@attrs.frozen
class Roots:
    """Where the system shows its devices; others in tests."""

    sys: Path = Path("/sys")
    dev: Path = Path("/dev")
    holders: Callable[[str], tuple[str, ...]] = holders
    allowed: Callable[[Path], bool] = lambda path: os.access(path, os.R_OK | os.W_OK)


@attrs.frozen
class Candidate:
    """Something that may be a device of a till."""

    what: str
    """In words: ``USB printer EPSON TM-T20II``."""
    addresses: tuple[str, ...]
    """To choose from, the best first."""
    notes: tuple[str, ...] = ()
    """What stands in its way, and what to do."""


def scan(roots: Roots | None = None) -> list[Candidate]:
    """Return all candidates on this machine. Reads files of the system: call it in a thread."""
    roots = roots or Roots()
    return [
        *_serial_ports(roots),
        *_usb_printers(roots),
        *_parallel_ports(roots),
        *_hid_devices(roots),
        *_typing_devices(roots),
    ]


def stable_name(path: str, roots: Roots | None = None) -> str:
    """Return the name of a serial port or input device that stays when it is plugged in elsewhere.

    Empty: ``path`` is such a name already, or there is none.
    """
    roots = roots or Roots()
    for folder in ("serial/by-id", "input/by-id"):
        if path.startswith(str(roots.dev / folder)):
            return ""
        for link in _entries(roots.dev / folder):
            if link.resolve() == Path(path).resolve():
                return str(link)
    return ""


def _serial_ports(roots: Roots) -> Iterator[Candidate]:
    links = {link.resolve(): link for link in _entries(roots.dev / "serial" / "by-id")}
    for node in _entries(roots.dev):
        if node.name.startswith(("ttyUSB", "ttyACM")) or _is_built_in(node, roots):
            link = links.get(node.resolve())
            yield _serial_port(node, link, roots)


def _is_built_in(node: Path, roots: Roots) -> bool:
    """Tell whether a COM port has hardware: the system makes files for ports that have none."""
    return node.name.startswith("ttyS") and _text(
        roots.sys / "class" / "tty" / node.name / "type"
    ) not in {"", "0"}


def _serial_port(node: Path, link: Path | None, roots: Roots) -> Candidate:
    device = _usb_device(roots.sys / "class" / "tty" / node.name / "device")
    title = _title(device) if device else ""
    driver = _SERIAL_MAKERS.get(_text(device / "idVendor"), ANY_DRIVER) if device else ANY_DRIVER
    notes = list(_in_the_way(node, roots))
    if driver == ANY_DRIVER:
        notes.append("write your device's driver for DRIVER: posframe hal drivers")
    if link is None and device is not None:
        notes.append("this name may change when it is plugged in again: it has no name by-id")
    return Candidate(
        f"Serial port {title}".rstrip() if title else f"Serial port {node.name}",
        (f"{driver}+serial:{link or node}",),
        tuple(notes),
    )


def _usb_printers(roots: Roots) -> Iterator[Candidate]:
    printers = [
        interface.resolve().parent
        for interface in _entries(roots.sys / "bus" / "usb" / "devices")
        if _text(interface / "bInterfaceClass") == PRINTER_CLASS
    ]
    models = [_usb_address(device) for device in printers]
    for device, address in zip(printers, models, strict=True):
        driver = "star" if _text(device / "idVendor") == _STAR else "escpos"
        twins = models.count(address) > 1
        notes = ["two of one model without serial numbers: keep each in its socket"] * twins
        bus = _text(device / "busnum").zfill(3)
        node = roots.dev / "bus" / "usb" / bus / _text(device / "devnum").zfill(3)
        yield Candidate(
            f"USB printer {_title(device)}".rstrip(),
            (f"{driver}+usb:{address}{f'?port={device.name}' if twins else ''}",),
            (*notes, *_in_the_way(node, roots)),
        )


def _usb_address(device: Path) -> str:
    serial = _text(device / "serial")
    model = f"//{_text(device / 'idVendor')}:{_text(device / 'idProduct')}"
    return f"{model}/{quote(serial, safe='')}" if serial else model


def _parallel_ports(roots: Roots) -> Iterator[Candidate]:
    for node in _entries(roots.dev / "usb"):
        if node.name.startswith("lp"):
            device = _usb_device(roots.sys / "class" / "usbmisc" / node.name / "device")
            yield Candidate(
                f"Printer file {_title(device) if device else ''}".rstrip(),
                (f"escpos+file:{node}",),
                (_USB_IS_BETTER, *_in_the_way(node, roots)),
            )


def _hid_devices(roots: Roots) -> Iterator[Candidate]:
    found = hidraw_devices(roots.sys / "class" / "hidraw")
    for each in found:
        for page in sorted(each.usages() & set(_HID_DRIVERS)):
            noun, driver = _HID_DRIVERS[page]
            yield Candidate(
                f"HID {noun} {_hid_title(each)}".rstrip(),
                (f"{driver}+hid:{_hid_address(each, found, page)}",),
                _in_the_way(roots.dev / each.node, roots),
            )


def _hid_address(device: HidrawDevice, every: list[HidrawDevice], page: int) -> str:
    """Return the shortest address that fits this device and no other that is there."""
    serial = f"/{quote(device.serial, safe='')}" if device.serial else ""
    alike = [each for each in every if (each.model, each.serial) == (device.model, device.serial)]
    options = []
    if len({each.port for each in alike}) > 1:
        options.append(f"port={device.port}")
    if len([each for each in alike if each.port == device.port]) > 1:
        options.append(f"usage={page:x}")
    return f"//{device.model}{serial}{'?' if options else ''}{'&'.join(options)}"


def _hid_title(device: HidrawDevice) -> str:
    lines = _text(device.folder / "uevent").splitlines()
    return next((line[9:] for line in lines if line.startswith("HID_NAME=")), "")


def _typing_devices(roots: Roots) -> Iterator[Candidate]:
    for link in _entries(roots.dev / "input" / "by-id"):
        name = link.name.lower()
        if not name.endswith("-event-kbd"):
            continue
        for driver, words in _TYPING.items():
            if any(word in name for word in words):
                title = link.name.partition("-")[2].removesuffix("-event-kbd").replace("_", " ")
                options = "?source=evdev" if driver == "msr" else ""
                yield Candidate(
                    f"Types like a keyboard: {title}",
                    (f"{driver}+evdev:{link}{options}",),
                    _in_the_way(link, roots),
                )
                break


def _in_the_way(node: Path, roots: Roots) -> tuple[str, ...]:
    notes = []
    held = roots.holders(str(node))
    if held:
        notes.append(f"in use by {', '.join(held)}")
    if node.exists() and not roots.allowed(node):
        notes.append("this user may not use it; for the rule: posframe hal udev")
    return tuple(notes)


def _usb_device(entry: Path) -> Path | None:
    """Return the USB device that a node of the system belongs to."""
    if not entry.exists():
        return None
    folder = entry.resolve()
    return next((each for each in (folder, *folder.parents) if (each / "idVendor").is_file()), None)


def _title(device: Path) -> str:
    names = (_text(device / "manufacturer"), _text(device / "product"))
    model = f"{_text(device / 'idVendor')}:{_text(device / 'idProduct')}"
    return " ".join(name for name in names if name) or model


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
