"""A short code for a failure, by which support finds where it happened."""

from __future__ import annotations

import traceback
import zlib


def fault_code(error: BaseException) -> str:
    """Return a short code which is the same for the same failure at the same place."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].name}" if frames else ""
    return f"E-{zlib.crc32(f'{type(error).__name__} {where}'.encode()) & 0xFFFF:04X}"
