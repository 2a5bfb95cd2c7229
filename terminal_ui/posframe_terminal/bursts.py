"""Bursts: whether what came as fast as a scan is one, or an entry from a macro key."""

from __future__ import annotations

import re

_ENTRY = re.compile(r"\d[\d.,]*\s*[*/%@].*|\d{1,5}\s*-|\.[a-z].*|[^\W\d_]{3,}|.*\w \w.*")


def reads_as_entry(burst: str) -> bool:
    """Tell whether a burst of characters reads as the entry grammar, which no barcode does."""
    return _ENTRY.fullmatch(burst.strip()) is not None
