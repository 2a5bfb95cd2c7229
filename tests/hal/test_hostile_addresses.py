"""Addresses that no device can have: whoever wrote one is told, and the till goes on."""

from __future__ import annotations

import pytest

from posframe.errors import DeviceError
from posframe.hal.transports import TransportError, transport_from_uri

LONG = "x" * 300
"""Longer than the system lets a name be."""


@pytest.mark.parametrize(
    "uri",
    [
        f"serial:/dev/{LONG}", f"file:/tmp/{LONG}/receipts", f"evdev:/dev/input/{LONG}",
        f"hidraw:/dev/{LONG}",
    ],
)  # fmt: skip
async def test_a_name_that_cannot_be_is_looked_for_and_opened_without_a_crash(uri):
    line = transport_from_uri(uri)
    assert not line.present()
    with pytest.raises(DeviceError):
        await line.open(1.0)


@pytest.mark.parametrize("host", ["ü..b", "kasse_ö", "ö" * 70, "a..b"])
async def test_a_host_that_cannot_be_is_one_that_cannot_be_reached(host):
    with pytest.raises(TransportError, match="cannot be reached"):
        await transport_from_uri(f"tcp://{host}:9100").open(2.0)
