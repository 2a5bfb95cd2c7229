"""Laws of device addresses and their options: what cannot be is named, with what can."""

from __future__ import annotations

from typing import Literal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posframe.errors import ConfigurationError, PosframeError
from posframe.hal.driver import DriverSpec
from posframe.hal.options import read_options
from posframe.hal.registry import driver_spec, installed_drivers, installed_simulators
from posframe.hal.uri import EXAMPLE, parse_uri


@attrs.frozen(kw_only=True)
class Options:
    suffix: Literal["CR", "TAB"] = "CR"
    aim: bool = True
    columns: int = attrs.field(default=20, validator=attrs.validators.in_((16, 20)))


SPEC = DriverSpec(
    name="probe", device_class="scanner", title="", transports=("serial",), options=Options,
    make=lambda setup: None,
)  # fmt: skip


def test_an_address_comes_apart_into_driver_line_and_options():
    uri = parse_uri("scanner+serial:/dev/serial/by-id/usb-X_1-if00?suffix=TAB&aim=1")
    assert (uri.driver, uri.transport) == ("scanner", "serial")
    assert uri.address == "/dev/serial/by-id/usb-X_1-if00"
    assert dict(uri.options) == {"suffix": "TAB", "aim": "1"}
    assert str(uri) == "scanner+serial:/dev/serial/by-id/usb-X_1-if00"
    assert uri.line == "serial:/dev/serial/by-id/usb-X_1-if00"


def test_escaped_bytes_of_an_option_are_read():
    assert parse_uri("wedge+tui:?prefix=%02").options == {"prefix": "\x02"}


@pytest.mark.parametrize(
    "text", ["", "escpos", "tcp://10.0.0.1", "Escpos+tcp://h", "+tcp:x", "a+:x"]
)
def test_what_is_no_address_is_answered_with_the_form(text):
    with pytest.raises(ConfigurationError, match="is no device address") as refused:
        parse_uri(text)
    assert EXAMPLE in refused.value.hint


@pytest.mark.parametrize("query", ["a=1&a=2", "nothing"])
def test_options_that_cannot_be_read_are_refused(query):
    with pytest.raises(ConfigurationError, match="options"):
        parse_uri(f"scanner+serial:/dev/ttyS0?{query}")


@given(st.text())
def test_no_text_breaks_the_reader(text):
    try:
        read = parse_uri(text)
    except PosframeError:
        return
    assert text.strip().startswith(f"{read.driver}+{read.transport}:{read.address}")


@pytest.mark.parametrize(("text", "read"), [("1", True), ("no", False), ("TRUE", True)])
def test_options_are_read_as_what_the_driver_declares(text, read):
    found = read_options(SPEC, {"aim": text, "columns": "16", "suffix": "TAB"})
    assert found == Options(aim=read, columns=16, suffix="TAB")


def test_a_choice_that_is_a_number_may_be_written_as_one_in_till_toml():
    assert read_options(driver_spec("msr"), {"track": 2}).track == "2"


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        ({"sufix": "CR"}, "Driver probe has no option 'sufix'", "did you mean 'suffix'?"),
        ({"suffix": "LF"}, "Driver probe: suffix=LF cannot be", "one of: CR, TAB"),
        ({"aim": "perhaps"}, "Driver probe: aim=perhaps cannot be", "write yes or no"),
        ({"columns": "many"}, "Driver probe: columns=many cannot be", "write a whole number"),
        ({"columns": "17"}, "Driver probe", ""),
    ],
)
def test_an_option_that_cannot_be_names_what_can(given, message, hint):
    with pytest.raises(ConfigurationError) as refused:
        read_options(SPEC, given)
    assert refused.value.message.startswith(message)
    assert hint in refused.value.hint


def test_a_driver_without_options_takes_none():
    spec = attrs.evolve(SPEC, options=None)
    assert read_options(spec, {}) is None
    with pytest.raises(ConfigurationError, match="has no option"):
        read_options(spec, {"aim": "1"})


def test_a_driver_that_is_not_installed_is_answered_with_the_nearest():
    with pytest.raises(ConfigurationError, match="There is no driver 'escpso'") as refused:
        driver_spec("escpso")
    assert refused.value.hint == "did you mean 'escpos'?"


@pytest.mark.parametrize("name", sorted(installed_drivers()))
def test_every_shipped_driver_can_be_loaded_and_says_what_it_is(name):
    spec = driver_spec(name)
    assert spec.name == name
    assert spec.title
    assert spec.transports
    read_options(spec, {})


def test_every_driver_has_its_twin():
    assert set(installed_simulators()) == set(installed_drivers())
