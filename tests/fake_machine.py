"""A tree of the system's files, as Linux would show what is plugged in."""

from __future__ import annotations

from posframe.hal.scan import Roots

SCANNER_REPORTS = bytes.fromhex("058C0902A101C0")
SCALE_REPORTS = bytes.fromhex("068D000920A101C0")
KEYBOARD_REPORTS = bytes.fromhex("05010906A101C0")
"""Descriptors of HID reports with one application each: usage pages 8C, 8D and 01."""


class Machine:
    """A tree of the system's files with what is plugged in."""

    def __init__(self, root):
        self.sys, self.dev = root / "sys", root / "dev"
        self.dev.mkdir(parents=True)
        self.held = {}

    @property
    def roots(self):
        return Roots(
            self.sys,
            self.dev,
            lambda path: self.held.get(path.rpartition("/")[2], ()),
            lambda path: path.name != "locked",
        )

    def write(self, path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else f"{text}\n".encode())

    def usb(self, socket, vendor, product, *, serial="", maker="", title=""):
        """Plug in a USB device; return its folder."""
        device = self.sys / "devices" / "usb1" / socket
        facts = {"idVendor": vendor, "idProduct": product, "serial": serial,
                 "manufacturer": maker, "product": title, "busnum": "1", "devnum": "7"}  # fmt: skip
        for name, text in facts.items():
            if text:
                self.write(device / name, text)
        return device

    def interface(self, device, number, kind):
        folder = device / f"{device.name}:1.{number}"
        self.write(folder / "bInterfaceClass", kind)
        bus = self.sys / "bus" / "usb" / "devices"
        bus.mkdir(parents=True, exist_ok=True)
        (bus / folder.name).symlink_to(folder)
        return folder

    def tty(self, name, interface, by_id=""):
        (self.dev / name).touch()
        node = self.sys / "class" / "tty" / name
        node.mkdir(parents=True)
        (node / "device").symlink_to(interface)
        if by_id:
            links = self.dev / "serial" / "by-id"
            links.mkdir(parents=True, exist_ok=True)
            (links / by_id).symlink_to(self.dev / name)

    def hidraw(self, name, interface, identity, reports, *, serial="", title=""):
        (self.dev / name).touch()
        hid = interface / "0003:0000.0001"
        vendor, product = identity.upper().split(":")
        uevent = f"HID_ID=0003:0000{vendor}:0000{product}\nHID_NAME={title}\nHID_UNIQ={serial}"
        self.write(hid / "uevent", uevent)
        self.write(hid / "report_descriptor", reports)
        node = self.sys / "class" / "hidraw" / name
        node.mkdir(parents=True)
        (node / "device").symlink_to(hid)
