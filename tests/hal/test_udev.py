"""Laws of the rules that let the till at its devices. No udev was asked to read them."""

from __future__ import annotations

import pytest

from posframe.errors import ConfigurationError
from posframe.hal.udev import advice, rule_for, rules

LP = 'TAG+="uaccess", GROUP="lp", MODE="0660"'
DIALOUT = LP.replace("lp", "dialout")
INPUT = LP.replace("lp", "input")


@pytest.mark.parametrize(
    ("uri", "rule"),
    [
        (
            "usb://04b8:0e15/X3RK",
            f'SUBSYSTEM=="usb", ATTR{{idVendor}}=="04b8", ATTR{{idProduct}}=="0e15", {LP}',
        ),
        (
            "escpos+usb://04B8:0E15?port=1-2",
            f'SUBSYSTEM=="usb", ATTR{{idVendor}}=="04b8", ATTR{{idProduct}}=="0e15", {LP}',
        ),
        (
            "hidscale+hid://0922:8003",
            f'SUBSYSTEM=="hidraw", ATTRS{{idVendor}}=="0922", ATTRS{{idProduct}}=="8003", {INPUT}',
        ),
        (
            "hid://0922:8003?via=usb",
            f'SUBSYSTEM=="usb", ATTR{{idVendor}}=="0922", ATTR{{idProduct}}=="8003", {INPUT}',
        ),
        ("hidraw:/dev/hidraw0", f'SUBSYSTEM=="hidraw", KERNEL=="hidraw0", {INPUT}'),
        ("serial:/dev/ttyUSB0?baud=9600", f'SUBSYSTEM=="tty", KERNEL=="ttyUSB0", {DIALOUT}'),
        (
            "mt8217+serial:/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A10KZ-if00-port0",
            f'SUBSYSTEM=="tty", ENV{{ID_SERIAL}}=="FTDI_FT232R_USB_UART_A10KZ", {DIALOUT}',
        ),
        (
            "serial:/dev/serial/by-id/usb-Honeywell_1900_17-if02",
            f'SUBSYSTEM=="tty", ENV{{ID_SERIAL}}=="Honeywell_1900_17", {DIALOUT}',
        ),
        (
            "wedge+evdev:/dev/input/by-id/usb-Maker_Scanner_[1]-event-kbd",
            f'SUBSYSTEM=="input", ENV{{ID_SERIAL}}=="Maker_Scanner_?1?", {INPUT}',
        ),
        ("evdev:/dev/input/event3", f'SUBSYSTEM=="input", KERNEL=="event3", {INPUT}'),
        ("escpos+file:/dev/usb/lp0", f'SUBSYSTEM=="usbmisc", KERNEL=="lp0", {LP}'),
        ("escpos+file:/tmp/paper", ""),
        ("escpos+tcp://10.0.0.5:9100", ""),
        ("serial:socket://10.0.0.7:4001", ""),
        ("drawer+on://printer", ""),
    ],
)
def test_each_kind_of_line_has_its_rule(uri, rule):
    assert rule_for(uri) == rule


@pytest.mark.parametrize(
    "uri",
    [
        'serial:/dev/tty"',
        "serial:/dev/ttyUSB0\nRUN+=x",
        'hidraw:/dev/x", RUN+="rm',
        'escpos+file:/dev/usb/lp0"',
        "serial:/dev/a\\b",
    ],
)
def test_what_could_become_another_rule_is_refused(uri):
    with pytest.raises(ConfigurationError, match="cannot stand in a udev rule"):
        rule_for(uri)


def test_an_address_of_no_usb_device_has_no_rule():
    with pytest.raises(ConfigurationError, match="write usb://04b8:0e15"):
        rule_for("usb://printer")


def test_a_file_of_rules_has_a_comment_for_each_device():
    text = rules(
        {
            "printer": "escpos+usb://04b8:0e15",
            "pole": "cd5220+serial:/dev/ttyUSB0?baud=9600",
            "kitchen": "escpos+tcp://10.0.0.5",
        }
    )
    head, *parts = text.split("\n\n")
    assert "/etc/udev/rules.d/70-posframe.rules" in head
    assert "udevadm control --reload" in head
    assert parts == [
        "# printer: escpos+usb://04b8:0e15\n" + rule_for("usb://04b8:0e15"),
        "# pole: cd5220+serial:/dev/ttyUSB0?baud=9600\n" + rule_for("serial:/dev/ttyUSB0"),
        "# kitchen: escpos+tcp://10.0.0.5\n# needs no rule\n",
    ]


def test_a_name_cannot_end_its_comment():
    text = rules({'x\nSUBSYSTEM=="usb", RUN+="x"': "tcp://10.0.0.5"})
    assert all(line.startswith("#") or not line for line in text.splitlines())


def test_advice_has_the_rule_and_every_step():
    text = advice("usb://04b8:0e15")
    for step in (rule_for("usb://04b8:0e15"), "70-posframe.rules", "udevadm trigger", "group lp"):
        assert step in text
    assert "right to read and write" in advice("file:/tmp/paper")
