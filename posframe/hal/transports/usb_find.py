"""USB devices by their identity: which one is meant, whatever socket and address it has this time.

All calls block. What is done with the device is the business of `usb_claim`.
"""

from __future__ import annotations

import errno
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias
from urllib.parse import unquote

import attrs

from posframe.errors import ConfigurationError
from posframe.hal.transports import TransportError
from posframe.hal.transports.settings import LineSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TREE = Path("/sys/bus/usb/devices")
UsbThing: TypeAlias = Any
"""A device, interface, endpoint or backend of pyusb, which has no types."""
_ADDRESS = re.compile(
    r"//(?P<vendor>[0-9a-f]{4}):(?P<product>[0-9a-f]{4})(?:/(?P<serial>.*))?", re.IGNORECASE
)
_PORT = re.compile(r"\d+-\d+(?:\.\d+)*")


@attrs.frozen
class UsbIdentity:
    """What a device is found by, whatever socket and address it has this time."""

    vendor: str
    """Four hexadecimal digits, as of ``lsusb``."""
    product: str
    serial: str = ""
    port: str = ""
    """Socket, as the system writes it: ``1-1.2`` is socket 2 of the hub at socket 1 of bus 1."""

    @classmethod
    def parse(cls, name: str, address: str, options: Mapping[str, str]) -> Self:
        """Return the identity that ``//04b8:0e15/SERIAL`` and an option ``port`` give.

        Raises:
            ConfigurationError: they cannot be read.
        """
        found = _ADDRESS.fullmatch(address)
        if found is None:
            raise ConfigurationError(
                f"{name}:{address} names no USB device",
                hint=f"write {name}://04b8:0e15 with the numbers lsusb shows, or with /SERIAL",
            )
        port = LineSettings(name, options).text("port")
        if port and not _PORT.fullmatch(port):
            raise LineSettings(name, options).refuse("port", port, "write a socket such as 1-1.2")
        serial = unquote(found["serial"] or "")
        return cls(found["vendor"].lower(), found["product"].lower(), serial, port)

    @property
    def model(self) -> str:
        """The device's model: ``04b8:0e15``."""
        return f"{self.vendor}:{self.product}"

    def __str__(self) -> str:
        serial = f"/{self.serial}" if self.serial else ""
        return f"//{self.model}{serial}{f'?port={self.port}' if self.port else ''}"


def find_device(name: str, identity: UsbIdentity, backend: UsbThing) -> UsbThing:
    """Return the one device of an identity, not yet claimed.

    Raises:
        TransportError: it is not plugged in.
        ConfigurationError: more than one fits.
        OSError: the till's user may not ask a device for its serial number.
    """
    devices = [each for each in _model(identity, backend) if _at(each, identity)]
    found = devices
    if identity.serial:
        found = [each for each in devices if serial_of(each) == identity.serial]
    for other in devices:
        if other not in found:
            dispose(other)
    if len(found) == 1:
        return found[0]
    if not found:
        raise TransportError(f"{name} is not there", hint="check its cable and its power")
    ports = sorted(port_of(each) for each in found)
    for each in found:
        dispose(each)
    raise ConfigurationError(
        f"{name} fits {len(found)} devices, in the sockets {', '.join(ports)}",
        hint="name one by its serial number, or if it has none of its own by its socket: "
        f"?port={ports[0]}; it must stay in that socket then",
    )


def seen(identity: UsbIdentity, tree: Path = TREE, backend: UsbThing = None) -> bool | None:
    """Return whether such a device is plugged in; None where the system does not tell.

    Asks nothing of the device: with a ``backend`` its serial number is therefore not compared.
    """
    if backend is not None:
        return any(_at(each, identity) for each in _model(identity, backend))
    if not tree.is_dir():
        return None
    folders = [tree / identity.port] if identity.port else tree.iterdir()
    return any(_in_folder(folder, identity) for folder in folders)


def require_pyusb() -> None:
    """Load pyusb.

    Raises:
        ConfigurationError: it is not installed.
    """
    try:
        import usb.core  # noqa: F401 - only whether it is there
    except ImportError as error:
        raise ConfigurationError(
            "USB devices need pyusb, which is not installed",
            hint="run: pip install 'posframe[devices]'",
        ) from error


def usb_backend() -> UsbThing:
    """Return the library that talks to USB devices.

    Raises:
        ConfigurationError: pyusb or libusb is not installed.
    """
    require_pyusb()
    from usb.backend import libusb1

    backend = libusb1.get_backend()
    if backend is None:
        raise ConfigurationError(
            "USB devices need libusb 1.0, which is not installed",
            hint="run: sudo apt install libusb-1.0-0, or the like of your system",
        )
    return backend


def port_of(device: UsbThing) -> str:
    """Return the socket a device is in, as the system writes it; empty where unknown."""
    numbers = device.port_numbers
    return f"{device.bus}-{'.'.join(str(each) for each in numbers)}" if numbers else ""


def serial_of(device: UsbThing) -> str:
    """Return a device's serial number; empty where it has none, or none that can be read.

    Raises:
        OSError: the till's user may not ask it.
    """
    from usb.util import get_langids

    if not device.iSerialNumber:
        return ""
    try:
        get_langids(device)  # pyusb hides a refusal of the system, this does not
        return str(device.serial_number or "").strip("\0 ")
    except OSError as error:
        if error.errno in {errno.EACCES, errno.EPERM, errno.ENODEV}:
            raise
    except ValueError:
        pass
    return ""


def dispose(device: UsbThing) -> None:
    """Let go of whatever pyusb keeps open for a device."""
    from usb.util import dispose_resources

    quietly(lambda: dispose_resources(device))


def quietly(act: Callable[[], object]) -> None:
    """Do what may fail on a device that is gone already."""
    try:
        act()
    except (OSError, NotImplementedError):
        return


def _model(identity: UsbIdentity, backend: UsbThing) -> list[UsbThing]:
    import usb.core

    return list(
        usb.core.find(
            find_all=True,
            backend=backend,
            idVendor=int(identity.vendor, 16),
            idProduct=int(identity.product, 16),
        )
    )


def _at(device: UsbThing, identity: UsbIdentity) -> bool:
    return identity.port in ("", port_of(device))


def _in_folder(folder: Path, identity: UsbIdentity) -> bool:
    wanted = {"idVendor": identity.vendor, "idProduct": identity.product}
    if identity.serial:
        wanted["serial"] = identity.serial
    try:
        return all(
            (folder / name).read_text(encoding="utf-8", errors="replace").strip() == text
            for name, text in wanted.items()
        )
    except OSError:
        return False
