"""What a person may write to any device in software: it obeys, or refuses in words; never more."""

from __future__ import annotations

import pytest

from posframe.errors import ConfigurationError, DataError
from posframe.hal.registry import installed_simulators, simulator_spec

NAMES = sorted(installed_simulators())
WORDS = (
    "", "zz", "00", "0", "-1", "1e9", "1.2.3", "NaN", "²", "٣", "9" * 400, "x " * 50, "; % ?",
    "€ 红 \x00", "]C1 €", "\udcff", "012BC5FB000000",
)  # fmt: skip
"""Nothing, too much, numbers that are none, letters of other places, and half a character."""
OPTIONS = ({}, {"source": "serial"}, {"source": "evdev"}, {"writes": "wiegand"}, {"writes": "hex"})


def twins(name):
    for options in OPTIONS:
        if set(options) <= set(simulator_spec(name).options):
            yield simulator_spec(name).make(options)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("words", WORDS)
def test_an_act_is_done_or_refused_in_words(name, words):
    hints = []
    for twin in twins(name):
        for act in twin.acts():
            try:
                twin.act(f"{act} {words}", 1.0)
            except DataError as refusal:
                hints.append(refusal.hint)
    assert all(hints)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("words", WORDS)
def test_an_option_is_taken_or_refused_in_words(name, words):
    hints = []
    for option in simulator_spec(name).options:
        try:
            simulator_spec(name).make({option: words}).feed(b"abc\x1b@\r", 1.0)
        except ConfigurationError as refusal:
            hints.append(refusal.hint)
    assert all(hints)


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_option_is_refused_with_what_there_is(name):
    with pytest.raises(ConfigurationError) as refusal:
        simulator_spec(name).make({"nonsense": "1"})
    assert "nonsense" in refusal.value.message
    assert refusal.value.hint
