"""The lines of the manuals, byte by byte."""

from __future__ import annotations

import pytest
from aandd_scale.codec import StandardFormat, reading_of

from posframe.drivers import Load, Reading, Weight, WireNoise

LINES = {
    b"ST,+00123.45 kg\r\n": Reading(Load.STABLE, Weight(12345, 2, "kg")),
    b"US,+00123.45 kg\r\n": Reading(Load.MOTION, Weight(12345, 2, "kg")),
    b"ST,+000000.0  g\r\n": Reading(Load.ZERO, Weight(0, 1, "g")),
    b"ST,-002.7255 lb\r\n": Reading(Load.UNDER_ZERO, Weight(-27255, 4, "lb")),
    b"OL,+999999.9  g\r\n": Reading(Load.OVERLOAD),
    b"OL,-99999999 PC\r\n": Reading(Load.UNDER_ZERO),
    b"QT,+00012345 PC\r\n": Reading(Load.NOT_READY, detail="it shows pieces or per cent: PC"),
}


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_the_manual_is_understood(line: bytes) -> None:
    """Each is one message, and says what the manual says."""
    (message,) = StandardFormat().feed(line, 0.0)
    assert reading_of(message) == LINES[line]  # type: ignore[arg-type] # weights alone are listed


def test_a_lost_byte_is_no_other_weight() -> None:
    """Every line is as long as every other: a shorter one is noise."""
    whole = b"ST,+00123.45 kg\r\n"
    for place in range(len(whole) - 2):
        spoilt = whole[:place] + whole[place + 1 :]
        assert all(isinstance(each, WireNoise) for each in StandardFormat().feed(spoilt, 0.0))
