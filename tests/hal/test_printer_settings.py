"""What till.toml can say of a printer beside its address: profile, overrides, logo, memory."""

from __future__ import annotations

import anyio
import pytest

from posframe.config import DeviceEntry
from posframe.errors import ConfigurationError
from posframe.hal.entries import check_devices
from posframe.hal.hardware import Hardware
from posframe.hal.supervisor import Report
from posframe.kernel.domain.receipt import Cut, Logo, ReceiptDocument, Section, Text


def entry(**options):
    return {"printer": DeviceEntry(uri="escpos+memory:", options=options)}


def driver_of(hardware):
    return hardware.plans["printer"].driver(Report(lambda fact: None, lambda conditions: None))


def test_a_setting_of_the_profile_can_be_overridden_for_one_printer(tmp_path):
    hardware = Hardware(entry(profile="generic-80mm", overrides={"columns": 40}), tmp_path)
    assert driver_of(hardware).encoder.profile.columns == 40


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"colums": 40}, "did you mean 'columns'"),
        ({"columns": 4000}, "columns"),
        ("columns=40", "as a table"),
    ],
)
def test_an_override_that_cannot_be_names_the_device_and_what_can(tmp_path, overrides, words):
    with pytest.raises(ConfigurationError, match=r"^devices\.printer") as refused:
        check_devices(entry(overrides=overrides), tmp_path)
    assert words.lower() in str(refused.value).lower()


def test_the_logo_of_the_till_is_on_every_printer_that_names_none(tmp_path):
    from PIL import Image

    Image.new("1", (8, 2), 0).save(tmp_path / "shop.png")
    receipt = ReceiptDocument(sections=(Section("s", (Logo("logo"), Text("a"), Cut())),))
    with_logo = driver_of(Hardware(entry(), tmp_path, logo="shop.png")).encoder.encode(receipt)
    assert b"\x1dv0\x00\x01\x00\x02\x00\xff\xff" in with_logo.data
    without = driver_of(Hardware(entry(), tmp_path)).encoder.encode(receipt)
    assert without.missing_logos == ("logo",)
    own = driver_of(Hardware(entry(logo="own.png"), tmp_path, logo="shop.png")).encoder
    assert own.encode(receipt).missing_logos == ("logo",), "its own file is not there"


async def test_what_was_learnt_of_the_drawer_outlives_a_connection(tmp_path):
    hardware = Hardware(entry(), tmp_path)
    first = driver_of(hardware)
    for _ in range(2):
        first._learn_level(high=False)
        first.sensor.kicked(anyio.current_time())
        first._learn_level(high=True)
    assert first.sensor.polarity.high_is_open is True
    assert driver_of(hardware).sensor.polarity.high_is_open is True
    assert driver_of(Hardware(entry(), tmp_path)).sensor.polarity.high_is_open is None
