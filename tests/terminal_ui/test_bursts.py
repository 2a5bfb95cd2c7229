"""Bursts of characters: what is a scan, and what is an entry that came as fast as one."""

import pytest

from posframe_terminal.bursts import reads_as_entry


@pytest.mark.parametrize(
    ("burst", "is_entry"),
    [
        ("3 * 10013", True),
        ("0.642 * 4011", True),
        ("10 % 2", True),
        ("250 / 10", True),
        ("3 -", True),
        (".void 3", True),
        ("olive oil", True),
        ("9521444000162", False),
        ("ABC-123456", False),
        ("123-456-789", False),
        ("]C10109501101530003", False),
        ("https://id.gs1.org/01/09521234543213", False),
    ],
)
def test_an_entry_as_fast_as_a_scan_is_still_an_entry(burst, is_entry):
    """A macro key or a remote keyboard sends a whole line at once; a barcode reads otherwise."""
    assert reads_as_entry(burst) is is_entry
