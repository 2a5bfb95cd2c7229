"""A QR symbol drawn by one library and read by another, as a customer's telephone would."""

from __future__ import annotations

import io

import pytest
import segno


def scanned(payload, *, version_max=40):
    """Return the bytes that an independent reader sees in the symbol of ``payload``."""
    image = pytest.importorskip("PIL.Image")
    zxingcpp = pytest.importorskip("zxingcpp")
    data = payload if isinstance(payload, bytes) else payload.encode()
    symbol = segno.make_qr(data, error="m", boost_error=False)
    assert symbol.version <= version_max
    drawn = io.BytesIO()
    symbol.save(drawn, kind="png", scale=4, border=4)
    (found,) = zxingcpp.read_barcodes(image.open(drawn).convert("L"))
    return bytes(found.bytes)
