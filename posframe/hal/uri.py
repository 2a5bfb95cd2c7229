"""Device addresses: ``DRIVER+TRANSPORT:ADDRESS?option=value&…`` names a device and its line.

::

    escpos+tcp://192.168.1.50:9100?profile=TM-T88V
    escpos+usb://04b8:0e15/SERIAL
    mt8217+serial:/dev/serial/by-id/usb-FTDI_…?baud=9600&format=7E1
    scanner+serial:/dev/ttyACM0?suffix=CR&aim=1
    drawer+on://printer?pin=2

Which options there are is the driver's and the transport's to say.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import attrs

from posframe.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable

EXAMPLE = "escpos+tcp://192.168.1.50:9100"
_TRUTH = {"1": True, "true": True, "yes": True, "on": True}
_TRUTH |= {"0": False, "false": False, "no": False, "off": False}
_FORM = re.compile(r"(?P<driver>[a-z0-9_-]+)\+(?P<transport>[a-z0-9_-]+):(?P<rest>.*)", re.DOTALL)


@attrs.frozen
class DeviceUri:
    """A device's address, taken apart."""

    driver: str
    transport: str
    address: str
    """What follows the colon, without the options: ``//192.168.1.50:9100``."""
    options: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def line(self) -> str:
        """The transport's part, as people know it: ``tcp://192.168.1.50:9100``."""
        return f"{self.transport}:{self.address}"

    def __str__(self) -> str:
        return f"{self.driver}+{self.line}"


def parse_uri(text: str) -> DeviceUri:
    """Return the parts of a device address.

    Raises:
        ConfigurationError: it has another form, or an option twice.
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise ConfigurationError(
            f"{text!r} is no device address",
            hint=f"write DRIVER+TRANSPORT:ADDRESS, such as {EXAMPLE}",
        )
    address, _, query = found["rest"].partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    options = dict(pairs)
    if len(options) < len(pairs) or not all("=" in each for each in query.split("&") if query):
        raise ConfigurationError(
            f"{text!r}: the options after ? cannot be read",
            hint="write each once, as ?baud=9600&format=7E1",
        )
    return DeviceUri(found["driver"], found["transport"], address, options)


def read_truth(text: str) -> bool | None:
    """Return what an option that is yes or no says; None where it says neither."""
    return _TRUTH.get(text.lower())


def unknown_name(what: str, name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return a hint for a name that is not known: the nearest one, or all there are."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    return otherwise or f"{what}: {', '.join(names)}"
